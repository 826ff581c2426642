/**
 * Every read model is a replay of the journal: `airtime verify --tables`. The digests of all tables are taken at one
 * instant, with the heights that they include; the journal is folded to exactly those heights into tables of a schema of
 * their own; theirs must be the same. Writes, projections and reads go on meanwhile.
 */
import type { RowTables } from '#domain';
import type { JournalStore } from '#journal';
import { inTransaction, type Pool, type PoolClient } from '../connection.js';
import { readConsistently, type ShardHeight } from '../reading/snapshot.js';
import { digestTables, type TableDigest } from './digest.js';
import { BOOKS_SCHEMA } from './projection.js';
import { createEmptyTables, Refold, type RefoldOptions } from './refold.js';

const REPLAY_SCHEMA = 'books_replay';
/** One comparison at a time: they would fill the same schema. */
const COMPARISON_LOCK = 0x41_49_52_05;

/** One read model beside its replay. */
export interface ComparedTable {
  readonly table: string;
  readonly isEqual: boolean;
  readonly rows: number;
  readonly replayedRows: number;
}

export interface TablesComparison {
  /** The instant whose rows were compared, RFC 3339. */
  readonly comparedAt: string;
  readonly durationMs: number;
  /** How far the books included the journal then. */
  readonly heights: readonly ShardHeight[];
  /** Ascending by name. */
  readonly tables: readonly ComparedTable[];
}

/** The options' `pool` needs three connections, whose statements may take as long as reading the largest table. */
export type CompareOptions = RefoldOptions;

/** Another comparison is under way; wait for it. */
export class ComparisonUnderWay extends Error {
  constructor() {
    super('the read models are being compared with the journal already');
    this.name = 'ComparisonUnderWay';
  }
}

/**
 * Compares every read model with a replay and notes in `checks.table_comparisons` what came out.
 *
 * @throws ComparisonUnderWay, or the signal's reason
 */
export async function compareTables(options: CompareOptions): Promise<TablesComparison> {
  const { pool } = options;
  // Held to the end of this transaction, which does nothing but hold it: however the process ends, it is set free.
  return inTransaction(
    pool,
    async (client) => {
      const { rows } = await client.query<{ free: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS free', [
        COMPARISON_LOCK,
      ]);
      if (rows[0]?.free !== true) throw new ComparisonUnderWay();
      try {
        return await compare(options);
      } finally {
        await pool.query(`DROP SCHEMA IF EXISTS ${REPLAY_SCHEMA} CASCADE`);
      }
    },
    'SET LOCAL idle_in_transaction_session_timeout = 0',
  );
}

async function compare(options: CompareOptions): Promise<TablesComparison> {
  const { pool, store, rows } = options;
  const startedMs = performance.now();
  const books = await readTables(pool, rows);
  const heights = await heightsOf(store, books.marks);
  await createEmptyTables(pool, REPLAY_SCHEMA);
  for (const { shard, height } of heights) await new Refold(options, shard, REPLAY_SCHEMA).catchUp(height);
  const replayed = await inTransaction(pool, (client) => digestTables(client, REPLAY_SCHEMA, rows), LONG_STATEMENTS);
  const comparison: TablesComparison = {
    comparedAt: books.at,
    durationMs: Math.round(performance.now() - startedMs),
    heights,
    tables: [...books.digests].map(([table, found]) => compareTable(table, found, replayed.get(table)!)),
  };
  await note(pool, comparison);
  return comparison;
}

function compareTable(table: string, found: TableDigest, replayed: TableDigest): ComparedTable {
  return { table, isEqual: found.digest === replayed.digest, rows: found.rows, replayedRows: replayed.rows };
}

const LONG_STATEMENTS = 'SET LOCAL statement_timeout = 0';

/** A page that the books say they include. */
interface PageMark extends ShardHeight {
  readonly hash: string;
}

/** The tables' digests, and every page that may be the last one in them, all at one instant. */
async function readTables(
  pool: Pool,
  tables: RowTables,
): Promise<{ readonly at: string; readonly digests: Map<string, TableDigest>; readonly marks: readonly PageMark[] }> {
  return readConsistently(
    pool,
    async (client) => {
      const { rows } = await client.query<{ at: Date }>('SELECT transaction_timestamp() AS at');
      const marks = await readMarks(client);
      return { at: rows[0]!.at.toISOString(), marks, digests: await digestTables(client, BOOKS_SCHEMA, tables) };
    },
    LONG_STATEMENTS,
  );
}

/** Checkpoints and the last page times: both move in every transaction, so that either stands in for the other. */
async function readMarks(client: PoolClient): Promise<PageMark[]> {
  const { rows } = await client.query<{ shard: number; height: string; hash: string }>(
    `SELECT shard, height::text, hash FROM ${BOOKS_SCHEMA}.checkpoints
     UNION SELECT shard, height::text, hash FROM (
       SELECT DISTINCT ON (shard) shard, height, hash FROM ${BOOKS_SCHEMA}.page_times ORDER BY shard, height DESC) AS last`,
  );
  return rows.map(({ shard, height, hash }) => ({ shard, height: Number(height), hash }));
}

/** The highest mark of each shard that is a page of the journal; an altered mark does not count. */
async function heightsOf(store: JournalStore, marks: readonly PageMark[]): Promise<ShardHeight[]> {
  const heights = new Map<number, number>();
  for (const { shard, height, hash } of marks) {
    if (height <= (heights.get(shard) ?? 0)) continue;
    const [page] = await store.read(shard, height, 1);
    if (page?.height === height && page.hash === hash) heights.set(shard, height);
  }
  return [...heights].sort(([a], [b]) => a - b).map(([shard, height]) => ({ shard, height }));
}

async function note(pool: Pool, { comparedAt, durationMs, heights, tables }: TablesComparison): Promise<void> {
  const differing = tables.filter(({ isEqual }) => !isEqual).map(({ table }) => table);
  await pool.query(
    `INSERT INTO checks.table_comparisons (compared_at, duration_ms, heights, differing) VALUES ($1, $2, $3, $4)`,
    [comparedAt, durationMs, JSON.stringify(heights), differing],
  );
}
