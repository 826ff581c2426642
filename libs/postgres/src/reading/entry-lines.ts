/** Entries of an account, or of all accounts of a holder, in one line over all shards, from any place of it in both directions. */
import { ASSET, type EntryPosition } from '#domain';
import type { BooksSnapshot, ShardHeight } from './snapshot.js';

/** Where an entry stands in the line: by time of record; of one millisecond, pages of lower shards are the newer ones. */
export interface LineKey extends EntryPosition {
  /** RFC 3339 UTC with milliseconds. */
  readonly recordedAt: string;
}

export interface EntryLine extends LineKey {
  readonly type: string;
  /** Null when what was reported is no time. */
  readonly time: string | null;
  readonly actor: string;
  readonly origin: string;
  readonly holder: string | null;
  readonly counterparty: string | null;
}

export type LineOrder = 'newest' | 'oldest';

export interface LinesQuery {
  /** Entries that move any of these. */
  readonly accounts: readonly string[];
  /** Also entries that name this holder, whatever they move. */
  readonly holder?: string | undefined;
  readonly order: LineOrder;
  /** RFC 3339 UTC with milliseconds: the first instant, and the first one that is not included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly type?: string | undefined;
  /** Begins behind this entry, or at this instant; a line has no other beginnings. */
  readonly after?: LineKey | undefined;
  readonly at?: string | undefined;
  readonly limit: number;
  /** One look for a type goes through so many entries of each account at most. */
  readonly lookedThroughMax?: number;
}

export interface Lines {
  readonly lines: readonly EntryLine[];
  /** From where the list goes on; undefined at its end. With a type there may be more though few lines were found. */
  readonly next: LineKey | undefined;
}

const LOOKED_THROUGH_MAX = 2_000;

interface Place {
  readonly height: number;
  readonly index: number;
}

/** What of a shard is listed: from `first` on, before `last`. */
interface Part {
  readonly shard: number;
  readonly first: Place;
  readonly last: Place;
}

/** The same for all shards, with instants that bound it: they let an index be used that knows no heights. */
interface Window {
  readonly parts: readonly Part[];
  readonly since: string | undefined;
  readonly until: string | undefined;
}

interface LineRow {
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
}

/**
 * At most `limit` entries. However long the line is, so many of each account are read, from the place where the list begins: by their
 * place in each shard, which is the order of an index.
 */
export async function listEntryLines(books: BooksSnapshot, query: LinesQuery): Promise<Lines> {
  const whole = await windowOf(books, query);
  const far = query.type === undefined ? undefined : await lookThrough(books, query, whole);
  const window = far === undefined ? whole : await narrowTo(books, whole, far, query.order);
  const lines = await selectLines(books, query, window);
  const shown = lines.slice(0, query.limit);
  return { lines: shown, next: lines.length > query.limit ? shown.at(-1) : far };
}

/** The place in each shard where everything newer than a key begins. */
async function cutAt(books: BooksSnapshot, key: LineKey, side: 'with' | 'without'): Promise<Map<number, Place>> {
  const [before, until] = [await books.heightsAt(key.recordedAt, 'before'), await books.heightsAt(key.recordedAt)];
  return new Map(
    books.heights.map(({ shard }) => {
      if (shard === key.shard) return [shard, { height: key.height, index: key.index + (side === 'with' ? 0 : 1) }];
      return [shard, { height: heightIn(shard > key.shard ? until : before, shard) + 1, index: 0 }];
    }),
  );
}

async function windowOf(books: BooksSnapshot, query: LinesQuery): Promise<Window> {
  const { from, to, after, at, order } = query;
  const lowest = from === undefined ? [] : await books.heightsAt(from, 'before');
  const highest = to === undefined ? books.heights : await books.heightsAt(to, 'before');
  const parts = books.heights.map(({ shard }) => ({
    shard,
    first: { height: heightIn(lowest, shard) + 1, index: 0 },
    last: { height: heightIn(highest, shard) + 1, index: 0 },
  }));
  const window = { parts, since: from, until: to };
  if (after !== undefined) {
    const cut = await cutAt(books, after, order === 'newest' ? 'with' : 'without');
    return cutOff(window, cut, after.recordedAt, order);
  }
  if (at === undefined) return window;
  const reached = await books.heightsAt(at);
  const cut = new Map(parts.map(({ shard }) => [shard, { height: heightIn(reached, shard) + 1, index: 0 }]));
  return cutOff(window, cut, at, order);
}

