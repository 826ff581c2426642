/** Proves that two foldings of the journal gave the same rows: one digest per table, over everything in it. */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import { inTransaction, type Pool, type PoolClient } from '../connection.js';
import { BOOKS_SCHEMA } from './projection.js';
import { tablesOf } from './rebuild.js';

/** SHA-256, hex, by table: over all rows and columns in the order of the primary key, all at one instant. */
export async function digestBooks(pool: Pool): Promise<Record<string, string>> {
  return inTransaction(
    pool,
    async (client) => {
      const digests: Record<string, string> = {};
      for (const { name } of await tablesOf(client, BOOKS_SCHEMA)) digests[name] = await digestTable(client, name);
      return digests;
    },
    'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = 0',
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
  await pipeline(client.query(unhurried(copyTo(`COPY (${rowsInOrder}) TO STDOUT`))), hash);
  return hash.digest('hex');
}

/** A large table takes longer than the pool's time limit for an answer. */
function unhurried<T extends object>(query: T): T {
  return Object.assign(query, { query_timeout: 24 * 3_600_000 });
}
