/** `GET /v1/settlements` and `/v1/settlements/{id}`: batches, and everything about one of them. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { SETTLEMENT_PROVIDERS_MAX, type SettlementEvent, type SettlementPhase } from '#concepts';
import { DomainError, entryId, formatAmount } from '#domain';
import { Allow, ListCursor, ResourceParam, type ListAnswer, PositionAnswer } from '#platform';
import {
  findSettlement,
  listHeldOfBatch,
  listPayouts,
  listSettlements,
  listSettlementSteps,
  type SettlementLine,
} from '#postgres';
import { Books, includedHeights, JournalEntries, PositionListQuery, PositionQuery } from '#reading';
import { PayoutItem, presentPayout } from './payout.report.js';

const PHASES = ['opened', 'planned', 'signed', 'empty', 'confirmed', 'reverted'] as const satisfies SettlementPhase[];
/** A batch has a few steps and one more for each signed attempt. */
const STEPS_MAX = 64;

class SettlementsQuery extends PositionListQuery {
  @ApiPropertyOptional({ enum: PHASES })
  @IsOptional()
  @IsIn(PHASES, { message: `phase must be one of ${PHASES.join(', ')}` })
  phase?: SettlementPhase;
}

class SupplyMovement {
  @ApiProperty() mint!: string;
  @ApiProperty() burn!: string;
}

class SettlementBlock {
  @ApiProperty() number!: string;
  @ApiProperty() hash!: string;
}

class SettlementGas {
  @ApiProperty() used!: string;
  @ApiProperty({ description: 'wei' }) price!: string;
}

class SettlementItem {
  @ApiProperty() id!: string;
  @ApiProperty({ example: 31337 }) chainId!: number;
  @ApiProperty({ enum: PHASES }) phase!: string;
  @ApiProperty() openedAt!: string;
  @ApiProperty({ nullable: true, type: String }) closedAt!: string | null;
  @ApiProperty({ description: 'Paid to all providers together' }) total!: string;
  @ApiProperty({ type: SupplyMovement, description: 'What the transaction does to the chain’s supply' })
  supplyMovement!: SupplyMovement;
  @ApiProperty() payoutCount!: number;
  @ApiProperty() heldCount!: number;
  @ApiProperty({ description: 'Signed transactions; at most one of them is mined' }) attempts!: number;
  @ApiProperty({ nullable: true, type: String }) txHash!: string | null;
  @ApiProperty({ nullable: true, type: SettlementBlock }) block!: SettlementBlock | null;
  @ApiProperty({ nullable: true, type: SettlementGas }) gas!: SettlementGas | null;
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'What the transaction commits to: the digest of the heads',
  })
  headsDigest!: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'Why it was reverted' }) reason!: string | null;
}

class SettlementsAnswer {
  @ApiProperty({ type: [SettlementItem] }) items!: readonly SettlementItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
}

class HeldPayable {
  @ApiProperty() provider!: string;
  @ApiProperty() amount!: string;
  @ApiProperty() reason!: string;
}

class CutHead {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
  @ApiProperty() hash!: string;
}

class SettlementStep {
  @ApiProperty() type!: string;
  @ApiProperty({ description: 'The journal entry, as GET /v1/entries/{id} knows it' }) entry!: string;
  @ApiProperty() time!: string;
}

class SettlementDetails extends SettlementItem {
  @ApiProperty({ type: [PayoutItem] }) payouts!: PayoutItem[];
  @ApiProperty({ type: [HeldPayable], description: 'Who was kept out, with amount and reason' })
  held!: HeldPayable[];
  @ApiProperty({ type: [CutHead], description: 'The journal heads at which the shards were cut' })
  heads!: readonly CutHead[];
  @ApiProperty({ type: [SettlementStep], description: 'The batch’s own entries, in order' })
  steps!: SettlementStep[];
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

const SETTLEMENTS = new ListCursor('settlements', ['instant', 'text']);

class ListSettlements extends Query<ListAnswer<SettlementItem>> {
  constructor(readonly query: SettlementsQuery) {
    super();
  }
}

@QueryHandler(ListSettlements)
class ListSettlementsHandler implements IQueryHandler<ListSettlements> {
  constructor(private readonly books: Books) {}

