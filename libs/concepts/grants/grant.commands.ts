/** `POST /v1/grants` and `/v1/grants/{grant}/void`: tokens with a kind, a priority and an end. */
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { parsePositiveAmount } from '#domain';
import { Allow, EntryAnswer, IsHolder, IsReason, ResourceParam, Write, type WriteRequest } from '#platform';
import { HolderCommands, Sequencers } from '#wiring';
import type { GrantKind } from './burn-order.js';
import { grantRefusal, shardOfGrant } from './grant.js';

const KINDS: readonly GrantKind[] = ['purchased', 'promotional', 'earned'];
const INSTANT = 'write an RFC 3339 instant, such as 2026-11-22T10:00:00Z';

class GrantBody {
  @ApiProperty({ example: 'acme' })
  @IsHolder()
  holder!: string;

  @ApiProperty({ example: '25', description: 'Tokens, a decimal string with at most 18 fraction digits' })
  @IsString({ message: 'amount must be a decimal string in tokens, such as "12.5"' })
  amount!: string;

  @ApiProperty({ enum: KINDS, description: 'Only what is purchased or earned and has no end can be sent on' })
  @IsIn(KINDS, { message: `kind must be one of ${KINDS.join(', ')}` })
  kind!: GrantKind;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 1_000,
    default: 500,
    description: 'Lower is used first',
  })
  @IsOptional()
  @IsInt({ message: 'priority must be a whole number from 0 to 1000' })
  @Min(0, { message: 'priority must be at least 0' })
  @Max(1_000, { message: 'priority must be at most 1000' })
  priority?: number;

  @ApiPropertyOptional({ example: '2026-12-01T00:00:00Z', description: 'When it begins to pay. Without it: at once' })
  @IsOptional()
  @IsString({ message: INSTANT })
  @MaxLength(40, { message: INSTANT })
  effectiveAt?: string;

  @ApiPropertyOptional({
    example: '2027-01-01T00:00:00Z',
    description:
      'From this instant on it pays no more; what is left goes to the breakage of its kind. Without it: never',
  })
  @IsOptional()
  @IsString({ message: INSTANT })
  @MaxLength(40, { message: INSTANT })
  expiresAt?: string;

  @ApiProperty({ example: 'welcome credit' })
  @IsReason()
  reason!: string;
}

class VoidBody {
  @ApiProperty({ example: 'granted by mistake' })
  @IsReason()
  reason!: string;
}

class GrantAnswer extends EntryAnswer {
  @ApiProperty({ example: '2-17-0', description: 'The grant, as GET /v1/holders/{id}/grants lists it' }) grant!: string;
}

const GrantParam = () =>
  ResourceParam('grant', 'grant', (message, path) => grantRefusal('UNKNOWN_GRANT', message, path));

@ApiTags('movements')
@ApiBearerAuth()
@Controller('grants')
class GrantsController {
  constructor(
    private readonly commands: HolderCommands,
    private readonly sequencers: Sequencers,
  ) {}

  @Post()
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Grant tokens to a holder, with a kind, a priority, a beginning and an end' })
  @ApiCreatedResponse({ type: GrantAnswer })
  async issue(@Body() { amount, ...body }: GrantBody, @Write() write: WriteRequest): Promise<GrantAnswer> {
    const command = { type: 'IssueGrant', ...body, amount: parsePositiveAmount(amount) } as const;
    const answer = await this.commands.run(body.holder, command, write);
    return { ...answer, grant: answer.id };
  }

  @Post(':grant/void')
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Take back what is left of a grant' })
  @ApiCreatedResponse({ type: GrantAnswer })
  async takeBack(
    @GrantParam() grant: string,
    @Body() { reason }: VoidBody,
    @Write() write: WriteRequest,
  ): Promise<GrantAnswer> {
    const shard = shardOfGrant(grant);
    if (shard === undefined || shard >= this.sequencers.shards) {
      throw grantRefusal('UNKNOWN_GRANT', 'No grant has such an id.', 'grant');
    }
    const answer = await this.commands.runIn(shard, { type: 'VoidGrant', grant, reason }, write);
    return { ...answer, grant };
  }
}

@Module({ controllers: [GrantsController] })
export class GrantCommandsModule {}
