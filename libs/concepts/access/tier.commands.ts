/** `PUT /v1/tiers/{tier}`, `GET /v1/tiers` and `GET /v1/access/check`: who is let in, answered from memory. */
import { Body, Controller, Get, HttpCode, Module, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, ValidateNested } from 'class-validator';
import { formatAmount, parseAmount } from '#domain';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  EntryAnswer,
  IsHolder,
  listAnswerOf,
  ListCursor,
  ListQuery,
  PositionAnswer,
  TextParam,
  Write,
  type KeyGrant,
  type ListAnswer,
  type WriteRequest,
} from '#platform';
import { CatalogueFollower, RegistryCommands, Sequencers } from '#wiring';
import { accessRefusal, checkAccess, type Measures, type TierTerms } from './tier.js';

const TIER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const TIER_FORM = 'name a tier by 1 to 64 letters, digits or . _ -, beginning with a letter or digit';

class SpentMeasure {
  @ApiProperty({ example: '1000', description: 'Tokens that were charged, paid or owed, less what was reversed' })
  @IsString({ message: 'spent.amount must be a decimal string in tokens, such as "12.5"' })
  amount!: string;

  @ApiProperty({ example: 30, minimum: 1, maximum: 366, description: 'Of 24 hours, until now' })
  @IsInt({ message: 'spent.days must be a whole number of days' })
  days!: number;
}

class TierBody {
  @ApiPropertyOptional({ example: '20', description: 'Tokens that are neither held nor pending' })
  @IsOptional()
  @IsString({ message: 'available must be a decimal string in tokens, such as "12.5"' })
  available?: string;

  @ApiPropertyOptional({ example: '20', description: 'Tokens that are staked and do not unbond' })
  @IsOptional()
  @IsString({ message: 'staked must be a decimal string in tokens, such as "12.5"' })
  staked?: string;

  @ApiPropertyOptional({ type: SpentMeasure })
  @IsOptional()
  @ValidateNested()
  @Type(() => SpentMeasure)
  spent?: SpentMeasure;
}

class TierItem extends TierBody {
  @ApiProperty({ example: 'gold' }) tier!: string;
}

const TiersAnswer = listAnswerOf(TierItem, 'TiersAnswer');
const TIERS = new ListCursor('tiers', ['text']);

class AccessQuery {
  @ApiProperty({ example: 'acme' })
  @IsHolder()
  holder!: string;

  @ApiProperty({ example: 'gold' })
  @Matches(TIER, { message: TIER_FORM })
  tier!: string;
}

class AccessAnswer {
  @ApiProperty() allowed!: boolean;
  @ApiProperty({ description: 'What it lacks, in words' }) reason!: string;
  @ApiProperty({ example: 'gold' }) tier!: string;
  @ApiProperty({ type: TierBody, description: 'What the holder has of what the tier asks for' }) measured!: TierBody;
  @ApiProperty({ type: TierBody, description: 'What the tier asks for' }) needed!: TierBody;
  @ApiProperty({ type: PositionAnswer, description: 'The newest page that was looked at' }) position!: PositionAnswer;
}

function present({ available, staked, spent }: Measures): TierBody {
  return {
    ...(available === undefined ? {} : { available: formatAmount(available) }),
    ...(staked === undefined ? {} : { staked: formatAmount(staked) }),
    ...(spent === undefined ? {} : { spent: { amount: formatAmount(spent.amount), days: spent.days } }),
  };
}

function presentTier(tier: string, { available, staked, spent }: TierTerms): TierItem {
  const measures = {
    ...(available === undefined ? {} : { available: BigInt(available) }),
    ...(staked === undefined ? {} : { staked: BigInt(staked) }),
    ...(spent === undefined ? {} : { spent: { amount: BigInt(spent.amount), days: spent.days } }),
  };
  return { tier, ...present(measures) };
}

@ApiTags('access')
@ApiBearerAuth()
@Controller()
class TiersController {
  constructor(
    private readonly commands: RegistryCommands,
    private readonly follower: CatalogueFollower,
    private readonly sequencers: Sequencers,
  ) {}

  @Put('tiers/:tier')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ summary: 'Set what a tier asks for: all that is given must be reached' })
  @ApiOkResponse({ type: EntryAnswer })
  set(
    @TextParam('tier', TIER, TIER_FORM) tier: string,
    @Body() { available, staked, spent }: TierBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer> {
    const terms = {
      ...(available === undefined ? {} : { available: parseAmount(available, 'available') }),
      ...(staked === undefined ? {} : { staked: parseAmount(staked, 'staked') }),
      ...(spent === undefined
        ? {}
        : { spent: { amount: parseAmount(spent.amount, 'spent.amount'), days: spent.days } }),
    };
    return this.commands.run({ type: 'SetTier', tier, ...terms }, write);
  }

  @Get('tiers')
  @Allow('operator', 'finance', 'compliance')
  @ApiOperation({ summary: 'Tiers and what they ask for, by their names' })
  @ApiOkResponse({ type: TiersAnswer })
  tiers(@Query() { limit, cursor }: ListQuery): ListAnswer<TierItem> {
    const [after = ''] = TIERS.after(cursor) ?? [];
    const rows = [...this.follower.catalogue.tiers]
      .filter(([tier]) => tier > after)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit + 1);
    const { items, nextCursor } = TIERS.answer(rows, limit, ([tier]) => [tier]);
    return { items: items.map(([tier, terms]) => presentTier(tier, terms)), nextCursor };
  }

  @Get('access/check')
  @Allow('operator', 'finance', 'compliance', 'customer')
  @ApiOperation({ summary: 'Whether a holder reaches a tier now' })
  @ApiOkResponse({ type: AccessAnswer })
  async check(@Query() { holder, tier }: AccessQuery, @Caller() caller: KeyGrant): Promise<AccessAnswer> {
    assertMayReadCustomer(caller, holder);
    const { catalogue } = this.follower;
    // Only what is not known is looked for outside of memory.
    if (!catalogue.parties.has(holder) || !catalogue.tiers.has(tier)) await this.follower.refresh();
    catalogue.parties.require(holder, 'holder');
    const terms = catalogue.tiers.get(tier);
    if (terms === undefined) {
      throw accessRefusal('UNKNOWN_TIER', `No tier ${tier} is set; set it with PUT /v1/tiers/{tier}.`, 'tier');
    }
    const shard = this.sequencers.shardOf(holder);
    const ledger = this.sequencers.ledger(shard);
    return ledger.readNear((state) => {
      const { allowed, reason, measured, needed } = checkAccess(state, terms, holder, Date.now());
      const told = { allowed, reason, tier, measured: present(measured), needed: present(needed) };
      return { ...told, position: { shard, height: ledger.height } };
    });
  }
}

@Module({ controllers: [TiersController] })
export class AccessCommandsModule {}
