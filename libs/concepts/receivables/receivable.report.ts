/** `GET /v1/holders/{id}/receivables` and `/v1/reports/receivables`: what is owed and since when, now or as of any past instant. */
import { Controller, Get, Module, Query as FromQuery, Res } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { entryId, formatAmount } from '#domain';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  HolderParam,
  ListCursor,
  PositionAnswer,
  type KeyGrant,
} from '#platform';
import type { BooksSnapshot } from '#postgres';
import {
  AcceptsFormat,
  answerCsv,
  answerReport,
  AsOfListQuery,
  Books,
  describeMoment,
  HolderLists,
  momentOf,
  reportRows,
  SaysWhetherClosed,
  type HolderList,
  type ListPart,
  type ReportFormat,
} from '#reading';
import { AGE_CLASSES, ageInDays, boundsOf, type AgeClass } from './ageing.js';

class AgedAmounts implements Record<AgeClass, string> {
  @ApiProperty({ example: '8.5', description: 'The sum of all ages: what the receivable accounts hold' })
  receivable!: string;
  @ApiProperty({ example: '5', description: 'Booked at most 30 whole days before' }) days0To30!: string;
  @ApiProperty({ example: '3.5' }) days31To60!: string;
  @ApiProperty({ example: '0' }) days61To90!: string;
  @ApiProperty({ example: '0', description: 'Booked 91 whole days before, or earlier' }) over90Days!: string;
}

class OwedItem {
  @ApiProperty({ example: '2-17-0', description: 'The id of the entry that booked it' }) entry!: string;
  @ApiProperty({ example: 'gateway/eu-1', description: 'Of the usage; `hold` for what a hold’s capture left' })
  source!: string;
  @ApiProperty({ example: 'req-1', description: 'Of the usage, or of the hold' }) id!: string;
  @ApiProperty({ example: 'gpu-farm' }) provider!: string;
  @ApiProperty({ example: '4', description: 'What was owed when it was booked' }) amount!: string;
  @ApiProperty({ example: '3.5', description: 'What of it is owed' }) open!: string;
  @ApiProperty({ description: 'When it was booked; its age counts from here' }) recordedAt!: string;
  @ApiProperty({ nullable: true, type: String, description: 'The usage’s own time' }) time!: string | null;
  @ApiProperty({ example: 12, description: 'Whole days since it was booked' }) ageDays!: number;
}

