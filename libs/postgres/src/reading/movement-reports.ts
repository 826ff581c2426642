/**
 * Movements that compliance looks at: value that entered, left or changed hands at somebody's word. Which events count,
 * and as what, their row writers say.
 */
import { columnName, type EntryMovement, type RowTables, type TableMovements } from '#domain';
import type { BooksSnapshot } from './snapshot.js';

/** RFC 3339 times of record, `from` included, `to` excluded; undefined: without bound. */
export interface TimeRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

type Writers = Pick<RowTables, 'writers'>;

/**
 * The movements that a program counts, as SQL made from what each event says of itself. A movement with a counterparty is
 * two rows, one for each side. Parameters 1 and 2 bound the time.
 */
export class CountedMovements {
  /** Ascending. */
  readonly kinds: readonly string[];
  /** Rows of `kind, is_first, key, recorded_at, holder, counterparty, amount`; `is_first` on the holder's side. */
  readonly sql: string;

  constructor({ writers }: Writers) {
    const entries: [type: string, movement: EntryMovement][] = [];
    const tables = new Set<TableMovements>();
    for (const [type, writer] of Object.entries(writers)) {
      const movement = writer?.movement ?? null;
      if (movement === null) continue;
      if (movement.table !== undefined) tables.add(movement);
      else entries.push([type, movement]);
    }
    const sides = entries.flatMap(([type, { holder, counterparty }]) => [
      { type, kind: holder, isFirst: true },
      ...(counterparty === undefined ? [] : [{ type, kind: counterparty, isFirst: false }]),
    ]);
    this.kinds = [...new Set([...sides, ...tables].map(({ kind }) => kind))].sort();
    this.sql = [...sides.map(selectEntries), ...[...tables].map(selectTable)].join(' UNION ALL ');
  }
}

/** `key` is the entry's id. */
function selectEntries({ type, kind, isFirst }: { type: string; kind: string; isFirst: boolean }): string {
  const parties = isFirst ? 'holder, counterparty' : 'counterparty AS holder, holder AS counterparty';
  return `
    SELECT ${literal(kind)} AS kind, ${isFirst} AS is_first, shard || '-' || height || '-' || index AS key, recorded_at,
      ${parties}, amount
    FROM books.entries WHERE type = ${literal(type)} AND ${within('recorded_at')}`;
}

function selectTable({ kind, table, where, key, at, holder, counterparty, amount }: TableMovements): string {
  const conditions = Object.entries(where).map(([name, value]) => `${columnName(name)} = ${literal(value)}`);
  return `
    SELECT ${literal(kind)} AS kind, true AS is_first, ${key.map(columnName).join(` || '/' || `)} AS key,
      ${columnName(at)} AS recorded_at, ${columnName(holder)} AS holder, ${columnName(counterparty)} AS counterparty,
      ${columnName(amount)} AS amount
    FROM ${table.schema}.${table.name} WHERE ${[...conditions, within(columnName(at))].join(' AND ')}`;
}

const within = (column: string): string =>
  `($1::timestamptz IS NULL OR ${column} >= $1) AND ($2::timestamptz IS NULL OR ${column} < $2)`;

/** Texts of the program itself, never of a caller. A literal lets PostgreSQL use an index that has a condition. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export interface LargeMovement {
  readonly kind: string;
  readonly key: string;
  readonly recordedAt: string;
  readonly holder: string;
  readonly counterparty: string | null;
  readonly amount: bigint;
}

/** Movements of at least `threshold` atto-tokens, newest first; one of two sides is listed once, from its holder's. */
export async function listLargeMovements(
  books: BooksSnapshot,
  movements: CountedMovements,
  { from, to }: TimeRange,
  page: {
    readonly threshold: bigint;
    readonly limit: number;
    readonly after?: { readonly recordedAt: string; readonly key: string } | undefined;
  },
): Promise<LargeMovement[]> {
  const rows = await books.rows<{
    kind: string;
    key: string;
    recorded_at: Date;
    holder: string;
    counterparty: string | null;
    amount: string;
  }>(
    `SELECT kind, key, recorded_at, holder, counterparty, amount::text AS amount FROM (${movements.sql}) AS movement
     WHERE is_first AND amount >= $3::numeric
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
  readonly kind: string;
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
  movements: CountedMovements,
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
    kind: string;
    first_at: Date;
    recorded_at: Date;
    count: string;
    sum: string;
    largest: string;
  }>(
    `WITH small AS (SELECT * FROM (${movements.sql}) AS movement WHERE amount < $3::numeric),
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
