/** `GET /v1/reconciliations` and `/v1/breaks`: ledger against chain, and what disagrees for how long. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { commonRefusal, type RowOf } from '#domain';
import { Allow, listAnswerOf, ResourceParam, type ListAnswer } from '#platform';
import { PRESENT } from '#postgres';
import { Books, PositionListQuery, PositionQuery, TableList } from '#reading';
import { BREAKS, RECONCILIATIONS } from './reconciliation.rows.js';

const BREAK_STATES = ['open', 'closed'] as const;
type BreakState = (typeof BREAK_STATES)[number];

/** Ageing buckets, each up to so many seconds; the last is open. */
const BUCKETS = [
  ['under_1h', 3_600],
  ['1h_to_24h', 86_400],
  ['1d_to_7d', 7 * 86_400],
  ['7d_to_30d', 30 * 86_400],
] as const;
const OLDEST_BUCKET = 'over_30d';
const AGEING = [...BUCKETS.map(([name]) => name), OLDEST_BUCKET];

class BreaksQuery extends PositionListQuery {
  @ApiPropertyOptional({ enum: BREAK_STATES, default: 'open' })
  @IsOptional()
  @IsIn(BREAK_STATES, { message: 'state must be open or closed' })
  state: BreakState = 'open';
}

class BreakItem {
  @ApiProperty({ description: 'The same in every run that finds it' }) key!: string;
  @ApiProperty({ example: 'MISSING_ON_CHAIN' }) class!: string;
  @ApiProperty() detail!: string;
  @ApiProperty({ description: 'What the ledger says' }) ledger!: string;
  @ApiProperty({ description: 'What the chain says' }) chain!: string;
  @ApiProperty({ enum: BREAK_STATES }) state!: BreakState;
  @ApiProperty() since!: string;
  @ApiProperty() lastSeen!: string;
  @ApiProperty({ nullable: true, type: String }) closedAt!: string | null;
  @ApiProperty({ description: 'From its finding until now, or until it was closed' }) ageSeconds!: number;
  @ApiProperty({ enum: AGEING }) ageing!: string;
}

const BreaksAnswer = listAnswerOf(BreakItem, 'BreaksAnswer');

class FinalBlock {
  @ApiProperty({ nullable: true, type: String }) number!: string | null;
  @ApiProperty() hash!: string;
}

class ReconciliationCheck {
  @ApiProperty({ example: 'total supply' }) name!: string;
  @ApiProperty({ description: 'Tokens' }) ledger!: string;
  @ApiProperty({ description: 'Tokens' }) chain!: string;
  @ApiProperty() agrees!: boolean;
}

class ReconciliationItem {
  @ApiProperty() id!: string;
  @ApiProperty({ example: 31337 }) chainId!: number;
  @ApiProperty({ type: FinalBlock }) block!: FinalBlock;
  @ApiProperty() time!: string;
  @ApiProperty({ description: 'Payouts that agree with their transfer' }) matched!: number;
  @ApiProperty() breakCount!: number;
  @ApiProperty({ type: [ReconciliationCheck] }) checks!: readonly ReconciliationCheck[];
}

const ReconciliationsAnswer = listAnswerOf(ReconciliationItem, 'ReconciliationsAnswer');

class ReconciliationHead {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
  @ApiProperty() hash!: string;
}

class FoundBreak {
  @ApiProperty({ description: 'The same in every run that finds it' }) key!: string;
  @ApiProperty({ example: 'MISSING_ON_CHAIN' }) class!: string;
  @ApiProperty() detail!: string;
  @ApiProperty({ description: 'What the ledger says' }) ledger!: string;
  @ApiProperty({ description: 'What the chain says' }) chain!: string;
  @ApiProperty({ description: 'When a reconciliation first found it' }) since!: string;
  @ApiProperty() ageSeconds!: number;
  @ApiProperty({ enum: AGEING }) ageing!: string;
}

class ReconciliationDetails extends ReconciliationItem {
  @ApiProperty({ type: [ReconciliationHead] }) heads!: readonly ReconciliationHead[];
  @ApiProperty({ type: [FoundBreak], description: 'As this run found them, with their age then' })
  breaks!: readonly FoundBreak[];
  @ApiProperty({ type: [String], description: 'Keys of breaks that this run no longer found' })
  closed!: readonly string[];
}

/** The longest open one is the most urgent. */
const BREAK_LIST = new TableList('breaks', BREAKS, { orderBy: ['since', 'key'], direction: 'upwards' });
const RECONCILIATION_LIST = new TableList('reconciliations', RECONCILIATIONS, {
  orderBy: ['time', 'reconciliation'],
  direction: 'downwards',
  // Thousands, perhaps: one reconciliation shows its own.
  without: ['heads', 'breaks', 'closed'],
});

