/**
 * The event-store port: append at an expected height, read from a height, subscribe. Every adapter passes the one
 * contract suite in `store.contract.ts`.
 */
import type { Page, PageHead } from './page.js';
import type { TimeBounds } from './page-time.js';

/** What an append is held to beside the page's own height. */
export interface AppendTerms {
  /** Hash of the page that must stand at the height below; absent: the page's `previousHash`. It is another if that one is void. */
  readonly onto?: string;
  /** What the page's time is held to by the store's clock, where the store can compare them in the append itself. */
  readonly time?: TimeBounds | undefined;
}

export interface JournalStore {
  /**
   * Appends a page durably at its height, or not at all.
   *
   * @throws HeightTaken when the shard's next height is not the page's: another writer was first
   * @throws PageMistimed when its time is out of bounds; then neither this attempt nor an earlier one has landed
   * @throws StoreUnavailable when the store cannot be reached; the page may or may not be there, and appending the very
   *   same page again is safe (it then either lands or meets itself as {@link HeightTaken})
   */
  append(page: Page, terms?: AppendTerms): Promise<void>;

  /** Up to `limit` pages from a height on, in order; empty beyond the head. */
  read(shard: number, fromHeight: number, limit: number): Promise<Page[]>;

  /** The newest page's height and hash; undefined for an empty shard. */
  head(shard: number): Promise<PageHead | undefined>;

  /** {@link head} of several shards at once, where the store can answer in one round trip; see {@link readHeads}. */
  heads?(shards: readonly number[]): Promise<ReadonlyMap<number, PageHead>>;

  /**
   * All pages from a height on, then each new one as it is appended, until the signal aborts. Reconnects by itself;
   * never skips and never repeats a height.
   */
  subscribe(shard: number, fromHeight: number, signal: AbortSignal): AsyncIterable<Page>;

  /** The store's clock, milliseconds since 1970: the reference for the times of pages. @throws StoreUnavailable */
  now(): Promise<number>;

  /** Releases connections. Appends under way are finished or failed first. */
  close(): Promise<void>;
}

/** Another page stands at this height. Catch up and decide again. */
export class HeightTaken extends Error {
  constructor(
    readonly shard: number,
    readonly height: number,
  ) {
    super(`height ${height} of shard ${shard} is taken`);
    this.name = 'HeightTaken';
  }
}

/** The store cannot be reached now; the outcome of the call is unknown. */
export class StoreUnavailable extends Error {
  readonly retriable = true;

  constructor(what: string, options?: ErrorOptions) {
    super(`the journal store is not available: ${what}`, options);
    this.name = 'StoreUnavailable';
  }
}

/** The store holds a journal of format 1, whose pages nobody signed. Nothing cures this but another store. */
export class JournalOfOlderFormat extends Error {
  constructor() {
    super(
      'holds a journal of format 1, which this release cannot go on with: export it with "airtime journal export" of the release that wrote it, and start on an empty store',
    );
    this.name = 'JournalOfOlderFormat';
  }
}

/** The newest pages' heads by shard, without the shards that are empty. @throws StoreUnavailable */
export async function readHeads(
  store: JournalStore,
  shards: readonly number[],
): Promise<ReadonlyMap<number, PageHead>> {
  if (store.heads !== undefined) return store.heads(shards);
  const heads = new Map<number, PageHead>();
  await Promise.all(
    shards.map(async (shard) => {
      const head = await store.head(shard);
      if (head !== undefined) heads.set(shard, head);
    }),
  );
  return heads;
}

/** Pages that are read back at once, if the store gives so many. */
const STRETCH = 100;

/**
 * Every page below a height, the newest first, as far as there are any. A store may give fewer pages at once than it is asked for.
 *
 * @throws StoreUnavailable
 */
export async function* readPagesBack(
  store: Pick<JournalStore, 'read'>,
  shard: number,
  below: number,
): AsyncIterable<Page> {
  for (let end = below; end > 1;) {
    const from = Math.max(1, end - STRETCH);
    const pages: Page[] = [];
    for (let height = from; height < end; height = pages.at(-1)!.height + 1) {
      const more = await store.read(shard, height, end - height);
      if (more.length === 0) break;
      pages.push(...more);
    }
    yield* pages.reverse();
    end = from;
  }
}

/** Reads every page from a height to the present head. */
export async function* readPages(store: JournalStore, shard: number, fromHeight = 1, batch = 64): AsyncIterable<Page> {
  for (let height = fromHeight; ;) {
    const pages = await store.read(shard, height, batch);
    yield* pages;
    if (pages.length === 0) return;
    // A store that lost a page skips its height: the reader sees the gap and no page twice.
    height = Math.max(height, pages.at(-1)!.height) + 1;
  }
}
