/** The balances of one shard: the one place where postings move value. */
import { isSpendable, type Posting } from './account.js';
import type { UndoLog } from './undo.js';

/**
 * Applies postings in order. Debits and credits are equal by construction, so the sum of all balances stays zero.
 *
 * @throws Error when a spendable account would fall below zero, or a posting moves nothing: a decider was wrong. The
 *   caller takes back what was applied before
 */
export function applyPostings(balances: Map<string, bigint>, undo: UndoLog, postings: readonly Posting[]): void {
  for (const { debit, credit, amount } of postings) {
    const value = BigInt(amount);
    if (value <= 0n) throw new Error(`a posting from ${debit} to ${credit} moves ${amount}`);
    const left = (balances.get(debit) ?? 0n) - value;
    if (left < 0n && isSpendable(debit)) {
      throw new Error(`account ${debit} would fall to ${left}: a decider let it be overspent`);
    }
    undo.set(balances, debit, left);
    undo.set(balances, credit, (balances.get(credit) ?? 0n) + value);
  }
}
