/** Folds the journal into a second set of tables, beside the books that are in use. */
import type { RowTables } from '#domain';
import { readPages, type JournalStore, type Page } from '#journal';
import { inTransaction, type Pool, type PoolClient } from '../connection.js';
import { BOOKS_SCHEMA, Projection } from './projection.js';

/** Pages of one transaction, and so of memory. */
const RUN_PAGES_MAX = 16;

export interface RefoldOptions {
  readonly pool: Pool;
  readonly store: JournalStore;
  readonly rows: RowTables;
  readonly onProgress?: (progress: { readonly shard: number; readonly height: number }) => void;
  /** Ends the work between two transactions. */
  readonly signal?: AbortSignal;
}

/** Folds one shard into the tables of a schema. */
export class Refold {
  /** The last height in the tables. */
  height = 0;
  private readonly projection: Projection;

  constructor(
    private readonly options: RefoldOptions,
    readonly shard: number,
    schema: string,
  ) {
    this.projection = new Projection({
      pool: options.pool,
      shard,
      rows: options.rows,
      schema,
    });
  }

  /** Goes on to the journal's head, or to the given height. */
  async catchUp(until = Number.POSITIVE_INFINITY): Promise<void> {
    let run: Page[] = [];
    if (this.height >= until) return;
    for await (const page of readPages(this.options.store, this.shard, this.height + 1)) {
      if (page.height > until) break;
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

/** Copies the tables in use into a schema, empty. What a former work left in the schema goes. */
export async function createEmptyTables(pool: Pool, schema: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`);
    for (const { name, partitioning } of await tablesOf(client, BOOKS_SCHEMA)) {
      await client.query(
        `CREATE TABLE ${schema}.${name} (LIKE ${BOOKS_SCHEMA}.${name} INCLUDING ALL)
         ${partitioning === null ? '' : `PARTITION BY ${partitioning}`}`,
      );
    }
  });
}

/** The tables of a schema, without the partitions of partitioned ones. */
async function tablesOf(
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