/** What is left in the direction of the list behind a cut. */
function cutOff(window: Window, cut: ReadonlyMap<number, Place>, instant: string, order: LineOrder): Window {
  const parts = window.parts.map((part) => {
    const place = cut.get(part.shard)!;
    return order === 'newest'
      ? { ...part, last: isBefore(place, part.last) ? place : part.last }
      : { ...part, first: isBefore(part.first, place) ? place : part.first };
  });
  return order === 'newest' ? { ...window, parts, until: instant } : { ...window, parts, since: instant };
}

/** What is left up to an entry and with it. */
async function narrowTo(books: BooksSnapshot, window: Window, far: LineKey, order: LineOrder): Promise<Window> {
  const opposite = order === 'newest' ? 'oldest' : 'newest';
  return cutOff(window, await cutAt(books, far, order === 'newest' ? 'with' : 'without'), far.recordedAt, opposite);
}

const heightIn = (heights: readonly ShardHeight[], shard: number): number =>
  heights.find((height) => height.shard === shard)?.height ?? 0;

const isBefore = (left: Place, right: Place): boolean =>
  left.height < right.height || (left.height === right.height && left.index < right.index);

/** Ways through an index in one direction, each of which gives the places of some entries in the order of a shard. */
function waysFor({ order }: LinesQuery, isBound: boolean): string {
  const direction = order === 'newest' ? 'DESC' : 'ASC';
  const within = (row: string) =>
    `${row}.shard = part.shard AND (${row}.height, ${row}.index) >= (part.first_height, part.first_index)
     AND (${row}.height, ${row}.index) < (part.last_height, part.last_index)`;
  const limit = isBound ? 'LIMIT $11' : '';
  return `
    SELECT way.shard, way.height, way.index, named.account AS way FROM part
    CROSS JOIN unnest($6::text[]) AS named (account)
    JOIN books.balances AS has ON has.account = named.account AND has.asset = $7 AND has.shard = part.shard
    CROSS JOIN LATERAL (
      SELECT m.shard, m.height, m.index FROM books.movements AS m
      WHERE m.account = named.account AND m.asset = $7 AND ${within('m')}
      ORDER BY m.height ${direction}, m.index ${direction} ${limit}) AS way
    UNION ALL
    SELECT way.shard, way.height, way.index, '' FROM part
    CROSS JOIN LATERAL (
      SELECT e.shard, e.height, e.index FROM books.entries AS e
      WHERE e.holder = $8::text AND ${within('e')}
        AND ($9::timestamptz IS NULL OR e.recorded_at >= $9) AND ($10::timestamptz IS NULL OR e.recorded_at <= $10)
      ORDER BY e.recorded_at ${direction}, e.height ${direction}, e.index ${direction} ${limit}) AS way`;
}

const PARTS = `part AS (
  SELECT * FROM unnest($1::int[], $2::bigint[], $3::int[], $4::bigint[], $5::int[])
    AS part (shard, first_height, first_index, last_height, last_index))`;

function valuesOf({ accounts, holder }: LinesQuery, { parts, since, until }: Window): unknown[] {
  return [
    ...[parts.map(({ shard }) => shard), parts.map(({ first }) => first.height), parts.map(({ first }) => first.index)],
    ...[parts.map(({ last }) => last.height), parts.map(({ last }) => last.index)],
    ...[accounts, ASSET, holder ?? null, since ?? null, until ?? null],
  ];
}

const ORDERS: Readonly<Record<LineOrder, string>> = {
  newest: 'e.recorded_at DESC, e.shard ASC, e.height DESC, e.index DESC',
  oldest: 'e.recorded_at ASC, e.shard DESC, e.height ASC, e.index ASC',
};

async function selectLines(books: BooksSnapshot, query: LinesQuery, window: Window): Promise<EntryLine[]> {
  const rows = await books.rows<LineRow>(
    `WITH ${PARTS}, place AS MATERIALIZED (SELECT DISTINCT shard, height, index FROM (${waysFor(query, query.type === undefined)}) AS found)
     SELECT e.shard, e.height::text AS height, e.index, e.type, e.time, e.recorded_at, e.actor, e.origin, e.holder, e.counterparty
     FROM place JOIN books.entries AS e ON e.shard = place.shard AND e.height = place.height AND e.index = place.index
     WHERE $12::text IS NULL OR e.type = $12
     ORDER BY ${ORDERS[query.order]} LIMIT $11`,
    [...valuesOf(query, window), query.limit + 1, query.type ?? null],
  );
  return rows.map(({ height, time, recorded_at, ...row }) => ({
    ...{ ...row, height: Number(height), time: time?.toISOString() ?? null, recordedAt: recorded_at.toISOString() },
  }));
}

