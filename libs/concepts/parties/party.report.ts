/** `GET /v1/parties`: who there is, with KYC state and wallets. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { formatAmount, type RowOf } from '#domain';
import { Allow, listAnswerOf, type ListAnswer } from '#platform';
import type { BooksSnapshot } from '#postgres';
import { Books, PositionListQuery, TableList } from '#reading';
import { KYC_STATES, suspensionsAfter, type KycState, type PartyRole, type Suspension } from './party.js';
import { KYC_CHANGES, PARTIES, PARTY_WALLETS } from './party.rows.js';

class PartiesQuery extends PositionListQuery {
  @ApiPropertyOptional({ enum: KYC_STATES })
  @IsOptional()
  @IsIn(KYC_STATES, { message: `kyc must be one of ${KYC_STATES.join(', ')}` })
  kyc?: KycState;

  @ApiPropertyOptional({ enum: ['customer', 'provider'] })
  @IsOptional()
  @IsIn(['customer', 'provider'], { message: 'role must be customer or provider' })
  role?: PartyRole;
}

class PartyKyc {
  @ApiProperty({ enum: KYC_STATES }) state!: KycState;
  @ApiProperty() reason!: string;
  @ApiProperty() since!: string;
}

class PartyItem {
  @ApiProperty() id!: string;
  @ApiProperty({ isArray: true, type: String }) roles!: readonly PartyRole[];
  @ApiProperty({ nullable: true, type: String }) reference!: string | null;
  @ApiProperty({ nullable: true, type: String }) country!: string | null;
  @ApiProperty({ type: PartyKyc }) kyc!: PartyKyc;
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'Since when it is suspended: usage from then on and sending are refused',
  })
  suspendedSince!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Payout wallet by chain id' })
  wallets!: Readonly<Record<string, string>>;
  @ApiProperty() registeredAt!: string;
  @ApiProperty({ nullable: true, type: String, description: 'The most that it may owe; null: any amount' })
  creditLimit!: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'Below which of its funds it is topped up; null: never' })
  topUpThreshold!: string | null;
}

const PartiesAnswer = listAnswerOf(PartyItem, 'PartiesAnswer');

const PARTY_LIST = new TableList('parties', PARTIES, { orderBy: ['party'], direction: 'upwards' });

class ListParties extends Query<ListAnswer<PartyItem>> {
  constructor(readonly query: PartiesQuery) {
    super();
  }
}

@QueryHandler(ListParties)
class ListPartiesHandler implements IQueryHandler<ListParties> {
  constructor(private readonly books: Books) {}

  execute({ query }: ListParties): Promise<ListAnswer<PartyItem>> {
    const { kyc, role } = query;
    return this.books.list(PARTY_LIST, query, { kyc, roles: role }, present);
  }
}

async function present(rows: readonly RowOf<typeof PARTIES>[], books: BooksSnapshot): Promise<PartyItem[]> {
  const where = { party: rows.map(({ party }) => party) };
  const wallets = await books.list(PARTY_WALLETS, { where, orderBy: ['party', 'chainId'] });
  const changes = await books.list(KYC_CHANGES, { where, orderBy: ['shard', 'height', 'index'] });
  return rows.map(({ party, kyc, kycReason, kycSince, creditLimit, topUpThreshold, ...row }) => ({
    id: party,
    ...row,
    creditLimit: creditLimit === null ? null : formatAmount(creditLimit),
    topUpThreshold: topUpThreshold === null ? null : formatAmount(topUpThreshold),
    kyc: { state: kyc, reason: kycReason, since: kycSince },
    suspendedSince: suspendedSince(changes.filter((change) => change.party === party)),
    wallets: Object.fromEntries(
      wallets.filter((wallet) => wallet.party === party).map(({ chainId, wallet }) => [chainId, wallet]),
    ),
  }));
}

/** The begin of a party's last suspension, when it lasts. */
function suspendedSince(changes: readonly Pick<RowOf<typeof KYC_CHANGES>, 'toState' | 'time'>[]): string | null {
  const last = changes
    .reduce<readonly Suspension[]>((known, { toState, time }) => suspensionsAfter(known, toState, Date.parse(time)), [])
    .at(-1);
  return last === undefined || last.untilMs !== undefined ? null : new Date(last.fromMs).toISOString();
}

@ApiTags('compliance')
@ApiBearerAuth()
@Controller('parties')
class PartiesListController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('compliance')
  @ApiOperation({ summary: 'Customers and providers, with KYC state and payout wallets' })
  @ApiOkResponse({ type: PartiesAnswer })
  list(@FromQuery() query: PartiesQuery): Promise<ListAnswer<PartyItem>> {
    return this.queries.execute(new ListParties(query));
  }
}

@Module({ controllers: [PartiesListController], providers: [ListPartiesHandler] })
export class PartyReportModule {}
