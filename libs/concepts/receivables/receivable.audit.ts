/** What customers owe for usage, oldest first, and what covers it. */
import type { Posting } from '#domain';
import type { AuditedBalances, AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import { moves, sum } from '../postings.audit.js';
import type { PartiesAudit } from '../parties/party.audit.js';
import { resplit } from '../rating/rerating.audit.js';
import type { RecordedShares } from '../rating/split-policy.js';
import type { SupplyAudit } from '../supply/supply.audit.js';
import type { UsageCharged } from '../usage/charge.js';
import {
  findUnknownMembers,
  listOf,
  type AuditedPayment,
  type FundsAudits,
  type RecordedSourceAudit,
} from '../usage/charging.audit.js';
import type { ReceivableEvent, ReceivablesCovered } from './receivable.js';

interface OpenReceivable {
  readonly source: string;
  readonly id: string;
  readonly provider: string;
  /** Provider, treasury, stakers, burn. */
  readonly shares: readonly bigint[];
}

const UNCOVERED = ['treasury:uncovered', 'staking:uncovered', 'burn:uncovered'];
/** Parts that one event names at most, and UTF-16 units of names after which it ends. */
const COVER_MAX = 500;
const COVER_TEXT_MAX = 60_000;

const SHARES = ['provider', 'treasury', 'stakers', 'burn'] as const;

/** Recorded shares in the order in which ties are served. */
function readShares(shares: RecordedShares): bigint[] {
  return SHARES.map((share) => BigInt(shares[share]));
}

const NOTHING: readonly bigint[] = [0n, 0n, 0n, 0n];

/** All that a reversal brought went on, to where grants went that have ended. */
const bringsNothing = (event: { readonly type: string; readonly returned?: unknown }): boolean =>
  event.type === 'EntryReversed' && event.returned === undefined;

/** What every covering says, whatever paid it. */
const MEMBERS: Readonly<Record<Exclude<keyof ReceivablesCovered, keyof FundsAudits>, true>> = {
  ...{ type: true, time: true, actor: true, origin: true, request: true },
  ...{ customer: true, amount: true, covered: true, postings: true },
};

/**
 * **Covering** (`ReceivablesCovered`). `covered` names the oldest open receivables of the customer in order, each whole, except that the last may be a part. For a part
 * of `amount` of a receivable that is still due as `due`: `shares` = split(amount, due), and `due` shrinks by them. `amount` of the event is
 * the sum. Postings in this order: `customer:<c>:available` → `customer:<c>:receivable`: the sum; for each provider, in order of first mention,
 * `provider:<p>:uncovered` → `provider:<p>:payable`: the sum of its provider shares; `treasury:uncovered` → `treasury:fees`, `staking:uncovered` → `staking:rewards`,
 * `burn:uncovered` → `issuance`: the sums of those shares.
 *
 * **When a cover must happen.** An event that credits `customer:<c>:available` while `c` has open receivables is followed at once, in the same page,
 * by a `ReceivablesCovered` of `c`; an `EntryReversed` without `returned` is not. It takes as much as the balance allows, ends after 500 parts or after the part with which the
 * characters (UTF-16 units) of `source`, `id` and `provider` of its parts exceed 60,000; what is then left is covered by later ones.
 *
 * **The credit limit.** What a `UsageCharged` leaves to be owed lifts what its customer owes to no more than its `creditLimit`, as the registry stood at the height that the
 * page names; of a usage whose `capture` says `open` it may be any amount, and so of a `HoldCaptured`.
 */
export class ReceivablesAudit implements ConceptAudit<ReceivableEvent> {
  readonly laws = {
    RECEIVABLE_WRONG: 'The oldest receivable is covered first, by the right shares, and as soon as funds arrive.',
    CREDIT_WRONG: 'No charge lifts what its customer owes above its credit limit, except beyond a hold that was open.',
  };

  readonly sums = [
    'the sum of all `…:uncovered` = minus the sum of all `…:receivable` = what is still due of open receivables',
  ];

  readonly accounts = [
    { pattern: 'customer:{holder}:receivable', supply: 'receivable', belowZero: 'zero or below' },
    { pattern: 'provider:{holder}:uncovered', supply: 'uncovered', belowZero: 'never' },
    { pattern: 'treasury:uncovered', supply: 'uncovered', belowZero: 'never' },
    { pattern: 'staking:uncovered', supply: 'uncovered', belowZero: 'never' },
    { pattern: 'burn:uncovered', supply: 'uncovered', belowZero: 'never' },
  ] as const;

  readonly ledger: AuditTable<ReceivableEvent> = {
    ReceivablesCovered: (event, place, balances) => {
      this.checkWhole(event, place, balances);
      return this.cover(event, place, balances);
    },
  };

  /** Usage that its payer could not cover: it joins the end of its queue. */
  readonly receivable: RecordedSourceAudit<UsageCharged> = {
    debit: (customer) => `customer:${customer}:receivable`,
    isOwed: true,
    credits: (provider) => [`provider:${provider}:uncovered`, ...UNCOVERED],
    gives: (_event, wanted) => wanted,
    derive: (event, place, given, shares) => {
      this.checkOwed(event, place, given, shares);
      const { source, id } = event.usage;
      this.checkCredit(event, place, given);
      if (given > 0n) this.remember(event.customer, { source, id, provider: event.provider, shares });
      return [];
    },
  };

  private readonly queues = new Map<string, OpenReceivable[]>();
  /** What each customer owes: the sum of its queue. */
  private readonly owed = new Map<string, bigint>();
  /** Who owes and was just given funds, and where: the next event of the page covers. */
  private owing: { readonly customer: string; readonly place: Place } | undefined;

  /** @param funds what covers receivables, in the order in which it is used */
  constructor(
    private readonly walk: AuditWalk,
    private readonly supply: SupplyAudit,
    private readonly parties: PartiesAudit,
    private readonly funds: FundsAudits,
  ) {}

  /** Something is owed from here on. */
  remember(customer: string, receivable: OpenReceivable): void {
    const queue = this.queues.get(customer);
    if (queue === undefined) this.queues.set(customer, [receivable]);
    else queue.push(receivable);
    this.owed.set(customer, (this.owed.get(customer) ?? 0n) + sum(receivable.shares));
  }

  private checkCredit(event: UsageCharged, place: Place, more: bigint): void {
    const { customer, capture, corrects } = event;
    const { type }: { readonly type: string } = event;
    const limit = this.parties.termOf(customer, 'creditLimit');
    if (
      limit === undefined ||
      more === 0n ||
      corrects !== undefined ||
      capture?.state === 'open' ||
      type === 'HoldCaptured'
    )
      return;
    const owed = (this.owed.get(customer) ?? 0n) + more;
    if (owed <= limit) return;
    this.walk.find('CREDIT_WRONG', place, `${customer} owes ${owed} with this, and may owe ${limit}`);
  }

  private checkOwed({ receivable }: UsageCharged, place: Place, amount: bigint, due: readonly bigint[]): void {
    if (receivable === undefined && amount === 0n) return;
    const recorded = receivable === undefined ? NOTHING : readShares(receivable.shares);
    if (BigInt(receivable?.amount ?? 0) === amount && due.every((share, i) => share === recorded[i])) return;
    const detail = `${amount} is due as ${due.join(', ')}, not as ${recorded.join(', ')}`;
    this.walk.find('SHARES_WRONG', place, detail);
  }

  afterEach(event: { readonly type: string; readonly postings?: readonly Posting[] }, place: Place): void {
    if (this.owing !== undefined) {
      const { customer, place: given } = this.owing;
      const isCovered =
        event.type === 'ReceivablesCovered' &&
        (event as ReceivablesCovered).customer === customer &&
        place.shard === given.shard &&
        place.height === given.height;
      if (!isCovered) this.wrongNotCovered();
      this.owing = undefined;
    }
    if (event.postings === undefined || bringsNothing(event)) return;
    for (const { credit } of event.postings) {
      if (!credit.startsWith('customer:')) continue;
      const [, customer = ''] = credit.split(':');
      const isFunds = listOf(this.funds).some((fund) => fund.debit(customer) === credit);
      if (isFunds && (this.queues.get(customer)?.length ?? 0) > 0) this.owing = { customer, place };
    }
  }

  check(totals: AuditedBalances): void {
    if (this.owing !== undefined) this.wrongNotCovered();
    let owed = 0n;
    for (const queue of this.queues.values()) for (const { shares } of queue) owed += sum(shares);
    this.walk.expectSum('what waits to be covered', totals.sumOf('uncovered'), owed);
    this.walk.expectSum('what customers owe', -totals.sumOf('receivable'), owed);
  }

  /** A reversal cancels what is still owed for a charge. @returns the shares that are due; undefined: nothing is owed for it */
  cancel(customer: string, source: string, id: string): readonly bigint[] | undefined {
    const queue = this.queues.get(customer) ?? [];
    const at = queue.findIndex((open) => open.source === source && open.id === id);
    if (at === -1) return undefined;
    const [{ shares }] = queue.splice(at, 1) as [OpenReceivable];
    this.owed.set(customer, (this.owed.get(customer) ?? 0n) - sum(shares));
    return shares;
  }

  private wrongNotCovered(): void {
    const { customer, place } = this.owing!;
    this.wrong(place, `${customer} has funds and open receivables, and the next event covers nothing`);
  }

  /** A covering takes what there is, as far as one event may name. */
  private checkWhole(event: ReceivablesCovered, place: Place, balances: AuditedBalances): void {
    const { customer, amount, covered } = event;
    const lengths = covered.map(({ source, id, provider }) => source.length + id.length + provider.length);
    const text = lengths.reduce((all, length) => all + length, 0);
    if (covered.length > COVER_MAX || text - (lengths.at(-1) ?? 0) > COVER_TEXT_MAX)
      this.wrong(place, 'it covers more than one event may');
    if (covered.length === COVER_MAX || text > COVER_TEXT_MAX) return;
    let owed = 0n;
    for (const { shares } of this.queues.get(customer) ?? []) {
      owed += sum(shares);
      if (owed > BigInt(amount)) break;
    }
    let there = 0n;
    for (const fund of listOf(this.funds)) there += fund.gives(event, owed - there, balances);
    if (there > BigInt(amount)) this.wrong(place, `${amount} is covered, there was more, and more is due`);
  }

  private cover(event: ReceivablesCovered, place: Place, balances: AuditedBalances): Posting[] {
    findUnknownMembers(this.walk, event, place, MEMBERS, this.funds);
    const queue = this.queues.get(event.customer) ?? [];
    const byProvider = new Map<string, bigint>();
    const rest = [0n, 0n, 0n];
    let total = 0n;
    for (const part of event.covered) {
      const oldest = queue[0];
      if (oldest?.source !== part.source || oldest.id !== part.id || oldest.provider !== part.provider) {
        this.wrong(place, `${part.source} ${part.id} is not what ${event.customer} owes first`);
        continue;
      }
      const amount = BigInt(part.amount);
      const owed = sum(oldest.shares);
      const expected = amount > owed || amount <= 0n ? oldest.shares : resplit(amount, oldest.shares);
      const shares = readShares(part.shares);
      if (amount > owed || expected.some((share, i) => share !== shares[i])) {
        this.wrong(place, `${amount} of ${part.source} ${part.id} is covered by the wrong shares`);
      }
      total += amount;
      byProvider.set(part.provider, (byProvider.get(part.provider) ?? 0n) + expected[0]!);
      for (let i = 0; i < 3; i++) rest[i]! += expected[i + 1]!;
      this.supply.burn(expected[3]!);
      this.owed.set(event.customer, (this.owed.get(event.customer) ?? 0n) - sum(expected));
      if (amount >= owed) queue.shift();
      else queue[0] = { ...oldest, shares: oldest.shares.map((share, i) => share - expected[i]!) };
    }
    if (total.toString() !== event.amount) this.wrong(place, `the parts sum to ${total}`);
    return [
      ...this.pay(event, place, total, balances),
      ...[...byProvider].flatMap(([provider, amount]) =>
        moves(`provider:${provider}:uncovered`, [`provider:${provider}:payable`], [amount]),
      ),
      ...moves('treasury:uncovered', ['treasury:fees'], [rest[0]!]),
      ...moves('staking:uncovered', ['staking:rewards'], [rest[1]!]),
      ...moves('burn:uncovered', ['issuance'], [rest[2]!]),
    ];
  }

  /** What each of the funds gave. */
  private pay(event: AuditedPayment, place: Place, total: bigint, balances: AuditedBalances): Posting[] {
    const postings: Posting[] = [];
    let wanted = total;
    for (const fund of listOf<AuditedPayment>(this.funds)) {
      const given = fund.gives(event, wanted, balances);
      wanted -= given;
      postings.push(...moves(fund.debit(event.customer), [`customer:${event.customer}:receivable`], [given]));
      if ('derive' in fund) postings.push(...fund.derive(event, place, given, []));
    }
    if (wanted > 0n) this.wrong(place, `${event.customer} has ${wanted} too little for what is covered`);
    return postings;
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('RECEIVABLE_WRONG', place, detail);
  }
}
