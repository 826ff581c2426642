/** Sums of one shard, kept by the verifier itself. */
import type { Posting } from '#domain';
import type { Findings, Place } from './findings.js';

export class ShardBooks {
  readonly balances = new Map<string, bigint>();

  constructor(private readonly findings: Findings) {}

  balance(account: string): bigint {
    return this.balances.get(account) ?? 0n;
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
      if (left < 0n && SPENT_ONLY_FROM_WHAT_IS_THERE.test(debit))
        this.findings.add('OVERSPENT', place, `${debit} falls to ${left}`);
    }
  }

  /** Sum over all accounts, which must be zero. */
  sum(): bigint {
    let sum = 0n;
    for (const balance of this.balances.values()) sum += balance;
    return sum;
  }
}

const SPENT_ONLY_FROM_WHAT_IS_THERE =
  /^(customer:[^:]+:available|provider:[^:]+:(payable|held|uncovered)|treasury:(fees|uncovered)|staking:(rewards|uncovered)|burn:uncovered)$/;

export function samePostings(left: readonly Posting[], right: readonly Posting[]): boolean {
  return (
    left.length === right.length &&
    left.every((posting, i) => {
      const other = right[i]!;
      return posting.debit === other.debit && posting.credit === other.credit && posting.amount === other.amount;
    })
  );
}
