/** `GET /v1/budgets/{path}` and `/v1/holders/{id}/budgets`: what is used and left of ceilings, now or as of any past instant. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  HolderParam,
  listAnswerOf,
  ListCursor,
  RestParam,
  type KeyGrant,
  type ListAnswer,
} from '#platform';
import type { BooksSnapshot } from '#postgres';
import { AsOfListQuery, AsOfQuery, Books, HolderLists, momentOf, type HolderList, type ListPart } from '#reading';
import { presentBudget } from './budget-answer.js';
import { budgetRefusal } from './budget-refusals.js';
import { ON_EXCEED, type BudgetTerms, type OnExceed } from './budget-state.js';
import { parseBudgetPath } from './budget.js';
import { BUDGET_PERIODS, NO_END, periodAt, type BudgetPeriod } from './period.js';

class ReachedThreshold {
  @ApiProperty({ example: 80 }) threshold!: number;
  @ApiProperty() at!: string;
}

class BudgetAnswer {
  @ApiProperty({ example: 'acme/research/key-7' }) path!: string;
  @ApiProperty({ example: '100' }) limit!: string;
  @ApiProperty({ enum: BUDGET_PERIODS }) period!: string;
  @ApiProperty({ enum: ON_EXCEED }) onExceed!: string;
  @ApiProperty({ type: [Number], example: [50, 80, 100] }) thresholds!: readonly number[];
  @ApiProperty({ description: 'Of the period, by the time of booking' }) used!: string;
  @ApiProperty({ description: 'Reserved by open holds' }) held!: string;
  @ApiProperty({ description: 'What was owed in the period instead of used' }) exceeded!: string;
  @ApiProperty({ description: 'What may still be used or held; 0 where a lowered limit lies below what was' })
  remaining!: string;
  @ApiProperty() periodStart!: string;
  @ApiProperty({ nullable: true, type: String, description: 'null: it counts in total' }) periodEnd!: string | null;
  @ApiProperty({ type: [ReachedThreshold], description: 'Thresholds that were told in the period' })
  reached!: readonly ReachedThreshold[];
  @ApiPropertyOptional({
    description: 'When nothing remains, if use goes on as in the last 24 hours; absent where nothing was used',
  })
  runsDryAt?: string;
}

const BudgetsAnswer = listAnswerOf(BudgetAnswer, 'BudgetsAnswer');
const BY_PATH = ['text'] as const;

const DAY_MS = 86_400_000;
const LAST_MS = Date.UTC(9999, 11, 31);

interface Setting extends BudgetTerms {
  readonly path: string;
  readonly from: string;
  /** The entry since which it counts. */
  readonly height: string;
  readonly index: number;
}

interface SettingRow {
  readonly path: string;
  readonly limit: string;
  readonly period: BudgetPeriod;
  readonly on_exceed: OnExceed;
  readonly thresholds: readonly number[];
  readonly counts_from: Date;
  readonly height: string;
  readonly index: number;
}

/** Budgets as they were set, ascending by path: one, or those after a path. */
async function readSettings(
  books: BooksSnapshot,
  customer: string,
  { path, after, limit }: Partial<ListPart<typeof BY_PATH>> & { readonly path?: string; readonly limit: number },
): Promise<Setting[]> {
  const rows = await books.rows<SettingRow>(
    `WITH at AS (SELECT * FROM unnest($1::int[], $2::bigint[]) AS at (shard, height)),
     known AS (
       SELECT settings.* FROM books.budget_settings AS settings JOIN at ON at.shard = settings.shard
       WHERE settings.height <= at.height AND customer = $3
         AND ($4::text IS NULL OR path = $4) AND ($5::text IS NULL OR path > $5)
     ),
     newest AS (SELECT DISTINCT ON (path) * FROM known ORDER BY path, height DESC, index DESC LIMIT $6)
     SELECT newest.path, newest.limit::text AS limit, newest.period, newest.on_exceed, newest.thresholds,
       since.counts_from, since.height::text AS height, since.index
     FROM newest CROSS JOIN LATERAL (
       SELECT counts_from, height, index FROM known WHERE known.path = newest.path AND counts_from IS NOT NULL
       ORDER BY height DESC, index DESC LIMIT 1
     ) AS since
     ORDER BY newest.path`,
    [...books.at, customer, path ?? null, after?.[0] ?? null, limit],
  );
  return rows.map(({ on_exceed: onExceed, counts_from: from, limit: most, ...row }) => ({
    ...{ ...row, onExceed, from: from.toISOString(), limit: BigInt(most) },
  }));
}