class ListBreaks extends Query<ListAnswer<BreakItem>> {
  constructor(readonly query: BreaksQuery) {
    super();
  }
}

@QueryHandler(ListBreaks)
class ListBreaksHandler implements IQueryHandler<ListBreaks> {
  constructor(private readonly books: Books) {}

  execute({ query }: ListBreaks): Promise<ListAnswer<BreakItem>> {
    return this.books.list(BREAK_LIST, query, { closedAt: query.state === 'open' ? null : PRESENT }, (rows) => {
      const nowMs = Date.now();
      return rows.map((row) => presentBreak(row, nowMs));
    });
  }
}

function presentBreak(row: RowOf<typeof BREAKS>, nowMs: number): BreakItem {
  const until = row.closedAt === null ? nowMs : Date.parse(row.closedAt);
  return { ...row, state: row.closedAt === null ? 'open' : 'closed', ...ageOf(row.since, until) };
}

/** A break's age at a moment; clocks may differ, so it never is below zero. */
function ageOf(since: string, untilMs: number): { readonly ageSeconds: number; readonly ageing: string } {
  const ageSeconds = Math.max(0, Math.floor((untilMs - Date.parse(since)) / 1_000));
  return { ageSeconds, ageing: BUCKETS.find(([, below]) => ageSeconds < below)?.[0] ?? OLDEST_BUCKET };
}

class ListReconciliations extends Query<ListAnswer<ReconciliationItem>> {
  constructor(readonly query: PositionListQuery) {
    super();
  }
}

@QueryHandler(ListReconciliations)
class ListReconciliationsHandler implements IQueryHandler<ListReconciliations> {
  constructor(private readonly books: Books) {}

  execute({ query }: ListReconciliations): Promise<ListAnswer<ReconciliationItem>> {
    return this.books.list(RECONCILIATION_LIST, query, {}, (rows) => rows.map(presentReconciliation));
  }
}

class GetReconciliation extends Query<ReconciliationDetails> {
  constructor(
    readonly id: string,
    readonly query: PositionQuery,
  ) {
    super();
  }
}

@QueryHandler(GetReconciliation)
class GetReconciliationHandler implements IQueryHandler<GetReconciliation> {
  constructor(private readonly books: Books) {}

  async execute({ id, query }: GetReconciliation): Promise<ReconciliationDetails> {
    const row = await this.books.read(query, (books) => books.find(RECONCILIATIONS, { reconciliation: id }));
    if (row === undefined) throw commonRefusal('NOT_FOUND', `There is no reconciliation ${id}.`, 'id');
    return {
      ...presentReconciliation(row),
      heads: row.heads,
      breaks: row.breaks.map((found) => ({ ...found, ...ageOf(found.since, Date.parse(row.time)) })),
      closed: row.closed,
    };
  }
}

function presentReconciliation(
  row: Omit<RowOf<typeof RECONCILIATIONS>, 'heads' | 'breaks' | 'closed'>,
): ReconciliationItem {
  return {
    id: row.reconciliation,
    chainId: row.chainId,
    block: { number: row.blockNumber, hash: row.blockHash },
    time: row.time,
    matched: row.matched,
    breakCount: row.breakCount,
    checks: row.checks,
  };
}

@ApiTags('settlement')
@ApiBearerAuth()
@Controller()
class ReconciliationReadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('reconciliations')
  @Allow('finance', 'operator', 'compliance')
  @ApiOperation({ summary: 'Reconciliations, newest first' })
  @ApiOkResponse({ type: ReconciliationsAnswer })
  list(@FromQuery() query: PositionListQuery): Promise<ListAnswer<ReconciliationItem>> {
    return this.queries.execute(new ListReconciliations(query));
  }

  @Get('reconciliations/:id')
  @Allow('finance', 'operator', 'compliance')
  @ApiOperation({ summary: 'One reconciliation with its breaks' })
  @ApiOkResponse({ type: ReconciliationDetails })
  reconciliation(
    @ResourceParam('id', 'reconciliation') id: string,
    @FromQuery() query: PositionQuery,
  ): Promise<ReconciliationDetails> {
    return this.queries.execute(new GetReconciliation(id, query));
  }

  @Get('breaks')
  @Allow('finance', 'operator', 'compliance')
  @ApiOperation({ summary: 'Breaks between ledger and chain, the oldest first' })
  @ApiOkResponse({ type: BreaksAnswer })
  breaks(@FromQuery() query: BreaksQuery): Promise<ListAnswer<BreakItem>> {
    return this.queries.execute(new ListBreaks(query));
  }
}

@Module({
  controllers: [ReconciliationReadsController],
  providers: [ListReconciliationsHandler, GetReconciliationHandler, ListBreaksHandler],
})
export class ReconciliationReportModule {}