/**
 * How far one look for a type goes: to the nearest of the entries up to which the ways are looked through. Undefined: to the end of all.
 */
async function lookThrough(books: BooksSnapshot, query: LinesQuery, window: Window): Promise<LineKey | undefined> {
  const direction = query.order === 'newest' ? 'DESC' : 'ASC';
  const [row] = await books.rows<Pick<LineRow, 'shard' | 'height' | 'index' | 'recorded_at'>>(
    `WITH ${PARTS}, place AS MATERIALIZED (
       SELECT *, row_number() OVER (PARTITION BY way, shard ORDER BY height ${direction}, index ${direction}) AS nth
       FROM (${waysFor(query, true)}) AS found)
     SELECT e.shard, e.height::text AS height, e.index, e.recorded_at
     FROM place JOIN books.entries AS e ON e.shard = place.shard AND e.height = place.height AND e.index = place.index
     WHERE nth = $11 ORDER BY ${ORDERS[query.order]} LIMIT 1`,
    [...valuesOf(query, window), query.lookedThroughMax ?? LOOKED_THROUGH_MAX],
  );
  return row === undefined
    ? undefined
    : { ...row, height: Number(row.height), recordedAt: row.recorded_at.toISOString() };
}

/** An account at an entry. */
export interface AccountAt {
  readonly account: string;
  readonly line: LineKey;
}

export interface Moved {
  /** Credits minus debits of the entry, atto-tokens. */
  readonly amount: bigint;
  /** The account's balance over all shards after the entry, in the order of the line. */
  readonly balanceAfter: bigint;
  /** The account's sub-balance in the entry's shard after it. */
  readonly shardBalanceAfter: bigint;
}

/**
 * What entries did to accounts, in the order in which it is asked. One that an entry did not move has the amount 0 and the balance that it had.
 * Each answer takes a look at one movement of each shard that ever moved the account.
 */
export async function readMoved(books: BooksSnapshot, wanted: readonly AccountAt[]): Promise<Moved[]> {
  const rows = await books.rows<{ place: string; amount: string; balance: string; shard_balance: string }>(
    `SELECT at.place::text AS place, coalesce(sum(last.amount) FILTER (WHERE is_it), 0)::text AS amount,
       coalesce(sum(last.balance_after), 0)::text AS balance,
       coalesce(sum(last.balance_after) FILTER (WHERE has.shard = at.shard), 0)::text AS shard_balance
     FROM unnest($1::text[], $2::timestamptz[], $3::int[], $4::bigint[], $5::int[]) WITH ORDINALITY
       AS at (account, recorded_at, shard, height, index, place)
     LEFT JOIN books.balances AS has ON has.account = at.account AND has.asset = $6
     LEFT JOIN LATERAL (
       SELECT at.height, at.index WHERE has.shard = at.shard
       UNION ALL (
         SELECT page.height, 2147483647 FROM books.page_times AS page
         WHERE has.shard <> at.shard AND page.shard = has.shard
           -- Of one millisecond, pages of higher shards are older.
           AND page.recorded_at < at.recorded_at + CASE WHEN has.shard > at.shard THEN interval '1 ms' ELSE interval '0' END
         ORDER BY page.recorded_at DESC, page.height DESC LIMIT 1)
     ) AS upto (height, index) ON true
     LEFT JOIN LATERAL (
       SELECT m.amount, m.balance_after, m.shard = at.shard AND m.height = at.height AND m.index = at.index AS is_it
       FROM books.movements AS m
       WHERE m.account = at.account AND m.asset = $6 AND m.shard = has.shard AND (m.height, m.index) <= (upto.height, upto.index)
       ORDER BY m.height DESC, m.index DESC LIMIT 1
     ) AS last ON true
     GROUP BY at.place`,
    [
      wanted.map(({ account }) => account),
      wanted.map(({ line }) => line.recordedAt),
      ...[wanted.map(({ line }) => line.shard), wanted.map(({ line }) => line.height)],
      wanted.map(({ line }) => line.index),
      ASSET,
    ],
  );
  const found = new Array<Moved>(wanted.length);
  for (const { place, amount, balance, shard_balance } of rows)
    found[Number(place) - 1] = {
      ...{ amount: BigInt(amount), balanceAfter: BigInt(balance), shardBalanceAfter: BigInt(shard_balance) },
    };
  return found;
}
