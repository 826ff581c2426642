/** `GET /v1/providers/{id}/earnings`: what a provider earned, as a sum that holds, and by day, model or customer. */
import { Controller, Get, Inject, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ASSET, commonRefusal, formatAmount, registryShard } from '#domain';
import {
  Allow,
  assertMayReadProvider,
  Caller,
  CONFIGURATION,
  HolderParam,
  ListCursor,
  PositionAnswer,
  RequestError,
  type Configuration,
  type KeyGrant,
} from '#platform';
import { readAccountBalances, readTotals, type BooksSnapshot, type ShardHeight } from '#postgres';
import {
  Books,
  describeMoment,
  heightsOfPeriod,
  KnownParties,
  parsePeriod,
  PeriodListQuery,
  SaysWhetherClosed,
} from '#reading';
import { providerPayable } from '../rating/split-policy.js';
import { providerUncovered } from '../receivables/owed.js';
import { providerClawback } from '../reversals/reversal-events.js';
import { providerWithheld } from '../settlement/cut.js';
import { listWithheld, sumPayouts } from '../settlement/payout.report.js';

const EARNING_GROUPS = ['day', 'model', 'customer'] as const;
type EarningGroup = (typeof EARNING_GROUPS)[number];

class EarningsQuery extends PeriodListQuery {
  @ApiPropertyOptional({
    enum: EARNING_GROUPS,
    description: 'Without it there are no items; day means the days of `zone`, UTC unless given',
  })
  @IsOptional()
  @IsIn(EARNING_GROUPS, { message: `groupBy must be one of ${EARNING_GROUPS.join(', ')}` })
  groupBy?: EarningGroup;
}

class WithheldAnswer {
  @ApiProperty() amount!: string;
  @ApiProperty({ example: 'kyc_unverified' }) reason!: string;
  @ApiProperty() batch!: string;
  @ApiProperty() since!: string;
}

class EarningsStatement {
  @ApiProperty({ description: 'Owed to it, or paid and to be given back, when the period began' }) opening!: string;
  @ApiProperty({
    description: 'Its share of what was charged in the period, covered or not, less what was taken back',
  })
  earned!: string;
  @ApiProperty({ description: 'Confirmed on chain in the period' }) paid!: string;
  @ApiProperty({ description: 'At the end of the period: waits for the next batch' }) payable!: string;
  @ApiProperty({ description: 'Then: in a batch that is not final' }) inTransit!: string;
  @ApiProperty({ description: 'Then: kept out of payouts' }) withheld!: string;
  @ApiProperty({ description: 'Then: waits for its customers to cover it' }) uncovered!: string;
  @ApiProperty({ description: 'Then, zero or below: was paid, taken back since, and is filled by what is earned next' })
  clawback!: string;
}

class EarningItem {
  @ApiProperty({ example: '2026-11-22', description: 'The day, model or customer; empty: no model' }) key!: string;
  @ApiProperty({ description: 'Its share of what was charged, covered or not, less what was taken back' })
  amount!: string;
  @ApiProperty({ nullable: true, type: Number, description: 'Charges less those taken back; null by day' })
  events!: number | null;
}

