/** Proves that two foldings of the journal gave the same rows: one digest per table, over everything in it. */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { to as copyTo, type CopyToStreamQuery } from 'pg-copy-streams';
import type { AnyTable, RowTables } from '#domain';
import type { Pool, PoolClient } from '../connection.js';
import { readConsistently } from '../reading/snapshot.js';
import { columnList, keyList } from '../tables/ddl.js';
import { readModels } from '../tables/index.js';
import { BOOKS_SCHEMA } from './projection.js';

/** What a table holds. */
export interface TableDigest {
  readonly rows: number;
  /** SHA-256, hex, over all rows and columns in the order of the primary key. */
  readonly digest: string;
}

/** The digest of every read model by its name, all at one instant. */
export async function digestBooks(pool: Pool, rows: RowTables): Promise<Record<string, string>> {
  return readConsistently(
    pool,
    async (client) => {
      const digests = await digestTables(client, BOOKS_SCHEMA, rows);
      return Object.fromEntries([...digests].map(([name, { digest }]) => [name, digest]));
    },
    'SET LOCAL statement_timeout = 0',
  );
}

/** The read models in a schema, by name. Rows are streamed: no more of a table is in memory than a few of them. */
export async function digestTables(
  client: PoolClient,
  schema: string,
  rows: RowTables,
): Promise<Map<string, TableDigest>> {
  const digests = new Map<string, TableDigest>();
  for (const table of readModels(rows)) digests.set(table.name, await digestTable(client, schema, table));
  return digests;
}

async function digestTable(client: PoolClient, schema: string, table: AnyTable): Promise<TableDigest> {
  const rowsInOrder = `SELECT ${columnList(table)} FROM ${schema}.${table.name} ORDER BY ${keyList(table)}`;
  const hash = createHash('sha256');
  // A large table takes longer than the pool's time limit for an answer, and `pg-copy-streams` leaves that limit's timer
  // running when COPY TO ends: the callback is how `pg` stops it.
  const copy: CopyToStreamQuery & Timed = Object.assign(copyTo(`COPY (${rowsInOrder}) TO STDOUT`), {
    query_timeout: COPY_TIMEOUT_MS,
  });
  try {
    await pipeline(client.query(copy), hash);
  } finally {
    copy.callback?.();
  }
  return { rows: copy.rowCount, digest: hash.digest('hex') };
}

const COPY_TIMEOUT_MS = 24 * 3_600_000;

interface Timed {
  callback?: () => void;
}
