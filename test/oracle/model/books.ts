/**
 * One customer's books, a second time: written from the decisions alone and without any thought for speed, a file for each
 * concept. Every question of the past is answered by doing everything again up to that instant.
 */
import { instant, sum, tokens } from './amounts.js';
import { Budgets } from './budgets.js';
import { checkAccess, type Tier } from './access.js';
import { Charges } from './charges.js';
import type { Booking, Command, GrantTerms } from './commands.js';
import { Corrections } from './corrections.js';
import { Debts } from './debts.js';
import { Grants } from './grants.js';
import { Holds } from './holds.js';
import { isActive, isMovable, NO_END, presentDebt, presentGrant, presentHold, type Grant } from './items.js';
import type { PriceVersion } from './prices.js';
import { Reversals } from './reversals.js';
import { Payments, type Payment } from './shares.js';
import { Stakes, type StakingTerms } from './stakes.js';

/** One thing that acts at its instant: what ends does so before anything begins. */
const ORDER = ['hold', 'expiry', 'activation', 'unbonding'] as const;

/** What says itself what of it can be taken back. */
const NOTED: ReadonlySet<Command['do']> = new Set(['arrive', 'use', 'cancel', 'replace']);

/** What holds for everybody. */
export interface Terms {
  readonly prices: readonly PriceVersion[];
  readonly staking: StakingTerms;
}

const DAY_MS = 86_400_000;

export class Books {
  private readonly grants = new Grants();
  private readonly payments = new Payments(() => this.nowMs);
  private readonly debts = new Debts(this.grants, this.payments);
  private readonly holds = new Holds(this.grants, this.debts, () => this.budgets);
  private readonly budgets: Budgets;
  private readonly charges: Charges;
  private readonly reversals: Reversals;
  private readonly corrections: Corrections;
  private readonly stakes: Stakes;
  private readonly done: { readonly command: Command; readonly bookings: readonly Booking[] }[] = [];
  private nowMs = 0;

  constructor(
    readonly customer: string,
    private readonly terms: Terms,
  ) {
    this.budgets = new Budgets(customer, () =>
      this.holds.all
        .filter(({ state }) => state === 'open')
        .map(({ budget, amount }) => ({ path: budget ?? customer, amount })),
    );
    this.reversals = new Reversals(this.grants, this.debts, () => this.charges);
    const { grants, debts, holds, budgets, payments } = this;
    this.charges = new Charges(customer, terms.prices, { grants, debts, holds, budgets, payments }, (entry, charge) =>
      this.reversals.note(entry, { what: 'charge', charge }),
    );
    this.corrections = new Corrections(this.charges, this.reversals);
    this.stakes = new Stakes(grants, terms.staking);
  }

  /** The books after the first of the commands that were done, or after those that were booked by an instant. */
  private again(count: number, untilMs = NO_END): Books {
    const books = new Books(this.customer, this.terms);
    for (const { command, bookings } of this.done.slice(0, count)) {
      if (bookings[0]!.ms <= untilMs) books.apply(command, bookings);
    }
    return books;
  }

  /** The books as they stood at an instant. */
  asOf(ms: number): Books {
    const books = this.again(this.done.length, ms);
    books.passTime(ms);
    return books;
  }

  /** The books before the last so many commands. */
  before(last: number): Books {
    return this.again(this.done.length - last);
  }

  get time(): number {
    return this.nowMs;
  }

  get bookedAt(): number[] {
    return this.done.map(({ bookings }) => bookings[0]!.ms);
  }

  /** Instants at which something acts by itself, or did. */
  get instants(): number[] {
    const ends = this.grants.list.flatMap(({ effectiveAt, expiresAt }) => [effectiveAt, expiresAt]);
    const held = this.holds.all.map(({ expiresAt }) => expiresAt);
    return [...ends, ...held, ...this.stakes.ends].filter((ms) => ms !== NO_END);
  }

  /**
   * Does a command at the instant at which it was booked. @param bookings one for each usage of a batch, else one
   * @throws Refusal and changes nothing then
   */
  apply(command: Command, bookings: readonly Booking[]): object {
    this.passTime(bookings[0]!.ms);
    const answer = this.decide(command, bookings);
    this.done.push({ command, bookings });
    return answer;
  }

  /** All that acts at instants up to this one. */
  passTime(toMs: number): void {
    if (toMs < this.nowMs) throw new Error(`time went back from ${instant(this.nowMs)} to ${instant(toMs)}`);
    for (;;) {
      const due = this.dueBy(toMs);
      if (due.length === 0) break;
      const at = Math.min(...due.map(({ ms }) => ms));
      this.nowMs = at;
      const now = due.filter(({ ms }) => ms === at).sort((a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what));
      if (now.map(({ act }) => act()).some((arrives) => arrives)) this.debts.cover();
    }
    this.nowMs = toMs;
  }

  /** What acts by an instant, and whether it makes funds arrive. */
  private dueBy(toMs: number) {
    const due: { ms: number; what: (typeof ORDER)[number]; act: () => boolean }[] = [];
    for (const hold of this.holds.all) {
      if (hold.state !== 'open' || hold.expiresAt > toMs) continue;
      due.push({ ms: hold.expiresAt, what: 'hold', act: () => this.holds.close(hold, 'expired').length > 0 });
    }
    for (const grant of this.grants.list) {
      if (grant.isPending && grant.effectiveAt <= toMs) {
        due.push({ ms: grant.effectiveAt, what: 'activation', act: () => this.grants.begin(grant) });
      } else if (isActive(grant) && grant.remaining + grant.held > 0n && grant.expiresAt <= toMs) {
        due.push({ ms: grant.expiresAt, what: 'expiry', act: () => this.grants.finish(grant, 'expired') });
      }
    }
    for (const unbonding of this.stakes.dueBy(toMs)) {
      due.push({ ms: unbonding.completesAt, what: 'unbonding', act: () => this.stakes.complete(unbonding) });
    }
    return due;
  }

