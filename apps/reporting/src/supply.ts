/** `GET /v1/ledger/supply`: how many tokens there are, where they are, and whether the figures obey the law of supply. */
import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  ASSET,
  formatAmount,
  ISSUANCE,
  SETTLEMENT_IN_TRANSIT,
  TRANSIT,
  UNCOVERED_BURN,
  UNCOVERED_STAKING,
  UNCOVERED_TREASURY,
} from '#domain';
import { Allow } from '#platform';
import { readBalanceGroups, readSupplyAtLastCut, readSupplyChanges, type BalanceGroup } from '#postgres';
import { Books } from './books.js';
import { AcceptsInstant, AS_OF, IncludedHeight, includedHeights, PositionQuery } from './read-parameters.js';

class SupplyQuery extends PositionQuery {
  @AcceptsInstant(AS_OF)
  asOf?: string;
}

class ChainSupply {
  @ApiProperty({ example: 31337 }) chainId!: number;
  @ApiProperty({ description: 'The token’s totalSupply(), as the ledger has it' }) supply!: string;
  @ApiProperty({ description: 'Tokens in the settlement vault, as the ledger has it' }) vault!: string;
  @ApiProperty({ description: 'supply minus vault: paid out to providers' }) withdrawn!: string;
}

class SupplyCheck {
  @ApiProperty() name!: string;
  @ApiProperty() left!: string;
  @ApiProperty() right!: string;
  @ApiProperty() agrees!: boolean;
}

class BurnedBy {
  @ApiProperty() command!: string;
  @ApiProperty() usage!: string;
}

class SupplyAnswer {
  @ApiProperty({ nullable: true, type: String }) asOf!: string | null;
  @ApiProperty({ example: ASSET }) asset!: string;
  @ApiProperty() minted!: string;
  @ApiProperty({ description: 'By command and as the burn share of usage' }) burned!: string;
  @ApiProperty({ type: BurnedBy }) burnedBy!: BurnedBy;
  @ApiProperty({ description: 'minted minus burned' }) supply!: string;
  @ApiProperty({ description: 'What can be spent or is owed in the ledger: customers, providers, treasury, stakers' })
  holders!: string;
  @ApiProperty({ description: 'Between the two entries of a transfer' }) transit!: string;
  @ApiProperty({ description: 'Cut into a settlement batch that is not final' }) inTransit!: string;
  @ApiProperty({ description: 'Paid out on chain' }) withdrawn!: string;
  @ApiProperty({ description: 'Usage that no balance covered yet; no part of the supply' }) receivable!: string;
  @ApiProperty({ type: [ChainSupply] }) onChain!: ChainSupply[];
  @ApiProperty({
    description:
      'supply minus the supply on all chains: what the next batch mints. Below zero only by what was burned since the last batch, which the next one burns on chain; anything else breaks a check',
  })
  inFlight!: string;
  @ApiProperty({ type: [SupplyCheck] }) checks!: SupplyCheck[];
  @ApiProperty({ description: 'All checks agree' }) lawful!: boolean;
  @ApiProperty({ type: [IncludedHeight] }) position!: IncludedHeight[];
}

export class GetSupply extends Query<SupplyAnswer> {
  constructor(readonly query: SupplyQuery) {
    super();
  }
}

@QueryHandler(GetSupply)
export class GetSupplyHandler implements IQueryHandler<GetSupply> {
  constructor(private readonly books: Books) {}

  execute({ query }: GetSupply): Promise<SupplyAnswer> {
    return this.books.read(query, async (books) => {
      const { groups } = await readBalanceGroups(books);
      const changes = await readSupplyChanges(books);
      const supplyAtLastCut = await readSupplyAtLastCut(books);
      return {
        asOf: query.asOf ?? null,
        asset: ASSET,
        ...describeSupply(groups, { ...changes, supplyAtLastCut }),
        position: includedHeights(books),
      };
    });
  }
}

/** Outside the holders' own money: each has its place in the law by itself. */
const UNCOVERED: readonly string[] = ['provider:*:uncovered', UNCOVERED_TREASURY, UNCOVERED_STAKING, UNCOVERED_BURN];
const RECEIVABLE = 'customer:*:receivable';
const CHAIN = /^chain:(\d+):(vault|supply)$/;

