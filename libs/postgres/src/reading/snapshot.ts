/**
 * One consistent look at the books. Everything read through one {@link BooksSnapshot} belongs together: it is one
 * read-only transaction of one state, and it says which heights it includes.
 */
import type { AnyTable, RowOf } from '#domain';
import { inTransaction, type Pool, type PoolClient } from '../connection.js';
import { selectRows, type RowsQuery, type Where } from './table-rows.js';

export interface ShardHeight {
  readonly shard: number;
  /** 0: nothing of the shard is included. */
  readonly height: number;
}

/** How far the read models include a shard. */
export interface BooksCheckpoint extends ShardHeight {
  readonly hash: string;
  /** RFC 3339 UTC. */
  readonly recordedAt: string;
}

type Row = Record<string, unknown>;

export class BooksSnapshot {
  constructor(
    private readonly client: PoolClient,
    readonly checkpoints: readonly BooksCheckpoint[],
    /** What the answer includes: the checkpoints, or less when the books are read as of an earlier instant. */
    readonly heights: readonly ShardHeight[],
    /** False when the books are read as of an instant. */
    readonly isPresent: boolean,
    /** Nothing can be recorded any more that belongs to what was asked for. */
    readonly isClosed: boolean,
  ) {}

  /** Rows of a table by the names and types of its definition: a condition, an order, where to go on, a limit. */
  list<T extends AnyTable, Without extends keyof RowOf<T> = never>(
    table: T,
    query: RowsQuery<T, Without>,
  ): Promise<Omit<RowOf<T>, Without>[]> {
    return selectRows(this.client, table, query);
  }

  /** One row of a table. */
  async find<T extends AnyTable>(table: T, where: Where<T>): Promise<RowOf<T> | undefined> {
    const [row] = await this.list(table, { where, limit: 1 });
    return row as RowOf<T> | undefined;
  }

  /**
   * What SQL says better: joins, sums, windows.
   *
   * @param values as `pg` takes them; amounts come back as decimal text
   */
  async rows<T extends object = Row>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    const { rows } = await this.client.query<T & Row>(text, [...values]);
    return rows;
  }

  /** The included heights as two arrays, for `unnest($1::int[], $2::bigint[]) AS at (shard, height)`. */
  get at(): [shards: number[], heights: number[]] {
    return [this.heights.map(({ shard }) => shard), this.heights.map(({ height }) => height)];
  }

  /**
   * The last height of each shard that was recorded before an instant, never above what the snapshot includes.
   *
   * @param bound whether a page of the very instant counts
   */
  async heightsAt(instant: string, bound: 'before' | 'until' = 'until'): Promise<ShardHeight[]> {
    return findHeights(this.client, this.heights, instant, bound);
  }
}

/** The books were replaced by rebuilt ones again and again while they were read; ask again. */
export class BooksReplaced extends Error {
  readonly retriable = true;

  constructor() {
    super('the books were replaced while they were read');
    this.name = 'BooksReplaced';
  }
}

const ATTEMPTS = 3;

/**
 * Reads the books in one read-only transaction. When a rebuild puts other tables in their place meanwhile, `work` runs
 * once more on those.
 *
 * @param asOf RFC 3339: include only pages recorded until then. Pages carry milliseconds, and so should the instant
 * @param closedTo up to which instant the caller has made sure that every shard is closed
 * @throws BooksReplaced
 */
export async function readBooks<T>(
  pool: Pool,
  work: (books: BooksSnapshot) => Promise<T>,
  { asOf, closedTo }: { readonly asOf?: string | undefined; readonly closedTo?: string | undefined } = {},
): Promise<T> {
  return readConsistently(pool, async (client) => {
    const checkpoints = await selectCheckpoints(client);
    const heights =
      asOf === undefined
        ? checkpoints.map(({ shard, height }) => ({ shard, height }))
        : await findHeights(client, checkpoints, asOf, 'until');
    return work(new BooksSnapshot(client, checkpoints, heights, asOf === undefined, closedTo !== undefined));
  });
}

/**
 * PostgreSQL resolves names now but rows from our snapshot: after a rebuild has renamed the schemas, the new tables look
 * empty. A schema never gets its name back, so we compare its OID at the end with the snapshot's, and read again when it
 * differs.
 */
