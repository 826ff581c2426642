/** Grants: what of each was used, followed in an order that is derived a second time. */
import type { Posting } from '#domain';
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { PartiesAudit } from '../parties/party.audit.js';
import { available, call, move, tokens, wholeOf } from '../postings.audit.js';
import type { SupplyAudit } from '../supply/supply.audit.js';
import type { UsageCharged } from '../usage/charge.js';
import type { AuditedPayment, RecordedSourceAudit } from '../usage/charging.audit.js';
import { DueOrder, idOf } from './due.audit.js';
import { compare, type Known } from './known-grant.audit.js';
import type { GrantActivated, GrantEvent, GrantExpired, GrantIssued, GrantVoided } from './grant-events.js';

/** Types of entries that bring what was earned. */
const EARNED: readonly string[] = ['RewardReceived', 'YieldPaid'];

interface Entry {
  readonly type: string;
  readonly time?: unknown;
  readonly postings?: readonly Posting[];
  readonly grants?: string;
}

/**
 * Whatever comes to `customer:<h>:available` is a grant of `h`; its id is that of the entry (`<shard>-<height>-<index>`; where an entry
 * brings several, the second holder's has `.1` behind it, and so on). Of `GrantIssued` it is of the `kind`, `priority` and instants that this says,
 * of every other entry purchased, of `RewardReceived` and `YieldPaid` earned, with priority 500 and without an end.
 *
 * **Order.** Lower `priority` before higher, then the sooner `expiresAt` (none is after all), then the older entry of the shard.
 *
 * - Every entry that takes from `customer:<h>:available`, except the events below, says by `grants` which grants paid: the first in
 *   order, each whole, except that the last may be a part. It is the id of the one that pays all, or of each of several the id, a space and what it
 *   pays, in their order with spaces between. `TransferSent`, `TokensBoughtBack` and `Staked` take only of grants whose `kind` is not `promotional` and which have no
 *   `expiresAt`, in the same order. A charge or a covering takes of the first 50 at most: to it, what they have is what is available where there are more.
 * - `GrantIssued`: `issuance` → `customer:<holder>:available`: amount; into `customer:<holder>:pending` where `effectiveAt` is later than the page's
 *   `recordedAt`. `expiresAt` is later than `effectiveAt` and, without `allowed`, than `recordedAt`. `GrantActivated`, at its `effectiveAt`: `customer:<holder>:pending` →
 *   `customer:<holder>:available`: its amount.
 * - `GrantExpired`, at its `expiresAt`: `customer:<holder>:available` → `breakage:<kind>`: what is left of it, if anything. There is none for a grant that was
 *   used up or voided.
 * - `GrantVoided`, of a grant that is pending or of which something is left: from the account in which it stands → `issuance`: what is left.
 * - `time` of an event that acts at an instant is that instant. In the pages of its shard it stands before everything that was recorded at that
 *   instant or later; at one instant holds end before grants do, what ends goes before what begins, and unbondings complete last. Only the
 *   coverings of what these bring, the top-ups that are asked for by them, and what these fill of a payee's clawback stand between.
 * - `late` of `UsageCharged` is there exactly when `time` is before the latest `expiresAt` of which the customer has a `GrantExpired`
 *   before this entry.
 */
export class GrantsAudit implements ConceptAudit<GrantEvent> {
  readonly laws = {
    GRANT_WRONG:
      'Grants pay in their order and say so, and what begins or ends at an instant does so before whatever is recorded from then on.',
  };

  readonly accounts = [
    { pattern: 'customer:{holder}:pending', supply: 'holders', belowZero: 'never' },
    { pattern: 'breakage:purchased', supply: 'holders', belowZero: 'never' },
    { pattern: 'breakage:promotional', supply: 'holders', belowZero: 'never' },
    { pattern: 'breakage:earned', supply: 'holders', belowZero: 'never' },
  ] as const;

  readonly ledger: AuditTable<GrantEvent> = {
    GrantIssued: (event, place) => this.issue(event, place),
    GrantActivated: (event, place) => this.activate(event, place),
    GrantExpired: (event, place) => this.expire(event, place),
    GrantVoided: (event, place) => this.takeAway(event, place),
  };

  /** What is available pays usage; which grants that are is checked for every entry that takes of it. */
  readonly available: RecordedSourceAudit<AuditedPayment> = {
    debit: available,
    credits: (provider) => [`provider:${provider}:payable`, 'treasury:fees', 'staking:rewards', 'issuance'],
    gives: ({ customer }, wanted, balances) => {
      const balance = balances.balance(available(customer));
      const there = this.reach(customer, balance);
      return there < wanted ? there : wanted;
    },
    derive: () => [],
  };