class OwedAnswer {
  @ApiProperty({ nullable: true, type: String }) asOf!: string | null;
  @ApiProperty({ type: AgedAmounts, description: 'Of the whole customer, not only of this answer' })
  totals!: AgedAmounts;
  @ApiProperty({ type: [OwedItem] }) items!: readonly OwedItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

class OwingItem extends AgedAmounts {
  @ApiProperty({ example: 'acme' }) customer!: string;
  @ApiProperty({ description: 'When the oldest of what is owed was booked' }) oldest!: string;
}

class AgeingReportQuery extends AsOfListQuery {
  @AcceptsFormat()
  format: ReportFormat = 'json';
}

class AgeingReport {
  @ApiProperty({ nullable: true, type: String }) asOf!: string | null;
  @ApiProperty({ type: AgedAmounts, description: 'Of all customers, not only of this answer' }) totals!: AgedAmounts;
  @ApiProperty({ type: [OwingItem] }) items!: readonly OwingItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

const BY_BOOKING = ['instant', 'int4', 'int8', 'int4'] as const;
const OWING = new ListCursor('receivables-ageing', ['text']);

/**
 * What was owed as of a snapshot, of one customer ($3) or of all (null): what is open now, and what was covered since. Of
 * several receivables of one name the oldest was covered first, so what was covered since is given back to the newest first.
 * A receivable has a row for each of both.
 */
const OWED_PARTS = `
  at AS (SELECT * FROM unnest($1::int[], $2::bigint[]) AS at (shard, height)),
  since AS (
    SELECT part.customer, part.usage_key, part.shard, sum(part.amount) AS amount
    FROM books.covered_parts AS part JOIN at ON at.shard = part.shard AND part.height > at.height
    WHERE $3::text IS NULL OR part.customer = $3
    GROUP BY part.customer, part.usage_key, part.shard
  ),
  given_back AS (
    SELECT one.customer, one.usage_key, one.shard, one.height, one.index, one.recorded_at,
      least(one.amount - one.amount_open, since.amount - (sum(one.amount - one.amount_open) OVER (
        PARTITION BY one.customer, one.usage_key, one.shard ORDER BY one.height DESC, one.index DESC
      ) - (one.amount - one.amount_open))) AS amount
    FROM since JOIN books.receivables AS one
      ON (one.customer, one.usage_key, one.shard) = (since.customer, since.usage_key, since.shard)
  ),
  owed AS (
    SELECT one.customer, one.usage_key, one.shard, one.height, one.index, one.recorded_at, one.amount_open AS amount
    FROM books.receivables AS one JOIN at ON at.shard = one.shard AND one.height <= at.height
    WHERE one.amount_open > 0 AND ($3::text IS NULL OR one.customer = $3)
    UNION ALL
    SELECT given_back.* FROM given_back JOIN at ON at.shard = given_back.shard AND given_back.height <= at.height
    WHERE given_back.amount > 0
  )`;

interface OwedRow {
  readonly shard: number;
  readonly height: number;
  readonly index: number;
  readonly source: string;
  readonly id: string;
  readonly provider: string;
  readonly amount: bigint;
  readonly open: bigint;
  readonly recordedAt: string;
  readonly time: string | null;
}

/** What a customer owed, oldest booking first. */
async function listOwed(
  books: BooksSnapshot,
  customer: string,
  { after, limit }: ListPart<typeof BY_BOOKING>,
): Promise<OwedRow[]> {
  const rows = await books.rows<
    Omit<OwedRow, 'height' | 'amount' | 'open' | 'recordedAt' | 'time'> &
      Record<'height' | 'amount' | 'open', string> & { readonly recorded_at: Date; readonly time: Date | null }
  >(
    `WITH ${OWED_PARTS},
     page AS (
       SELECT customer, usage_key, shard, height, index, recorded_at, sum(amount) AS open FROM owed
       WHERE $4::timestamptz IS NULL OR (recorded_at, shard, height, index) > ($4, $5::int, $6::bigint, $7::int)
       GROUP BY customer, usage_key, shard, height, index, recorded_at
       ORDER BY recorded_at, shard, height, index LIMIT $8
     )
     SELECT page.shard, page.height::text AS height, page.index, one.source, one.id, one.provider,
       one.amount::text AS amount, page.open::text AS open, page.recorded_at, one.time
     FROM page JOIN books.receivables AS one USING (customer, usage_key, shard, height, index)
     ORDER BY page.recorded_at, page.shard, page.height, page.index`,
    [...books.at, customer, ...(after ?? [null, null, null, null]), limit],
  );
  return rows.map(({ recorded_at, time, ...row }) => ({
    ...{ ...row, height: Number(row.height), amount: BigInt(row.amount), open: BigInt(row.open) },
    ...{ recordedAt: recorded_at.toISOString(), time: time?.toISOString() ?? null },
  }));
}

/** Atto-tokens that are owed, by age. */
type Ages = Readonly<Record<AgeClass | 'receivable', bigint>>;
type AgesRow = Readonly<Record<AgeClass | 'receivable', string>>;

/** SQL for the sums by age, of bookings after and until the instants of `boundsOf`, which are parameters from `first` on. */
function sumsByAge(nowMs: number, first: number): { readonly columns: string; readonly values: (string | null)[] } {
  const bounds = boundsOf(nowMs);
  const columns = bounds.map(({ name }, i) => {
    const [after, until] = [`$${first + 2 * i}::timestamptz`, `$${first + 2 * i + 1}::timestamptz`];
    const isOfAge = `(${after} IS NULL OR recorded_at > ${after}) AND (${until} IS NULL OR recorded_at <= ${until})`;
    return `coalesce(sum(amount) FILTER (WHERE ${isOfAge}), 0)::text AS "${name}"`;
  });
  return {
    columns: [`coalesce(sum(amount), 0)::text AS receivable`, ...columns].join(', '),
    values: bounds.flatMap(({ after, until }) => [after, until]),
  };
}

function readAges(row: AgesRow): Ages {
  const ages = AGE_CLASSES.map((name) => [name, BigInt(row[name])] as const);
  return { receivable: BigInt(row.receivable), ...(Object.fromEntries(ages) as Record<AgeClass, bigint>) };
}

/** What a customer owed, or all of them. */
async function sumOwed(books: BooksSnapshot, nowMs: number, customer: string | null = null): Promise<Ages> {
  const { columns, values } = sumsByAge(nowMs, 4);
  const text = `WITH ${OWED_PARTS} SELECT ${columns} FROM owed`;
  const [row] = await books.rows<AgesRow>(text, [...books.at, customer, ...values]);
  return readAges(row!);
}

/** Customers that owed something, ascending. */
async function listOwing(
  books: BooksSnapshot,
  nowMs: number,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<(Ages & { readonly customer: string; readonly oldest: string })[]> {
  const { columns, values } = sumsByAge(nowMs, 6);
  const rows = await books.rows<AgesRow & { readonly customer: string; readonly oldest: Date }>(
    `WITH ${OWED_PARTS} SELECT customer, min(recorded_at) AS oldest, ${columns} FROM owed
     WHERE $4::text IS NULL OR customer > $4 GROUP BY customer ORDER BY customer LIMIT $5`,
    [...books.at, null, after ?? null, limit, ...values],
  );
  return rows.map((row) => ({ ...readAges(row), customer: row.customer, oldest: row.oldest.toISOString() }));
}

function present({ receivable, ...ages }: Ages): AgedAmounts {
  const texts = AGE_CLASSES.map((name) => [name, formatAmount(ages[name])] as const);
  return { receivable: formatAmount(receivable), ...(Object.fromEntries(texts) as Record<AgeClass, string>) };
}

const OWED: HolderList<typeof BY_BOOKING, OwedRow, OwedItem> = {
  cursor: new ListCursor('receivables', BY_BOOKING),
  find: listOwed,
  keyOf: ({ recordedAt, shard, height, index }) => [recordedAt, shard, height, index],
  present: (rows, { nowMs }) =>
    rows.map(({ shard, height, index, amount, open, ...row }) => ({
      ...{ entry: entryId({ shard, height, index }), ...row },
      ...{ amount: formatAmount(amount), open: formatAmount(open), ageDays: ageInDays(row.recordedAt, nowMs) },
    })),
};

class ListOwed extends Query<OwedAnswer> {
  constructor(
    readonly customer: string,
    readonly query: AsOfListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListOwed)
class ListOwedHandler implements IQueryHandler<ListOwed> {
  constructor(private readonly lists: HolderLists) {}

  execute({ customer, query }: ListOwed): Promise<OwedAnswer> {
    return this.lists.answer(OWED, customer, query, async ({ books, nowMs }) => ({
      asOf: query.asOf ?? null,
      totals: present(await sumOwed(books, nowMs, customer)),
      ...describeMoment(books),
    }));
  }
}

class ReportAgeing extends Query<AgeingReport> {
  constructor(readonly query: AgeingReportQuery) {
    super();
  }
}

@QueryHandler(ReportAgeing)
class ReportAgeingHandler implements IQueryHandler<ReportAgeing> {
  constructor(private readonly books: Books) {}

  async execute({ query }: ReportAgeing): Promise<AgeingReport> {
    const after = OWING.after(query.cursor)?.[0];
    const nowMs = momentOf(query);
    return this.books.read(query, async (books) => {
      const rows = await listOwing(books, nowMs, { after, limit: reportRows(query) });
      const items = rows.map(({ customer, oldest, ...ages }) => ({ customer, oldest, ...present(ages) }));
      return {
        asOf: query.asOf ?? null,
        totals: present(await sumOwed(books, nowMs)),
        ...answerReport(OWING, query, items, ({ customer }) => [customer]),
        ...describeMoment(books),
      };
    });
  }
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller()
class ReceivableReadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('holders/:id/receivables')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'What a customer owes for usage, oldest first, and its sums by age' })
  @ApiOkResponse({ type: OwedAnswer })
  list(@HolderParam() id: string, @FromQuery() query: AsOfListQuery, @Caller() caller: KeyGrant): Promise<OwedAnswer> {
    assertMayReadCustomer(caller, id);
    return this.queries.execute(new ListOwed(id, query));
  }

  @Get('reports/receivables')
  @Allow('finance', 'operator')
  @ApiOperation({ summary: 'What customers owe, by age: 0 to 30, 31 to 60, 61 to 90 and over 90 days' })
  @ApiOkResponse({ type: AgeingReport })
  async report(
    @FromQuery() query: AgeingReportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AgeingReport | string> {
    const report = await this.queries.execute(new ReportAgeing(query));
    if (query.format !== 'csv') return report;
    const columns = ['customer', 'receivable', ...AGE_CLASSES, 'oldest'] as const;
    return answerCsv(
      reply,
      'receivables-by-age',
      columns,
      report.items.map((item) => Object.fromEntries(columns.map((name) => [name, item[name]]))),
    );
  }
}

@Module({ controllers: [ReceivableReadsController], providers: [ListOwedHandler, ReportAgeingHandler] })
export class ReceivableReportModule {}
