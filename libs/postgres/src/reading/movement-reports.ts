/**
 * Movements that compliance looks at: value that entered, left or changed hands at somebody's word, and payouts. Usage
 * is not among them: it is metered consumption, and its totals are a report of their own.
 */
import type { BooksSnapshot } from './snapshot.js';

export const MOVEMENT_KINDS = ['mint', 'burn', 'transfer_in', 'transfer_out', 'payout'] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** RFC 3339 times of record, `from` included, `to` excluded; undefined: without bound. */
export interface TimeRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * One row per movement and side. A transfer between shards is two entries and one movement, so only the first counts;
 * `key` is the entry's id, or for a payout its batch and provider.
 */
const MOVEMENTS = `
  SELECT CASE type WHEN 'Minted' THEN 'mint' WHEN 'Burned' THEN 'burn' ELSE 'transfer_out' END AS kind,
    shard || '-' || height || '-' || index AS key, recorded_at, holder, counterparty, amount
  FROM books.entries WHERE type IN ('Minted', 'Burned', 'TransferSent')
    AND ($1::timestamptz IS NULL OR recorded_at >= $1) AND ($2::timestamptz IS NULL OR recorded_at < $2)
  UNION ALL
  SELECT 'transfer_in', shard || '-' || height || '-' || index, recorded_at, counterparty, holder, amount
  FROM books.entries WHERE type = 'TransferSent'
    AND ($1::timestamptz IS NULL OR recorded_at >= $1) AND ($2::timestamptz IS NULL OR recorded_at < $2)
  UNION ALL
  SELECT 'payout', batch || '/' || provider, closed_at, provider, wallet, amount
  FROM books.payouts WHERE state = 'confirmed'
    AND ($1::timestamptz IS NULL OR closed_at >= $1) AND ($2::timestamptz IS NULL OR closed_at < $2)`;

export interface LargeMovement {
  readonly kind: MovementKind;
  readonly key: string;
  readonly recordedAt: string;
  readonly holder: string;
  readonly counterparty: string | null;
  readonly amount: bigint;
}

/** Movements of at least `threshold` atto-tokens, newest first. A transfer is listed once, from the sender's side. */
export async function listLargeMovements(
  books: BooksSnapshot,
  { from, to }: TimeRange,
  page: {
    readonly threshold: bigint;
    readonly limit: number;
    readonly after?: { readonly recordedAt: string; readonly key: string } | undefined;
  },
): Promise<LargeMovement[]> {
  const rows = await books.rows<{
    kind: MovementKind;
    key: string;
    recorded_at: Date;
    holder: string;
    counterparty: string | null;
    amount: string;
  }>(
    `SELECT kind, key, recorded_at, holder, counterparty, amount::text AS amount FROM (${MOVEMENTS}) AS movement
     WHERE kind <> 'transfer_in' AND amount >= $3::numeric
       AND ($4::timestamptz IS NULL OR (recorded_at, key COLLATE "C") < ($4, $5::text))
     ORDER BY recorded_at DESC, key COLLATE "C" DESC LIMIT $6`,
    [
      from ?? null,
      to ?? null,
      page.threshold.toString(),
      page.after?.recordedAt ?? null,
      page.after?.key ?? null,
      page.limit,
    ],
  );
  return rows.map(({ recorded_at, amount, ...row }) => ({
    ...row,
    recordedAt: recorded_at.toISOString(),
    amount: BigInt(amount),
  }));
}

/** When a series of movements counts as structured. */
export interface StructuringRule {
  /** Each movement is below this, and together they reach it; atto-tokens. */
  readonly below: bigint;
  readonly windowHours: number;
  readonly count: number;
}

/** A series that met the rule: its heaviest window. */
export interface StructuredSeries {
  readonly holder: string;
  readonly kind: MovementKind;
  /** Of the window's first and last movement. */
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly sum: bigint;
  readonly largest: bigint;
}

/**
 * Series of a holder's movements of one kind that each stay below a limit and together reach it within a sliding window.
 * Windows that end within a window's length of one another are one series. A window may begin before `from`; it belongs
 * to the period when it ends in it.
 *
 * @param page.after the holder and the kind shown last, with the start of its window; ascending
 */
export async function listStructuredMovements(
  books: BooksSnapshot,
  { from, to }: TimeRange,
  rule: StructuringRule,
  page: {
    readonly limit: number;
    readonly after?: { readonly holder: string; readonly kind: string; readonly to: string } | undefined;
  },
): Promise<StructuredSeries[]> {
  const lookBack = from === undefined ? null : new Date(Date.parse(from) - rule.windowHours * 3_600_000).toISOString();
  const rows = await books.rows<{
    holder: string;
    kind: MovementKind;
    first_at: Date;
    recorded_at: Date;
    count: string;
    sum: string;
    largest: string;
  }>(
    `WITH small AS (SELECT * FROM (${MOVEMENTS}) AS movement WHERE amount < $3::numeric),
       windows AS (
         SELECT holder, kind, recorded_at, key, min(recorded_at) OVER frame AS first_at, count(*) OVER frame AS count,
           sum(amount) OVER frame AS sum, max(amount) OVER frame AS largest
         FROM small
         WINDOW frame AS (PARTITION BY holder, kind ORDER BY recorded_at
                          RANGE BETWEEN make_interval(hours => $4::int) PRECEDING AND CURRENT ROW)),
       found AS (
         SELECT *, recorded_at - lag(recorded_at) OVER (PARTITION BY holder, kind ORDER BY recorded_at, key)
             <= make_interval(hours => $4::int) AS goes_on
         FROM windows
         WHERE count >= $5::int AND sum >= $3::numeric AND ($6::timestamptz IS NULL OR recorded_at >= $6)),
       numbered AS (
         SELECT *, count(*) FILTER (WHERE goes_on IS NOT TRUE) OVER (PARTITION BY holder, kind ORDER BY recorded_at, key) AS series
         FROM found),
       heaviest AS (
         SELECT DISTINCT ON (holder, kind, series) * FROM numbered
         ORDER BY holder, kind, series, sum DESC, recorded_at DESC)
     SELECT holder, kind, first_at, recorded_at, count::text AS count, sum::text AS sum, largest::text AS largest
     FROM heaviest
     WHERE $7::text IS NULL OR (holder COLLATE "C", kind COLLATE "C", recorded_at) > ($7, $8::text, $9::timestamptz)
     ORDER BY holder COLLATE "C", kind COLLATE "C", recorded_at LIMIT $10`,
    [
      lookBack,
      to ?? null,
      rule.below.toString(),
      rule.windowHours,
      rule.count,
      from ?? null,
      page.after?.holder ?? null,
      page.after?.kind ?? null,
      page.after?.to ?? null,
      page.limit,
    ],
  );
  return rows.map((row) => ({
    holder: row.holder,
    kind: row.kind,
    from: row.first_at.toISOString(),
    to: row.recorded_at.toISOString(),
    count: Number(row.count),
    sum: BigInt(row.sum),
    largest: BigInt(row.largest),
  }));
}
