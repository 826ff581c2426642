/** `GET /v1/ledger/supply`: how many tokens there are, where they are, and whether the figures obey the law of supply. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ASSET, formatAmount, idIn, type SupplyClass } from '#domain';
import { Allow, PositionAnswer } from '#platform';
import { readBalanceGroups, readTotals, type BalanceGroup, type BooksSnapshot, type Span } from '#postgres';
import { AsOfQuery, Books, describeMoment, momentOf, SaysWhetherClosed } from '#reading';
import { ISSUANCE } from './funds.js';
import { BOUGHT_BACK, BURNED, EMITTED, MINTED, SLASHED } from './supply-totals.js';
import { accountKind, ACCOUNT_KINDS, ACCOUNTS } from '../accounts.js';
import type { EmissionEvent } from '../emission/emission-events.js';
import { capAt, type EmissionRecipient } from '../emission/emission-policy.js';
import { readSupplyAtLastCut } from '../settlement/settlement.report.js';
import { CatalogueFollower } from '#wiring';

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

/**
 * Why tokens leave the supply: by a command, since they were bought back, with usage and what was reserved for it, by a reversal, or for
 * a fault of a staker.
 */
type BurnCause = 'command' | 'buyBack' | 'usage' | 'reversal' | 'slash';

class BurnedBy implements Record<BurnCause, string> {
  @ApiProperty({ description: 'Burns, and grants that were voided' }) command!: string;
  @ApiProperty({ description: 'What was bought from its holders' }) buyBack!: string;
  @ApiProperty({
    description: 'The burn share of usage, and what holds gave back of grants that were voided meanwhile',
  })
  usage!: string;
  @ApiProperty({
    description:
      'What reversals took out, less what they issued again of what had been burned; below zero where that is more',
  })
  reversal!: string;
  @ApiProperty({ description: 'Of slashed stakes, without what their finders had' })
  slash!: string;
}

/** Why tokens come into the supply: at somebody's word, as mints and grants do, or as an epoch of the emission policy. */
type MintCause = 'command' | 'emission';

class MintedBy implements Record<MintCause, string> {
  @ApiProperty({ description: 'Mints and grants' }) command!: string;
  @ApiProperty({ description: 'Epochs of the emission policy' }) emission!: string;
}

class CapAnswer {
  @ApiProperty({ description: 'The version of the emission policy' }) policy!: number;
  @ApiProperty() cap!: string;
  @ApiProperty({ description: 'cap minus supply, 0 where the supply is above it: what can be minted' }) room!: string;
}

class SupplyAnswer {
  @ApiProperty({ nullable: true, type: String }) asOf!: string | null;
  @ApiProperty({ example: ASSET }) asset!: string;
  @ApiProperty() minted!: string;
  @ApiProperty({ type: MintedBy }) mintedBy!: MintedBy;
  @ApiProperty({ description: 'By command, by buy-backs and as the burn share of usage' }) burned!: string;
  @ApiProperty({ type: BurnedBy }) burnedBy!: BurnedBy;
  @ApiProperty({ description: 'minted minus burned' }) supply!: string;
  @ApiProperty({ type: CapAnswer, nullable: true, description: 'The cap in force at that moment; null: there is none' })
  cap!: CapAnswer | null;
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
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

class GetSupply extends Query<SupplyAnswer> {
  constructor(readonly query: AsOfQuery) {
    super();
  }
}

@QueryHandler(GetSupply)
class GetSupplyHandler implements IQueryHandler<GetSupply> {
  constructor(
    private readonly books: Books,
    private readonly follower: CatalogueFollower,
  ) {}

  execute({ query }: GetSupply): Promise<SupplyAnswer> {
    return this.books.read(query, async (books) => {
      const { groups } = await readBalanceGroups(books, ACCOUNT_KINDS);
      const sinceEver = { from: [], to: books.heights };
      const minted = await readMinted(books, sinceEver);
      const burned = await readBurned(books, sinceEver);
      const supplyAtLastCut = await readSupplyAtLastCut(books);
      return {
        asOf: query.asOf ?? null,
        asset: ASSET,
        ...describeSupply(groups, { minted, burned, supplyAtLastCut, cap: this.capOf(books, query) }),
        ...describeMoment(books),
      };
    });
  }

