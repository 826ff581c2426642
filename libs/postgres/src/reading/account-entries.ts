/** The movements of one account, newest first, over all shards. */
import { ASSET, type EntryPosition } from '#domain';
import type { BooksSnapshot, ShardHeight } from './snapshot.js';

export interface AccountEntry extends EntryPosition {
  readonly type: string;
  /** Null when what was reported is no time. */
  readonly time: string | null;
  readonly recordedAt: string;
  readonly actor: string;
  readonly origin: string;
  readonly holder: string | null;
  readonly counterparty: string | null;
  /** Credits minus debits, atto-tokens. */
  readonly amount: bigint;
  /** The account's sub-balance in the entry's shard. */
  readonly shardBalanceAfter: bigint;
  /** The account's balance over all shards, in the order of the list. */
  readonly balanceAfter: bigint;
}

/** Where a list went on: the last entry that was shown. */
export interface AccountEntryKey extends EntryPosition {
  readonly recordedAt: string;
}

interface EntryRow {
  readonly shard: number;
  readonly height: string;
  readonly index: number;
  readonly type: string;
  readonly time: Date | null;
  readonly recorded_at: Date;
  readonly actor: string;
  readonly origin: string;
  readonly holder: string | null;
  readonly counterparty: string | null;
  readonly amount: string;
  readonly balance_after: string;
}

/**
 * Entries by descending time of record, then by ascending shard, then by descending place: within a shard that is the
 * order in which they happened, and between shards there is no other.
 *
 * @returns at most `limit` entries
 */
export async function listAccountEntries(
  books: BooksSnapshot,
  account: string,
  page: { readonly limit: number; readonly after?: AccountEntryKey | undefined },
): Promise<AccountEntry[]> {
  const bounds = await boundsOf(books, page.after);
  const rows = await books.rows<EntryRow>(
    `SELECT m.*, e.type, e.time, e.recorded_at, e.actor, e.origin, e.holder, e.counterparty
     FROM unnest($1::int[], $2::bigint[], $3::int[]) AS bound (shard, height, index)
     CROSS JOIN LATERAL (
       SELECT shard, height::text AS height, index, amount::text AS amount, balance_after::text AS balance_after
       FROM books.movements
       WHERE account = $4 AND asset = $5 AND movements.shard = bound.shard
         AND (movements.height, movements.index) < (bound.height, bound.index)
       ORDER BY movements.height DESC, movements.index DESC LIMIT $6
     ) AS m
     JOIN books.entries AS e ON e.shard = m.shard AND e.height = m.height::bigint AND e.index = m.index`,
    [
      bounds.map(({ shard }) => shard),
      bounds.map(({ height }) => height),
      bounds.map(({ index }) => index),
      account,
      ASSET,
      page.limit,
    ],
  );
  rows.sort(compareNewestFirst);
  // The newest row of each shard tells its sub-balance there; walking back takes each movement off again.
  const shardsSeen = new Set<number>();
  let balance = 0n;
  for (const row of rows) {
    if (shardsSeen.has(row.shard)) continue;
    shardsSeen.add(row.shard);
    balance += BigInt(row.balance_after);
  }
  return rows.slice(0, page.limit).map((row) => {
    const balanceAfter = balance;
    balance -= BigInt(row.amount);
    return presentEntry(row, balanceAfter);
  });
}

async function boundsOf(books: BooksSnapshot, after: AccountEntryKey | undefined): Promise<EntryPosition[]> {
  if (after === undefined) return books.heights.map(({ shard, height }) => ({ shard, height: height + 1, index: 0 }));
  const before = await books.heightsAt(after.recordedAt, 'before');
  const until = await books.heightsAt(after.recordedAt, 'until');
  const heightIn = (heights: readonly ShardHeight[], shard: number) =>
    heights.find((height) => height.shard === shard)?.height ?? 0;
  return books.heights.map(({ shard }) => {
    if (shard === after.shard) return { shard, height: after.height, index: after.index };
    // Of pages recorded in the same millisecond, those of higher shards come later in the list.
    return { shard, height: heightIn(shard > after.shard ? until : before, shard) + 1, index: 0 };
  });
}

function compareNewestFirst(left: EntryRow, right: EntryRow): number {
  return (
    right.recorded_at.getTime() - left.recorded_at.getTime() ||
    left.shard - right.shard ||
    Number(right.height) - Number(left.height) ||
    right.index - left.index
  );
}

function presentEntry(row: EntryRow, balanceAfter: bigint): AccountEntry {
  return {
    shard: row.shard,
    height: Number(row.height),
    index: row.index,
    type: row.type,
    time: row.time?.toISOString() ?? null,
    recordedAt: row.recorded_at.toISOString(),
    actor: row.actor,
    origin: row.origin,
    holder: row.holder,
    counterparty: row.counterparty,
    amount: BigInt(row.amount),
    shardBalanceAfter: BigInt(row.balance_after),
    balanceAfter,
  };
}
