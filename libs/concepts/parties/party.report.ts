/** `GET /v1/parties`: who there is, with KYC state and wallets. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { KYC_STATES, type KycState, type PartyRole } from '#concepts';
import { Allow, ListCursor, type ListAnswer } from '#platform';
import { listParties } from '#postgres';
import { Books, PositionListQuery } from '#reading';

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
}

class PartiesAnswer {
  @ApiProperty({ type: [PartyItem] }) items!: readonly PartyItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
}

const PARTIES = new ListCursor('parties', ['text']);

class ListParties extends Query<ListAnswer<PartyItem>> {
  constructor(readonly query: PartiesQuery) {
    super();
  }
}

@QueryHandler(ListParties)
class ListPartiesHandler implements IQueryHandler<ListParties> {
  constructor(private readonly books: Books) {}

  async execute({ query }: ListParties): Promise<ListAnswer<PartyItem>> {
    const { limit, cursor, kyc, role } = query;
    const after = PARTIES.after(cursor)?.[0];
    const rows = await this.books.read(query, (books) => listParties(books, { kyc, role, after, limit: limit + 1 }));
    const items = rows.map(({ party, kyc: state, kycReason, kycSince, ...row }) => ({
      id: party,
      ...row,
      kyc: { state, reason: kycReason, since: kycSince },
    }));
    return PARTIES.answer(items, limit, ({ id }) => [id]);
  }
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