  /** By the policies that were published up to the state that is shown. */
  private capOf({ heights }: BooksSnapshot, query: AsOfQuery) {
    const { catalogue, shard } = this.follower;
    const upTo = heights.find((one) => one.shard === shard)?.height ?? 0;
    return capAt(catalogue.emissionPolicies, momentOf(query), upTo);
  }
}

/** What was burned, atto-tokens, by cause. */
type Burned = Readonly<Record<BurnCause, bigint>>;

/**
 * The running totals of causes whose entries burn their whole amount; an entry says its total beside its rows. The rest of
 * what was burned is usage's share.
 */
export const BURN_TOTALS: Readonly<Record<Exclude<BurnCause, 'usage' | 'reversal'>, string>> = {
  command: BURNED,
  buyBack: BOUGHT_BACK,
  slash: SLASHED,
};

/** What was burned between two sets of heights: everything that came back to `issuance`. */
export async function readBurned(books: BooksSnapshot, span: Span): Promise<Burned> {
  const totals = await readTotals(books, [ISSUANCE, ...Object.values(BURN_TOTALS)], span);
  const command = totals.get(BURN_TOTALS.command) ?? 0n;
  const buyBack = totals.get(BURN_TOTALS.buyBack) ?? 0n;
  const { retired, reissued } = await readReversedSupply(books, span);
  const slash = totals.get(BURN_TOTALS.slash) ?? 0n;
  const usage = (totals.get(ISSUANCE) ?? 0n) - command - buyBack - slash - retired;
  return { command, buyBack, slash, usage, reversal: retired - reissued };
}

/** What reversals issued again of what had been burned, and what they took out, between two sets of heights. */
async function readReversedSupply(
  books: BooksSnapshot,
  { from, to, without }: Span,
): Promise<{ readonly reissued: bigint; readonly retired: bigint }> {
  const low = new Map(from.map(({ shard, height }) => [shard, height]));
  const shards = to.filter(({ shard }) => shard !== without);
  const [row] = await books.rows<{ reissued: string; retired: string }>(
    `SELECT coalesce(sum(reissued), 0)::text AS reissued, coalesce(sum(retired), 0)::text AS retired
     FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS span (shard, low, high)
     JOIN books.reversals AS r ON r.shard = span.shard AND r.height > span.low AND r.height <= span.high`,
    [
      shards.map(({ shard }) => shard),
      shards.map(({ shard }) => low.get(shard) ?? 0),
      shards.map(({ height }) => height),
    ],
  );
  return { reissued: BigInt(row!.reissued), retired: BigInt(row!.retired) };
}

/** What was minted, atto-tokens, by cause. */
type Minted = Readonly<Record<MintCause, bigint>>;

/** The running totals of the causes: every entry that mints adds its whole amount to one of them. */
export const MINT_TOTALS: Readonly<Record<MintCause, string>> = { command: MINTED, emission: EMITTED };

/** What was minted between two sets of heights. */
async function readMinted(books: BooksSnapshot, span: Span): Promise<Minted> {
  const totals = await readTotals(books, Object.values(MINT_TOTALS), span);
  return {
    command: totals.get(MINT_TOTALS.command) ?? 0n,
    emission: totals.get(MINT_TOTALS.emission) ?? 0n,
  };
}

const EMISSION: EmissionEvent['type'] = 'TokensEmitted';

/**
 * How much of what epochs minted each account got between two sets of heights, atto-tokens; one that got nothing is left out.
 * Epochs are few: each is looked up by itself.
 */
export async function readEmittedTo(
  books: BooksSnapshot,
  accounts: readonly EmissionRecipient[],
  { from, to, without }: Span,
): Promise<ReadonlyMap<string, bigint>> {
  const low = new Map(from.map(({ shard, height }) => [shard, height]));
  const shards = to.filter(({ shard }) => shard !== without);
  const rows = await books.rows<{ account: string; amount: string }>(
    `SELECT m.account, sum(m.amount)::text AS amount FROM books.entries AS e
     JOIN unnest($1::int[], $2::bigint[], $3::bigint[]) AS span (shard, low, high)
       ON e.shard = span.shard AND e.height > span.low AND e.height <= span.high
     JOIN books.movements AS m ON (m.shard, m.height, m.index) = (e.shard, e.height, e.index)
     WHERE e.type = $4 AND m.account = ANY ($5::text[]) AND m.asset = $6
     GROUP BY m.account`,
    [
      shards.map(({ shard }) => shard),
      shards.map(({ shard }) => low.get(shard) ?? 0),
      shards.map(({ height }) => height),
      ...[EMISSION, accounts, ASSET],
    ],
  );
  return new Map(rows.map(({ account, amount }) => [account, BigInt(amount)]));
}

const vaultOf = idIn(ACCOUNTS.chainVault);
const supplyOf = idIn(ACCOUNTS.chainSupply);

/** Where tokens are that were issued and stay in the ledger: members of the answer, each with its words in the checks. */
const IN_LEDGER = {
  holders: 'holders',
  transit: 'transfers in transit',
  inTransit: 'payouts in transit',
} as const satisfies Partial<Record<keyof SupplyAnswer, string>>;

type InLedger = keyof typeof IN_LEDGER;
type Place = InLedger | 'issued' | 'chain supply' | 'vault' | 'receivable' | 'uncovered';

/** What the answer and its checks count a class of accounts as. A class that has no line does not compile. */
const PLACES: Readonly<Record<SupplyClass, Place>> = {
  issued: 'issued',
  holders: 'holders',
  transfers: 'transit',
  payouts: 'inTransit',
  'chain supply': 'chain supply',
  vault: 'vault',
  receivable: 'receivable',
  uncovered: 'uncovered',
};

/** The class of a trial balance's group in the law; what the chart does not have is somebody's money. */
function classOf(group: string): SupplyClass {
  const kind = accountKind(group);
  return kind === undefined ? 'holders' : ACCOUNTS[kind].supply;
}

/** Places the groups of a trial balance in the law of supply. */
export function describeSupply(
  groups: readonly BalanceGroup[],
  {
    minted,
    burned,
    supplyAtLastCut,
    cap,
  }: {
    readonly minted: Minted;
    readonly burned: Burned;
    /** The ledger's supply at the cut of the last confirmed batch; undefined before the first. */
    readonly supplyAtLastCut?: bigint | undefined;
    readonly cap?: { readonly version: number; readonly cap: bigint } | undefined;
  },
): Omit<SupplyAnswer, 'asOf' | 'asset' | 'closed' | 'position'> {
  const sums = new Map<Place, bigint>();
  const sumOf = (place: Place) => sums.get(place) ?? 0n;
  const chains = new Map<number, { supply: bigint; vault: bigint }>();
  for (const { group, asset, debit, credit } of groups) {
    if (asset !== ASSET) continue;
    const balance = credit - debit;
    const place = PLACES[classOf(group)];
    sums.set(place, sumOf(place) + balance);
    const chainId = vaultOf(group) ?? supplyOf(group);
    if (chainId === undefined) continue;
    const chain = chains.get(Number(chainId)) ?? { supply: 0n, vault: 0n };
    // An asset of the ledger, so the account shows minus what is in the vault.
    if (place === 'vault') chain.vault = -balance;
    else chain.supply = balance;
    chains.set(Number(chainId), chain);
  }
  const supply = -sumOf('issued');
  const inLedger = (Object.keys(IN_LEDGER) as InLedger[]).map((place) => [place, sumOf(place)] as const);
  const inLedgerInAll = inLedger.reduce((sum, [, amount]) => sum + amount, 0n);
  const inLedgerInWords = Object.values(IN_LEDGER).join(' + ');
  const receivable = -sumOf('receivable');
  const uncovered = sumOf('uncovered');
  const chainSupply = sumOf('chain supply');
  const vaults = -sumOf('vault');
  const inFlight = supply - chainSupply;
  const burnedInAll = Object.values(burned).reduce((sum, amount) => sum + amount, 0n);
  const mintedInAll = Object.values(minted).reduce((sum, amount) => sum + amount, 0n);
  const check = (name: string, left: bigint, right: bigint): SupplyCheck => ({
    name,
    left: formatAmount(left),
    right: formatAmount(right),
    agrees: left === right,
  });
  const checks = [
    check(`supply = ${inLedgerInWords} + withdrawn`, supply, inLedgerInAll + chainSupply - vaults),
    check(`vaults + supply in flight = ${inLedgerInWords}`, vaults + inFlight, inLedgerInAll),
    check('supply = minted - burned', supply, mintedInAll - burnedInAll),
    check('receivables = shares that wait for them', receivable, uncovered),
    // So nothing in flight is negative but by what was burned since that cut, and no token stands on two chains.
    ...(supplyAtLastCut === undefined
      ? []
      : [check('supply on all chains = supply at the cut of the last final batch', chainSupply, supplyAtLastCut)]),
  ];
  return {
    minted: formatAmount(mintedInAll),
    mintedBy: { command: formatAmount(minted.command), emission: formatAmount(minted.emission) },
    burned: formatAmount(burnedInAll),
    burnedBy: {
      command: formatAmount(burned.command),
      buyBack: formatAmount(burned.buyBack),
      usage: formatAmount(burned.usage),
      reversal: formatAmount(burned.reversal),
      slash: formatAmount(burned.slash),
    },
    supply: formatAmount(supply),
    cap:
      cap === undefined
        ? null
        : {
            policy: cap.version,
            cap: formatAmount(cap.cap),
            room: formatAmount(cap.cap > supply ? cap.cap - supply : 0n),
          },
    ...(Object.fromEntries(inLedger.map(([place, amount]) => [place, formatAmount(amount)])) as Record<
      InLedger,
      string
    >),
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
class SupplyReadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('finance', 'operator')
  @ApiOperation({ summary: 'Minted, burned, and where the supply is, with the law’s checks' })
  @ApiOkResponse({ type: SupplyAnswer })
  supply(@FromQuery() query: AsOfQuery): Promise<SupplyAnswer> {
    return this.queries.execute(new GetSupply(query));
  }
}

@Module({ controllers: [SupplyReadsController], providers: [GetSupplyHandler] })
export class SupplyReportModule {}