interface Counts {
  readonly used: bigint;
  readonly held: bigint;
  readonly exceeded: bigint;
  /** In the 24 hours before. */
  readonly usedOfLate: bigint;
  readonly reached: readonly ReachedThreshold[];
}

/** Whether a path is a budget's or lies below it: `/` stands before `0` in the order of its bytes. */
const atOrBelow = (path: string): string =>
  `(${path} = budget.path OR (${path} > budget.path || '/' AND ${path} < budget.path || '0'))`;

/** What counts in each of some budgets by an instant. */
async function readCounts(
  books: BooksSnapshot,
  customer: string,
  budgets: readonly (Setting & { readonly start: string; readonly end: string })[],
  nowMs: number,
): Promise<Counts[]> {
  const lately = new Date(nowMs - DAY_MS).toISOString();
  const rows = await books.rows<{
    used: string;
    held: string;
    exceeded: string;
    of_late: string;
    reached: ReachedThreshold[] | null;
  }>(
    `WITH at AS (SELECT * FROM unnest($1::int[], $2::bigint[]) AS at (shard, height)),
     counts AS (
       SELECT counted.* FROM books.budget_counts AS counted JOIN at ON at.shard = counted.shard
       WHERE counted.height <= at.height AND customer = $3
     ),
     holding AS (
       SELECT coalesce(holds.budget, part.customer) AS path, part.amount
       FROM books.held_parts AS part JOIN at ON at.shard = part.shard JOIN books.holds ON holds.hold = part.hold
       WHERE part.height <= at.height AND part.customer = $3
         AND (part.settled_height IS NULL OR part.settled_height > at.height)
     ),
     alerts AS (
       SELECT told.* FROM books.budget_alerts AS told JOIN at ON at.shard = told.shard
       WHERE told.height <= at.height AND customer = $3
     )
     SELECT counted.used, holding.held, counted.exceeded, late.used AS of_late, told.reached
     FROM unnest($4::text[], $5::date[], $6::date[], $7::bigint[], $8::int[]) WITH ORDINALITY
       AS budget (path, first_day, end_day, since_height, since_index, place)
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(used), 0)::text AS used, coalesce(sum(exceeded), 0)::text AS exceeded FROM counts
       WHERE ${atOrBelow('counts.path')} AND day >= first_day AND day < end_day AND (height, index) > (since_height, since_index)
     ) AS counted
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(amount), 0)::text AS held FROM holding WHERE ${atOrBelow('holding.path')}
     ) AS holding
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(used), 0)::text AS used FROM counts
       WHERE ${atOrBelow('counts.path')} AND day >= ($9::timestamptz AT TIME ZONE 'UTC')::date AND recorded_at > $9
     ) AS late
     CROSS JOIN LATERAL (
       SELECT json_agg(one ORDER BY threshold) AS reached FROM (
         SELECT threshold, to_char(max(recorded_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM alerts
         WHERE alerts.path = budget.path AND day >= first_day AND day < end_day
           AND (height, index) > (since_height, since_index)
         GROUP BY threshold
       ) AS one
     ) AS told
     ORDER BY place`,
    [
      ...[...books.at, customer, budgets.map(({ path }) => path), budgets.map(({ start }) => start)],
      budgets.map(({ end }) => (end === NO_END ? 'infinity' : end)),
      ...[budgets.map(({ height }) => height), budgets.map(({ index }) => index), lately],
    ],
  );
  return rows.map((row) => ({
    ...{ used: BigInt(row.used), held: BigInt(row.held), exceeded: BigInt(row.exceeded) },
    usedOfLate: BigInt(row.of_late),
    reached: row.reached ?? [],
  }));
}

