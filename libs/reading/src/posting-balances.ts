/** Postings with what was there before and after each of them. */
import { ApiProperty } from '@nestjs/swagger';
import type { JournalEvent } from '#concepts';
import { formatAmount, parseAmount } from '#domain';
import type { KeyGrant } from '#platform';
import { readMoved, type BooksSnapshot, type LineKey } from '#postgres';
import { ELSEWHERE, postingsFor } from './customers-view.js';
import { PostingAnswer } from './journal-entries.js';

const SaysBalance = (description: string) =>
  ApiProperty({ nullable: true, type: String, description: `${description}; null for an account of somebody else` });

export class PostingBalances extends PostingAnswer {
  @SaysBalance('Of the debited account over all shards') debitBefore!: string | null;
  @SaysBalance('debitBefore minus the amount') debitAfter!: string | null;
  @SaysBalance('Of the credited account over all shards') creditBefore!: string | null;
  @SaysBalance('creditBefore plus the amount') creditAfter!: string | null;
}

/** An entry and where it stands. */
interface PlacedEvent {
  readonly line: LineKey;
  readonly event: JournalEvent;
}

/**
 * The postings of some entries as a caller may see them, in their order: each finds the balance that the one before it left. The last one of an
 * account leaves the balance that the books have after the entry.
 */
export async function postingsWithBalances(
  books: BooksSnapshot,
  caller: KeyGrant,
  entries: readonly PlacedEvent[],
): Promise<PostingBalances[][]> {
  const seen = entries.map(({ event }) => postingsFor(caller, event));
  const wanted = seen.flatMap((postings, place) => {
    const accounts = new Set(postings.flatMap(({ debit, credit }) => [debit, credit]));
    accounts.delete(ELSEWHERE);
    return [...accounts].map((account) => ({ account, place, line: entries[place]!.line }));
  });
  const moved = await readMoved(books, wanted);
  const balances = entries.map(() => new Map<string, bigint>());
  wanted.forEach(({ account, place }, at) => {
    const { balanceAfter, amount } = moved[at]!;
    balances[place]!.set(account, balanceAfter - amount);
  });
  return seen.map((postings, place) => postings.map((posting) => walk(balances[place]!, posting)));
}

/** One posting, which leaves the balances changed for the next one. */
function walk(balances: Map<string, bigint>, { debit, credit, amount, asset }: PostingAnswer): PostingBalances {
  const [debitBefore, debitAfter] = move(balances, debit, -parseAmount(amount));
  const [creditBefore, creditAfter] = move(balances, credit, parseAmount(amount));
  return { debit, credit, amount, asset, debitBefore, debitAfter, creditBefore, creditAfter };
}

function move(balances: Map<string, bigint>, account: string, amount: bigint): [string | null, string | null] {
  const before = balances.get(account);
  if (before === undefined) return [null, null];
  balances.set(account, before + amount);
  return [formatAmount(before), formatAmount(before + amount)];
}
