/**
 * Folds the pages of one shard into the read models. A run of consecutive pages is one transaction: entries and
 * movements by COPY, balances and sums by upsert, and the checkpoint by compare-and-set on the former height. Whoever
 * comes second finds the checkpoint moved and writes nothing, so any number of projections may run and any may be
 * killed at any instant.
 */
import { finished } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { RowTables } from '#domain';
import { findChainFaults, findPageFaults, headOf, type Page, type RememberedHead } from '#journal';
import { inTransaction, type Pool, type PoolClient } from '../connection.js';
import { columnList } from '../tables/ddl.js';
import { ENTRIES, MOVEMENTS, TOTALS } from '../tables/entries.js';
import { BooksDraft } from './draft.js';
import { FrozenWriter, SHARD_LOCK } from './frozen-writer.js';
import type { BalanceCache } from './movements.js';
import { runStatement } from './statement.js';
import { AccountTotals, type TotalsCache } from './totals.js';

export const BOOKS_SCHEMA = 'books';

/** Projections hold it shared while they write, the swap at the end of a rebuild holds it alone. */
export const BOOKS_LOCK = 0x41_49_52_02;
/** One process at a time makes partitions. */
const PARTITIONS_LOCK = 0x41_49_52_03;

/** Balances and totals that are remembered between runs. */
const BALANCES_REMEMBERED_MAX = 200_000;

const ENTRY_COLUMNS = columnList(ENTRIES);
const MOVEMENT_COLUMNS = columnList(MOVEMENTS);
const TOTAL_COLUMNS = columnList(TOTALS);

const SET_CHECKPOINT = `
  INSERT INTO checkpoints (shard, height, hash, recorded_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING RETURNING tableoid::text AS tables`;

const MOVE_CHECKPOINT = `
  UPDATE checkpoints SET height = $2, hash = $3, recorded_at = $4 WHERE shard = $1 AND height = $5 AND hash = $6
  RETURNING tableoid::text AS tables`;

export interface ProjectionOptions {
  readonly pool: Pool;
  readonly shard: number;
  /** The read models of the concepts. */
  readonly rows: RowTables;
  /** Where the tables are; a rebuild fills others than the ones in use. */
  readonly schema?: string;
}

/** Another projection is ahead, or the books were rebuilt: go on from {@link Projection.position}. */
export class CheckpointMoved extends Error {
  constructor(shard: number) {
    super(`the checkpoint of shard ${shard} has moved`);
    this.name = 'CheckpointMoved';
  }
}

/** A page that the journal holds is not the one that was written: nobody may fold it. */
export class PageUnsound extends Error {
  constructor({ shard, height }: Pick<Page, 'shard' | 'height'>, faults: readonly string[]) {
    super(`page ${height} of shard ${shard} is unsound: ${faults.join('; ')}`);
    this.name = 'PageUnsound';
  }
}

/** A rebuild is putting its tables in place just now; try again in a moment. */
export class BooksBeingReplaced extends Error {
  readonly retriable = true;

  constructor() {
    super('the read models are being replaced by rebuilt ones');
    this.name = 'BooksBeingReplaced';
  }
}

/** Another projection writes the same shard just now; try again in a moment. */
export class ShardBeingWritten extends Error {
  readonly retriable = true;

  constructor(shard: number) {
    super(`another process writes the books of shard ${shard}`);
    this.name = 'ShardBeingWritten';
  }
}

export class Projection {
  readonly shard: number;
  private readonly pool: Pool;
  private readonly schema: string;
  private head: RememberedHead | undefined;
  private started = false;
  /** Cached balances at `head`; valid only for the set of tables `tables`, which a rebuild replaces. */
  private readonly balances: BalanceCache = new Map();
  private readonly totals: TotalsCache = new Map();
  private tables: string | undefined;
  private readonly accountTotals: AccountTotals;
  private readonly frozenWriter: FrozenWriter;

  constructor(private readonly options: ProjectionOptions) {
    this.pool = options.pool;
    this.shard = options.shard;
    this.accountTotals = new AccountTotals(options.rows.totals);
    this.frozenWriter = new FrozenWriter(options.pool, options.shard);
    this.schema = options.schema ?? BOOKS_SCHEMA;
  }

  /** Reads the checkpoint: the last page in the books, undefined when there is none. */
  async position(): Promise<RememberedHead | undefined> {
    const { rows } = await this.pool.query<{ height: string; hash: string; recorded_at: Date }>(
      `SELECT height::text, hash, recorded_at FROM ${this.schema}.checkpoints WHERE shard = $1`,
      [this.shard],
    );
    const row = rows[0];
    this.forgetSums();
    this.head =
      row === undefined
        ? undefined
        : { height: Number(row.height), hash: row.hash, recordedAt: row.recorded_at.toISOString() };
    if (this.head === undefined) await this.makePartitions();
    this.started = true;
    return this.head;
  }

