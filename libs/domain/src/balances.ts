/** The balances of one shard: the one place where postings move value. */
import type { Posting } from './account.js';
import type { UndoLog } from './undo.js';

/**
 * Applies postings in order. Debits and credits are equal by construction, so the sum of all balances stays zero.
 *
 * @param isSpendable whether an account may never fall below zero
 * @throws Error when a spendable account would fall below zero, or a posting moves nothing: a decider was wrong. The
 *   caller takes back what was applied before
 */
export function applyPostings(
  balances: Map<string, bigint>,
  undo: UndoLog,
  postings: readonly Posting[],
  isSpendable: (account: string) => boolean,
): void {
  // The postings of an entry mostly leave one account: its balance is looked up and set once.
  let payer: string | undefined;
  let left = 0n;
  for (const { debit, credit, amount } of postings) {
    const value = BigInt(amount);
    if (value <= 0n) throw new Error(`a posting from ${debit} to ${credit} moves ${amount}`);
    if (debit === credit) throw new Error(`a posting moves ${amount} from ${debit} to itself`);
    if (debit !== payer) {
      if (payer !== undefined) undo.set(balances, payer, left);
      payer = debit;
      left = balances.get(debit) ?? 0n;
    }
    left -= value;
    if (left < 0n && isSpendable(debit)) {
      throw new Error(`account ${debit} would fall to ${left}: a decider let it be overspent`);
    }
    undo.set(balances, credit, (balances.get(credit) ?? 0n) + value);
  }
  if (payer !== undefined) undo.set(balances, payer, left);
}

/**
 * The spendable account that these postings, applied in order, would take below zero; undefined: none.
 *
 * @param isSpendable whether an account may never fall below zero
 */
export function findOverdrawn(
  balances: ReadonlyMap<string, bigint>,
  postings: readonly Posting[],
  isSpendable: (account: string) => boolean,
): string | undefined {
  const left = new Map<string, bigint>();
  const move = (account: string, value: bigint) => {
    const after = (left.get(account) ?? balances.get(account) ?? 0n) + value;
    left.set(account, after);
    return after;
  };
  for (const { debit, credit, amount } of postings) {
    if (move(debit, -BigInt(amount)) < 0n && isSpendable(debit)) return debit;
    move(credit, BigInt(amount));
  }
  return undefined;
}