  readonly takeBack = {
    GrantIssued: ({ holder, amount }: GrantIssued): string =>
      `if the second is not wanted, burn it: ${call('burns', { holder, amount: tokens(amount) })}`,
    GrantVoided: ({ holder, amount }: GrantVoided): string =>
      `if the second is not wanted, grant it again: ${call('grants', { holder, amount: tokens(amount) })}`,
  };

  private readonly known = new Map<string, Known>();
  /** By holder, in the order in which they are used; something is left of each. */
  private readonly open = new Map<string, Known[]>();
  private readonly lastEnd = new Map<string, number>();
  /** What is due of grants, and of whatever else acts at an instant. */
  readonly due: DueOrder;

  constructor(
    private readonly walk: AuditWalk,
    private readonly parties: PartiesAudit,
    private readonly supply: SupplyAudit,
  ) {
    this.due = new DueOrder(walk, (place, detail) => {
      this.wrong(place, detail);
    });
  }

  afterEach(event: Entry, place: Place): void {
    this.due.checkOrder(event, place);
    if (event.type === 'UsageCharged') this.checkLate(event as UsageCharged, place);
    if (event.type in this.ledger || event.type === 'EntryReversed' || event.type === 'EntryRestored') return;
    const went = this.follow(event, place);
    for (const [holder, amount] of went) this.checkUses(event, holder, amount, place);
    if (went.size === 0 && event.grants !== undefined)
      this.wrong(place, `${event.type} names grants and takes nothing`);
  }

  /** Notes what arrives. @returns what goes, by holder */
  private follow({ type, postings = [] }: Entry, place: Place): ReadonlyMap<string, bigint> {
    const went = new Map<string, bigint>();
    let arrived = 0;
    // Postings mostly leave one account: it is read once.
    let from: string | undefined;
    let payer: string | undefined;
    let sum = 0n;
    for (const { debit, credit, amount } of postings) {
      if (debit !== from) {
        if (payer !== undefined) went.set(payer, sum);
        from = debit;
        payer = holderOf(debit);
        sum = payer === undefined ? 0n : (went.get(payer) ?? 0n);
      }
      if (payer !== undefined) sum += wholeOf(amount);
      // What a hold gives back is no arrival.
      const payee = debit.endsWith(':held') ? undefined : holderOf(credit);
      if (payee === undefined) continue;
      const id = idOf(place) + (arrived === 0 ? '' : `.${arrived}`);
      arrived++;
      const kind = EARNED.includes(type) ? 'earned' : 'purchased';
      const grant = this.remember(id, payee, { kind, priority: 500, from: -Infinity, until: Infinity });
      this.begin(grant, wholeOf(amount));
    }
    if (payer !== undefined) went.set(payer, sum);
    return went;
  }

  /** Takes what the order gives, and compares what the entry says of it. */
  private checkUses({ type, grants = '' }: Entry, holder: string, amount: bigint, place: Place): void {
    const isSent = type === 'TransferSent' || type === 'TokensBoughtBack' || type === 'Staked';
    const uses: [id: string, amount: bigint][] = [];
    const open = this.open.get(holder) ?? [];
    let wanted = amount;
    for (let at = 0; at < open.length && wanted > 0n;) {
      const grant = open[at]!;
      if (isSent && (grant.kind === 'promotional' || grant.until !== Infinity)) {
        at++;
        continue;
      }
      const given = grant.left < wanted ? grant.left : wanted;
      uses.push([grant.id, given]);
      grant.left -= given;
      if (type === 'HoldReserved' || type === 'HoldExtended') grant.held += given;
      wanted -= given;
      if (grant.left === 0n) this.drop(open, at);
    }
    if (wanted > 0n) this.wrong(place, `the grants of ${holder} have ${wanted} too little`);
    const said = uses.length === 1 ? uses[0]![0] : uses.map(([id, given]) => `${id} ${given}`).join(' ');
    if (said !== grants) this.wrong(place, `the grants that pay are ${said}, and it says ${grants}`);
  }

  /** One charge or covering uses the first fifty grants at most. */
  private reach(holder: string, balance: bigint): bigint {
    const open = this.open.get(holder) ?? [];
    if (open.length <= 50) return balance;
    return open.slice(0, 50).reduce((sum, { left }) => sum + left, 0n);
  }

  /** What is left of a grant, as far as the first fifty that may be staked have it. */
  stakeable(id: string, holder: string): bigint {
    const open = (this.open.get(holder) ?? []).filter(
      ({ kind, until }) => kind !== 'promotional' && until === Infinity,
    );
    const there = open.slice(0, 50).reduce((sum, { left }) => sum + left, 0n);
    const left = this.known.get(id)?.left ?? 0n;
    return left < there ? left : there;
  }