  async execute({ query }: ListSettlements): Promise<ListAnswer<SettlementItem>> {
    const { limit, phase } = query;
    const [openedAt, batch] = SETTLEMENTS.after(query.cursor) ?? [];
    const after = openedAt === undefined || batch === undefined ? undefined : { openedAt, batch };
    const rows = await this.books.read(query, (books) => listSettlements(books, { phase, after, limit: limit + 1 }));
    return SETTLEMENTS.answer(rows.map(present), limit, (item) => [item.openedAt, item.id]);
  }
}

class GetSettlement extends Query<SettlementDetails> {
  constructor(
    readonly id: string,
    readonly query: PositionQuery,
  ) {
    super();
  }
}

@QueryHandler(GetSettlement)
class GetSettlementHandler implements IQueryHandler<GetSettlement> {
  constructor(
    private readonly books: Books,
    private readonly entries: JournalEntries,
  ) {}

  async execute({ id, query }: GetSettlement): Promise<SettlementDetails> {
    const { line, places, ...rest } = await this.books.read(query, async (books) => {
      const found = await findSettlement(books, id);
      if (found === undefined) throw new DomainError('NOT_FOUND', `There is no settlement batch ${id}.`, 'id');
      const payouts = await listPayouts(books, { batch: id, limit: SETTLEMENT_PROVIDERS_MAX });
      const held = await listHeldOfBatch(books, id);
      return {
        line: found,
        places: await listSettlementSteps(books, found, STEPS_MAX),
        payouts: payouts.map(presentPayout),
        held: held.map(({ amount, ...row }) => ({ ...row, amount: formatAmount(amount) })),
        position: includedHeights(books),
      };
    });
    const events = (await this.entries.events(places)) as SettlementEvent[];
    const own = events
      .map((event, place) => ({ event, entry: entryId(places[place]!) }))
      .filter(({ event }) => event.batch === id);
    const cut = own.find(({ event }) => event.type === 'SettlementPlanned' || event.type === 'SettlementEmpty');
    return {
      ...present(line),
      ...rest,
      heads: cut !== undefined && 'heads' in cut.event ? cut.event.heads : [],
      steps: own.map(({ event, entry }) => ({ type: event.type, entry, time: event.time })),
    };
  }
}

function present(line: SettlementLine): SettlementItem {
  const { batch, total, mint, burn, blockNumber, blockHash, gasUsed, gasPrice, ...rest } = line;
  return {
    id: batch,
    ...rest,
    total: formatAmount(total),
    supplyMovement: { mint: formatAmount(mint), burn: formatAmount(burn) },
    block: blockNumber === null || blockHash === null ? null : { number: blockNumber, hash: blockHash },
    gas: gasUsed === null || gasPrice === null ? null : { used: gasUsed, price: gasPrice },
  };
}

@ApiTags('settlement')
@ApiBearerAuth()
@Controller('settlements')
class SettlementReadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('finance', 'operator', 'compliance')
  @ApiOperation({ summary: 'Settlement batches, newest first' })
  @ApiOkResponse({ type: SettlementsAnswer })
  list(@FromQuery() query: SettlementsQuery): Promise<ListAnswer<SettlementItem>> {
    return this.queries.execute(new ListSettlements(query));
  }

  @Get(':id')
  @Allow('finance', 'operator', 'compliance')
  @ApiOperation({ summary: 'One batch: phase, payouts, what was held, transaction, heads and steps' })
  @ApiOkResponse({ type: SettlementDetails })
  settlement(
    @ResourceParam('id', 'settlement batch') id: string,
    @FromQuery() query: PositionQuery,
  ): Promise<SettlementDetails> {
    return this.queries.execute(new GetSettlement(id, query));
  }
}

@Module({ controllers: [SettlementReadsController], providers: [ListSettlementsHandler, GetSettlementHandler] })
export class SettlementReportModule {}
