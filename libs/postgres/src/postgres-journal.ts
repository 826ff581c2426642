/**
 * The journal in PostgreSQL: one row per page, one INSERT per append. The primary key gives a height to one writer; the
 * INSERT's own conditions demand the page before, so that no gap and no fork can be written, whoever writes, and a time that
 * is not apart from this server's clock.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CustomTypesConfig } from 'pg';
import type { AppliedOffsets } from '#domain';
import {
  FIRST_PREVIOUS_HASH,
  HeightTaken,
  PageMistimed,
  StoreUnavailable,
  type AppendTerms,
  type JournalStore,
  type Page,
  type PageHead,
} from '#journal';
import { assertDurable, isDatabaseAway, sqlStateOf, type Pool } from './connection.js';
import { PageSignals, PAGES_CHANNEL } from './page-signals.js';

export interface PostgresJournalOptions {
  /** A subscription looks for new pages at least so often, in case a notification was lost. */
  readonly pollMs?: number;
  /** Told of trouble that subscriptions handle by themselves. */
  readonly onTrouble?: (message: string, error: unknown) => void;
}

const POLL_MS_DEFAULT = 1_000;
const RETRY_DELAY_MAX_MS = 2_000;
/** A page holds at most a megabyte: what one read may take into memory is bounded by this. */
export const READ_PAGES_MAX = 64;
/** Pages that a subscription reads ahead of its consumer. */
const READ_AHEAD_PAGES = 8;

const UNIQUE_VIOLATION = '23505';
/** What `journal.hold_to_clock` raises, with how far the page's time is ahead of the clock, in milliseconds, as its detail. */
const MISTIMED = 'AT001';

const APPEND = `
  WITH landed AS (
    INSERT INTO journal.pages (shard, height, recorded_at, previous_hash, offsets, count, body_digest, hash, body,
      journal, writer, registry_height, registry_hash, signature)
    SELECT $1::int, $2::bigint, $3, $4, $5::json, $6::int, $7, $8, $9::bytea, $10, $11, $12::bigint, $13, $14
    WHERE CASE WHEN $2::bigint = 1 THEN $4 = '${FIRST_PREVIOUS_HASH}'
          ELSE EXISTS (SELECT FROM journal.pages WHERE shard = $1::int AND height = $2::bigint - 1 AND hash = $15) END
    RETURNING shard, journal.hold_to_clock(recorded_at, $16::float8, $17::float8) AS held
  )
  SELECT pg_notify('${PAGES_CHANNEL}', shard::text), held FROM landed`;

/** Everything but the body as text: the answer comes in binary form, which spares the body its way through hex digits. */
const READ = `
  SELECT journal, shard::text, height::text, recorded_at, previous_hash, offsets::text, count::text, body_digest, writer,
    registry_height::text, registry_hash, hash, signature, body
  FROM journal.pages WHERE shard = $1 AND height >= $2 ORDER BY pages.height LIMIT $3`;

const BYTEA_OID = 17;
/** An answer in binary form: bytes as they are, anything else as the text that it is. */
const AS_BYTES = {
  binary: true,
  types: {
    getTypeParser: (oid: number) =>
      oid === BYTEA_OID ? (value: Buffer) => value : (value: Buffer) => value.toString(),
  } as CustomTypesConfig,
};
/** What decoding puts in the place of bytes that are no UTF-8. */
const REPLACEMENT = '\u{fffd}';

const HEADS = `
  SELECT wanted.shard, newest.height::text, newest.hash, newest.recorded_at, newest.registry_height::text
  FROM unnest($1::int[]) AS wanted (shard) CROSS JOIN LATERAL (
    SELECT height, hash, recorded_at, registry_height FROM journal.pages WHERE shard = wanted.shard ORDER BY pages.height DESC LIMIT 1
  ) AS newest`;

interface HeadRow {
  readonly height: string;
  readonly hash: string;
  readonly recorded_at: string;
  readonly registry_height: string;
}

interface PageRow {
  readonly journal: string;
  readonly writer: string;
  readonly registry_height: string;
  readonly registry_hash: string;
  readonly signature: string;
  readonly shard: string;
  readonly height: string;
  readonly recorded_at: string;
  readonly previous_hash: string;
  readonly offsets: string;
  readonly count: string;
  readonly body_digest: string;
  readonly hash: string;
  readonly body: Buffer;
}

export class PostgresJournal implements JournalStore {
  private readonly signals: PageSignals;
  private readonly pollMs: number;
  private durable: Promise<void> | undefined;

  /** @param pool stays the caller's: {@link close} does not end it */
  constructor(
    private readonly pool: Pool,
    private readonly options: PostgresJournalOptions = {},
  ) {
    this.pollMs = options.pollMs ?? POLL_MS_DEFAULT;
    this.signals = new PageSignals(pool, (error) =>
      options.onTrouble?.('page notifications are interrupted; looking for pages by the clock meanwhile', error),
    );
  }