class EarningsAnswer {
  @ApiProperty({ example: 'p7' }) provider!: string;
  @ApiProperty({ example: ASSET }) asset!: string;
  @ApiProperty({ nullable: true, type: String }) from!: string | null;
  @ApiProperty({ nullable: true, type: String }) to!: string | null;
  @ApiProperty({ description: 'Became payable in the period' }) earned!: string;
  @ApiProperty({ description: 'Confirmed on chain in the period' }) paid!: string;
  @ApiProperty({ description: 'Now: waits for the next batch' }) payable!: string;
  @ApiProperty({ description: 'Now: in a batch that is not final' }) inTransit!: string;
  @ApiProperty({ description: 'Now: earned, but not covered by its customers yet' }) uncovered!: string;
  @ApiProperty({ type: WithheldAnswer, nullable: true, description: 'Now: kept out of payouts, and why' })
  withheld!: WithheldAnswer | null;
  @ApiProperty({ type: EarningsStatement, description: 'opening + earned is the sum of the others' })
  statement!: EarningsStatement;
  @ApiProperty({ nullable: true, enum: EARNING_GROUPS, type: String }) groupBy!: EarningGroup | null;
  @ApiProperty({ description: 'Whose days are meant' }) zone!: string;
  @ApiProperty({ type: [EarningItem], description: 'Of the period, ascending; every day is there' })
  items!: EarningItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

/** Atto-tokens over all shards. */
interface OwedAt {
  readonly payable: bigint;
  readonly withheld: bigint;
  readonly uncovered: bigint;
  /** Zero or below. */
  readonly clawback: bigint;
  /** What settlements took, less what they gave back: it is in a batch or was paid. */
  readonly cut: bigint;
}

/** @returns as many as there are heights, in their order */
async function readOwedAt(
  books: BooksSnapshot,
  provider: string,
  heights: readonly (readonly ShardHeight[])[],
): Promise<OwedAt[]> {
  const places = heights.flatMap((shards, place) => shards.map((at) => ({ place, ...at })));
  const accounts = {
    payable: providerPayable(provider),
    withheld: providerWithheld(provider),
    uncovered: providerUncovered(provider),
    clawback: providerClawback(provider),
  };
  const at = [places.map(({ place }) => place), places.map(({ shard }) => shard), places.map(({ height }) => height)];
  const balances = await books.rows<{ place: number; account: string; balance: string }>(
    `SELECT at.place, owed.account, sum(last.balance_after)::text AS balance
     FROM unnest($1::int[], $2::int[], $3::bigint[]) AS at (place, shard, height)
     CROSS JOIN unnest($4::text[]) AS owed (account)
     CROSS JOIN LATERAL (
       SELECT balance_after FROM books.movements AS m
       WHERE m.account = owed.account AND m.asset = $5 AND m.shard = at.shard AND m.height <= at.height
       ORDER BY m.height DESC, m.index DESC LIMIT 1) AS last
     GROUP BY at.place, owed.account`,
    [...at, Object.values(accounts), ASSET],
  );
  const cuts = await books.rows<{ place: number; amount: string }>(
    `SELECT at.place, sum(-m.amount)::text AS amount
     FROM books.entries AS e
     JOIN books.movements AS m ON m.account = ANY ($4::text[]) AND m.asset = $5
       AND m.shard = e.shard AND m.height = e.height AND m.index = e.index
     JOIN unnest($1::int[], $2::int[], $3::bigint[]) AS at (place, shard, height)
       ON at.shard = e.shard AND e.height <= at.height
     WHERE e.type IN ('PayablesCut', 'SettlementPlanned', 'SettlementReverted')
     GROUP BY at.place`,
    [...at, [accounts.payable, accounts.withheld], ASSET],
  );
  return heights.map((_, place) => {
    const of = (account: string) =>
      BigInt(balances.find((row) => row.place === place && row.account === account)?.balance ?? '0');
    return {
      payable: of(accounts.payable),
      withheld: of(accounts.withheld),
      uncovered: of(accounts.uncovered),
      clawback: of(accounts.clawback),
      cut: BigInt(cuts.find((row) => row.place === place)?.amount ?? '0'),
    };
  });
}

/** A line of a list, atto-tokens. */
interface EarnedLine {
  readonly key: string;
  readonly amount: bigint;
  readonly events: number | null;
}

interface ListedPage {
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * Every day of a zone from the first to the last of a period, with what was earned on it: what was owed and cut at its end, less
 * what was at its beginning.
 *
 * @param period instants; the end is not in it
 */
async function listEarningsByDay(
  books: BooksSnapshot,
  provider: string,
  { from, to, zone }: { readonly from: string; readonly to: string; readonly zone: string },
  { after, limit }: ListedPage,
): Promise<EarnedLine[]> {
  const days = await books.rows<{ day: string; begins: Date; ends: Date }>(
    `SELECT to_char(day, 'YYYY-MM-DD') AS day, greatest(day AT TIME ZONE $3, $1::timestamptz) AS begins,
       least((day + interval '1 day') AT TIME ZONE $3, $2::timestamptz) AS ends
     FROM generate_series(date_trunc('day', $1::timestamptz AT TIME ZONE $3), $2::timestamptz AT TIME ZONE $3, interval '1 day') AS day
     WHERE day AT TIME ZONE $3 < $2::timestamptz AND ($4::text IS NULL OR to_char(day, 'YYYY-MM-DD') > $4)
     ORDER BY day LIMIT $5`,
    [from, to, zone, after ?? null, limit],
  );
  if (days.length === 0) return [];
  const instants = [days[0]!.begins, ...days.map(({ ends }) => ends)];
  const heights: (readonly ShardHeight[])[] = [];
  for (const instant of instants) heights.push(await books.heightsAt(instant.toISOString(), 'before'));
  const sums = (await readOwedAt(books, provider, heights)).map(
    ({ payable, withheld, uncovered, clawback, cut }) => payable + withheld + uncovered + clawback + cut,
  );
  return days.map(({ day }, place) => ({ key: day, amount: sums[place + 1]! - sums[place]!, events: null }));
}

/** The groups are a closed list, so that no text of a caller ever becomes part of a statement. */
const KEY = { model: 'model', customer: 'customer' } as const;

/** By model or customer, ascending. @param period UTC days, the last not in it; undefined: without bound */
async function listEarningsBy(
  books: BooksSnapshot,
  provider: string,
  groupBy: keyof typeof KEY,
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
  { after, limit }: ListedPage,
): Promise<EarnedLine[]> {
  const key = KEY[groupBy];
  const rows = await books.rows<{ key: string; amount: string; events: string }>(
    `SELECT ${key} AS key, sum(amount)::text AS amount, sum(events)::text AS events FROM books.provider_earnings
     WHERE provider = $1 AND ($2::date IS NULL OR day >= $2) AND ($3::date IS NULL OR day < $3)
       AND ($4::text IS NULL OR ${key} > $4 COLLATE "C")
     GROUP BY 1 ORDER BY ${key} COLLATE "C" LIMIT $5`,
    [provider, from ?? null, to ?? null, after ?? null, limit],
  );
  return rows.map((row) => ({ key: row.key, amount: BigInt(row.amount), events: Number(row.events) }));
}

class GetEarnings extends Query<EarningsAnswer> {
  constructor(
    readonly provider: string,
    readonly query: EarningsQuery,
  ) {
    super();
  }
}

const GROUPS = new ListCursor('earnings', ['text']);
const DAY_MS = 86_400_000;
/** What is listed by day when the period has no beginning. */
const DAYS_LISTED = 31;

interface Range {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

@QueryHandler(GetEarnings)
class GetEarningsHandler implements IQueryHandler<GetEarnings> {
  constructor(
    private readonly books: Books,
    private readonly parties: KnownParties,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  async execute({ provider, query }: GetEarnings): Promise<EarningsAnswer> {
    await this.parties.provider(provider);
    const range = parsePeriod(query, Date.now());
    const zone = readZone(query.zone);
    return this.books.read(query, async (books) => ({
      provider,
      asset: ASSET,
      from: range.from ?? null,
      to: range.to ?? null,
      ...(await this.present(books, provider, range)),
      statement: await readStatement(books, provider, range),
      groupBy: query.groupBy ?? null,
      zone,
      ...(await listItems(books, provider, { ...query, zone }, range)),
      ...describeMoment(books),
    }));
  }

  private async present(books: BooksSnapshot, provider: string, range: Range) {
    const span = await heightsOfPeriod(books, range);
    const payable = providerPayable(provider);
    // The registry credits a payable only to give a reverted payout back.
    const without = registryShard(this.configuration.shards);
    const earned = (await readTotals(books, [payable], { ...span, without })).get(payable) ?? 0n;
    const accounts = [payable, providerUncovered(provider), providerWithheld(provider)];
    const balances = await readAccountBalances(books, accounts);
    const { paid, inTransit } = await sumPayouts(books, provider, range);
    const [withheld] = await listWithheld(books, { provider, limit: 1 });
    return {
      earned: formatAmount(earned),
      paid: formatAmount(paid),
      payable: formatAmount(balances.get(payable) ?? 0n),
      inTransit: formatAmount(inTransit),
      uncovered: formatAmount(balances.get(providerUncovered(provider)) ?? 0n),
      withheld:
        withheld === undefined
          ? null
          : {
              amount: formatAmount(withheld.amount),
              reason: withheld.reason,
              batch: withheld.batch,
              since: withheld.since,
            },
    };
  }
}

/** What a provider was paid before an instant; undefined: until now. */
const paidBefore = async (books: BooksSnapshot, provider: string, to: string | undefined): Promise<bigint> =>
  (await sumPayouts(books, provider, { from: undefined, to })).paid;

/** All that was ever earned at some heights, by where it is. */
const sumOf = ({ payable, withheld, uncovered, clawback, cut }: OwedAt): bigint =>
  payable + withheld + uncovered + clawback + cut;

async function readStatement(books: BooksSnapshot, provider: string, range: Range): Promise<EarningsStatement> {
  const { from, to } = await heightsOfPeriod(books, range);
  const [start, end] = (await readOwedAt(books, provider, [from, to])) as [OwedAt, OwedAt];
  const paidUntil = await paidBefore(books, provider, range.to);
  const paidFirst = range.from === undefined ? 0n : await paidBefore(books, provider, range.from);
  return {
    opening: formatAmount(sumOf(start) - paidFirst),
    earned: formatAmount(sumOf(end) - sumOf(start)),
    paid: formatAmount(paidUntil - paidFirst),
    payable: formatAmount(end.payable),
    // What was cut and is not final; what is final was paid.
    inTransit: formatAmount(end.cut - paidUntil),
    withheld: formatAmount(end.withheld),
    uncovered: formatAmount(end.uncovered),
    clawback: formatAmount(end.clawback),
  };
}

async function listItems(
  books: BooksSnapshot,
  provider: string,
  { groupBy, zone, cursor, limit }: EarningsQuery & { readonly zone: string },
  { from, to }: Range,
): Promise<Pick<EarningsAnswer, 'items' | 'nextCursor'>> {
  const after = GROUPS.after(cursor)?.[0];
  if (groupBy === undefined) return { items: [], nextCursor: null };
  const page = { after, limit: limit + 1 };
  const end = to ?? new Date().toISOString();
  const rows =
    groupBy === 'day'
      ? await listEarningsByDay(
          books,
          provider,
          { from: from ?? new Date(Date.parse(end) - (DAYS_LISTED - 1) * DAY_MS).toISOString(), to: end, zone },
          page,
        )
      : await listEarningsBy(books, provider, groupBy, { from: utcDay(from, 'from'), to: utcDay(to, 'to') }, page);
  const answer = GROUPS.answer(rows, limit, ({ key }) => [key]);
  return { ...answer, items: answer.items.map((row) => ({ ...row, amount: formatAmount(row.amount) })) };
}

/** Sums are kept by UTC day, so a bound inside of one has no answer. */
function utcDay(instant: string | undefined, path: string): string | undefined {
  if (instant === undefined) return undefined;
  if (instant.endsWith('T00:00:00.000Z')) return instant.slice(0, 10);
  const detail = 'By model and customer earnings are summed by whole UTC days; write a day such as 2026-11-22.';
  throw commonRefusal('TIME_INVALID', detail, path);
}

/** @throws RequestError `VALIDATION_FAILED` */
function readZone(zone = 'UTC'): string {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return zone;
  } catch {
    const message = 'write the name of a zone, such as UTC or Asia/Tokyo';
    throw new RequestError('VALIDATION_FAILED', `There is no zone of that name: ${message}.`, [
      { path: 'zone', message },
    ]);
  }
}

@ApiTags('provider')
@ApiBearerAuth()
@Controller('providers')
class EarningsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/earnings')
  @Allow('provider', 'finance', 'compliance')
  @ApiOperation({ summary: 'What a provider earned and was paid in a period, and what is owed to it now' })
  @ApiOkResponse({ type: EarningsAnswer })
  earnings(
    @HolderParam() id: string,
    @FromQuery() query: EarningsQuery,
    @Caller() caller: KeyGrant,
  ): Promise<EarningsAnswer> {
    assertMayReadProvider(caller, id);
    return this.queries.execute(new GetEarnings(id, query));
  }
}

@Module({ controllers: [EarningsController], providers: [GetEarningsHandler] })
export class EarningsReportModule {}
