/**
 * One customer's books, a second time: grants, holds, what is owed and budgets, written from the decisions alone and without
 * any thought for speed. Every question of the past is answered by doing everything again up to that instant.
 */
import { instant, least, sum, tokens } from './amounts.js';
import { Budgets } from './budgets.js';
import { refuse, Refusal, type Booking, type Command, type Use } from './commands.js';
import {
  contentOf,
  inTokens,
  isActive,
  isMovable,
  NO_END,
  presentDebt,
  presentGrant,
  presentHold,
  presentOpen,
  type Debt,
  type DebtName,
  type Grant,
  type Hold,
  type Part,
} from './items.js';
import { providersShare, rate, type PriceVersion } from './prices.js';

interface Paid {
  readonly amount: bigint;
  readonly receivable: bigint;
  readonly released: bigint;
  readonly receipt: readonly Part[];
}

const HOUR = 3_600_000;
/** One thing that acts at its instant: what ends does so before anything begins. */
const ORDER = ['hold', 'expiry', 'activation'] as const;

export class Books {
  private readonly grants: Grant[] = [];
  private readonly holds = new Map<string, Hold>();
  private readonly debts: Debt[] = [];
  private readonly uses = new Map<string, string>();
  private readonly budgets: Budgets;
  private readonly done: { readonly command: Command; readonly bookings: readonly Booking[] }[] = [];
  private nowMs = 0;
  /** What is each provider's of what was charged, paid or owed. */
  readonly promised = new Map<string, bigint>();

  constructor(
    readonly customer: string,
    private readonly prices: readonly PriceVersion[],
  ) {
    this.budgets = new Budgets(customer, () =>
      [...this.holds.values()]
        .filter(({ state }) => state === 'open')
        .map(({ budget, amount }) => ({ path: budget ?? customer, amount })),
    );
  }

