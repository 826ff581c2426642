/** `GET /v1/settlements` and `/v1/settlements/{id}`: batches, and everything about one of them. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ASSET, commonRefusal, entryId, formatAmount, type EntryPosition, type RowOf } from '#domain';
import { Allow, listAnswerOf, ResourceParam, type ListAnswer, PositionAnswer } from '#platform';
import type { BooksSnapshot } from '#postgres';
import { Books, includedHeights, JournalEntries, PositionListQuery, PositionQuery, TableList } from '#reading';
import type { SettlementEvent, SettlementPhase } from './batch.js';
import { PayoutItem, presentPayout } from './payout.report.js';
import { PAYOUTS, settlementRows, SETTLEMENTS } from './settlement.rows.js';
import { ISSUANCE } from '../supply/funds.js';

const PHASES = ['opened', 'planned', 'signed', 'empty', 'confirmed', 'reverted'] as const satisfies SettlementPhase[];
/** A batch has a few steps and one more for each signed attempt. */
export const STEPS_MAX = 64;

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

export class SettlementGas {
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
  @ApiProperty() withheldCount!: number;
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

const SettlementsAnswer = listAnswerOf(SettlementItem, 'SettlementsAnswer');

class WithheldPayable {
  @ApiProperty() provider!: string;
  @ApiProperty() amount!: string;
  @ApiProperty() reason!: string;
}

export class CutHead {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
  @ApiProperty() hash!: string;
}

export class SettlementStep {
  @ApiProperty() type!: string;
  @ApiProperty({ description: 'The journal entry, as GET /v1/entries/{id} knows it' }) entry!: string;
  @ApiProperty() time!: string;
}

class SettlementDetails extends SettlementItem {
  @ApiProperty({ type: [PayoutItem] }) payouts!: PayoutItem[];
  @ApiProperty({ type: [WithheldPayable], description: 'Who was kept out, with amount and reason' })
  withheld!: WithheldPayable[];
  @ApiProperty({ type: [CutHead], description: 'The journal heads at which the shards were cut' })
  heads!: readonly CutHead[];
  @ApiProperty({ type: [SettlementStep], description: 'The batch’s own entries, in order' })
  steps!: SettlementStep[];
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

type SettlementRow = RowOf<typeof SETTLEMENTS>;

const SETTLEMENT_LIST = new TableList('settlements', SETTLEMENTS, {
  orderBy: ['openedAt', 'batch'],
  direction: 'downwards',
});

/** A batch's own events. */
const STEPS = Object.keys(settlementRows)
  .map((type) => `'${type}'`)
  .join(', ');

/**
 * Entries of the settlement events that were recorded from the opening of a batch to its end, in order, at most `limit`.
 * One batch is under way at a time, so nearly all of them are its own; the events themselves name theirs.
 */
export async function listSettlementSteps(
  books: BooksSnapshot,
  { openedAt, closedAt }: Pick<SettlementRow, 'openedAt' | 'closedAt'>,
  limit: number,
): Promise<EntryPosition[]> {
  const rows = await books.rows<{ shard: number; height: string; index: number }>(
    `SELECT shard, height::text, index FROM books.entries
     WHERE type IN (${STEPS}) AND time >= $1 AND recorded_at >= $1 AND ($2::timestamptz IS NULL OR time <= $2)
     ORDER BY shard, height, index LIMIT $3`,
    [openedAt, closedAt, limit],
  );
  return rows.map((row) => ({ ...row, height: Number(row.height) }));
}

/** What one batch withheld, by provider. */
async function listWithheldOfBatch(
  books: BooksSnapshot,
  batch: string,
): Promise<{ readonly provider: string; readonly amount: bigint; readonly reason: string }[]> {
  const rows = await books.rows<{ provider: string; amount: string; reason: string }>(
    `SELECT provider, sum(amount)::text AS amount, min(reason) AS reason FROM books.withheld_payouts WHERE batch = $1
     GROUP BY provider ORDER BY provider`,
    [batch],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
}

/**
 * What the ledger's supply was at the cut of the last batch that was confirmed: what all chains together must have.
 * Every batch cuts every holder shard once, so the n-th batch that was opened made the n-th cut of each shard.
 *
 * @returns undefined before the first confirmation, and when the snapshot does not hold all of its cuts
 */
export async function readSupplyAtLastCut(books: BooksSnapshot): Promise<bigint | undefined> {
  const rows = await books.rows<{ supply: string | null; cuts: number }>(
    `WITH included AS MATERIALIZED (
         SELECT e.shard, e.height, e.index, e.type FROM books.entries AS e
         JOIN unnest($1::int[], $2::bigint[]) AS at (shard, height) ON e.shard = at.shard AND e.height <= at.height
         WHERE e.type IN ('SettlementOpened', 'SettlementConfirmed', 'PayablesCut')),
       steps AS (
         SELECT type, count(*) FILTER (WHERE type = 'SettlementOpened') OVER (ORDER BY height, index) AS ordinal
         FROM included WHERE type <> 'PayablesCut'),
       cuts AS (
         SELECT shard, height, index, row_number() OVER (PARTITION BY shard ORDER BY height, index) AS ordinal
         FROM included WHERE type = 'PayablesCut')
     SELECT sum(-coalesce(last.balance_after, 0))::text AS supply, count(*)::int AS cuts FROM cuts
     LEFT JOIN LATERAL (
       SELECT m.balance_after FROM books.movements AS m
       WHERE m.account = $3 AND m.asset = $4 AND m.shard = cuts.shard AND (m.height, m.index) <= (cuts.height, cuts.index)
       ORDER BY m.height DESC, m.index DESC LIMIT 1) AS last ON true
     WHERE cuts.ordinal = (SELECT max(ordinal) FROM steps WHERE type = 'SettlementConfirmed')`,
    [...books.at, ISSUANCE, ASSET],
  );
  const [row] = rows;
  // The registry is the one shard without cuts.
  const isWhole = row !== undefined && row.cuts === books.heights.length - 1;
  return isWhole && row.supply !== null ? BigInt(row.supply) : undefined;
}

class ListSettlements extends Query<ListAnswer<SettlementItem>> {
  constructor(readonly query: SettlementsQuery) {
    super();
  }
}

@QueryHandler(ListSettlements)
class ListSettlementsHandler implements IQueryHandler<ListSettlements> {
  constructor(private readonly books: Books) {}

  execute({ query }: ListSettlements): Promise<ListAnswer<SettlementItem>> {
    return this.books.list(SETTLEMENT_LIST, query, { phase: query.phase }, (rows) => rows.map(present));
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
      const found = await books.find(SETTLEMENTS, { batch: id });
      if (found === undefined) throw commonRefusal('NOT_FOUND', `There is no settlement batch ${id}.`, 'id');
      const payouts = await books.list(PAYOUTS, {
        where: { batch: id },
        orderBy: ['plannedAt', 'batch', 'provider'],
        direction: 'downwards',
        without: ['ordinal'],
      });
      const withheld = await listWithheldOfBatch(books, id);
      return {
        line: found,
        places: await listSettlementSteps(books, found, STEPS_MAX),
        payouts: payouts.map(presentPayout),
        withheld: withheld.map(({ amount, ...row }) => ({ ...row, amount: formatAmount(amount) })),
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

function present(row: SettlementRow): SettlementItem {
  const { batch, total, mint, burn, blockNumber, blockHash, gasUsed, gasPrice, ...rest } = row;
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
  @ApiOperation({ summary: 'One batch: phase, payouts, what was withheld, transaction, heads and steps' })
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
