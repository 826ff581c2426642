/** `GET /v1/reports/large-movements` and `/v1/reports/structured-movements`: what compliance looks at in a period. */
import { Controller, Get, Query as FromQuery, Res } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { ROWS } from '#concepts/rows';
import { formatAmount, parsePositiveAmount } from '#domain';
import { Allow, ListCursor, PositionAnswer, WholeNumber } from '#platform';
import { CountedMovements, listLargeMovements, listStructuredMovements } from '#postgres';
import {
  AcceptsFormat,
  answerCsv,
  answerReport,
  Books,
  describeMoment,
  parsePeriod,
  PeriodListQuery,
  reportRows,
  SaysWhetherClosed,
  type ReportFormat,
} from '#reading';

/** What the concepts say of their events. */
const MOVEMENTS = new CountedMovements(ROWS);

/**
 * Settings to start from, in tokens; whoever is obliged to report sets the token's equivalent of the legal threshold.
 * 10,000 is the amount that Tazama's published rule 091 compares with.
 */
export const LARGE_THRESHOLD_DEFAULT = '10000';
/** Ballerine's published rule STRUC counts five or more of less than 1,000 within seven days. */
export const STRUCTURING_DEFAULT = { below: '1000', windowHours: 168, count: 5 } as const;
const WINDOW_HOURS_MAX = 24 * 366;
const COUNT_MAX = 1_000;

class MovementsQuery extends PeriodListQuery {
  @AcceptsFormat()
  format: ReportFormat = 'json';
}

class LargeMovementsQuery extends MovementsQuery {
  @ApiPropertyOptional({ default: LARGE_THRESHOLD_DEFAULT, description: 'Tokens: movements of at least this amount' })
  @IsOptional()
  @IsString({ message: 'threshold must be a decimal string in tokens, given once' })
  threshold: string = LARGE_THRESHOLD_DEFAULT;
}

class StructuredMovementsQuery extends MovementsQuery {
  @ApiPropertyOptional({
    default: STRUCTURING_DEFAULT.below,
    description: 'Tokens: each movement is below this, and together they reach it',
  })
  @IsOptional()
  @IsString({ message: 'below must be a decimal string in tokens, given once' })
  below: string = STRUCTURING_DEFAULT.below;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: WINDOW_HOURS_MAX,
    default: STRUCTURING_DEFAULT.windowHours,
  })
  @IsOptional()
  @WholeNumber()
  @IsInt({ message: 'windowHours must be a whole number' })
  @Min(1, { message: 'windowHours must be at least 1' })
  @Max(WINDOW_HOURS_MAX, { message: `windowHours must be at most ${WINDOW_HOURS_MAX}` })
  windowHours: number = STRUCTURING_DEFAULT.windowHours;

  @ApiPropertyOptional({ type: 'integer', minimum: 2, maximum: COUNT_MAX, default: STRUCTURING_DEFAULT.count })
  @IsOptional()
  @WholeNumber()
  @IsInt({ message: 'count must be a whole number' })
  @Min(2, { message: 'count must be at least 2: one movement is no series' })
  @Max(COUNT_MAX, { message: `count must be at most ${COUNT_MAX}` })
  count: number = STRUCTURING_DEFAULT.count;
}

class LargeMovementItem {
  @ApiProperty({ enum: MOVEMENTS.kinds }) kind!: string;
  @ApiProperty({ example: '2-17-0', description: 'The entry; of a payout its batch and provider' }) id!: string;
  @ApiProperty() recordedAt!: string;
  @ApiProperty() holder!: string;
  @ApiProperty({ nullable: true, type: String, description: 'The other holder; of a payout the wallet' })
  counterparty!: string | null;
  @ApiProperty() amount!: string;
}

class LargeMovementsReport {
  @ApiProperty({ nullable: true, type: String }) from!: string | null;
  @ApiProperty({ nullable: true, type: String }) to!: string | null;
  @ApiProperty() threshold!: string;
  @ApiProperty({ type: [LargeMovementItem] }) items!: readonly LargeMovementItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

class StructuredSeriesItem {
  @ApiProperty() holder!: string;
  @ApiProperty({ enum: MOVEMENTS.kinds }) kind!: string;
  @ApiProperty({ description: 'First movement of the heaviest window' }) from!: string;
  @ApiProperty({ description: 'Its last movement' }) to!: string;
  @ApiProperty({ description: 'Movements in it' }) count!: number;
  @ApiProperty() sum!: string;
  @ApiProperty({ description: 'The largest of them' }) largest!: string;
}

class StructuredMovementsReport {
  @ApiProperty({ nullable: true, type: String }) from!: string | null;
  @ApiProperty({ nullable: true, type: String }) to!: string | null;
  @ApiProperty() below!: string;
  @ApiProperty() windowHours!: number;
  @ApiProperty() count!: number;
  @ApiProperty({ type: [StructuredSeriesItem] }) items!: readonly StructuredSeriesItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

export class ReportLargeMovements extends Query<LargeMovementsReport> {
  constructor(readonly query: LargeMovementsQuery) {
    super();
  }
}

@QueryHandler(ReportLargeMovements)
export class ReportLargeMovementsHandler implements IQueryHandler<ReportLargeMovements> {
  constructor(private readonly books: Books) {}