  /** The books after the first of the commands that were done, or after those that were booked by an instant. */
  private again(count: number, untilMs = NO_END): Books {
    const books = new Books(this.customer, this.prices);
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
    const ends = this.grants.flatMap(({ effectiveAt, expiresAt }) => [effectiveAt, expiresAt]);
    return [...ends, ...[...this.holds.values()].map(({ expiresAt }) => expiresAt)].filter((ms) => ms !== NO_END);
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
      if (now.map(({ act }) => act()).some((arrives) => arrives)) this.cover();
    }
    this.nowMs = toMs;
  }

  /** What acts by an instant, and whether it makes funds arrive. */
  private dueBy(toMs: number) {
    const due: { ms: number; what: (typeof ORDER)[number]; act: () => boolean }[] = [];
    for (const hold of this.holds.values()) {
      if (hold.state !== 'open' || hold.expiresAt > toMs) continue;
      due.push({ ms: hold.expiresAt, what: 'hold', act: () => this.close(hold, 'expired').length > 0 });
    }
    for (const grant of this.grants) {
      if (grant.isPending && grant.effectiveAt <= toMs) {
        due.push({ ms: grant.effectiveAt, what: 'activation', act: () => this.begin(grant) });
      } else if (isActive(grant) && grant.remaining + grant.held > 0n && grant.expiresAt <= toMs) {
        due.push({ ms: grant.expiresAt, what: 'expiry', act: () => this.finish(grant, 'expired') });
      }
    }
    return due;
  }

  private begin(grant: Grant): true {
    grant.isPending = false;
    grant.remaining = grant.amount;
    grant.lapsed = 0n;
    return true;
  }

  private finish(grant: Grant, end: 'expired' | 'voided'): false {
    grant.end = end;
    grant.isPending = false;
    grant.lapsed += grant.remaining;
    grant.remaining = 0n;
    return false;
  }

  private decide(command: Command, bookings: readonly Booking[]): object {
    const booking = bookings[0]!;
    switch (command.do) {
      case 'mint':
      case 'arrive':
        this.arrive(booking, { amount: command.amount, kind: 'purchased' });
        return {};
      case 'grant':
        return this.arrive(booking, command);
      case 'void':
        return this.voidGrant(command.grant);
      case 'burn':
        this.use(this.take(command.amount, this.active()));
        return {};
      case 'send':
        this.use(this.take(command.amount, this.active().filter(isMovable)));
        return {};
      case 'reserve':
        return this.reserve(command, booking);
      case 'extend':
        return this.extend(command);
      case 'capture':
        return this.capture(command, booking);
      case 'release':
        return this.release(command.hold);
      case 'budget':
        this.budgets.put(command, this.nowMs);
        return this.budgets.answer(command.path, this.nowMs);
      case 'use':
        return this.charge(command.uses, bookings);
    }
  }

  private arrive({ id, ms }: Booking, said: Omit<Extract<Command, { do: 'grant' }>, 'do'>): object {
    const { amount, kind, priority = 500, effectiveAt = ms, expiresAt = NO_END } = said;
    if (expiresAt <= Math.max(ms, effectiveAt)) refuse('GRANT_INVALID');
    const isPending = effectiveAt > ms;
    this.grants.push({
      ...{ id, kind, priority, amount, effectiveAt, expiresAt, isPending, used: 0n, held: 0n },
      ...(isPending ? { remaining: 0n, lapsed: amount } : { remaining: amount, lapsed: 0n }),
    });
    if (!isPending) this.cover();
    return { grant: id };
  }

  private voidGrant(id: string): object {
    const grant = this.grants.find((one) => one.id === id) ?? refuse('UNKNOWN_GRANT');
    const isOpen = grant.isPending || (isActive(grant) && grant.remaining + grant.held > 0n);
    if (!isOpen) refuse('GRANT_CLOSED');
    this.finish(grant, 'voided');
    return { grant: id };
  }

  /** In the order in which they are used: priority, the sooner end, the older entry. */
  private active(): Grant[] {
    return this.grants
      .map((grant, age) => ({ grant, age }))
      .filter(({ grant }) => isActive(grant) && grant.remaining > 0n)
      .sort(
        (a, b) =>
          a.grant.priority - b.grant.priority ||
          (a.grant.expiresAt === b.grant.expiresAt ? 0 : a.grant.expiresAt - b.grant.expiresAt) ||
          a.age - b.age,
      )
      .map(({ grant }) => grant);
  }

  private get available(): bigint {
    return sum(this.active().map(({ remaining }) => remaining));
  }

  /** Takes an amount of grants in this order. @throws Refusal when they have less */
  private take(amount: bigint, grants: readonly Grant[]): Part[] {
    if (sum(grants.map(({ remaining }) => remaining)) < amount) refuse('INSUFFICIENT_FUNDS');
    const parts: Part[] = [];
    let wanted = amount;
    for (const grant of grants) {
      const given = least(wanted, grant.remaining);
      if (given === 0n) continue;
      grant.remaining -= given;
      wanted -= given;
      parts.push({ grant: grant.id, amount: given });
    }
    return parts;
  }

  private use(parts: readonly Part[]): void {
    for (const { grant, amount } of parts) this.grantOf(grant).used += amount;
  }

  private hold(parts: readonly Part[]): void {
    for (const { grant, amount } of parts) this.grantOf(grant).held += amount;
  }

  private grantOf(id: string): Grant {
    return this.grants.find((one) => one.id === id)!;
  }

  /** Funds have arrived: what is owed longest is paid first. */
  private cover(): void {
    while (this.debts.length > 0 && this.available > 0n) {
      const [oldest] = this.debts as [Debt];
      const part = least(oldest.open, this.available);
      this.use(this.take(part, this.active()));
      oldest.open -= part;
      if (oldest.open === 0n) this.debts.shift();
    }
  }

  private reserve(command: Extract<Command, { do: 'reserve' }>, { id, ms }: Booking): object {
    const { budget, expiresAt: asked = ms + HOUR, partial = false } = command;
    const expiresAt = this.endOf(asked);
    const path = this.budgets.pathOf(budget);
    let amount = path === undefined ? command.amount : this.budgets.room(path, command.amount, ms, () => partial);
    if (amount === 0n) refuse('BUDGET_EXCEEDED');
    if (partial) amount = least(amount, this.available);
    if (amount === 0n) refuse('INSUFFICIENT_FUNDS');
    const receipt = this.take(amount, this.active());
    this.hold(receipt);
    const hold: Hold = {
      ...{ id, budget, amount, receipt, expiresAt, state: 'open' },
      ...{ captured: 0n, released: 0n, receivable: 0n },
    };
    this.holds.set(id, hold);
    return presentOpen(hold);
  }

  /** A hold ends with a full second, after now and within 24 hours. */
  private endOf(ms: number): number {
    if (ms <= this.nowMs || ms > this.nowMs + 24 * HOUR) refuse('HOLD_INVALID');
    return Math.ceil(ms / 1_000) * 1_000;
  }

  private extend({ hold: id, amount = 0n, expiresAt }: Extract<Command, { do: 'extend' }>): object {
    const hold = this.holdOf(id);
    if (hold.state !== 'open') refuse('HOLD_CLOSED');
    const end = expiresAt === undefined ? hold.expiresAt : this.endOf(expiresAt);
    if (amount > 0n) {
      const path = this.budgets.pathOf(hold.budget);
      if (path !== undefined) this.budgets.room(path, amount, this.nowMs, () => false);
      const more = this.take(amount, this.active());
      this.hold(more);
      hold.receipt.push(...more);
      hold.amount += amount;
    }
    hold.expiresAt = end;
    return presentOpen(hold);
  }

  private release(id: string): object {
    const hold = this.holdOf(id);
    if (hold.state !== 'open') refuse('HOLD_CLOSED');
    const back = this.close(hold, 'released');
    if (back.length > 0) this.cover();
    const amount = tokens(hold.amount);
    return { hold: id, state: 'released', amount, released: tokens(hold.released), receipt: inTokens(back) };
  }

  private holdOf(id: string): Hold {
    return this.holds.get(id) ?? refuse('UNKNOWN_HOLD');
  }

  /** Gives back all that a hold did not use. @returns what went back to grants that still pay */
  private close(hold: Hold, state: 'captured' | 'released' | 'expired', used: readonly Part[] = []): Part[] {
    hold.state = state;
    const back: Part[] = [];
    hold.receipt.forEach((part, i) => {
      const grant = this.grantOf(part.grant);
      const rest = part.amount - (used[i]?.amount ?? 0n);
      grant.held -= part.amount;
      hold.released += rest;
      if (rest === 0n) return;
      if (grant.end === undefined) {
        grant.remaining += rest;
        back.push({ grant: grant.id, amount: rest });
      } else grant.lapsed += rest;
    });
    return back;
  }

  private capture({ hold: id, amount, provider }: Extract<Command, { do: 'capture' }>, booking: Booking): object {
    if (amount === 0n) refuse('AMOUNT_INVALID');
    const hold = this.holdOf(id);
    if (hold.state === 'captured' || hold.state === 'released') refuse('HOLD_CLOSED');
    const isLate = hold.state === 'expired';
    const path = hold.budget ?? this.budgets.pathOf(undefined);
    const name = { source: 'hold', id, provider: provider ?? this.customer };
    const paid = this.pay(amount, path, hold, { booking, name });
    if (provider !== undefined) this.promise(provider, amount);
    hold.state = 'captured';
    return {
      ...{ hold: id, state: 'captured', captured: tokens(amount) },
      ...(isLate ? {} : { amount: tokens(hold.amount) }),
      ...{ released: tokens(paid.released), receipt: inTokens(paid.receipt) },
      ...(paid.receivable === 0n ? {} : { receivable: tokens(paid.receivable) }),
      ...(isLate ? { late: true } : {}),
    };
  }

  /**
   * Takes an amount: of the hold first, then of what is available, and the rest is owed.
   *
   * @param settled a hold that the amount settles; one that has ended reserves nothing
   * @param booking where it was booked, and the name of what is owed of it
   */
  private pay(
    amount: bigint,
    path: string | undefined,
    settled: Hold | undefined,
    { booking, name }: { readonly booking: Booking; readonly name: DebtName },
  ): Paid {
    const open = settled?.state === 'open' ? settled : undefined;
    const within = this.within(amount, path, settled);
    const used: Part[] = [];
    let payable = within;
    for (const part of open?.receipt ?? []) {
      const given = least(part.amount, payable);
      used.push({ grant: part.grant, amount: given });
      payable -= given;
    }
    this.use(used);
    const more = this.take(least(payable, this.available), this.active());
    this.use(more);
    const rest = amount - sum([...used, ...more].map((part) => part.amount));
    if (rest > 0n) this.debts.push({ ...name, entry: booking.id, ms: booking.ms, amount: rest, open: rest });
    const releasedBefore = settled?.released ?? 0n;
    const back = open === undefined ? [] : this.close(open, 'captured', used);
    if (settled !== undefined) {
      settled.captured = amount;
      settled.receivable = rest;
    }
    if (path !== undefined) this.budgets.count(path, within, amount - within, this.nowMs);
    if (back.length > 0) this.cover();
    return {
      ...{ amount, receivable: rest, released: (settled?.released ?? 0n) - releasedBefore },
      receipt: [...used, ...more].filter((part) => part.amount > 0n),
    };
  }

  /** How much of an amount the budgets have room for. @throws Refusal */
  private within(amount: bigint, path: string | undefined, settled: Hold | undefined): bigint {
    if (path === undefined) return amount;
    const mayExceed = ({ onExceed }: { onExceed: string }): boolean => onExceed === 'receivable';
    if (settled === undefined) return this.budgets.room(path, amount, this.nowMs, mayExceed);
    const reserved = settled.state === 'open' ? settled.amount : 0n;
    const hold = { path: settled.budget ?? this.customer, amount: reserved };
    return this.budgets.room(path, amount, this.nowMs, mayExceed, hold);
  }

  /** A batch, one after the other. */
  private charge(uses: readonly Use[], bookings: readonly Booking[]) {
    const answer = {
      ...{ accepted: 0, duplicates: 0, conflicts: 0 },
      rejected: [] as { index: number; code: string }[],
      charged: [] as { index: number; amount: string; receivable?: string }[],
    };
    uses.forEach((one, index) => {
      const content = contentOf(one);
      const known = this.uses.get(one.id);
      if (known !== undefined) {
        answer[known === content ? 'duplicates' : 'conflicts']++;
        return;
      }
      try {
        const { amount, receivable } = this.chargeOne(one, bookings[answer.accepted] ?? bookings[0]!);
        this.uses.set(one.id, content);
        answer.accepted++;
        answer.charged.push({
          ...{ index, amount: tokens(amount) },
          ...(receivable === 0n ? {} : { receivable: tokens(receivable) }),
        });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        answer.rejected.push({ index, code: error.code });
      }
    });
    return answer;
  }

  private promise(provider: string, amount: bigint): void {
    this.promised.set(provider, (this.promised.get(provider) ?? 0n) + providersShare(amount));
  }

  private chargeOne({ id, source, timeMs, meters, hold: named, budget, provider }: Use, booking: Booking): Paid {
    const amount = rate(this.prices, timeMs, meters);
    const hold = named === undefined ? undefined : this.holdOf(named);
    const settled = hold?.state === 'open' ? hold : undefined;
    const path = settled?.budget ?? this.budgets.pathOf(budget);
    const paid = this.pay(amount, path, settled, { booking, name: { source, id, provider } });
    this.promise(provider, amount);
    return paid;
  }

  /** `GET /v1/holders/{id}/balance`, as far as it concerns a customer. */
  balance() {
    const of = (amounts: (grant: Grant) => bigint) => tokens(sum(this.grants.map(amounts)));
    return {
      available: of(({ remaining }) => remaining),
      held: of(({ held }) => held),
      pending: of(({ isPending, amount }) => (isPending ? amount : 0n)),
      receivable: tokens(sum(this.debts.map(({ open }) => open))),
    };
  }

  grantList() {
    return this.grants.map(presentGrant);
  }

  budgetList() {
    return this.budgets.list(this.nowMs);
  }

  /** `GET /v1/holders/{id}/receivables`: no history takes a month. */
  receivables() {
    const { receivable } = this.balance();
    return {
      totals: { receivable, days0To30: receivable, days31To60: '0', days61To90: '0', over90Days: '0' },
      items: this.debts.map(presentDebt),
    };
  }

  holdList() {
    return [...this.holds.values()].map(presentHold);
  }
}
