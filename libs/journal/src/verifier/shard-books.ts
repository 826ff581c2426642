/** Balances of one shard, or of all together, kept by the verifier itself. */
import type { Posting } from '#domain';
import type { AccountList } from './account-list.js';
import type { AuditedBalances } from './audit.js';
import type { Findings, Place } from './findings.js';

const AMOUNT = /^[1-9][0-9]*$/;

export class ShardBooks implements AuditedBalances {
  readonly balances = new Map<string, bigint>();

  constructor(
    readonly shard: number,
    private readonly accounts: AccountList,
    private readonly findings: Findings,
  ) {}

  balance(account: string): bigint {
    return this.balances.get(account) ?? 0n;
  }

  sumOf(supply: string): bigint {
    return this.accounts.sumOf(this.balances, supply);
  }

  apply(postings: readonly Posting[], place: Place): void {
    // The postings of an entry mostly leave one account: its balance is looked up and set once.
    let payer: string | undefined;
    let left = 0n;
    try {
      for (const { debit, credit, amount, asset } of postings) {
        if (!AMOUNT.test(amount) || asset !== 'AIR') {
          this.findings.add('POSTINGS_WRONG', place, `${debit} to ${credit} moves ${amount} ${asset}`);
          continue;
        }
        const value = BigInt(amount);
        if (debit !== payer) {
          if (payer !== undefined) this.balances.set(payer, left);
          payer = debit;
          left = this.balance(debit);
        }
        left -= value;
        const after = left;
        if (credit === payer) left += value;
        else this.balances.set(credit, this.balance(credit) + value);
        if (after < 0n && this.accounts.isSpentFromWhatIsThere(debit))
          this.findings.add('OVERSPENT', place, `${debit} falls to ${after}`);
      }
    } finally {
      // Also before what is no posting: whatever was booked has both its sides.
      if (payer !== undefined) this.balances.set(payer, left);
    }
  }

  /** Adds another shard's balances to these. */
  add(books: ShardBooks): void {
    for (const [account, balance] of books.balances) this.balances.set(account, this.balance(account) + balance);
  }

  /** Sum over all accounts, which must be zero. */
  sum(): bigint {
    let sum = 0n;
    for (const balance of this.balances.values()) sum += balance;
    return sum;
  }
}

/** Whether two lists of postings move the same amounts between the same accounts, in the same order. */
export function samePostings(left: readonly Posting[], right: readonly Posting[]): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) {
    const posting = left[i]!;
    const other = right[i]!;
    if (posting.debit !== other.debit || posting.credit !== other.credit || posting.amount !== other.amount)
      return false;
  }
  return true;
}
