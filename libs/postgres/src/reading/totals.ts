/** Running totals between two sets of heights: two probes of an index per total and shard, however much happened between. */
import type { BooksSnapshot, ShardHeight } from './snapshot.js';

/** Pages after `from`, up to `to`. */
export interface Span {
  readonly from: readonly ShardHeight[];
  readonly to: readonly ShardHeight[];
  /** A shard that is left out. */
  readonly without?: number;
}

const AT = (height: string) => `
  SELECT amount FROM books.totals
  WHERE totals.name = wanted.name AND totals.shard = span.shard AND totals.height <= ${height}
  ORDER BY totals.height DESC LIMIT 1`;

/** By how much each total grew, atto-tokens. */
export async function readTotals(
  books: BooksSnapshot,
  names: readonly string[],
  { from, to, without }: Span,
): Promise<Map<string, bigint>> {
  const shards = to.filter(({ shard }) => shard !== without);
  const low = new Map(from.map(({ shard, height }) => [shard, height]));
  const rows = await books.rows<{ name: string; amount: string }>(
    `SELECT wanted.name, sum(coalesce(high.amount, 0) - coalesce(low.amount, 0))::text AS amount
     FROM unnest($1::text[]) AS wanted (name)
     CROSS JOIN unnest($2::int[], $3::bigint[], $4::bigint[]) AS span (shard, low, high)
     LEFT JOIN LATERAL (${AT('span.high')}) AS high ON true
     LEFT JOIN LATERAL (${AT('span.low')}) AS low ON true
     GROUP BY wanted.name`,
    [
      names,
      shards.map(({ shard }) => shard),
      shards.map(({ shard }) => low.get(shard) ?? 0),
      // A period that ends before it begins holds nothing.
      shards.map(({ shard, height }) => Math.max(height, low.get(shard) ?? 0)),
    ],
  );
  return new Map(rows.map(({ name, amount }) => [name, BigInt(amount)]));
}
