/** What one customer pays: of a hold, of what is available, and what is left is owed. */
import { least, sum, tokens } from './amounts.js';
import type { Budgets, Counted } from './budgets.js';
import { refuse, Refusal, type Booking, type BudgetTerms, type Command, type Use } from './commands.js';
import type { Debts } from './debts.js';
import type { Grants } from './grants.js';
import type { Holds } from './holds.js';
import { contentOf, inTokens, merge, type Debt, type DebtName, type Hold, type Part } from './items.js';
import { rate, type PriceVersion } from './prices.js';
import { less, partOf, sharesOf, type Payments, type Shares } from './shares.js';

/** A charge as it was booked: what can be taken back of it. */
export interface Charge {
  readonly name: DebtName;
  readonly amount: bigint;
  /** Whose share it has; undefined: the treasury's. */
  readonly provider: string | undefined;
  /** What paid at once. */
  readonly paid: readonly Part[];
  /** What payees had of it at once. */
  readonly shares: Shares;
  readonly debt: Debt | undefined;
  readonly counted: Counted | undefined;
}

/** What is known of usage by its id. */
export interface Usage {
  /** Everything that was ever charged under it. */
  readonly contents: Set<string>;
  /** Its newest charge, and when that was booked. */
  readonly newest: Booking;
}

interface Paid extends Charge {
  readonly receivable: bigint;
  readonly released: bigint;
}

/** Where a charge is booked, and for whom. */
interface Booked {
  readonly booking: Booking;
  readonly name: DebtName;
  readonly provider: string | undefined;
  readonly mayExceed: (budget: BudgetTerms) => boolean;
}

const asBudgeted = ({ onExceed }: BudgetTerms): boolean => onExceed === 'receivable';

export class Charges {
  readonly uses = new Map<string, Usage>();

  constructor(
    private readonly customer: string,
    private readonly prices: readonly PriceVersion[],
    private readonly parts: { grants: Grants; debts: Debts; holds: Holds; budgets: Budgets; payments: Payments },
    private readonly onCharged: (entry: string, charge: Charge) => void,
  ) {}

