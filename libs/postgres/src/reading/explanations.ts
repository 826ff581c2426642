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
 * Which entries covered what an entry left owed, or which ones an entry covered: by the names that what is owed has, and of one name in
 * the order in which it was booked. What a reversal cancelled of it is among them.
 *
 * @returns by the order of the parts in the entry that covers, or by the order of the journal; at most `limit`
 */
export async function listCovering(
  books: BooksSnapshot,
  customer: string,
  { shard, height, index }: EntryPosition,
  limit: number,
): Promise<Covering[]> {
  const rows = await books.rows<{ height: string; index: number; amount: string }>(
    `WITH at AS (SELECT at.height FROM unnest($1::int[], $2::bigint[]) AS at (shard, height) WHERE at.shard = $4),
     named AS (
       SELECT usage_key FROM books.receivables WHERE customer = $3 AND shard = $4 AND height = $5 AND index = $6
       UNION SELECT usage_key FROM books.covered_parts WHERE customer = $3 AND shard = $4 AND height = $5 AND index = $6),
     debit AS (
       SELECT one.usage_key, one.height, one.index, one.amount,
         sum(one.amount) OVER (PARTITION BY one.usage_key ORDER BY one.height, one.index) AS owed
       FROM at, named JOIN books.receivables AS one USING (usage_key)
       WHERE one.customer = $3 AND one.shard = $4 AND one.height <= at.height),
     credit AS (
       SELECT part.usage_key, part.height, part.index, part.ordinal, part.amount,
         sum(part.amount) OVER (PARTITION BY part.usage_key ORDER BY part.height, part.index, part.ordinal) AS covered
       FROM at, named JOIN books.covered_parts AS part USING (usage_key)
       WHERE part.customer = $3 AND part.shard = $4 AND part.height <= at.height),
     pairs AS (
       SELECT debit.height AS debit_height, debit.index AS debit_index, credit.height, credit.index, credit.ordinal,
         least(credit.covered, debit.owed) - greatest(credit.covered - credit.amount, debit.owed - debit.amount) AS amount
       FROM debit JOIN credit USING (usage_key)
       WHERE credit.covered > debit.owed - debit.amount AND credit.covered - credit.amount < debit.owed
         AND ((debit.height, debit.index) = ($5, $6) OR (credit.height, credit.index) = ($5, $6)))
     SELECT CASE WHEN (height, index) = ($5, $6) THEN debit_height ELSE height END::text AS height,
       CASE WHEN (height, index) = ($5, $6) THEN debit_index ELSE index END AS index, amount::text AS amount
     FROM pairs ORDER BY pairs.height, pairs.index, pairs.ordinal, pairs.debit_height, pairs.debit_index LIMIT $7`,
    [...books.at, customer, shard, height, index, limit],
  );
  return rows.map((row) => ({ shard, height: Number(row.height), index: row.index, amount: BigInt(row.amount) }));
}

/** The entry that took an entry back, or restored what one had; undefined where none did, as far as the books are. */
export async function findReversal(
  books: BooksSnapshot,
  entry: string,
  shard: number,
): Promise<EntryPosition | undefined> {
  const [row] = await books.rows<{ height: string; index: number }>(
    `SELECT one.height, one.index FROM unnest($1::int[], $2::bigint[]) AS at (shard, height)
     JOIN books.reversals AS one ON one.shard = at.shard AND one.height <= at.height
     WHERE one.shard = $3 AND one.reversed = $4 LIMIT 1`,
    [...books.at, shard, entry],
  );
  return row === undefined ? undefined : { shard, height: Number(row.height), index: row.index };
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