  private checkLate(event: UsageCharged, place: Place): void {
    const isLate = (this.walk.instantOf(event.time) ?? Infinity) < (this.lastEnd.get(event.customer) ?? -Infinity);
    if (isLate !== (event.late !== undefined)) {
      this.wrong(place, `the usage is ${isLate ? '' : 'not '}of a time before a grant ended`);
    } else if (event.late !== undefined && event.late.policy !== 'booking') {
      this.wrong(place, `no policy is called ${event.late.policy}`);
    }
  }

  private issue(event: GrantIssued, place: Place): Posting[] {
    const { holder, kind, priority } = event;
    const amount = wholeOf(event.amount);
    this.parties.checkRegistered(holder, place);
    this.supply.issue(amount);
    const now = this.walk.recordedAtMs;
    const from = this.instant(event.effectiveAt) ?? -Infinity;
    const until = this.instant(event.expiresAt) ?? Infinity;
    // What the registry allowed is booked in any case: it may have come to its end meanwhile.
    if ((until <= now && event.allowed === undefined) || until <= from)
      this.wrong(place, 'the grant ends before it begins, or is recorded');
    const grant = this.remember(idOf(place), holder, { kind, priority, from, until });
    if (from <= now) {
      this.begin(grant, amount);
      return [move('issuance', available(holder), amount)];
    }
    grant.left = amount;
    this.due.schedule(place.shard, 'GrantActivated', grant.id, from);
    return [move('issuance', pending(holder), amount)];
  }

  private activate(event: GrantActivated, place: Place): Posting[] | undefined {
    const grant = this.find(event, 'pending', place);
    if (grant === undefined) return undefined;
    this.due.act('GrantActivated', grant.id, grant.from, event, place);
    this.begin(grant, grant.left);
    return [move(pending(grant.holder), available(grant.holder), grant.left)];
  }

  private expire(event: GrantExpired, place: Place): Posting[] | undefined {
    const grant = this.find(event, 'open', place);
    if (grant === undefined) return undefined;
    this.due.act('GrantExpired', grant.id, grant.until, event, place);
    const { left, holder, kind } = grant;
    this.end(grant, 'expired');
    this.lastEnd.set(holder, Math.max(grant.until, this.lastEnd.get(holder) ?? -Infinity));
    return left === 0n ? [] : [move(available(holder), `breakage:${kind}`, left)];
  }

  private takeAway(event: GrantVoided, place: Place): Posting[] | undefined {
    const isPending = this.known.get(event.grant)?.state === 'pending';
    const grant = this.find(event, isPending ? 'pending' : 'open', place);
    if (grant === undefined) return undefined;
    const { left, holder } = grant;
    if (isPending) this.due.unschedule(place.shard, 'GrantActivated', grant.id, grant.from);
    else this.due.unschedule(place.shard, 'GrantExpired', grant.id, grant.until);
    this.end(grant, 'voided');
    this.supply.burn(left);
    return left === 0n ? [] : [move(isPending ? pending(holder) : available(holder), 'issuance', left)];
  }

  /** The grant that an event ends or begins. What is used up has ended. */
  private find(
    event: { readonly grant: string; readonly holder: string; readonly amount: string },
    state: Known['state'],
    place: Place,
  ): Known | undefined {
    const grant = this.known.get(event.grant);
    if (grant?.holder !== event.holder || grant.state !== state) {
      this.wrong(place, `${event.grant} is no grant of ${event.holder} that is ${state}`);
      return undefined;
    }
    if (event.amount !== grant.left.toString()) this.wrong(place, `${grant.left} is left of ${event.grant}`);
    return grant;
  }

  private remember(id: string, holder: string, terms: Pick<Known, 'kind' | 'priority' | 'from' | 'until'>): Known {
    const grant: Known = { id, holder, ...terms, age: this.known.size, state: 'pending', left: 0n, held: 0n };
    this.known.set(id, grant);
    return grant;
  }

  private begin(grant: Known, amount: bigint): void {
    grant.state = 'open';
    grant.left = amount;
    this.insert(grant);
    if (grant.until !== Infinity)
      this.due.schedule(this.walk.homeOf(grant.holder), 'GrantExpired', grant.id, grant.until);
  }

  private insert(grant: Known): void {
    const open = this.open.get(grant.holder) ?? [];
    this.open.set(grant.holder, open);
    const next = open.findIndex((one) => compare(grant, one) < 0);
    open.splice(next === -1 ? open.length : next, 0, grant);
  }

  /** Nothing is left of it: it has no end to come. */
  private drop(open: Known[], at: number): void {
    const [grant] = open.splice(at, 1) as [Known];
    this.spend(grant);
  }