  /**
   * Writes the pages that follow the checkpoint, all of them or none.
   *
   * @throws CheckpointMoved, BooksBeingReplaced, ShardBeingWritten, PageUnsound, UnknownEvent, BooksInconsistent, or what `isDatabaseAway` recognises
   */
  async apply(pages: readonly Page[]): Promise<void> {
    if (pages.length === 0) return;
    if (!this.started) await this.position();
    this.check(pages);
    const draft = new BooksDraft(this.shard, this.options.rows, this.accountTotals);
    for (const page of pages) draft.add(page);
    draft.addAccountTotals();
    const last = pages.at(-1)!;
    try {
      await inTransaction(
        this.pool,
        async (client) => {
          await this.enter(client);
          await this.moveCheckpoint(client, last);
          await this.write(client, draft);
        },
        `SET LOCAL search_path TO ${this.schema}`,
      );
    } catch (error) {
      // What became of the transaction may be unknown: start again from what the table says.
      this.started = false;
      if (error instanceof ShardBeingWritten) await this.frozenWriter.look();
      throw error;
    }
    this.head = headOf(last);
    if (this.balances.size + this.totals.size > BALANCES_REMEMBERED_MAX) this.forgetSums();
  }

  private check(pages: readonly Page[]): void {
    let head = this.head;
    for (const page of pages) {
      if (page.height <= (head?.height ?? 0)) throw new CheckpointMoved(this.shard);
      const faults = [...findPageFaults(page), ...findChainFaults(head, page)];
      if (page.shard !== this.shard) faults.push(`it belongs to shard ${page.shard}`);
      if (faults.length > 0) {
        throw new PageUnsound(page, faults);
      }
      head = headOf(page);
    }
  }

  /**
   * Waiting for the swap would hold a connection that the swap may need; a rebuild's own tables have no swap to fear.
   * Waiting for another writer would also wait for a frozen process: the second writer is refused at once.
   */
  private async enter(client: PoolClient): Promise<void> {
    if (this.schema !== BOOKS_SCHEMA) return;
    const { rows } = await client.query<{ free: boolean; alone: boolean }>({
      name: 'enter-books',
      text: 'SELECT pg_try_advisory_xact_lock_shared($1) AS free, pg_try_advisory_xact_lock($2, $3) AS alone',
      values: [BOOKS_LOCK, SHARD_LOCK, this.shard],
    });
    if (rows[0]?.free !== true) throw new BooksBeingReplaced();
    if (rows[0].alone !== true) throw new ShardBeingWritten(this.shard);
  }

  private async moveCheckpoint(client: PoolClient, last: Page): Promise<void> {
    const next = [this.shard, last.height, last.hash, last.recordedAt];
    const moved = await client.query<{ tables: string }>(
      this.head === undefined
        ? { name: 'set-checkpoint', text: SET_CHECKPOINT, values: next }
        : { name: 'move-checkpoint', text: MOVE_CHECKPOINT, values: [...next, this.head.height, this.head.hash] },
    );
    const tables = moved.rows[0]?.tables;
    if (tables === undefined) throw new CheckpointMoved(this.shard);
    if (tables !== this.tables) {
      // A rebuild put other tables in place of those that the balances were read from.
      this.forgetSums();
      this.tables = tables;
    }
  }

  private async write(client: PoolClient, draft: BooksDraft): Promise<void> {
    await draft.movements.loadBalances(client, this.balances);
    const movements = draft.movements.toCopyText(this.balances);
    await copy(client, `entries_s${this.shard} (${ENTRY_COLUMNS})`, draft.entriesCopyText());
    await copy(client, `movements_s${this.shard} (${MOVEMENT_COLUMNS})`, movements);
    await draft.movements.saveBalances(client, this.balances);
    await draft.totals.load(client, this.totals);
    await copy(client, `totals (${TOTAL_COLUMNS})`, draft.totals.toCopyText(this.totals));
    for (const statement of draft.statements()) await runStatement(client, statement);
  }

  private forgetSums(): void {
    this.balances.clear();
    this.totals.clear();
  }

  private async makePartitions(): Promise<void> {
    await inTransaction(
      this.pool,
      async (client) => {
        for (const { name } of [ENTRIES, MOVEMENTS]) {
          await client.query(
            `CREATE TABLE IF NOT EXISTS ${this.schema}.${name}_s${this.shard}
             PARTITION OF ${this.schema}.${name} FOR VALUES IN (${this.shard})`,
          );
        }
      },
      `SELECT pg_advisory_xact_lock(${PARTITIONS_LOCK})`,
    );
  }
}

/** Sends rows by COPY, the cheapest way in. */
async function copy(client: PoolClient, target: string, text: string): Promise<void> {
  if (text === '') return;
  const stream = client.query(copyFrom(`COPY ${target} FROM STDIN`));
  stream.end(text);
  await finished(stream);
}
