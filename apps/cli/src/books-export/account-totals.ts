/** What each account came to over an export: grows with the accounts, never with the entries. */
import type { BookEntry } from './book-entry.js';

export interface AccountTotal {
  /** Credits minus debits, atto-tokens. */
  balance: bigint;
  /** Debits plus credits, atto-tokens: no balance on the way was farther from zero. */
  turnover: bigint;
  legs: number;
  /** UTC day of the account's first movement. */
  firstDay: string;
}

export class AccountTotals {
  private readonly totals = new Map<string, AccountTotal>();
  /** Entries that moved value. */
  entries = 0;
  /** Latest UTC day of any movement; undefined before the first. */
  lastDay: string | undefined;

  /** Takes an entry into account; false when it moved nothing. */
  add({ postings, recordedAt }: BookEntry): boolean {
    if (postings.length === 0) return false;
    this.entries += 1;
    const day = dayOf(recordedAt);
    // Shards come one after the other, so days go back where the next begins.
    if (this.lastDay === undefined || day > this.lastDay) this.lastDay = day;
    for (const { debit, credit, amount } of postings) {
      const value = BigInt(amount);
      this.move(debit, -value, value, day);
      this.move(credit, value, value, day);
    }
    return true;
  }

  /** By name, so that the same books give the same file. */
  sorted(): [account: string, total: AccountTotal][] {
    return [...this.totals].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  private move(account: string, change: bigint, size: bigint, day: string): void {
    const total = this.totals.get(account);
    if (total === undefined) {
      this.totals.set(account, { balance: change, turnover: size, legs: 1, firstDay: day });
      return;
    }
    total.balance += change;
    total.turnover += size;
    total.legs += 1;
    if (day < total.firstDay) total.firstDay = day;
  }
}

/** The UTC day of an instant as the journal writes it: `2026-11-22T10:00:00.000Z` gives `2026-11-22`. */
export function dayOf(recordedAt: string): string {
  return recordedAt.slice(0, 10);
}
