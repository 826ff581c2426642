/** `GET /v1/reports/split`: what paid usage brought to providers, treasury and stakers, and what was burned of it. */
import { Controller, Get, Inject, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { formatAmount, groupOf, registryShard, type AccountKind } from '#domain';
import { Allow, CONFIGURATION, type Configuration, PositionAnswer } from '#platform';
import { readPresentGroups, readTotals, type BooksSnapshot, type Span } from '#postgres';
import { Books, describeMoment, heightsOfPeriod, parsePeriod, PeriodQuery, SaysWhetherClosed } from '#reading';
import { splitAccounts } from './split-policy.js';
import { receivableAccounts } from '../receivables/owed.js';
import { readBurned, readEmittedTo } from '../supply/supply.report.js';

const { providerUncovered, treasuryUncovered, stakingUncovered, burnUncovered } = receivableAccounts;
/** Where shares of usage wait for their customers to cover them. */
const UNCOVERED: readonly AccountKind[] = [providerUncovered, treasuryUncovered, stakingUncovered, burnUncovered];

class SplitShares {
  @ApiProperty() providers!: string;
  @ApiProperty() treasury!: string;
  @ApiProperty() stakers!: string;
  @ApiProperty() burned!: string;
  @ApiProperty({ description: 'Sum of the four' }) total!: string;
}

class SplitReport {
  @ApiProperty({ nullable: true, type: String }) from!: string | null;
  @ApiProperty({ nullable: true, type: String }) to!: string | null;
  @ApiProperty({ type: SplitShares, description: 'Of usage that was covered in the period, whenever it was charged' })
  paid!: SplitShares;
  @ApiProperty({ type: SplitShares, description: 'Now: shares that wait for their customer to cover them' })
  waiting!: SplitShares;
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

class ReportSplit extends Query<SplitReport> {
  constructor(readonly query: PeriodQuery) {
    super();
  }
}

@QueryHandler(ReportSplit)
class ReportSplitHandler implements IQueryHandler<ReportSplit> {
  constructor(
    private readonly books: Books,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  execute({ query }: ReportSplit): Promise<SplitReport> {
    const range = parsePeriod(query, Date.now());
    return this.books.read(query, async (books) => {
      const span = await heightsOfPeriod(books, range);
      const paid = await readPaidShares(books, { ...span, without: registryShard(this.configuration.shards) });
      const uncovered = await readPresentGroups(books, UNCOVERED);
      const waitingIn = (kind: AccountKind) => uncovered.get(groupOf(kind)) ?? 0n;
      return {
        from: range.from ?? null,
        to: range.to ?? null,
        paid: present(paid),
        waiting: present({
          providers: waitingIn(providerUncovered),
          treasury: waitingIn(treasuryUncovered),
          stakers: waitingIn(stakingUncovered),
          burned: waitingIn(burnUncovered),
        }),
        ...describeMoment(books),
      };
    });
  }
}

/** Shares of usage, atto-tokens. */
interface PaidShares {
  readonly providers: bigint;
  readonly treasury: bigint;
  readonly stakers: bigint;
  readonly burned: bigint;
}

/**
 * Shares paid between two sets of heights: the credits of the accounts that shares go to, without those that an epoch gave
 * them. The registry is to be left out, because it credits a payable only to give a reverted payout back.
 */
export async function readPaidShares(books: BooksSnapshot, span: Span): Promise<PaidShares> {
  const providers = groupOf(splitAccounts.providerPayable);
  const [treasury, stakers] = [splitAccounts.treasuryFees.pattern, splitAccounts.stakingRewards.pattern];
  const totals = await readTotals(books, [providers, treasury, stakers], span);
  const emitted = await readEmittedTo(books, [treasury, stakers], span);
  const sumOf = (name: string) => (totals.get(name) ?? 0n) - (emitted.get(name) ?? 0n);
  return {
    providers: sumOf(providers),
    treasury: sumOf(treasury),
    stakers: sumOf(stakers),
    burned: (await readBurned(books, span)).usage,
  };
}

function present(shares: PaidShares): SplitShares {
  const { providers, treasury, stakers, burned } = shares;
  return {
    providers: formatAmount(providers),
    treasury: formatAmount(treasury),
    stakers: formatAmount(stakers),
    burned: formatAmount(burned),
    total: formatAmount(providers + treasury + stakers + burned),
  };
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('reports/split')
class SplitReportController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('finance', 'operator')
  @ApiOperation({ summary: 'Who got what of paid usage in a period' })
  @ApiOkResponse({ type: SplitReport })
  report(@FromQuery() query: PeriodQuery): Promise<SplitReport> {
    return this.queries.execute(new ReportSplit(query));
  }
}

@Module({ controllers: [SplitReportController], providers: [ReportSplitHandler] })
export class SplitReportModule {}
