/** What one customer owes: paid by what arrives, the oldest first. */
import { least, sum } from './amounts.js';
import type { Grants } from './grants.js';
import type { Debt } from './items.js';
import { add, less, NO_SHARES, partOf, type Payments } from './shares.js';

export class Debts {
  private readonly open: Debt[] = [];

  constructor(
    private readonly grants: Grants,
    private readonly payments: Payments,
  ) {}

  get list(): readonly Debt[] {
    return this.open;
  }

  get total(): bigint {
    return sum(this.open.map(({ open }) => open));
  }

  add(debt: Omit<Debt, 'open' | 'covers' | 'covered'>): Debt {
    const owed = { ...debt, open: debt.amount, covers: [], covered: NO_SHARES };
    this.open.push(owed);
    return owed;
  }

  /** It is owed no more. @returns what was open of it */
  cancel(debt: Debt): bigint {
    const { open } = debt;
    if (open > 0n) this.open.splice(this.open.indexOf(debt), 1);
    debt.open = 0n;
    return open;
  }

  /** Funds have arrived: what is owed longest is paid first. */
  cover(): void {
    while (this.open.length > 0 && this.grants.available > 0n) {
      const [oldest] = this.open as [Debt];
      const part = least(oldest.open, this.grants.available);
      oldest.covers.push(...this.grants.use(this.grants.take(part)));
      const shares = partOf(oldest.due, part);
      oldest.open -= part;
      oldest.due = less(oldest.due, shares);
      oldest.covered = add(oldest.covered, shares);
      this.payments.pay(oldest.payee, shares);
      if (oldest.open === 0n) this.open.shift();
    }
  }
}
