/**
 * Folds the whole journal again into a second set of tables and puts it in the place of the first. Readers see the old
 * books until the one short transaction that renames the schemas; projections may run all the while.
 */
import { readPages, type JournalStore, type Page, type Upcast } from '#journal';
import { inTransaction, type Pool, type PoolClient } from '../connection.js';
import { BOOKS_LOCK, BOOKS_SCHEMA, Projection } from './projection.js';

const NEXT_SCHEMA = 'books_next';
const FORMER_SCHEMA = 'books_former';
const REBUILD_LOCK = 0x41_49_52_04;

/** Pages of one transaction, and so of memory. */
const RUN_PAGES_MAX = 16;

export interface RebuildOptions {
  readonly pool: Pool;
  readonly store: JournalStore;
  /** All shards, the registry's too. */
  readonly shards: readonly number[];
  readonly upcast?: Upcast;
  readonly onProgress?: (progress: { readonly shard: number; readonly height: number }) => void;
  /** Ends the rebuild between two transactions; the books stay as they were. */
  readonly signal?: AbortSignal;
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
      await createTables(pool);
      const shards = new Set([...options.shards, ...(await shardsInBooks(pool))]);
      const projections = [...shards].sort((a, b) => a - b).map((shard) => new Shard(options, shard));
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

/** Folds one shard into the second set of tables. */
class Shard {
  height = 0;
  private readonly projection: Projection;

  constructor(
    private readonly options: RebuildOptions,
    readonly shard: number,
  ) {
    this.projection = new Projection({
      pool: options.pool,
      shard,
      schema: NEXT_SCHEMA,
      ...(options.upcast === undefined ? {} : { upcast: options.upcast }),
    });
  }

  async catchUp(): Promise<void> {
    let run: Page[] = [];
    for await (const page of readPages(this.options.store, this.shard, this.height + 1)) {
      run.push(page);
      if (run.length === RUN_PAGES_MAX) {
        await this.apply(run);
        run = [];
      }
    }
    await this.apply(run);
  }

  private async apply(run: readonly Page[]): Promise<void> {
    this.options.signal?.throwIfAborted();
    await this.projection.apply(run);
    this.height = run.at(-1)?.height ?? this.height;
    if (run.length > 0) this.options.onProgress?.({ shard: this.shard, height: this.height });
  }
}

/** Copies the definitions of the tables in use, so that a rebuild knows every later migration too. */
async function createTables(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(`DROP SCHEMA IF EXISTS ${NEXT_SCHEMA} CASCADE; DROP SCHEMA IF EXISTS ${FORMER_SCHEMA} CASCADE`);
    await client.query(`CREATE SCHEMA ${NEXT_SCHEMA}`);
    for (const { name, partitioning } of await tablesOf(client, BOOKS_SCHEMA)) {
      await client.query(
        `CREATE TABLE ${NEXT_SCHEMA}.${name} (LIKE ${BOOKS_SCHEMA}.${name} INCLUDING ALL)
         ${partitioning === null ? '' : `PARTITION BY ${partitioning}`}`,
      );
    }
  });
}

/** The tables of a schema, without the partitions of partitioned ones. */
export async function tablesOf(
  client: Pick<PoolClient, 'query'>,
  schema: string,
): Promise<{ readonly name: string; readonly partitioning: string | null }[]> {
  const { rows } = await client.query<{ name: string; partitioning: string | null }>(
    `SELECT quote_ident(relname) AS name, pg_get_partkeydef(oid) AS partitioning FROM pg_class
     WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
     ORDER BY relname COLLATE "C"`,
    [schema],
  );
  return rows;
}

/** The one moment in which projections wait: what they wrote since is folded too, then the names change. */
async function swap(pool: Pool, projections: readonly Shard[]): Promise<void> {
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