  execute({ query }: ReportLargeMovements): Promise<LargeMovementsReport> {
    const threshold = parsePositiveAmount(query.threshold, 'threshold');
    const range = parsePeriod(query, Date.now());
    const after = readLargeCursor(query.cursor);
    return this.books.read(query, async (books) => {
      const rows = await listLargeMovements(books, MOVEMENTS, range, { threshold, after, limit: reportRows(query) });
      const items = rows.map(({ key, amount, ...row }) => ({ ...row, id: key, amount: formatAmount(amount) }));
      return {
        from: range.from ?? null,
        to: range.to ?? null,
        threshold: formatAmount(threshold),
        ...answerReport(LARGE, query, items, ({ recordedAt, id }) => [recordedAt, id]),
        ...describeMoment(books),
      };
    });
  }
}

const LARGE = new ListCursor('large-movements', ['instant', 'text']);

function readLargeCursor(cursor: string | undefined) {
  const [recordedAt, key] = LARGE.after(cursor) ?? [];
  return recordedAt === undefined || key === undefined ? undefined : { recordedAt, key };
}

export class ReportStructuredMovements extends Query<StructuredMovementsReport> {
  constructor(readonly query: StructuredMovementsQuery) {
    super();
  }
}

@QueryHandler(ReportStructuredMovements)
export class ReportStructuredMovementsHandler implements IQueryHandler<ReportStructuredMovements> {
  constructor(private readonly books: Books) {}

  execute({ query }: ReportStructuredMovements): Promise<StructuredMovementsReport> {
    const below = parsePositiveAmount(query.below, 'below');
    const rule = { below, windowHours: query.windowHours, count: query.count };
    const range = parsePeriod(query, Date.now());
    const after = readSeriesCursor(query.cursor);
    return this.books.read(query, async (books) => {
      const rows = await listStructuredMovements(books, MOVEMENTS, range, rule, { after, limit: reportRows(query) });
      const items = rows.map((row) => ({ ...row, sum: formatAmount(row.sum), largest: formatAmount(row.largest) }));
      return {
        from: range.from ?? null,
        to: range.to ?? null,
        ...rule,
        below: formatAmount(below),
        ...answerReport(SERIES, query, items, ({ holder, kind, to }) => [holder, kind, to]),
        ...describeMoment(books),
      };
    });
  }
}

const SERIES = new ListCursor('structured-movements', ['text', 'text', 'instant']);

function readSeriesCursor(cursor: string | undefined) {
  const key = SERIES.after(cursor);
  if (key === undefined) return undefined;
  const [holder, kind, to] = key;
  return { holder, kind, to };
}

@ApiTags('compliance')
@ApiBearerAuth()
@Controller('reports')
export class MovementReportsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('large-movements')
  @Allow('compliance')
  @ApiOperation({ summary: 'Mints, burns, transfers and payouts from a threshold up, newest first' })
  @ApiOkResponse({ type: LargeMovementsReport })
  async large(
    @FromQuery() query: LargeMovementsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LargeMovementsReport | string> {
    const report = await this.queries.execute(new ReportLargeMovements(query));
    if (query.format !== 'csv') return report;
    const columns = ['kind', 'id', 'recordedAt', 'holder', 'counterparty', 'amount'];
    return answerCsv(
      reply,
      'large-movements',
      columns,
      report.items.map((item) => ({ ...item })),
    );
  }

  @Get('structured-movements')
  @Allow('compliance')
  @ApiOperation({
    summary: 'Series of small movements that together reach a threshold within a window',
    description:
      'At least `count` movements of one holder and kind, each below `below`, within `windowHours`, whose sum reaches `below`.',
  })
  @ApiOkResponse({ type: StructuredMovementsReport })
  async structured(
    @FromQuery() query: StructuredMovementsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StructuredMovementsReport | string> {
    const report = await this.queries.execute(new ReportStructuredMovements(query));
    if (query.format !== 'csv') return report;
    const columns = ['holder', 'kind', 'from', 'to', 'count', 'sum', 'largest'];
    return answerCsv(
      reply,
      'structured-movements',
      columns,
      report.items.map((item) => ({ ...item })),
    );
  }
}
