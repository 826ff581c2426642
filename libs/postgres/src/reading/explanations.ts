/** What stands behind a balance and behind a receivable: sums by type of entry, the entries, and who paid for what. */
import { ASSET, type EntryPosition } from '#domain';
import type { BooksSnapshot } from './snapshot.js';

/** What the entries of one type come to on one account. */
export interface MovedByType {
  readonly account: string;
  readonly type: string;
  /** Credits minus debits, atto-tokens. */
  readonly amount: bigint;
  readonly entries: number;
}

/** Sums over all that moved some accounts, as of the snapshot, ascending by account and type. */
export async function sumMovementsByType(books: BooksSnapshot, accounts: readonly string[]): Promise<MovedByType[]> {
  const rows = await books.rows<{ account: string; type: string; amount: string; entries: string }>(
    `SELECT m.account, e.type, sum(m.amount)::text AS amount, count(*)::text AS entries
     FROM unnest($1::int[], $2::bigint[]) AS at (shard, height)
     JOIN books.movements AS m ON m.shard = at.shard AND m.height <= at.height AND m.asset = $4
     JOIN books.entries AS e ON e.shard = m.shard AND e.height = m.height AND e.index = m.index
     WHERE m.account = ANY ($3::text[])
     GROUP BY m.account, e.type ORDER BY m.account, e.type`,
    [...books.at, accounts, ASSET],
  );
  return rows.map(({ amount, entries, ...row }) => ({ ...row, amount: BigInt(amount), entries: Number(entries) }));
}

/** An entry that covers what another one owes, or is covered by it, and by how much. */
export interface Covering extends EntryPosition {
  readonly amount: bigint;
}

/**
 * Which entries covered what an entry left owed, or which ones a covering paid for: what is owed is covered in the order in which it was booked.
 *
 * @param account of what is owed: debits are owed, credits cover
 * @returns in the order of the journal, at most `limit`
 */
export async function listCovering(
  books: BooksSnapshot,
  account: string,
  { shard, height, index }: EntryPosition,
  limit: number,
): Promise<Covering[]> {
  const rows = await books.rows<{ height: string; index: number; amount: string }>(
    `WITH moved AS (
       SELECT m.height, m.index, m.amount,
         sum(greatest(-m.amount, 0)) OVER placed AS owed, sum(greatest(m.amount, 0)) OVER placed AS covered
       FROM unnest($1::int[], $2::bigint[]) AS at (shard, height)
       JOIN books.movements AS m ON m.shard = at.shard AND m.height <= at.height
       WHERE m.account = $3 AND m.asset = $4 AND m.shard = $5
       WINDOW placed AS (ORDER BY m.height, m.index)),
     pairs AS (
       SELECT debit.height AS debit_height, debit.index AS debit_index, credit.height, credit.index,
         least(credit.covered, debit.owed) - greatest(credit.covered - credit.amount, debit.owed + debit.amount) AS amount
       FROM moved AS debit JOIN moved AS credit ON debit.amount < 0 AND credit.amount > 0
         AND credit.covered > debit.owed + debit.amount AND credit.covered - credit.amount < debit.owed
       WHERE (debit.height, debit.index) = ($6, $7) OR (credit.height, credit.index) = ($6, $7))
     SELECT CASE WHEN (height, index) = ($6, $7) THEN debit_height ELSE height END::text AS height,
       CASE WHEN (height, index) = ($6, $7) THEN debit_index ELSE index END AS index, amount::text AS amount
     FROM pairs ORDER BY pairs.debit_height, pairs.debit_index, pairs.height, pairs.index LIMIT $8`,
    [...books.at, account, ASSET, shard, height, index, limit],
  );
  return rows.map((row) => ({ shard, height: Number(row.height), index: row.index, amount: BigInt(row.amount) }));
}

/** An entry of one type that moved an account. */
export interface MovingEntry extends EntryPosition {
  /** Null when what was reported is no time. */
  readonly time: string | null;
  readonly recordedAt: string;
  /** Credits minus debits, atto-tokens. */
  readonly amount: bigint;
}

/** What {@link sumMovementsByType} sums, one by one: ascending by shard and place. */
export async function listMovementsOfType(
  books: BooksSnapshot,
  account: string,
  type: string,
  { after, limit }: { readonly after?: EntryPosition | undefined; readonly limit: number },
): Promise<MovingEntry[]> {
  const rows = await books.rows<{
    shard: number;
    height: string;
    index: number;
    time: Date | null;
    recorded_at: Date;
    amount: string;
  }>(
    `SELECT m.shard, m.height::text AS height, m.index, e.time, e.recorded_at, m.amount::text AS amount
     FROM unnest($1::int[], $2::bigint[]) AS at (shard, height)
     JOIN books.movements AS m ON m.shard = at.shard AND m.height <= at.height
     JOIN books.entries AS e ON e.shard = m.shard AND e.height = m.height AND e.index = m.index
     WHERE m.account = $3 AND m.asset = $4 AND e.type = $5 AND (m.shard, m.height, m.index) > ($6, $7, $8)
     ORDER BY m.shard, m.height, m.index LIMIT $9`,
    [...books.at, account, ASSET, type, after?.shard ?? -1, after?.height ?? 0, after?.index ?? 0, limit],
  );
  return rows.map((row) => ({
    ...{ shard: row.shard, height: Number(row.height), index: row.index, amount: BigInt(row.amount) },
    ...{ time: row.time?.toISOString() ?? null, recordedAt: row.recorded_at.toISOString() },
  }));
}
