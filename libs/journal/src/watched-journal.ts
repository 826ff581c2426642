/** A store from which nothing is read and to which nothing is appended where pages are missing that somebody remembers. */
import { ShardLost, type HeadWatch } from './head-watch.js';
import { headOf, type Page, type PageHead } from './page.js';
import type { AppendTerms, JournalStore } from './store.js';

export class WatchedJournal implements JournalStore {
  constructor(
    private readonly store: JournalStore,
    private readonly watch: HeadWatch,
  ) {}

  /** @throws also ShardLost */
  async append(page: Page, terms?: AppendTerms): Promise<void> {
    this.watch.assertKept(page.shard);
    await this.shown(this.store.append(page, terms));
    this.watch.saw(page.shard, page);
  }

  /** @throws also ShardLost */
  async read(shard: number, fromHeight: number, limit: number): Promise<Page[]> {
    this.watch.assertKept(shard);
    const pages = await this.shown(this.store.read(shard, fromHeight, limit));
    const last = pages.at(-1);
    // It is said to end before what was seen of it.
    if (last === undefined && (this.watch.seenOf(shard)?.height ?? 0) >= fromHeight) await this.look([shard]);
    this.watch.assertKept(shard);
    if (last !== undefined) this.watch.saw(shard, last);
    return pages;
  }

  /** @throws also ShardLost */
  async head(shard: number): Promise<PageHead | undefined> {
    this.watch.assertKept(shard);
    const head = (await this.look([shard])).get(shard);
    this.watch.assertKept(shard);
    return head;
  }

  /** Without the shards that are lost. */
  heads(shards: readonly number[]): Promise<ReadonlyMap<number, PageHead>> {
    return this.look(shards);
  }

  private look(shards: readonly number[]): Promise<ReadonlyMap<number, PageHead>> {
    return this.watch.look(shards, [], this.store);
  }

  /** Ends with ShardLost as soon as the shard is lost. */
  async *subscribe(shard: number, fromHeight: number, signal: AbortSignal): AsyncIterable<Page> {
    this.watch.assertKept(shard);
    const ending = new AbortController();
    const release = this.watch.endWithLoss(shard, ending);
    try {
      for await (const page of this.store.subscribe(shard, fromHeight, AbortSignal.any([signal, ending.signal]))) {
        this.watch.assertKept(shard);
        this.watch.saw(shard, headOf(page));
        yield page;
      }
    } finally {
      release();
    }
    if (!signal.aborted) this.watch.assertKept(shard);
  }

  /** What the store says itself of a shard is known to everybody in the process. */
  private async shown<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof ShardLost) this.watch.hides(error);
      throw error;
    }
  }

  now(): Promise<number> {
    return this.store.now();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