  private spend(grant: Known): void {
    if (grant.state !== 'open' || grant.left > 0n || grant.held > 0n) return;
    grant.state = 'spent';
    if (grant.until !== Infinity)
      this.due.unschedule(this.walk.homeOf(grant.holder), 'GrantExpired', grant.id, grant.until);
  }

  /**
   * A hold no longer reserves something of a grant.
   *
   * @param isBack whether the grant has it again, unless it has ended
   * @param back what it has again; of a hold all
   * @returns where it goes: to what is available, to another account, or nowhere
   */
  release(id: string, amount: bigint, isBack: boolean, back = amount): string | undefined {
    const grant = this.known.get(id);
    if (grant === undefined) return undefined;
    grant.held -= amount;
    if (!isBack || grant.state === 'expired' || grant.state === 'voided') {
      this.spend(grant);
      if (!isBack) return undefined;
      return grant.state === 'voided' ? 'issuance' : `breakage:${grant.kind}`;
    }
    const isThere = grant.left > 0n;
    grant.left += back;
    if (!isThere) this.insert(grant);
    return available(grant.holder);
  }

  /** A reversal gives back what a grant paid. @returns where that goes; undefined: there is no such grant of the holder's */
  restore(id: string, holder: string, amount: bigint): string | undefined {
    const grant = this.known.get(id);
    if (grant?.holder !== holder) return undefined;
    if (grant.state === 'spent' && grant.until <= this.walk.recordedAtMs) return `breakage:${grant.kind}`;
    if (grant.state === 'spent') {
      grant.state = 'open';
      if (grant.until !== Infinity) this.due.schedule(this.walk.homeOf(holder), 'GrantExpired', id, grant.until);
    }
    return this.release(id, 0n, true, amount);
  }

  /** A reversal takes a whole grant back. @returns the account in which it stands; undefined: it is not whole */
  takeWhole(id: string, holder: string, amount: bigint, shard: number): string | undefined {
    const grant = this.known.get(id);
    const isPending = grant?.state === 'pending';
    if (grant?.holder !== holder || grant.left !== amount || !(isPending || grant.state === 'open')) return undefined;
    this.due.unschedule(shard, isPending ? 'GrantActivated' : 'GrantExpired', id, isPending ? grant.from : grant.until);
    this.end(grant, 'voided');
    return isPending ? pending(holder) : available(holder);
  }

  /** A grant that a reversal took back whole is there again. @returns whether it may be */
  revive(id: string, holder: string, amount: bigint): boolean {
    const grant = this.known.get(id);
    if (grant?.holder !== holder || grant.state !== 'voided' || grant.until <= this.walk.recordedAtMs) return false;
    this.begin(grant, amount);
    return true;
  }

  /**
   * Takes what a reversal gave back: of the grants that had it, as far as they have it, then of the first fifty in order.
   *
   * @param isSent whether only what can be sent is taken of those in order
   */
  takeAgain(holder: string, had: readonly (readonly [string, bigint])[], wanted: bigint, isSent: boolean) {
    const uses = new Map<string, bigint>();
    let left = wanted;
    const take = (grant: Known, most: bigint) => {
      const there = grant.left < most ? grant.left : most;
      const given = there < left ? there : left;
      if (given === 0n) return;
      uses.set(grant.id, (uses.get(grant.id) ?? 0n) + given);
      grant.left -= given;
      left -= given;
    };
    for (const [id, amount] of had) {
      const grant = this.known.get(id);
      if (grant?.holder === holder && grant.state === 'open') take(grant, amount);
    }
    const open = this.open.get(holder) ?? [];
    const others = open.filter(
      (grant) => grant.left > 0n && !(isSent && (grant.kind === 'promotional' || grant.until !== Infinity)),
    );
    for (const grant of others.slice(0, 50)) take(grant, grant.left);
    for (let at = open.length - 1; at >= 0; at--) if (open[at]!.left === 0n) this.drop(open, at);
    return uses;
  }

  private end(grant: Known, how: 'expired' | 'voided'): void {
    grant.state = how;
    grant.left = 0n;
    const open = this.open.get(grant.holder) ?? [];
    const at = open.indexOf(grant);
    if (at !== -1) open.splice(at, 1);
  }

  private instant(text: string | undefined): number | undefined {
    return text === undefined ? undefined : this.walk.instantOf(text);
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('GRANT_WRONG', place, detail);
  }
}

const HOLDER = /^customer:([^:]+):available$/;

function holderOf(account: string): string | undefined {
  // Most accounts are of others.
  return account.startsWith('customer:') ? HOLDER.exec(account)?.[1] : undefined;
}

const pending = (holder: string): string => `customer:${holder}:pending`;
