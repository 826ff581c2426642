/** `GET /v1/providers/{id}` and its earnings: what a provider sees of itself, and others of any provider. */
import { Controller, Get, Inject, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ASSET, formatAmount, registryShard } from '#domain';
import {
  Allow,
  assertMayReadProvider,
  Caller,
  CONFIGURATION,
  HolderParam,
  type Configuration,
  type KeyGrant,
  PositionAnswer,
} from '#platform';
import { readAccountBalances, readTotals } from '#postgres';
import {
  Books,
  describeMoment,
  heightsOfPeriod,
  KnownParties,
  parsePeriod,
  PeriodQuery,
  PositionQuery,
  SaysWhetherClosed,
} from '#reading';
import { CatalogueFollower } from '#wiring';
import { KYC_STATES, type KycState } from './party.js';
import { gatePayout } from './payout-gate.js';
import { providerPayable } from '../rating/split-policy.js';
import { providerUncovered } from '../receivables/owed.js';
import { providerWithheld } from '../settlement/cut.js';
import { listWithheld, sumPayouts } from '../settlement/payout.report.js';

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

class WithheldAnswer {
  @ApiProperty() amount!: string;
  @ApiProperty({ example: 'kyc_unverified' }) reason!: string;
  @ApiProperty() batch!: string;
  @ApiProperty() since!: string;
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
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
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

class GetEarnings extends Query<EarningsAnswer> {
  constructor(
    readonly provider: string,
    readonly query: PeriodQuery,
  ) {
    super();
  }
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
    return this.books.read(query, async (books) => {
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
        provider,
        asset: ASSET,
        from: range.from ?? null,
        to: range.to ?? null,
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
        ...describeMoment(books),
      };
    });
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

  @Get(':id/earnings')
  @Allow('provider', 'finance', 'compliance')
  @ApiOperation({ summary: 'What a provider earned and was paid in a period, and what is owed to it now' })
  @ApiOkResponse({ type: EarningsAnswer })
  earnings(
    @HolderParam() id: string,
    @FromQuery() query: PeriodQuery,
    @Caller() caller: KeyGrant,
  ): Promise<EarningsAnswer> {
    assertMayReadProvider(caller, id);
    return this.queries.execute(new GetEarnings(id, query));
  }
}

@Module({ controllers: [ProviderDeskController], providers: [GetProviderHandler, GetEarningsHandler] })
export class ProviderReportModule {}
