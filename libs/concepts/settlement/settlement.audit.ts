/** Settlement batches: cuts of what was owed, plans that are the sum of their cuts, steps in order, the chain's side of the books. */
import type { Posting, ShardHead } from '#domain';
import type { AuditedBalances, AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { PartiesAudit } from '../parties/party.audit.js';
import { move, moves, sum, wholeOf } from '../postings.audit.js';
import type { SettlementConfirmed, SettlementEvent, SettlementOpened, SettlementPlanned } from './batch.js';
import type { CutEvent, PayablesCut } from './cut.js';

type LaterStep = Exclude<SettlementEvent, SettlementOpened>;

/** A batch as the verifier sees it grow. */
interface AuditedBatch {
  readonly opened: SettlementOpened;
  readonly place: Place;
  planned?: SettlementPlanned;
  /** What was left of earlier batches in the registry shard and joins this one, by provider. */
  readonly givenBack: Map<string, bigint>;
  /** The supply on all chains together in the books before the batch: what stands on one is not issued again on another. */
  supplyBefore: bigint;
  phase: 'opened' | 'planned' | 'signed' | 'empty' | 'confirmed' | 'reverted';
  readonly hashes: Set<string>;
  /** The pages that its end or its plan names, as `shard:height`. */
  named: readonly string[];
}

/** The phases in which each step may be taken. */
const FOLLOWS: Readonly<Record<LaterStep['type'], readonly AuditedBatch['phase'][]>> = {
  SettlementPlanned: ['opened'],
  SettlementEmpty: ['opened'],
  SettlementSigned: ['planned', 'signed'],
  SettlementConfirmed: ['signed'],
  SettlementReverted: ['planned', 'signed'],
};

const IN_TRANSIT = 'settlement:in-transit';
const payable = (provider: string): string => `provider:${provider}:payable`;
const withheldOf = (provider: string): string => `provider:${provider}:withheld`;

/**
 * - `SettlementOpened`: no other batch is under way. The gate is that of the parties.
 * - `SettlementPlanned`: `provider:<p>:payable` → `settlement:in-transit`: the registry shard's whole balance (given back by a reverted batch),
 *   for each payable provider in the batch's order. `SettlementEmpty`: nothing to pay and no supply to move.
 * - `SettlementConfirmed`: `chain:<id>:vault` → `chain:<id>:supply`: mint; `chain:<id>:supply` → `chain:<id>:vault`: burn; `settlement:in-transit` →
 *   `chain:<id>:vault`: total. `hash` is one of the signed; `logIndexes` has one element for each payout of the plan, in its order.
 * - `SettlementReverted`: `settlement:in-transit` → `provider:<p>:payable`: amount, for each payout of the plan in its order.
 *
 * **The steps of a batch**: opened, then planned or empty; after planned signed (any number of times); after signed confirmed; after planned
 * or signed reverted. Nothing follows empty, confirmed or reverted.
 *
 * **Cutting** (`PayablesCut`). The batch's `SettlementOpened` says who is `payable` and who is `withheld`. For each payable provider in its order: `provider:<p>:payable` →
 * `settlement:in-transit` and `provider:<p>:withheld` → `settlement:in-transit`: the whole balances in this shard; their sum, when it is not 0, is the provider's element of `payouts`.
 * Then for each withheld provider: `provider:<p>:payable` → `provider:<p>:withheld`: the whole balance; the balance of `withheld` after that, when it is not 0, is its element of
 * `withheld` with the gate's reason. `supply` = minus the balance of `issuance` in this shard. A shard cuts a batch once.
 *
 * **The plan** (an empty batch counts as one that pays, mints and burns nothing): every holder shard has one cut of the batch; each
 * provider's payout is the sum of its payouts in the cuts and of what the plan's own postings add, to the wallet that the gate opened for it; `total` is
 * the sum of the payouts, whose wallets ascend in lower case; `headsDigest` is that of its `heads` (section 7); `mint − burn` = sum of the cuts' `supply` − the sum of the balances of all
 * `chain:<id>:supply` before the plan: a token that stands on one chain is not issued on another.
 */
export class SettlementAudit implements ConceptAudit<CutEvent, SettlementEvent> {
  readonly laws = {
    CUT_WRONG: 'A cut is what the shard owed, and a plan is the sum of its cuts.',
    HEADS_WRONG:
      'A plan, and an empty batch, names the pages of its cuts and of its opening, and no others, and a plan’s `headsDigest` is of the pages that it names.',
    SETTLEMENT_WRONG: 'Steps of a batch are in order, at most one confirmation.',
  };

  readonly sums = [
    '`settlement:in-transit` = what batches have cut or planned that are neither confirmed nor reverted',
    '`chain:<id>:supply` + `chain:<id>:vault` = the totals of the confirmed batches of that chain: what left the vault for good',
    `the sum of all \`chain:<id>:supply\` = the sum of the cuts' \`supply\` of the batch that was confirmed last, on whichever chain.
So what is in flight (minus \`issuance\` − that sum) is what was minted since that cut less what was burned since, and a supply
that was issued a second time, on another chain, is found`,
  ];

  readonly accounts = [
    { pattern: 'provider:{holder}:withheld', supply: 'holders', belowZero: 'never' },
    { pattern: IN_TRANSIT, supply: 'payouts', belowZero: 'never over all shards' },
  ] as const;

  readonly registry: AuditTable<SettlementEvent> = {
    SettlementOpened: (event, place) => this.open(event, place),
    SettlementPlanned: (event, place, balances) =>
      this.step(event, place, (batch) => this.plan(batch, event, place, balances)),
    SettlementEmpty: (event, place, balances) =>
      this.step(event, place, (batch) => {
        batch.phase = 'empty';
        batch.named = namesOf(event.heads);
        batch.supplyBefore = balances.sumOf('chain supply');
        return [];
      }),
    SettlementSigned: (event, place) =>
      this.step(event, place, (batch) => {
        batch.phase = 'signed';
        batch.hashes.add(event.hash);
        return [];
      }),
    SettlementConfirmed: (event, place) => this.step(event, place, (batch) => this.confirm(batch, event, place)),
    SettlementReverted: (event, place) =>
      this.step(event, place, (batch) => {
        batch.phase = 'reverted';
        requirePostings(event);
        return (batch.planned?.payouts ?? []).map((paid) => move(IN_TRANSIT, payable(paid.provider), paid.amount));
      }),
  };

  readonly ledger: AuditTable<CutEvent> = {
    PayablesCut: (event, place, balances) => this.cut(event, place, balances),
  };

  readonly booked = {
    PayablesCut: (event: PayablesCut, place: Place, balances: AuditedBalances): void => {
      const supply = (-balances.sumOf('issued')).toString();
      if (event.supply !== supply) this.cutWrong(place, `the shard's supply is ${supply}, not ${event.supply}`);
    },
  };

  readonly later = {
    SettlementOpened: ({ batch }: SettlementOpened): void => {
      this.openedLater.add(batch);
    },
  };

  private readonly batches = new Map<string, AuditedBatch>();
  /** Opened after the registry was read. */
  private readonly openedLater = new Set<string>();
  private readonly cuts = new Map<string, Map<number, PayablesCut>>();
  private readonly heights = new Map<string, Map<number, number>>();
  private readonly firstCuts = new Map<string, Place>();
  /** Paid out for good, by chain. */
  private readonly paid = new Map<number, bigint>();
  /** The batch that was confirmed last, on whichever chain. */
  private lastConfirmed: string | undefined;

  constructor(
    private readonly walk: AuditWalk,
    private readonly parties: PartiesAudit,
  ) {}

  check(totals: AuditedBalances): void {
    for (const [id, batch] of this.batches) {
      if (batch.phase === 'opened') continue;
      const cuts = this.cuts.get(id) ?? new Map<number, PayablesCut>();
      for (let shard = 0; shard < this.walk.shards; shard++) {
        if (!cuts.has(shard)) this.cutWrong(batch.place, `shard ${shard} has no cut of batch ${id}`);
      }
      this.checkPlan(batch, [...cuts.values()]);
      this.checkHeads(batch);
    }
    for (const [id, place] of this.firstCuts) {
      if (!this.batches.has(id) && !this.openedLater.has(id)) this.cutWrong(place, `batch ${id} was never opened`);
    }
    this.walk.expectSum('what is in transit to providers', totals.sumOf('payouts'), this.inTransit());
    const atLastCut = this.supplyAtLastCut();
    // What is in flight is then minted since that cut, and falls below zero only by what was burned since.
    if (atLastCut !== undefined) {
      this.walk.expectSum('the supply on all chains together', totals.sumOf('chain supply'), atLastCut);
    }
    for (const [chainId, paid] of this.paid) {
      const left = totals.balance(`chain:${chainId}:supply`) + totals.balance(`chain:${chainId}:vault`);
      this.walk.expectSum(`what left the vault of chain ${chainId}`, left, paid);
    }
  }

  private open(event: SettlementOpened, place: Place): Posting[] {
    if (this.batches.has(event.batch)) this.wrong(place, `batch ${event.batch} is opened a second time`);
    for (const [id, { phase }] of this.batches) {
      if (phase === 'opened' || phase === 'planned' || phase === 'signed')
        this.wrong(place, `batch ${event.batch} is opened while ${id} is under way`);
    }
    const nothing = { supplyBefore: 0n, givenBack: new Map<string, bigint>(), hashes: new Set<string>(), named: [] };
    this.batches.set(event.batch, { opened: event, place, phase: 'opened', ...nothing });
    this.parties.checkGate(event.chainId, event.payable, event.withheld, place);
    return [];
  }

  private step(
    event: LaterStep,
    place: Place,
    take: (batch: AuditedBatch) => Posting[] | undefined,
  ): Posting[] | undefined {
    const batch = this.batches.get(event.batch);
    if (batch === undefined) {
      this.wrong(place, `batch ${event.batch} was never opened`);
      return undefined;
    }
    if (!FOLLOWS[event.type].includes(batch.phase))
      this.wrong(place, `batch ${event.batch} is ${batch.phase} at a ${event.type}`);
    return take(batch);
  }

  private plan(batch: AuditedBatch, event: SettlementPlanned, place: Place, balances: AuditedBalances): Posting[] {
    batch.planned = event;
    batch.phase = 'planned';
    batch.named = namesOf(event.heads);
    batch.supplyBefore = balances.sumOf('chain supply');
    const expected: Posting[] = [];
    for (const { provider } of batch.opened.payable) {
      const left = balances.balance(payable(provider));
      if (left === 0n) continue;
      batch.givenBack.set(provider, left);
      expected.push(move(payable(provider), IN_TRANSIT, left));
    }
    requirePostings(event);
    const total = event.payouts.reduce((all, { amount }) => all + BigInt(amount), 0n);
    if (total !== BigInt(event.total)) this.wrong(place, `the payouts sum to ${total}, not ${event.total}`);
    const wallets = event.payouts.map(({ wallet }) => wallet.toLowerCase());
    if (wallets.some((wallet, i) => i > 0 && wallet <= wallets[i - 1]!))
      this.wrong(place, 'the wallets of the payouts are not ascending');
    for (const { provider, wallet } of event.payouts) {
      if (!batch.opened.payable.some((gate) => gate.provider === provider && gate.wallet === wallet))
        this.wrong(place, `the gate did not open for ${provider} at ${wallet}`);
    }
    this.checkDigest(event, place);
    return expected;
  }

  /** What the chain is told to remember is what the plan names. */
  private checkDigest({ batch, heads, headsDigest }: SettlementPlanned, place: Place): void {
    const ascending = [...heads].sort((left, right) => left.shard - right.shard);
    const lines = ascending.map(({ shard, height, hash }) => `${shard}:${height}:${hash}\n`);
    const digest = `0x${this.walk.crypto.keccak256(lines.join(''))}`;
    if (digest !== headsDigest)
      this.walk.find('HEADS_WRONG', place, `the heads of batch ${batch} have the digest ${digest}, not ${headsDigest}`);
  }

  private confirm(batch: AuditedBatch, event: SettlementConfirmed, place: Place): Posting[] | undefined {
    const { planned } = batch;
    batch.phase = 'confirmed';
    this.lastConfirmed = event.batch;
    if (planned === undefined) return undefined;
    if (!batch.hashes.has(event.hash)) this.wrong(place, `transaction ${event.hash} was never signed`);
    if (event.logIndexes.length !== planned.payouts.length)
      this.wrong(place, `${planned.payouts.length} payouts have ${event.logIndexes.length} logs`);
    requirePostings(event);
    const { chainId } = batch.opened;
    this.paid.set(chainId, (this.paid.get(chainId) ?? 0n) + BigInt(planned.total));
    const vault = `chain:${chainId}:vault`;
    const supply = `chain:${chainId}:supply`;
    return [
      ...(planned.mint === '0' ? [] : [move(vault, supply, planned.mint)]),
      ...(planned.burn === '0' ? [] : [move(supply, vault, planned.burn)]),
      ...(planned.total === '0' ? [] : [move(IN_TRANSIT, vault, planned.total)]),
    ];
  }

  private cut(event: PayablesCut, place: Place, balances: AuditedBalances): Posting[] | undefined {
    const cuts = this.cuts.get(event.batch) ?? new Map<number, PayablesCut>();
    this.cuts.set(event.batch, cuts);
    if (cuts.has(place.shard)) this.cutWrong(place, `batch ${event.batch} is cut a second time`);
    cuts.set(place.shard, event);
    this.heights.set(
      event.batch,
      (this.heights.get(event.batch) ?? new Map<number, number>()).set(place.shard, place.height),
    );
    if (!this.firstCuts.has(event.batch)) this.firstCuts.set(event.batch, place);
    const batch = this.batches.get(event.batch);
    // A batch that was opened after the registry was read cannot be compared with its gate yet.
    if (batch === undefined) return undefined;
    const postings: Posting[] = [];
    const payouts: { provider: string; amount: string }[] = [];
    const withheld: { provider: string; amount: string; reason: string }[] = [];
    for (const { provider } of batch.opened.payable) {
      const sources = [payable(provider), withheldOf(provider)];
      const amounts = sources.map((account) => balances.balance(account));
      sources.forEach((account, i) => postings.push(...moves(account, [IN_TRANSIT], [amounts[i]!])));
      if (sum(amounts) > 0n) payouts.push({ provider, amount: sum(amounts).toString() });
    }
    for (const { provider, reason } of batch.opened.withheld) {
      const owed = balances.balance(payable(provider));
      const total = owed + balances.balance(withheldOf(provider));
      postings.push(...moves(payable(provider), [withheldOf(provider)], [owed]));
      if (total > 0n) withheld.push({ provider, amount: total.toString(), reason });
    }
    if (!same(payouts, event.payouts) || !same(withheld, event.withheld)) {
      this.cutWrong(place, `the shard owes ${JSON.stringify({ payouts, withheld })}`);
    }
    return postings;
  }

  /** That the pages have the hashes that it names is a law of every journal. */
  private checkHeads({ opened, place, named }: AuditedBatch): void {
    const cuts = [...(this.heights.get(opened.batch) ?? [])].sort(([left], [right]) => left - right);
    const expected = [...cuts.map(([shard, height]) => `${shard}:${height}`), `${place.shard}:${place.height}`];
    if (expected.join() === named.join()) return;
    this.walk.find(
      'HEADS_WRONG',
      place,
      `batch ${opened.batch} stands on ${expected.join()}, its plan names ${named.join()}`,
    );
  }

  /** Compares a plan with the cuts of all holder shards. */
  private checkPlan(batch: AuditedBatch, cuts: readonly PayablesCut[]): void {
    const { planned, opened, place, givenBack, supplyBefore } = batch;
    const owed = new Map(givenBack);
    let supply = 0n;
    for (const cut of cuts) {
      supply += wholeOf(cut.supply);
      for (const { provider, amount } of cut.payouts) owed.set(provider, (owed.get(provider) ?? 0n) + wholeOf(amount));
    }
    const change = supply - supplyBefore;
    if (change !== wholeOf(planned?.mint ?? 0) - wholeOf(planned?.burn ?? 0)) {
      this.cutWrong(place, `the cuts of batch ${opened.batch} change the supply on all chains together by ${change}`);
    }
    const paid = new Map((planned?.payouts ?? []).map(({ provider, amount }) => [provider, wholeOf(amount)]));
    for (const provider of new Set([...owed.keys(), ...paid.keys()])) {
      const [pays, owes] = [paid.get(provider) ?? 0n, owed.get(provider) ?? 0n];
      if (pays !== owes) this.cutWrong(place, `batch ${opened.batch} pays ${provider} ${pays}, the cuts owe ${owes}`);
    }
  }

  /** The ledger's supply at the cut of the batch that was confirmed last; undefined before the first. */
  private supplyAtLastCut(): bigint | undefined {
    if (this.lastConfirmed === undefined) return undefined;
    return sum([...(this.cuts.get(this.lastConfirmed)?.values() ?? [])].map(({ supply }) => wholeOf(supply)));
  }

  /** What batches have cut or planned and neither paid nor given back. */
  private inTransit(): bigint {
    let total = 0n;
    for (const [id, cuts] of this.cuts) {
      const batch = this.batches.get(id);
      if (batch?.phase === 'confirmed' || batch?.phase === 'reverted') continue;
      for (const { payouts } of cuts.values()) for (const { amount } of payouts) total += wholeOf(amount);
      if (batch?.planned !== undefined) total += sum([...batch.givenBack.values()]);
    }
    return total;
  }

  private cutWrong(place: Place, detail: string): void {
    this.walk.find('CUT_WRONG', place, detail);
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('SETTLEMENT_WRONG', place, detail);
  }
}

function namesOf(heads: readonly ShardHead[]): string[] {
  return heads.map(({ shard, height }) => `${shard}:${height}`);
}

/** A step that may move value says what it moved, also when that is nothing. */
function requirePostings({ postings }: { readonly postings?: readonly Posting[] }): void {
  if (postings === undefined) throw new Error('the event has no postings');
}

function same<T extends object>(left: readonly T[], right: readonly T[]): boolean {
  return (
    left.length === right.length &&
    left.every((one, i) => Object.entries(one).every(([key, value]) => right[i]![key as keyof T] === value))
  );
}
