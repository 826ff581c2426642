/** `GET /v1/payouts` and `/v1/payouts/held`: what providers were paid on chain, and what is kept out of payouts. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { formatAmount } from '#domain';
import { Allow, assertMayReadProvider, Caller, ListCursor, type KeyGrant, type ListAnswer } from '#platform';
import { listHeld, listPayouts, PAYOUT_STATES, type PayoutLine, type PayoutState } from '#postgres';
import { Books, KnownParties, PositionListQuery } from '#reading';

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

class PayoutsAnswer {
  @ApiProperty({ type: [PayoutItem] }) items!: readonly PayoutItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
}

class HeldItem {
  @ApiProperty({ example: 'p7' }) provider!: string;
  @ApiProperty() amount!: string;
  @ApiProperty({ example: 'kyc_unverified' }) reason!: string;
  @ApiProperty({ description: 'The newest batch that held it' }) batch!: string;
  @ApiProperty({ description: 'When a cut held it first since the last payout' }) since!: string;
}

class HeldListAnswer {
  @ApiProperty({ type: [HeldItem] }) items!: readonly HeldItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
}

export function presentPayout({ amount, ...payout }: PayoutLine): PayoutItem {
  return { ...payout, amount: formatAmount(amount) };
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
    const { limit, provider, state } = query;
    if (provider !== undefined) await this.parties.provider(provider, 'provider');
    const after = readCursor(query.cursor);
    const rows = await this.books.read(query, (books) =>
      listPayouts(books, { provider, state, after, limit: limit + 1 }),
    );
    return PAYOUTS.answer(rows.map(presentPayout), limit, (item) => [item.plannedAt, item.batch, item.provider]);
  }
}

const PAYOUTS = new ListCursor('payouts', ['instant', 'text', 'text']);
const HELD = new ListCursor('held-payouts', ['text']);

function readCursor(cursor: string | undefined) {
  const key = PAYOUTS.after(cursor);
  if (key === undefined) return undefined;
  const [plannedAt, batch, provider] = key;
  return { plannedAt, batch, provider };
}

class ListHeldPayouts extends Query<ListAnswer<HeldItem>> {
  constructor(readonly query: PositionListQuery) {
    super();
  }
}

@QueryHandler(ListHeldPayouts)
class ListHeldPayoutsHandler implements IQueryHandler<ListHeldPayouts> {
  constructor(private readonly books: Books) {}

  async execute({ query }: ListHeldPayouts): Promise<ListAnswer<HeldItem>> {
    const after = HELD.after(query.cursor)?.[0];
    const rows = await this.books.read(query, (books) => listHeld(books, { after, limit: query.limit + 1 }));
    const items = rows.map(({ amount, ...row }) => ({ ...row, amount: formatAmount(amount) }));
    return HELD.answer(items, query.limit, ({ provider }) => [provider]);
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

  @Get('held')
  @Allow('compliance', 'finance')
  @ApiOperation({ summary: 'What the compliance gate keeps out of payouts now, and why' })
  @ApiOkResponse({ type: HeldListAnswer })
  held(@FromQuery() query: PositionListQuery): Promise<ListAnswer<HeldItem>> {
    return this.queries.execute(new ListHeldPayouts(query));
  }
}

@Module({ controllers: [PayoutsController], providers: [ListPayoutsHandler, ListHeldPayoutsHandler] })
export class PayoutReportModule {}
