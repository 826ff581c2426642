/** `GET /v1/reports/usage`: what was used and what it cost, by day, customer, provider or model. */
import { applyDecorators, Controller, Get, Module, Query as FromQuery, Res } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { commonRefusal, formatAmount } from '#domain';
import { Allow, assertMayReadCustomer, Caller, ListCursor, PositionAnswer, type KeyGrant } from '#platform';
import type { BooksSnapshot } from '#postgres';
import {
  AcceptsFormat,
  AcceptsInstant,
  answerCsv,
  answerReport,
  Books,
  includedHeights,
  parsePeriod,
  PositionListQuery,
  reportRows,
  type ReportFormat,
} from '#reading';

const USAGE_GROUPS = ['day', 'customer', 'provider', 'model'] as const;
type UsageGroup = (typeof USAGE_GROUPS)[number];

/** Only usage of this one. */
const Only = (name: string, description: string) =>
  applyDecorators(
    ApiPropertyOptional({ description }),
    IsOptional(),
    IsString({ message: `${name} must be given once` }),
    MaxLength(256, { message: `${name} must have at most 256 characters` }),
  );

class UsageReportQuery extends PositionListQuery {
  @AcceptsInstant('First UTC day, included; a day or its midnight. Without it: from the beginning')
  from?: string;

  @AcceptsInstant('Last UTC day, included whole; its midnight is excluded. Without it: to the end')
  to?: string;

  @ApiPropertyOptional({ enum: USAGE_GROUPS, default: 'day' })
  @IsOptional()
  @IsIn(USAGE_GROUPS, { message: `groupBy must be one of ${USAGE_GROUPS.join(', ')}` })
  groupBy: UsageGroup = 'day';

  @Only('customer', 'Only what this customer used; for a customer’s own key nothing else')
  customer?: string;

  @Only('provider', 'Only what this provider served')
  provider?: string;

  @Only('model', 'Only usage of this model')
  model?: string;

  @AcceptsFormat()
  format: ReportFormat = 'json';
}

class UsageTotals {
  @ApiProperty({ description: 'Usage events charged' }) events!: number;
  @ApiProperty({ description: 'Tokens charged' }) amount!: string;
  @ApiProperty({ description: 'The part that no balance covered when it was charged' }) receivable!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { input_tokens: '1200' },
    description: 'Exact totals by meter, as decimal strings',
  })
  meters!: Readonly<Record<string, string>>;
}

class UsageItem extends UsageTotals {
  @ApiProperty({ example: '2026-11-22', description: 'The day, customer, provider or model' }) key!: string;
}

class UsageReport {
  @ApiProperty({ nullable: true, type: String }) from!: string | null;
  @ApiProperty({ nullable: true, type: String }) to!: string | null;
  @ApiProperty({ enum: USAGE_GROUPS }) groupBy!: UsageGroup;
  @ApiProperty({ type: UsageTotals, description: 'Of the whole period, not only of this answer' }) totals!: UsageTotals;
  @ApiProperty({ type: [UsageItem] }) items!: readonly UsageItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

/** UTC days `YYYY-MM-DD`, `from` included, `to` excluded, and whose usage of what; undefined: without bound. */
interface Wanted {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly customer?: string | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
}

interface UsageFigures {
  readonly events: number;
  /** Atto-tokens charged. */
  readonly amount: bigint;
  /** The part that no balance covered when it was charged. */
  readonly receivable: bigint;
  /** Quantities by meter, shortest decimal text. */
  readonly meters: Readonly<Record<string, string>>;
}

interface UsageLine extends UsageFigures {
  readonly key: string;
}

const WANTED = `($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day < $2) AND ($3::text IS NULL OR customer = $3)
  AND ($4::text IS NULL OR provider = $4) AND ($5::text IS NULL OR model = $5)`;

const valuesOf = ({ from, to, customer, provider, model }: Wanted): unknown[] =>
  [from, to, customer, provider, model].map((value) => value ?? null);
/** The groups are a closed list, so that no text of a caller ever becomes part of a statement. */
const KEY: Readonly<Record<UsageGroup, string>> = {
  day: `to_char(day, 'YYYY-MM-DD')`,
  customer: 'customer',
  provider: 'provider',
  model: 'model',
};
const FIGURES = `sum(events)::text AS events, sum(amount)::text AS amount, sum(receivable)::text AS receivable`;

interface FigureRow {
  readonly key: string;
  readonly events: string;
  readonly amount: string;
  readonly receivable: string;
}

/** One line per group, ascending; usage counts on its own UTC day, by its producer's clock. */
async function listUsage(
  books: BooksSnapshot,
  wanted: Wanted,
  page: { readonly groupBy: UsageGroup; readonly limit: number; readonly after?: string | undefined },
): Promise<UsageLine[]> {
  const key = KEY[page.groupBy];
  const range = valuesOf(wanted);
  const rows = await books.rows<FigureRow>(
    `SELECT ${key} AS key, ${FIGURES} FROM books.usage_amounts
     WHERE ${WANTED} AND ($6::text IS NULL OR ${key} > $6 COLLATE "C") GROUP BY 1 ORDER BY ${key} COLLATE "C" LIMIT $7`,
    [...range, page.after ?? null, page.limit],
  );
  const meters = await books.rows<{ key: string; meter: string; quantity: string }>(
    `SELECT ${key} AS key, meter, trim_scale(sum(quantity))::text AS quantity FROM books.usage_totals
     WHERE ${WANTED} AND ${key} = ANY ($6::text[]) GROUP BY 1, meter ORDER BY meter`,
    [...range, rows.map((row) => row.key)],
  );
  const byKey = new Map<string, { meter: string; quantity: string }[]>(rows.map((row) => [row.key, []]));
  for (const row of meters) byKey.get(row.key)!.push(row);
  return rows.map((row) => ({ key: row.key, ...presentFigures(row, byKey.get(row.key)!) }));
}

/** The figures of all of it. */
async function sumUsage(books: BooksSnapshot, wanted: Wanted): Promise<UsageFigures> {
  const range = valuesOf(wanted);
  const [row] = await books.rows<FigureRow>(
    `SELECT '' AS key, coalesce(sum(events), 0)::text AS events, coalesce(sum(amount), 0)::text AS amount,
       coalesce(sum(receivable), 0)::text AS receivable
     FROM books.usage_amounts WHERE ${WANTED}`,
    range,
  );
  const meters = await books.rows<{ meter: string; quantity: string }>(
    `SELECT meter, trim_scale(sum(quantity))::text AS quantity FROM books.usage_totals
     WHERE ${WANTED} GROUP BY meter ORDER BY meter`,
    range,
  );
  return presentFigures(row!, meters);
}

function presentFigures(
  row: FigureRow,
  meters: readonly { readonly meter: string; readonly quantity: string }[],
): UsageFigures {
  return {
    events: Number(row.events),
    amount: BigInt(row.amount),
    receivable: BigInt(row.receivable),
    meters: Object.fromEntries(meters.map(({ meter, quantity }) => [meter, quantity])),
  };
}

class ReportUsage extends Query<UsageReport> {
  constructor(readonly query: UsageReportQuery) {
    super();
  }
}

@QueryHandler(ReportUsage)
class ReportUsageHandler implements IQueryHandler<ReportUsage> {
  constructor(private readonly books: Books) {}

