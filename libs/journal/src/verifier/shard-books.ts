/** Balances of one shard, or of all together, kept by the verifier itself. */
import type { Posting } from '#domain';
import type { AccountList } from './account-list.js';
import type { AuditedBalances } from './audit.js';
import type { Findings, Place } from './findings.js';

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
    for (const { debit, credit, amount, asset } of postings) {
      if (!/^[1-9][0-9]*$/.test(amount) || asset !== 'AIR') {
        this.findings.add('POSTINGS_WRONG', place, `${debit} to ${credit} moves ${amount} ${asset}`);
        continue;
      }
      const left = this.balance(debit) - BigInt(amount);
      this.balances.set(debit, left);
      this.balances.set(credit, this.balance(credit) + BigInt(amount));
      if (left < 0n && this.accounts.isSpentFromWhatIsThere(debit))
        this.findings.add('OVERSPENT', place, `${debit} falls to ${left}`);
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
  return (
    left.length === right.length &&
    left.every((posting, i) => {
      const other = right[i]!;
      return posting.debit === other.debit && posting.credit === other.credit && posting.amount === other.amount;
    })
  );
}