const IS_REPLACED = `
  SELECT (SELECT oid FROM pg_namespace WHERE nspname = 'books') IS DISTINCT FROM to_regnamespace('books')::oid AS replaced`;

type Outcome<T> = { readonly isReplaced: true } | { readonly isReplaced: false; readonly result: T };

/**
 * Runs `work` in one read-only transaction of one state, again when a rebuild replaced the books meanwhile.
 *
 * @param settings SQL between BEGIN and the work
 * @throws BooksReplaced
 */
export async function readConsistently<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  settings = '',
): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const outcome = await inTransaction<Outcome<T>>(
      pool,
      async (client) => {
        const result = await work(client);
        const { rows } = await client.query<{ replaced: boolean }>(IS_REPLACED);
        return rows[0]?.replaced === true ? { isReplaced: true } : { isReplaced: false, result };
      },
      `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${settings}`,
    );
    if (!outcome.isReplaced) return outcome.result;
  }
  throw new BooksReplaced();
}

/** Names the tables that the books are kept in now; another answer later means that they were rebuilt. */
export async function identifyBooks(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(`SELECT to_regnamespace('books')::oid::text AS id`);
  return rows[0]!.id;
}

/** How far the read models are now, ascending by shard; shards without a page are left out. */
export async function readCheckpoints(pool: Pool): Promise<BooksCheckpoint[]> {
  return selectCheckpoints(pool);
}

/**
 * Looks for shards whose newest pages are ahead of this server's clock, so that nobody can say whether an instant includes all
 * that was recorded by then. An instant is not touched by that where a page follows it that is not ahead: whatever was there is
 * in the pages before.
 *
 * @param instant RFC 3339 UTC with milliseconds, closed in every shard
 * @param aheadMaxMs how far pages may be ahead
 * @returns the shards in doubt, with how long they will be
 */
export async function findAhead(
  pool: Pool,
  instant: string,
  aheadMaxMs: number,
): Promise<readonly { readonly shard: number; readonly until: string; readonly leftMs: number }[]> {
  const { rows } = await pool.query<{ shard: number; recorded_at: Date; left_ms: number }>(
    `SELECT shard, recorded_at, extract(epoch FROM recorded_at - latest)::float8 * 1000 AS left_ms
     FROM books.checkpoints, (SELECT clock_timestamp() + $2::float8 * interval '1 ms' AS latest) AS present
     WHERE recorded_at > latest AND NOT EXISTS (
       SELECT FROM books.page_times
       WHERE page_times.shard = checkpoints.shard AND page_times.recorded_at BETWEEN $1 AND latest
     )
     ORDER BY shard`,
    [instant, aheadMaxMs],
  );
  return rows.map((row) => ({ shard: row.shard, until: row.recorded_at.toISOString(), leftMs: row.left_ms }));
}

async function selectCheckpoints(source: Pool | PoolClient): Promise<BooksCheckpoint[]> {
  const { rows } = await source.query<{ shard: number; height: string; hash: string; recorded_at: Date }>(
    'SELECT shard, height::text, hash, recorded_at FROM books.checkpoints ORDER BY shard',
  );
  return rows.map((row) => ({
    shard: row.shard,
    height: Number(row.height),
    hash: row.hash,
    recordedAt: row.recorded_at.toISOString(),
  }));
}

async function findHeights(
  client: PoolClient,
  limits: readonly ShardHeight[],
  instant: string,
  bound: 'before' | 'until',
): Promise<ShardHeight[]> {
  // A later page is never recorded earlier, so the newest one in time is the highest.
  const { rows } = await client.query<{ shard: number; height: string }>(
    `SELECT at.shard, least(at.height, coalesce(page.height, 0))::text AS height
     FROM unnest($1::int[], $2::bigint[]) AS at (shard, height)
     LEFT JOIN LATERAL (
       SELECT height FROM books.page_times
       WHERE page_times.shard = at.shard AND recorded_at ${bound === 'before' ? '<' : '<='} $3
       ORDER BY recorded_at DESC, height DESC LIMIT 1
     ) AS page ON true
     ORDER BY at.shard`,
    [limits.map(({ shard }) => shard), limits.map(({ height }) => height), instant],
  );
  return rows.map((row) => ({ shard: row.shard, height: Number(row.height) }));
}
