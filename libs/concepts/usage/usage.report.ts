/** `GET /v1/reports/usage`: what was used and what it cost, by day, customer, provider or model. */
import { Controller, Get, Module, Query as FromQuery, Res } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { DomainError, formatAmount } from '#domain';
import { Allow, ListCursor, PositionAnswer } from '#platform';
import { listUsage, sumUsage, USAGE_GROUPS, type UsageFigures, type UsageGroup, type UsageLine } from '#postgres';
import {
  AcceptsFormat,
  AcceptsInstant,
  answerCsv,
  Books,
  CSV_ROWS_MAX,
  includedHeights,
  parsePeriod,
  PositionListQuery,
  type ReportFormat,
} from '#reading';

class UsageReportQuery extends PositionListQuery {
  @AcceptsInstant('First UTC day, included; a day or its midnight. Without it: from the beginning')
  from?: string;

  @AcceptsInstant('Last UTC day, included whole; its midnight is excluded. Without it: to the end')
  to?: string;

  @ApiPropertyOptional({ enum: USAGE_GROUPS, default: 'day' })
  @IsOptional()
  @IsIn(USAGE_GROUPS, { message: `groupBy must be one of ${USAGE_GROUPS.join(', ')}` })
  groupBy: UsageGroup = 'day';

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
    const limit = query.format === 'csv' ? CSV_ROWS_MAX : query.limit;
    const after = GROUPS.after(query.cursor)?.[0];
    return this.books.read(query, async (books) => {
      const lines = await listUsage(books, range, { groupBy: query.groupBy, limit: limit + 1, after });
      const items = lines.map(presentLine);
      // A file holds everything or is refused: the line too many tells which.
      const list =
        query.format === 'csv' ? { items, nextCursor: null } : GROUPS.answer(items, limit, ({ key }) => [key]);
      return {
        from: range.from ?? null,
        to: range.to ?? null,
        groupBy: query.groupBy,
        totals: present(await sumUsage(books, range)),
        ...list,
        position: includedHeights(books),
      };
    });
  }
}

const GROUPS = new ListCursor('usage', ['text']);

const LAST_INSTANT = '9999-12-31T23:59:59.999Z';

/** Totals are kept by UTC day, so a bound inside a day has no answer. `to` is the first day that is not counted. */
function parseDays(query: UsageReportQuery): { readonly from: string | undefined; readonly to: string | undefined } {
  const { from, to } = parsePeriod(query);
  // No usage is as late as the last day that can be written: up to it is without bound.
  return { from: dayOf(from, 'from'), to: to === LAST_INSTANT ? undefined : dayOf(to, 'to') };
}

function dayOf(instant: string | undefined, path: string): string | undefined {
  if (instant === undefined) return undefined;
  if (!instant.endsWith('T00:00:00.000Z')) {
    throw new DomainError('TIME_INVALID', 'Usage is reported by whole UTC days; write a day such as 2026-11-22.', path);
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
  @Allow('finance', 'operator')
  @ApiOperation({ summary: 'Meter totals and amounts, by day, customer, provider or model' })
  @ApiOkResponse({ type: UsageReport })
  async report(
    @FromQuery() query: UsageReportQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UsageReport | string> {
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