/** Places the groups of a trial balance in the law of supply. */
export function describeSupply(
  groups: readonly BalanceGroup[],
  {
    minted,
    burnedByCommand,
    supplyAtLastCut,
  }: {
    readonly minted: bigint;
    readonly burnedByCommand: bigint;
    /** The ledger's supply at the cut of the last confirmed batch; undefined before the first. */
    readonly supplyAtLastCut?: bigint | undefined;
  },
): Omit<SupplyAnswer, 'asOf' | 'asset' | 'position'> {
  const balances = new Map(
    groups.filter(({ asset }) => asset === ASSET).map(({ group, debit, credit }) => [group, credit - debit]),
  );
  const balanceOf = (group: string) => balances.get(group) ?? 0n;
  const supply = -balanceOf(ISSUANCE);
  const receivable = -balanceOf(RECEIVABLE);
  const uncovered = UNCOVERED.reduce((sum, group) => sum + balanceOf(group), 0n);
  const transit = balanceOf(TRANSIT);
  const inTransit = balanceOf(SETTLEMENT_IN_TRANSIT);
  const apart = new Set([ISSUANCE, RECEIVABLE, ...UNCOVERED, TRANSIT, SETTLEMENT_IN_TRANSIT]);
  const chains = new Map<number, { supply: bigint; vault: bigint }>();
  let holders = 0n;
  for (const [group, balance] of balances) {
    const match = CHAIN.exec(group);
    if (match !== null) {
      const chain = chains.get(Number(match[1])) ?? { supply: 0n, vault: 0n };
      // An asset of the ledger, so the account shows minus what is in the vault.
      chains.set(
        Number(match[1]),
        match[2] === 'vault' ? { ...chain, vault: -balance } : { ...chain, supply: balance },
      );
    } else if (!apart.has(group)) holders += balance;
  }
  let chainSupply = 0n;
  let vaults = 0n;
  for (const chain of chains.values()) {
    chainSupply += chain.supply;
    vaults += chain.vault;
  }
  const inFlight = supply - chainSupply;
  const check = (name: string, left: bigint, right: bigint): SupplyCheck => ({
    name,
    left: formatAmount(left),
    right: formatAmount(right),
    agrees: left === right,
  });
  const checks = [
    check(
      'supply = holders + transfers in transit + payouts in transit + withdrawn',
      supply,
      holders + transit + inTransit + chainSupply - vaults,
    ),
    check(
      'vaults + supply in flight = holders + transfers in transit + payouts in transit',
      vaults + inFlight,
      holders + transit + inTransit,
    ),
    check('receivables = shares that wait for them', receivable, uncovered),
    // So nothing in flight is negative but by what was burned since that cut, and no token stands on two chains.
    ...(supplyAtLastCut === undefined
      ? []
      : [check('supply on all chains = supply at the cut of the last final batch', chainSupply, supplyAtLastCut)]),
  ];
  return {
    minted: formatAmount(minted),
    burned: formatAmount(minted - supply),
    burnedBy: { command: formatAmount(burnedByCommand), usage: formatAmount(minted - supply - burnedByCommand) },
    supply: formatAmount(supply),
    holders: formatAmount(holders),
    transit: formatAmount(transit),
    inTransit: formatAmount(inTransit),
    withdrawn: formatAmount(chainSupply - vaults),
    receivable: formatAmount(receivable),
    onChain: [...chains]
      .sort(([left], [right]) => left - right)
      .map(([chainId, chain]) => ({
        chainId,
        supply: formatAmount(chain.supply),
        vault: formatAmount(chain.vault),
        withdrawn: formatAmount(chain.supply - chain.vault),
      })),
    inFlight: formatAmount(inFlight),
    checks,
    lawful: checks.every(({ agrees }) => agrees),
  };
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('ledger/supply')
export class SupplyController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('finance', 'operator')
  @ApiOperation({ summary: 'Minted, burned, and where the supply is, with the law’s checks' })
  @ApiOkResponse({ type: SupplyAnswer })
  supply(@FromQuery() query: SupplyQuery): Promise<SupplyAnswer> {
    return this.queries.execute(new GetSupply(query));
  }
}
