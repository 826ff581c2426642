/**
 * Folds the whole journal again into a second set of tables and puts it in the place of the first. Readers see the old
 * books until the one short transaction that renames the schemas; projections may run all the while.
 */
import { inTransaction, type Pool } from '../connection.js';
import { BOOKS_LOCK, BOOKS_SCHEMA } from './projection.js';
import { createEmptyTables, Refold, type RefoldOptions } from './refold.js';

const NEXT_SCHEMA = 'books_next';
const FORMER_SCHEMA = 'books_former';
const REBUILD_LOCK = 0x41_49_52_04;

/** The books stay as they were when the signal ends the rebuild. */
export interface RebuildOptions extends RefoldOptions {
  /** All shards, the registry's too. */
  readonly shards: readonly number[];
}

/** Another rebuild is under way; wait for it. */
export class RebuildUnderWay extends Error {
  constructor() {
    super('the read models are being rebuilt already');
    this.name = 'RebuildUnderWay';
  }
}

/**
 * @returns the heights that the rebuilt books include, by shard
 * @throws RebuildUnderWay
 */
export async function rebuildBooks(options: RebuildOptions): Promise<ReadonlyMap<number, number>> {
  const { pool } = options;
  // Held to the end of this transaction, which does nothing but hold it: however the process ends, it is set free.
  return inTransaction(
    pool,
    async (client) => {
      const { rows } = await client.query<{ free: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS free', [
        REBUILD_LOCK,
      ]);
      if (rows[0]?.free !== true) throw new RebuildUnderWay();
      await pool.query(`DROP SCHEMA IF EXISTS ${FORMER_SCHEMA} CASCADE`);
      await createEmptyTables(pool, NEXT_SCHEMA);
      const shards = new Set([...options.shards, ...(await shardsInBooks(pool))]);
      const projections = [...shards].sort((a, b) => a - b).map((shard) => new Refold(options, shard, NEXT_SCHEMA));
      for (const projection of projections) await projection.catchUp();
      await swap(pool, projections);
      await pool.query(`DROP SCHEMA IF EXISTS ${FORMER_SCHEMA} CASCADE`);
      return new Map(projections.map(({ shard, height }) => [shard, height]));
    },
    'SET LOCAL idle_in_transaction_session_timeout = 0',
  );
}

async function shardsInBooks(pool: Pool): Promise<number[]> {
  const { rows } = await pool.query<{ shard: number }>(`SELECT shard FROM ${BOOKS_SCHEMA}.checkpoints`);
  return rows.map(({ shard }) => shard);
}

/** The one moment in which projections wait: what they wrote since is folded too, then the names change. */
async function swap(pool: Pool, projections: readonly Refold[]): Promise<void> {
  await inTransaction(
    pool,
    async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [BOOKS_LOCK]);
      for (const projection of projections) await projection.catchUp();
      await client.query(
        `ALTER SCHEMA ${BOOKS_SCHEMA} RENAME TO ${FORMER_SCHEMA}; ALTER SCHEMA ${NEXT_SCHEMA} RENAME TO ${BOOKS_SCHEMA}`,
      );
    },
    'SET LOCAL idle_in_transaction_session_timeout = 0',
  );
}
