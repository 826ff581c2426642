/** `GET /v1/payouts` and `/v1/payouts/withheld`: what providers were paid on chain, and what is kept out of payouts. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ASSET, formatAmount, namesOf, type RowOf } from '#domain';
import {
  Allow,
  assertMayReadProvider,
  Caller,
  listAnswerOf,
  ListCursor,
  type KeyGrant,
  type ListAnswer,
} from '#platform';
import type { BooksSnapshot, TimeRange } from '#postgres';
import { Books, KnownParties, PositionListQuery, TableList } from '#reading';
import { cutAccounts, providerWithheld } from './cut.js';
import { PAYOUT_STATES, PAYOUTS, type PayoutState } from './settlement.rows.js';

class PayoutsQuery extends PositionListQuery {
  @ApiPropertyOptional({ example: 'p7' })
  @IsOptional()
  @IsString({ message: 'provider must be given once' })
  @MaxLength(128, { message: 'provider must be an id of at most 128 characters' })
  provider?: string;

  @ApiPropertyOptional({ enum: PAYOUT_STATES })
  @IsOptional()
  @IsIn(PAYOUT_STATES, { message: `state must be one of ${PAYOUT_STATES.join(', ')}` })
  state?: PayoutState;
}

export class PayoutItem {
  @ApiProperty({ example: 'b7.p7', description: 'Its batch and its provider' }) id!: string;
  @ApiProperty({ description: 'The settlement batch' }) batch!: string;
  @ApiProperty({ example: 'p7' }) provider!: string;
  @ApiProperty({ example: 31337 }) chainId!: number;
  @ApiProperty() wallet!: string;
  @ApiProperty({ example: '12.5' }) amount!: string;
  @ApiProperty({ enum: PAYOUT_STATES, description: 'cut: frozen; signed: on its way; confirmed: final on chain' })
  state!: PayoutState;
  @ApiProperty() plannedAt!: string;
  @ApiProperty({ nullable: true, type: String }) closedAt!: string | null;
  @ApiProperty({ nullable: true, type: String }) txHash!: string | null;
  @ApiProperty({ nullable: true, type: Number }) logIndex!: number | null;
  @ApiProperty({ nullable: true, type: String }) blockNumber!: string | null;
  @ApiProperty({ nullable: true, type: String }) blockHash!: string | null;
}

const PayoutsAnswer = listAnswerOf(PayoutItem, 'PayoutsAnswer');

class WithheldItem {
  @ApiProperty({ example: 'p7' }) provider!: string;
  @ApiProperty() amount!: string;
  @ApiProperty({ example: 'kyc_unverified' }) reason!: string;
  @ApiProperty({ description: 'The newest batch that withheld it' }) batch!: string;
  @ApiProperty({ description: 'When a cut withheld it first since the last payout' }) since!: string;
}

const WithheldListAnswer = listAnswerOf(WithheldItem, 'WithheldListAnswer');

const PAYOUT_LIST = new TableList('payouts', PAYOUTS, {
  orderBy: ['plannedAt', 'batch', 'provider'],
  direction: 'downwards',
  without: ['ordinal'],
});

export function presentPayout({ amount, ...payout }: Omit<RowOf<typeof PAYOUTS>, 'ordinal'>): PayoutItem {
  return { id: `${payout.batch}.${payout.provider}`, ...payout, amount: formatAmount(amount) };
}

/** What a provider was paid (confirmed, by the time of confirmation) and what is under way now, atto-tokens. */
export async function sumPayouts(
  books: BooksSnapshot,
  provider: string,
  { from, to }: TimeRange,
): Promise<{ readonly paid: bigint; readonly inTransit: bigint }> {
  const [row] = await books.rows<{ paid: string; in_transit: string }>(
    `SELECT coalesce(sum(amount) FILTER (WHERE state = 'confirmed' AND ($2::timestamptz IS NULL OR closed_at >= $2)
         AND ($3::timestamptz IS NULL OR closed_at < $3)), 0)::text AS paid,
       coalesce(sum(amount) FILTER (WHERE state IN ('cut', 'signed')), 0)::text AS in_transit
     FROM books.payouts WHERE provider = $1`,
    [provider, from ?? null, to ?? null],
  );
  return { paid: BigInt(row!.paid), inTransit: BigInt(row!.in_transit) };
}

/** A provider's payables that no batch may pay now. */
export interface WithheldLine {
  readonly provider: string;
  readonly amount: bigint;
  /** Why the newest cut withheld them, and in which batch; `since` is when the first cut in a row did. */
  readonly reason: string;
  readonly batch: string;
  readonly since: string;
}

