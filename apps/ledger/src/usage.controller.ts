/** `POST /v1/usage`: CloudEvents, one or a batch. */
import { Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
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
import type { FastifyRequest } from 'fastify';
import type { RequestIdentity } from '#domain';
import {
  Allow,
  Caller,
  currentRequestId,
  IdempotencyKey,
  LargeBody,
  RequestDigest,
  RequestError,
  type KeyGrant,
} from '#platform';
import { answerInTime, requestIdentity } from '#wiring';
import { UsageEvent } from './usage-event.js';
import { rejectionError, UsageIntake, type RecordedUsage } from './usage-intake.js';
import { PositionAnswer } from './answers.js';

export const USAGE_EVENTS_MAX = 5_000;

/** Charge these usage events; the caller waits for the answer. */
export class RecordUsage {
  constructor(
    readonly events: readonly unknown[],
    readonly actor: string,
    readonly requestId: string,
    readonly request: RequestIdentity | undefined,
  ) {}
}

@CommandHandler(RecordUsage)
export class RecordUsageHandler implements ICommandHandler<RecordUsage, RecordedUsage> {
  constructor(private readonly intake: UsageIntake) {}

  execute({ events, actor, requestId, request }: RecordUsage): Promise<RecordedUsage> {
    return this.intake.recordRequest(events, actor, requestId, request);
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

class UsageAnswerBody {
  @ApiProperty({ description: 'Events charged now' }) accepted!: number;
  @ApiProperty({ description: 'Events charged before: the same source, id and content' }) duplicates!: number;
  @ApiProperty({ description: 'Events whose source and id were charged with other content; recorded, not charged' })
  conflicts!: number;
  @ApiProperty({ type: [RejectedUsageAnswer], description: 'Events not charged and not recorded' })
  rejected!: RejectedUsageAnswer[];
  @ApiProperty({ type: [PositionAnswer], description: 'Newest position of each shard that the batch touched' })
  positions!: PositionAnswer[];
}

@ApiTags('usage')
@ApiBearerAuth()
@ApiExtraModels(UsageEvent)
@Controller('usage')
export class UsageController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @LargeBody()
  @Allow('operator')
  @ApiOperation({ summary: 'Charge usage events; answered when they are durable' })
  @ApiConsumes('application/cloudevents+json', 'application/cloudevents-batch+json')
  @ApiBody({
    schema: {
      oneOf: [
        { $ref: getSchemaPath(UsageEvent) },
        { type: 'array', maxItems: USAGE_EVENTS_MAX, items: { $ref: getSchemaPath(UsageEvent) } },
      ],
    },
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Repeats the first answer instead of counting duplicates',
  })
  @ApiOkResponse({ type: UsageAnswerBody })
  async record(
    @Req() request: FastifyRequest,
    @Headers('content-type') contentType: string | undefined,
    @Caller() caller: KeyGrant,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @RequestDigest() digest: string,
  ): Promise<UsageAnswerBody> {
    const { events, isSingle } = readBody(request.body, contentType ?? '');
    const answer = await answerInTime(
      this.commands.execute<RecordUsage, RecordedUsage>(
        new RecordUsage(events, `key:${caller.id}`, currentRequestId() ?? '', requestIdentity(caller, key, digest)),
      ),
    );
    const [refused] = answer.rejected;
    if (isSingle && refused !== undefined) throw rejectionError(refused, events[0]);
    return { ...answer, rejected: [...answer.rejected], positions: [...answer.positions] };
  }
}

function readBody(body: unknown, contentType: string): { events: readonly unknown[]; isSingle: boolean } {
  const isBatchType = contentType.startsWith('application/cloudevents-batch+json');
  const isSingleType = contentType.startsWith('application/cloudevents+json');
  if (Array.isArray(body)) {
    if (isSingleType)
      throw new RequestError(
        'BAD_REQUEST',
        'application/cloudevents+json holds one event; send a batch as application/cloudevents-batch+json.',
      );
    if (body.length > USAGE_EVENTS_MAX) {
      throw new RequestError(
        'TOO_MANY_EVENTS',
        `The batch has ${body.length} events; send at most ${USAGE_EVENTS_MAX} at a time.`,
      );
    }
    return { events: body, isSingle: false };
  }
  if (typeof body !== 'object' || body === null || isBatchType) {
    throw new RequestError(
      'BAD_REQUEST',
      isBatchType
        ? 'A batch is a JSON array of CloudEvents.'
        : 'Send a CloudEvent as a JSON object, or a batch as a JSON array.',
    );
  }
  return { events: [body], isSingle: true };
}