  private decide(command: Command, bookings: readonly Booking[]): object {
    const booking = bookings[0]!;
    const { grants, holds, charges, reversals, corrections, stakes } = this;
    // What has no deed of its own below cannot be taken back.
    if (!NOTED.has(command.do)) reversals.note(booking.id, { what: 'other' });
    switch (command.do) {
      case 'mint':
        this.arrive(booking, { amount: command.amount, kind: 'purchased' });
        reversals.note(booking.id, { what: 'arrival', grant: booking.id });
        return {};
      case 'arrive':
        this.arrive(booking, { amount: command.amount, kind: command.kind });
        return {};
      case 'grant':
        this.arrive(booking, command);
        reversals.note(booking.id, { what: 'arrival', grant: booking.id });
        return { grant: booking.id };
      case 'void':
        return grants.voidOne(command.grant);
      case 'burn': {
        const paid = grants.use(grants.take(command.amount));
        reversals.note(booking.id, { what: 'burn', amount: command.amount, paid });
        return {};
      }
      case 'send': {
        const paid = grants.use(grants.take(command.amount, grants.active.filter(isMovable)));
        if (command.isNear) reversals.note(booking.id, { what: 'sending', amount: command.amount, paid });
        return {};
      }
      case 'reserve':
        return holds.reserve(command, booking);
      case 'extend':
        return holds.extend(command, this.nowMs);
      case 'capture':
        return charges.capture(command, booking);
      case 'release':
        return holds.release(command.hold);
      case 'budget':
        this.budgets.put(command, this.nowMs);
        return this.budgets.answer(command.path, this.nowMs);
      case 'use':
        return charges.charge(command.uses, bookings);
      case 'stake':
        return stakes.stake(command.amount, booking);
      case 'unstake':
        return stakes.unstake(command.amount, booking);
      case 'slash':
        return stakes.slash(command.amount, booking);
      case 'compound':
        stakes.compounding = command.compounding;
        return {};
      case 'earn':
        this.arrive(booking, { amount: command.amount, kind: 'earned' });
        stakes.compound(booking);
        return {};
      case 'reverse':
        return reversals.reverse(command.entry, booking);
      case 'cancel':
        return corrections.cancel(command.usage, booking);
      case 'replace':
        return corrections.replace(command.by, booking, bookings.at(-1)!);
      case 'unarrive':
        reversals.unarrive(grants.find(command.grant));
        return {};
      case 'rearrive':
        reversals.rearrive(grants.find(command.grant));
        this.debts.cover();
        return {};
    }
  }

  private arrive(booking: Booking, terms: GrantTerms): void {
    if (this.grants.add(booking, terms)) this.debts.cover();
  }

  /** What it paid to whom, in order. */
  get paid(): readonly Payment[] {
    return this.payments.list;
  }

  /** The shard that it lives in, as its entries say; undefined while it has none. */
  get shard(): string | undefined {
    return this.done[0]?.bookings[0]!.id.split('-')[0];
  }

  /** All that is of it in circulation: what it has, what it paid to payees, and what grants of it have lost at their ends. */
  get circulating(): bigint {
    const grants = this.grants.list.map(({ remaining, held, isPending, amount, end, lapsed }) => {
      return remaining + held + (isPending ? amount : end === 'expired' ? lapsed : 0n);
    });
    const paid = this.payments.list.flatMap(({ shares: [provider, treasury, stakers] }) => [
      provider,
      treasury,
      stakers,
    ]);
    return sum([...grants, ...paid]) + this.stakes.staked + this.stakes.unbonding;
  }

  stakeTime(fromMs: number, toMs: number): bigint {
    return this.stakes.stakeTime(fromMs, toMs);
  }

  /** What waits to be covered of a provider's shares. */
  uncovered(provider: string): bigint {
    return sum(this.debts.list.map(({ payee, due: [share] }) => (payee === provider ? share : 0n)));
  }

  /** `GET /v1/holders/{id}/balance`, as far as it concerns a customer. */
  balance() {
    const of = (amounts: (grant: Grant) => bigint) => tokens(sum(this.grants.list.map(amounts)));
    const { staked, unbonding } = this.stakes;
    return {
      available: of(({ remaining }) => remaining),
      held: of(({ held }) => held),
      ...{ staked: tokens(staked), unbonding: tokens(unbonding) },
      pending: of(({ isPending, amount }) => (isPending ? amount : 0n)),
      receivable: tokens(this.debts.total),
    };
  }

  /** What its vote weighs. */
  get weight(): bigint {
    const funds = sum(this.grants.list.map(({ remaining, held }) => remaining + held));
    return funds + this.stakes.staked;
  }

  access(tier: Tier) {
    return checkAccess(tier, {
      ...{ available: this.grants.available, staked: this.stakes.staked },
      spentIn: (days) => this.corrections.spentAfter(this.nowMs - days * DAY_MS),
    });
  }

  grantList() {
    return this.grants.list.map(presentGrant);
  }

  stakeList() {
    return this.stakes.present();
  }

  budgetList() {
    return this.budgets.list(this.nowMs);
  }

  /** `GET /v1/holders/{id}/receivables`: no history takes a month. */
  receivables() {
    const { receivable } = this.balance();
    return {
      totals: { receivable, days0To30: receivable, days31To60: '0', days61To90: '0', over90Days: '0' },
      items: this.debts.list.map(presentDebt),
    };
  }

  holdList() {
    return this.holds.all.map(presentHold);
  }
}