  execute({ query }: ReportUsage): Promise<UsageReport> {
    const range = parseDays(query);
    const { customer, provider, model } = query;
    const wanted = { ...range, customer, provider, model };
    const after = GROUPS.after(query.cursor)?.[0];
    // Usage counts on the day that its producer says: a day stays open for what is reported late.
    return this.books.read({ position: query.position }, async (books) => {
      const lines = await listUsage(books, wanted, { groupBy: query.groupBy, limit: reportRows(query), after });
      return {
        from: range.from ?? null,
        to: range.to ?? null,
        groupBy: query.groupBy,
        totals: present(await sumUsage(books, wanted)),
        ...answerReport(GROUPS, query, lines.map(presentLine), ({ key }) => [key]),
        position: includedHeights(books),
      };
    });
  }
}

const GROUPS = new ListCursor('usage', ['text']);

/** Totals are kept by UTC day, so a bound inside a day has no answer. `to` is the first day that is not counted. */
function parseDays(query: UsageReportQuery): { readonly from: string | undefined; readonly to: string | undefined } {
  const { from, to } = parsePeriod(query, Date.now());
  return { from: dayOf(from, 'from'), to: dayOf(to, 'to') };
}

function dayOf(instant: string | undefined, path: string): string | undefined {
  if (instant === undefined) return undefined;
  if (!instant.endsWith('T00:00:00.000Z')) {
    throw commonRefusal('TIME_INVALID', 'Usage is reported by whole UTC days; write a day such as 2026-11-22.', path);
  }
  return instant.slice(0, 10);
}

function present({ events, amount, receivable, meters }: UsageFigures): UsageTotals {
  return { events, amount: formatAmount(amount), receivable: formatAmount(receivable), meters };
}

function presentLine(line: UsageLine): UsageItem {
  return { key: line.key, ...present(line) };
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('reports/usage')
class UsageReportController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({
    summary: 'Meter totals and amounts, by day, customer, provider or model; of a customer with its own key',
  })
  @ApiOkResponse({ type: UsageReport })
  async report(
    @FromQuery() query: UsageReportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: KeyGrant,
  ): Promise<UsageReport | string> {
    if (caller.role === 'customer') assertMayReadCustomer(caller, query.customer ?? '');
    const report = await this.queries.execute(new ReportUsage(query));
    if (query.format !== 'csv') return report;
    const meters = Object.keys(report.totals.meters);
    const rows = report.items.map(({ key, events, amount, receivable, meters: quantities }) => ({
      [query.groupBy]: key,
      events,
      amount,
      receivable,
      // Every meter of the period is a column; a group that lacks one used none of it.
      ...Object.fromEntries(meters.map((meter) => [`meter_${meter}`, quantities[meter] ?? '0'])),
    }));
    const columns = [query.groupBy, 'events', 'amount', 'receivable', ...meters.map((meter) => `meter_${meter}`)];
    return answerCsv(reply, `usage-by-${query.groupBy}`, columns, rows);
  }
}

@Module({ controllers: [UsageReportController], providers: [ReportUsageHandler] })
export class UsageReportModule {}
