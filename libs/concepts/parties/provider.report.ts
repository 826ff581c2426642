/** `GET /v1/providers/{id}`: what a provider sees of itself, and others of any provider. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow, assertMayReadProvider, Caller, HolderParam, type KeyGrant } from '#platform';
import { readAccountBalances } from '#postgres';
import { Books, KnownParties, PositionQuery } from '#reading';
import { CatalogueFollower } from '#wiring';
import { KYC_STATES, type KycState } from './party.js';
import { gatePayout } from './payout-gate.js';
import { providerPayable } from '../rating/split-policy.js';
import { providerWithheld } from '../settlement/cut.js';

class PayoutGateAnswer {
  @ApiProperty() chainId!: number;
  @ApiProperty({ nullable: true, type: String }) wallet!: string | null;
  @ApiProperty({ description: 'Whether the next batch on this chain pays' }) open!: boolean;
  @ApiProperty({ nullable: true, type: String, example: 'kyc_pending', description: 'Why it does not' })
  reason!: string | null;
}

class ProviderKyc {
  @ApiProperty({ enum: KYC_STATES }) state!: KycState;
  @ApiProperty() reason!: string;
  @ApiProperty() since!: string;
}

class ProviderAnswer {
  @ApiProperty({ example: 'p7' }) id!: string;
  @ApiProperty({ type: ProviderKyc }) kyc!: ProviderKyc;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Payout wallet by chain id' })
  wallets!: Record<string, string>;
  @ApiProperty({ type: [PayoutGateAnswer] }) payouts!: PayoutGateAnswer[];
}

class GetProvider extends Query<ProviderAnswer> {
  constructor(
    readonly id: string,
    readonly query: PositionQuery,
  ) {
    super();
  }
}

@QueryHandler(GetProvider)
class GetProviderHandler implements IQueryHandler<GetProvider> {
  constructor(
    private readonly books: Books,
    private readonly parties: KnownParties,
    private readonly follower: CatalogueFollower,
  ) {}

  async execute({ id, query }: GetProvider): Promise<ProviderAnswer> {
    const accounts = [providerPayable(id), providerWithheld(id)];
    const balances = await this.books.read(query, (books) => readAccountBalances(books, accounts));
    const owed = [...balances.values()].reduce((sum, balance) => sum + balance, 0n);
    const party = await this.parties.provider(id);
    return {
      id: party.id,
      kyc: { state: party.kyc, reason: party.kycReason, since: party.kycSince },
      wallets: Object.fromEntries(Object.entries(party.wallets)),
      payouts: [...this.follower.catalogue.chains.keys()].map((chainId) => {
        const gate = gatePayout(party, chainId, this.follower.catalogue.chains, owed);
        return {
          chainId,
          wallet: party.wallets[chainId] ?? null,
          open: gate.open,
          reason: gate.open ? null : gate.reason,
        };
      }),
    };
  }
}

@ApiTags('provider')
@ApiBearerAuth()
@Controller('providers')
class ProviderDeskController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @Allow('provider', 'finance', 'compliance', 'operator')
  @ApiOperation({ summary: 'A provider’s KYC state, payout wallets, and whether the next batch pays it' })
  @ApiOkResponse({ type: ProviderAnswer })
  provider(
    @HolderParam() id: string,
    @FromQuery() query: PositionQuery,
    @Caller() caller: KeyGrant,
  ): Promise<ProviderAnswer> {
    assertMayReadProvider(caller, id);
    return this.queries.execute(new GetProvider(id, query));
  }
}

@Module({ controllers: [ProviderDeskController], providers: [GetProviderHandler] })
export class ProviderReportModule {}