  /**
   * The time is compared after the row was written: by then no other attempt to write it is under way any more.
   *
   * @throws HeightTaken, PageMistimed, StoreUnavailable, DatabaseNotDurable
   */
  async append(page: Page, { onto = page.previousHash, time }: AppendTerms = {}): Promise<void> {
    await this.assertDurableOnce();
    const values = [
      page.shard,
      page.height,
      page.recordedAt,
      page.previousHash,
      JSON.stringify(page.offsets),
      page.count,
      page.bodyDigest,
      page.hash,
      page.body,
      page.journal,
      page.writer,
      page.registry.height,
      page.registry.hash,
      page.signature,
      onto,
      time?.behindMaxMs,
      time?.aheadMaxMs,
    ];
    try {
      const { rowCount } = await this.pool.query({ name: 'append-page', text: APPEND, values });
      if (rowCount === 1) return;
    } catch (error) {
      const state = sqlStateOf(error);
      if (state === MISTIMED) throw new PageMistimed(page, Number((error as { readonly detail: string }).detail));
      if (state !== UNIQUE_VIOLATION) throw storeError(error);
    }
    throw new HeightTaken(page.shard, page.height);
  }

  /** At most {@link READ_PAGES_MAX} pages at a time. @throws StoreUnavailable */
  async read(shard: number, fromHeight: number, limit: number): Promise<Page[]> {
    const values = [shard, fromHeight, Math.min(limit, READ_PAGES_MAX)];
    const query = { name: 'read-pages', text: READ, values };
    const { rows } = await this.attempt(() => this.pool.query<PageRow>({ ...query, ...AS_BYTES }));
    // pg reads bytes as if they were text. Where they may have been none, they come again as hex digits.
    if (!rows.some(({ body }) => body.includes(REPLACEMENT))) return rows.map(toPage);
    return (await this.attempt(() => this.pool.query<PageRow>(query))).rows.map(toPage);
  }

  /** @throws StoreUnavailable */
  async head(shard: number): Promise<PageHead | undefined> {
    const { rows } = await this.attempt(() =>
      this.pool.query<HeadRow>({
        name: 'head-page',
        text: 'SELECT height::text, hash, recorded_at, registry_height::text FROM journal.pages WHERE shard = $1 ORDER BY pages.height DESC LIMIT 1',
        values: [shard],
      }),
    );
    const row = rows[0];
    return row === undefined ? undefined : toHead(row);
  }

  /** One look at the index for each shard, in one round trip. @throws StoreUnavailable */
  async heads(shards: readonly number[]): Promise<ReadonlyMap<number, PageHead>> {
    const { rows } = await this.attempt(() =>
      this.pool.query<HeadRow & { readonly shard: number }>({
        name: 'head-pages',
        text: HEADS,
        values: [shards],
      }),
    );
    return new Map(rows.map((row) => [row.shard, toHead(row)]));
  }

  /**
   * A consumer that is slower than the writers holds the reading back: no more than {@link READ_AHEAD_PAGES} pages wait
   * for it. While the database is away the subscription waits for it.
   */
  async *subscribe(shard: number, fromHeight: number, signal: AbortSignal): AsyncIterable<Page> {
    const bell = await this.signals.subscribe(shard);
    try {
      for (let next = fromHeight; !signal.aborted;) {
        // Rung before the read: a page that lands during it is then found by the read or announced after it.
        bell.reset();
        const pages = await this.readWhenAvailable(shard, next, signal);
        for (const page of pages) {
          if (signal.aborted) return;
          if (page.height !== next)
            throw new Error(`height ${next} of shard ${shard} is missing: found ${page.height}`);
          next++;
          yield page;
        }
        if (pages.length === 0) await bell.wait(this.pollMs, signal);
      }
    } finally {
      bell.close();
    }
  }

  /** @throws StoreUnavailable */
  async now(): Promise<number> {
    const text = 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now';
    const { rows } = await this.attempt(() => this.pool.query<{ now: number }>({ name: 'clock', text }));
    return rows[0]!.now;
  }

  /** Ends the notifications; appends and reads under way are the pool's to finish. */
  async close(): Promise<void> {
    await this.signals.close();
  }

  private async readWhenAvailable(shard: number, height: number, signal: AbortSignal): Promise<Page[]> {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, RETRY_DELAY_MAX_MS)) {
      try {
        return await this.read(shard, height, READ_AHEAD_PAGES);
      } catch (error) {
        if (signal.aborted) return [];
        if (!(error instanceof StoreUnavailable)) throw error;
        this.options.onTrouble?.(`a subscription to shard ${shard} waits for the database`, error);
        await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private assertDurableOnce(): Promise<void> {
    this.durable ??= this.attempt(() => assertDurable(this.pool)).catch((error: unknown) => {
      this.durable = undefined;
      throw error;
    });
    return this.durable;
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storeError(error);
    }
  }
}

function toHead(row: HeadRow): PageHead {
  return {
    height: Number(row.height),
    hash: row.hash,
    recordedAt: row.recorded_at,
    registryHeight: Number(row.registry_height),
  };
}

function toPage(row: PageRow): Page {
  return {
    journal: row.journal,
    shard: Number(row.shard),
    height: Number(row.height),
    recordedAt: row.recorded_at,
    previousHash: row.previous_hash,
    offsets: JSON.parse(row.offsets) as AppliedOffsets[],
    count: Number(row.count),
    bodyDigest: row.body_digest,
    writer: row.writer,
    registry: { height: Number(row.registry_height), hash: row.registry_hash },
    hash: row.hash,
    signature: row.signature,
    body: row.body,
  };
}

function storeError(error: unknown): unknown {
  return isDatabaseAway(error) ? new StoreUnavailable((error as Error).message, { cause: error }) : error;
}