/** What is withheld now, ascending by provider. */
export async function listWithheld(
  books: BooksSnapshot,
  page: {
    readonly provider?: string | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<WithheldLine[]> {
  const rows = await books.rows<{ provider: string; amount: string; reason: string; batch: string; since: Date }>(
    `SELECT withheld.provider, withheld.amount::text AS amount, newest.reason, newest.batch, first.since
     FROM (
       SELECT split_part(account, ':', 2) COLLATE "C" AS provider, sum(balance) AS amount FROM books.balances
       WHERE account ${page.provider === undefined ? '~' : '='} $1 AND asset = $4
       GROUP BY 1 HAVING sum(balance) > 0
     ) AS withheld
     CROSS JOIN LATERAL (
       SELECT reason, batch FROM books.withheld_payouts
       WHERE withheld_payouts.provider = withheld.provider ORDER BY recorded_at DESC, batch DESC LIMIT 1
     ) AS newest
     CROSS JOIN LATERAL (
       SELECT min(recorded_at) AS since FROM books.withheld_payouts
       WHERE withheld_payouts.provider = withheld.provider AND recorded_at > coalesce(
         (SELECT max(planned_at) FROM books.payouts WHERE payouts.provider = withheld.provider), '-infinity')
     ) AS first
     WHERE $2::text IS NULL OR withheld.provider > $2
     ORDER BY withheld.provider LIMIT $3`,
    [
      page.provider === undefined ? namesOf(cutAccounts.providerWithheld) : providerWithheld(page.provider),
      page.after ?? null,
      page.limit,
      ASSET,
    ],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount), since: row.since.toISOString() }));
}

class ListPayouts extends Query<ListAnswer<PayoutItem>> {
  constructor(readonly query: PayoutsQuery) {
    super();
  }
}

@QueryHandler(ListPayouts)
class ListPayoutsHandler implements IQueryHandler<ListPayouts> {
  constructor(
    private readonly books: Books,
    private readonly parties: KnownParties,
  ) {}

  async execute({ query }: ListPayouts): Promise<ListAnswer<PayoutItem>> {
    const { provider, state } = query;
    if (provider !== undefined) await this.parties.provider(provider, 'provider');
    return this.books.list(PAYOUT_LIST, query, { provider, state }, (rows) => rows.map(presentPayout));
  }
}

const WITHHELD = new ListCursor('withheld-payouts', ['text']);

class ListWithheldPayouts extends Query<ListAnswer<WithheldItem>> {
  constructor(readonly query: PositionListQuery) {
    super();
  }
}

@QueryHandler(ListWithheldPayouts)
class ListWithheldPayoutsHandler implements IQueryHandler<ListWithheldPayouts> {
  constructor(private readonly books: Books) {}

  async execute({ query }: ListWithheldPayouts): Promise<ListAnswer<WithheldItem>> {
    const after = WITHHELD.after(query.cursor)?.[0];
    const rows = await this.books.read(query, (books) => listWithheld(books, { after, limit: query.limit + 1 }));
    const items = rows.map(({ amount, ...row }) => ({ ...row, amount: formatAmount(amount) }));
    return WITHHELD.answer(items, query.limit, ({ provider }) => [provider]);
  }
}

@ApiTags('payouts')
@ApiBearerAuth()
@Controller('payouts')
class PayoutsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('provider', 'finance', 'compliance', 'operator')
  @ApiOperation({ summary: 'Payouts, newest first; a provider’s key sees its own' })
  @ApiOkResponse({ type: PayoutsAnswer })
  list(@FromQuery() query: PayoutsQuery, @Caller() caller: KeyGrant): Promise<ListAnswer<PayoutItem>> {
    if (caller.role === 'provider' && caller.provider !== undefined) query.provider ??= caller.provider;
    assertMayReadProvider(caller, query.provider ?? '');
    return this.queries.execute(new ListPayouts(query));
  }

  @Get('withheld')
  @Allow('compliance', 'finance')
  @ApiOperation({ summary: 'What the compliance gate keeps out of payouts now, and why' })
  @ApiOkResponse({ type: WithheldListAnswer })
  withheld(@FromQuery() query: PositionListQuery): Promise<ListAnswer<WithheldItem>> {
    return this.queries.execute(new ListWithheldPayouts(query));
  }
}

@Module({ controllers: [PayoutsController], providers: [ListPayoutsHandler, ListWithheldPayoutsHandler] })
export class PayoutReportModule {}
