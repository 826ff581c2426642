/** `POST /v1/usage`: CloudEvents, one in structured or binary mode, or a batch. */
import { applyDecorators, Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Allow, LargeBody, PositionAnswer, Write, type CommandContext, type WriteRequest } from '#platform';
import { answerInTime } from '#wiring';
import { UsageData, UsageEvent } from './usage-event.js';
import { rejectionError, UsageIntake, type RecordedUsage } from './usage-intake.js';
import { readUsageRequest, usageDigest, USAGE_EVENTS_MAX } from './usage-request.js';

/** Charge these usage events; the caller waits for the answer. */
export class RecordUsage {
  constructor(
    readonly events: readonly unknown[],
    readonly write: CommandContext,
    readonly detail = false,
  ) {}
}

@CommandHandler(RecordUsage)
export class RecordUsageHandler implements ICommandHandler<RecordUsage, RecordedUsage> {
  constructor(private readonly intake: UsageIntake) {}

  execute({ events, write, detail }: RecordUsage): Promise<RecordedUsage> {
    return this.intake.recordRequest(events, write, detail);
  }
}

class RejectedUsageAnswer {
  @ApiProperty({ description: 'Place of the event in the batch, from 0' }) index!: number;
  @ApiProperty() id!: string;
  @ApiProperty({ example: 'UNKNOWN_MODEL' }) code!: string;
  @ApiProperty() detail!: string;
  @ApiPropertyOptional({ example: 'data.provider', description: 'The offending field, where one is to blame' })
  path?: string;
}

class ChargedUsageAnswer {
  @ApiProperty({ description: 'Place of the event in the batch, from 0' }) index!: number;
  @ApiProperty() id!: string;
  @ApiProperty({ example: '0-17-3', description: 'The charge' }) entry!: string;
  @ApiProperty({ description: 'Tokens' }) amount!: string;
  @ApiPropertyOptional({ description: 'The part that is owed' }) receivable?: string;
}

class UsageQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Whether the answer says what each event was charged' })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'detail must be true or false' })
  detail?: string;
}

class UsageAnswerBody {
  @ApiProperty({ description: 'Events charged now' }) accepted!: number;
  @ApiProperty({ description: 'Events charged before: the same source, id and content' }) duplicates!: number;
  @ApiProperty({ description: 'Events whose source and id were charged with other content; recorded, not charged' })
  conflicts!: number;
  @ApiProperty({ type: [RejectedUsageAnswer], description: 'Events not charged and not recorded' })
  rejected!: RejectedUsageAnswer[];
  @ApiProperty({ type: [PositionAnswer], description: 'Newest position of each shard that the batch touched' })
  positions!: PositionAnswer[];
  @ApiPropertyOptional({ type: [ChargedUsageAnswer], description: 'With ?detail=true: the events charged now' })
  charged?: ChargedUsageAnswer[];
}

/** The attributes of an event in binary mode, as headers of the API document. */
function ApiBinaryMode(): MethodDecorator {
  const attributes = {
    'ce-specversion': '1.0',
    'ce-id': 'req-1',
    'ce-source': 'gateway/eu-1',
    'ce-type': 'ai.compute.usage',
    'ce-time': '2026-11-22T10:00:00Z',
    'ce-subject': 'acme',
  };
  return applyDecorators(
    ...Object.entries(attributes).map(([name, example]) =>
      ApiHeader({
        name,
        required: false,
        description: `Binary mode, with the event's data as an application/json body; percent-encoded. Such as ${example}`,
        schema: { type: 'string' },
      }),
    ),
  );
}

@ApiTags('usage')
@ApiBearerAuth()
@ApiExtraModels(UsageEvent, UsageData)
@Controller('usage')
export class UsageController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @LargeBody()
  @Allow('operator')
  @ApiOperation({ summary: 'Charge usage events; answered when they are durable' })
  @ApiConsumes('application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json')
  @ApiBody({
    schema: {
      oneOf: [
        { $ref: getSchemaPath(UsageEvent) },
        { type: 'array', maxItems: USAGE_EVENTS_MAX, items: { $ref: getSchemaPath(UsageEvent) } },
        { $ref: getSchemaPath(UsageData) },
      ],
    },
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Repeats the first answer instead of counting duplicates',
  })
  @ApiBinaryMode()
  @ApiOkResponse({ type: UsageAnswerBody })
  async record(
    @Req() request: FastifyRequest,
    @Query() { detail }: UsageQuery,
    @Write({ key: 'optional', digest: usageDigest }) write: WriteRequest,
  ): Promise<UsageAnswerBody> {
    const { events, isSingle } = readUsageRequest(request);
    const answer = await answerInTime(
      this.commands.execute<RecordUsage, RecordedUsage>(new RecordUsage(events, write, detail === 'true')),
    );
    const [refused] = answer.rejected;
    if (isSingle && refused !== undefined) throw rejectionError(refused, events[0]);
    const { charged, ...counts } = answer;
    const told = charged === undefined ? {} : { charged: [...charged] };
    return { ...counts, rejected: [...answer.rejected], positions: [...answer.positions], ...told };
  }
}