  /** A batch, one after the other. */
  charge(uses: readonly Use[], bookings: readonly Booking[]) {
    const answer = {
      ...{ accepted: 0, duplicates: 0, conflicts: 0 },
      rejected: [] as { index: number; code: string }[],
      charged: [] as { index: number; amount: string; receivable?: string }[],
    };
    uses.forEach((one, index) => {
      const content = contentOf(one);
      const known = this.uses.get(one.id);
      if (known !== undefined) {
        answer[known.contents.has(content) ? 'duplicates' : 'conflicts']++;
        return;
      }
      try {
        const booking = bookings[answer.accepted] ?? bookings[0]!;
        const { amount, receivable } = this.read(one).charge(booking);
        this.uses.set(one.id, { contents: new Set([content]), newest: booking });
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

  /** Whether it names what there is, before it is charged. @throws Refusal */
  private read({ id, source, timeMs, meters, hold: named, budget, provider }: Use) {
    const amount = rate(this.prices, timeMs, meters);
    const hold = named === undefined ? undefined : this.parts.holds.find(named);
    const settled = hold?.state === 'open' ? hold : undefined;
    const path = settled?.budget ?? this.parts.budgets.pathOf(budget);
    const charge = (booking: Booking, mayExceed = asBudgeted): Paid =>
      this.pay(amount, path, settled, { booking, provider, name: { source, id, provider }, mayExceed });
    return { charge };
  }

  /** Charges another usage under its id, after the old one was taken back; it is refused for nothing but what it names. */
  replace(use: Use, takeBack: () => void, booking: Booking): Paid {
    const { charge } = this.read(use);
    takeBack();
    const { contents } = this.uses.get(use.id)!;
    this.uses.set(use.id, { contents: contents.add(contentOf(use)), newest: booking });
    return charge(booking, () => true);
  }

  capture({ hold: id, amount, provider }: Extract<Command, { do: 'capture' }>, booking: Booking): object {
    if (amount === 0n) refuse('AMOUNT_INVALID');
    const hold = this.parts.holds.find(id);
    if (hold.state === 'captured' || hold.state === 'released') refuse('HOLD_CLOSED');
    const isLate = hold.state === 'expired';
    const path = hold.budget ?? this.parts.budgets.pathOf(undefined);
    const name = { source: 'hold', id, provider: provider ?? this.customer };
    const paid = this.pay(amount, path, hold, { booking, provider, name, mayExceed: asBudgeted });
    hold.state = 'captured';
    return {
      ...{ hold: id, state: 'captured', captured: tokens(amount) },
      ...(isLate ? {} : { amount: tokens(hold.amount) }),
      ...{ released: tokens(paid.released), receipt: inTokens(paid.paid) },
      ...(paid.receivable === 0n ? {} : { receivable: tokens(paid.receivable) }),
      ...(isLate ? { late: true } : {}),
    };
  }

  /**
   * Takes an amount: of the hold first, then of what is available, and the rest is owed.
   *
   * @param settled a hold that the amount settles; one that has ended reserves nothing
   */
  private pay(amount: bigint, path: string | undefined, settled: Hold | undefined, booked: Booked): Paid {
    const { grants, holds, budgets } = this.parts;
    const { booking, name, provider, mayExceed } = booked;
    const open = settled?.state === 'open' ? settled : undefined;
    const within = this.within(amount, path, settled, booking.ms, mayExceed);
    const used: Part[] = [];
    let payable = within;
    for (const part of open?.receipt ?? []) {
      const given = least(part.amount, payable);
      used.push({ grant: part.grant, amount: given });
      payable -= given;
    }
    grants.use(used);
    const more = grants.use(grants.take(least(payable, grants.available)));
    const receivable = amount - sum([...used, ...more].map((part) => part.amount));
    const { shares, debt } = this.share({ amount, receivable, provider, name }, booking);
    const releasedBefore = settled?.released ?? 0n;
    const back = open === undefined ? [] : holds.close(open, 'captured', used);
    if (settled !== undefined) {
      settled.captured = amount;
      settled.receivable = receivable;
    }
    const counted = path === undefined ? undefined : budgets.count(path, within, amount - within, booking.ms);
    if (back.length > 0) this.parts.debts.cover();
    const paid = [...used, ...more].filter((part) => part.amount > 0n);
    const charge = { name, amount, provider, paid, shares, debt, counted };
    this.onCharged(booking.id, charge);
    return { ...charge, receivable, released: (settled?.released ?? 0n) - releasedBefore };
  }

  /** What payees have at once of what was charged, and what they wait for. */
  private share(
    { amount, receivable, provider, name }: Pick<Paid, 'amount' | 'receivable' | 'provider' | 'name'>,
    { id, ms }: Booking,
  ) {
    const all = sharesOf(amount, provider);
    const shares = partOf(all, amount - receivable);
    this.parts.payments.pay(provider, shares);
    if (receivable === 0n) return { shares, debt: undefined };
    const terms = { ...name, payee: provider, due: less(all, shares) };
    return { shares, debt: this.parts.debts.add({ ...terms, entry: id, ms, amount: receivable }) };
  }

  /** How much of an amount the budgets have room for. @throws Refusal */
  private within(
    amount: bigint,
    path: string | undefined,
    settled: Hold | undefined,
    nowMs: number,
    mayExceed: (budget: BudgetTerms) => boolean,
  ): bigint {
    if (path === undefined) return amount;
    const { budgets } = this.parts;
    if (settled === undefined) return budgets.room(path, amount, nowMs, mayExceed);
    const reserved = settled.state === 'open' ? settled.amount : 0n;
    const hold = { path: settled.budget ?? this.customer, amount: reserved };
    return budgets.room(path, amount, nowMs, mayExceed, hold);
  }

  /** Gives everything of a charge back to whoever paid it, also what covered it since. */
  takeBack({ provider, paid, shares, debt, counted }: Charge, nowMs: number) {
    const { grants, debts, budgets, payments } = this.parts;
    const cancelled = debt === undefined ? 0n : debts.cancel(debt);
    payments.takeBack(provider, shares);
    if (debt !== undefined) payments.takeBack(provider, debt.covered);
    if (counted !== undefined) budgets.uncount(counted);
    return { cancelled, ...grants.giveBack(merge([...paid, ...(debt?.covers ?? [])]), nowMs) };
  }

  /** Books it anew, of what had it back and of what there is; budgets refuse nothing. */
  chargeAgain(charge: Charge, returned: readonly Part[], booking: Booking): Charge {
    const { grants, budgets } = this.parts;
    const { ms } = booking;
    const { amount, name, provider } = charge;
    const path = charge.counted?.path;
    const within = path === undefined ? amount : budgets.room(path, amount, ms, () => true);
    const paid = merge(grants.use(grants.takeAgain(returned, within)));
    const owed = amount - sum(paid.map((part) => part.amount));
    const { shares, debt } = this.share({ amount, receivable: owed, provider, name }, booking);
    const counted = path === undefined ? undefined : budgets.count(path, within, amount - within, ms);
    return { ...charge, paid, shares, debt, counted };
  }
}