/** When nothing remains, if as much is used as of late; undefined where nothing was, and beyond the calendar. */
function dryAt(nowMs: number, remaining: bigint, usedOfLate: bigint): string | undefined {
  if (usedOfLate === 0n) return undefined;
  const afterMs = (remaining * BigInt(DAY_MS)) / usedOfLate;
  const leftMs = BigInt(LAST_MS - nowMs);
  return afterMs > leftMs ? undefined : new Date(nowMs + Number(afterMs)).toISOString();
}

async function describe(
  books: BooksSnapshot,
  customer: string,
  settings: readonly Setting[],
  nowMs: number,
): Promise<BudgetAnswer[]> {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const budgets = settings.map((setting) => ({
    ...setting,
    ...periodAt(setting.period, setting.period === 'total' ? setting.from.slice(0, 10) : day),
  }));
  const counts = await readCounts(books, customer, budgets, nowMs);
  return budgets.map(({ height, index, ...budget }, i) => {
    const { used, held, exceeded, usedOfLate, reached } = counts[i]!;
    const left = budget.limit - used - held;
    const remaining = left > 0n ? left : 0n;
    const since = { shard: 0, height: Number(height), index };
    const runsDryAt = dryAt(nowMs, remaining, usedOfLate);
    return {
      ...presentBudget({ ...budget, since, used, exceeded, held, remaining, reached: [] }),
      reached,
      ...(runsDryAt === undefined ? {} : { runsDryAt }),
    };
  });
}

class GetBudget extends Query<BudgetAnswer> {
  constructor(
    readonly path: string,
    readonly query: AsOfQuery,
  ) {
    super();
  }
}

@QueryHandler(GetBudget)
class GetBudgetHandler implements IQueryHandler<GetBudget> {
  constructor(private readonly books: Books) {}

  execute({ path, query }: GetBudget): Promise<BudgetAnswer> {
    const customer = parseBudgetPath(path);
    return this.books.read(query, async (books) => {
      const settings = await readSettings(books, customer, { path, limit: 1 });
      const [budget] = await describe(books, customer, settings, momentOf(query));
      if (budget !== undefined) return budget;
      throw budgetRefusal('UNKNOWN_BUDGET', `There is no budget ${path}; set it with PUT /v1/budgets/{path}.`, 'path');
    });
  }
}

const BUDGET_LIST: HolderList<typeof BY_PATH, Setting, BudgetAnswer> = {
  cursor: new ListCursor('budgets', BY_PATH),
  find: readSettings,
  keyOf: ({ path }) => [path],
  present: (settings, { books, holder, nowMs }) => describe(books, holder, settings, nowMs),
};

class ListBudgets extends Query<ListAnswer<BudgetAnswer>> {
  constructor(
    readonly customer: string,
    readonly query: AsOfListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListBudgets)
class ListBudgetsHandler implements IQueryHandler<ListBudgets> {
  constructor(private readonly lists: HolderLists) {}

  execute({ customer, query }: ListBudgets): Promise<ListAnswer<BudgetAnswer>> {
    return this.lists.answer(BUDGET_LIST, customer, query);
  }
}

@ApiTags('budgets')
@ApiBearerAuth()
@Controller()
class BudgetReportController {
  constructor(private readonly queries: QueryBus) {}

  @Get('budgets/*')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'A ceiling, and what is used and left of it' })
  @ApiOkResponse({ type: BudgetAnswer })
  budget(@RestParam() path: string, @FromQuery() query: AsOfQuery, @Caller() caller: KeyGrant): Promise<BudgetAnswer> {
    assertMayReadCustomer(caller, parseBudgetPath(path));
    return this.queries.execute(new GetBudget(path, query));
  }

  @Get('holders/:id/budgets')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'A customer’s ceilings, ascending by path' })
  @ApiOkResponse({ type: BudgetsAnswer })
  list(
    @HolderParam() id: string,
    @FromQuery() query: AsOfListQuery,
    @Caller() caller: KeyGrant,
  ): Promise<ListAnswer<BudgetAnswer>> {
    assertMayReadCustomer(caller, id);
    return this.queries.execute(new ListBudgets(id, query));
  }
}

@Module({ controllers: [BudgetReportController], providers: [GetBudgetHandler, ListBudgetsHandler] })
export class BudgetReportModule {}
