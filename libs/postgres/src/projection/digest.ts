/** Proves that two foldings of the journal gave the same rows: one digest per table, over everything in it. */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { to as copyTo, type CopyToStreamQuery } from 'pg-copy-streams';
import type { Pool, PoolClient } from '../connection.js';
import { readConsistently } from '../reading/snapshot.js';
import { BOOKS_SCHEMA } from './projection.js';
import { tablesOf } from './rebuild.js';

/** SHA-256, hex, by table: over all rows and columns in the order of the primary key, all at one instant. */
export async function digestBooks(pool: Pool): Promise<Record<string, string>> {
  return readConsistently(
    pool,
    async (client) => {
      const digests: Record<string, string> = {};
      for (const { name } of await tablesOf(client, BOOKS_SCHEMA)) digests[name] = await digestTable(client, name);
      return digests;
    },
    'SET LOCAL statement_timeout = 0',
  );
}

async function digestTable(client: PoolClient, table: string): Promise<string> {
  const { rows } = await client.query<{ key: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY place) AS key
     FROM pg_index, unnest(indkey) WITH ORDINALITY AS part (number, place), pg_attribute
     WHERE indrelid = $1::regclass AND indisprimary AND attrelid = indrelid AND attnum = number`,
    [`${BOOKS_SCHEMA}.${table}`],
  );
  const rowsInOrder = `SELECT * FROM ${BOOKS_SCHEMA}.${table} ORDER BY ${rows[0]!.key}`;
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
  return hash.digest('hex');
}

const COPY_TIMEOUT_MS = 24 * 3_600_000;

interface Timed {
  callback?: () => void;
}
