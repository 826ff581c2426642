/** A report's period, in the journal's own terms. */
import type { BooksSnapshot, ShardHeight } from '#postgres';

/** The heights between which a period lies: after `from`, up to `to`. */
export async function heightsOfPeriod(
  books: BooksSnapshot,
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
): Promise<{ readonly from: readonly ShardHeight[]; readonly to: readonly ShardHeight[] }> {
  return {
    from: from === undefined ? [] : await books.heightsAt(from, 'before'),
    to: to === undefined ? books.heights : await books.heightsAt(to, 'before'),
  };
}
