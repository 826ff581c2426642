/** The journal in an EventStoreDB that somebody runs for the bench: what is durable there, and whether it is empty. */
import { registryShard } from '#domain';
import { createEventStoreDbJournal } from '#eventstoredb';
import type { JournalStore, Page } from '#journal';
import type { Pool } from '#postgres';
import { JournalWatch, type JournalSpan } from './journal-watch.js';
import { SHARDS } from './world.js';

const ALL_SHARDS = [...Array.from({ length: SHARDS }, (_, shard) => shard), registryShard(SHARDS)];

/** @throws Error when the server's journal holds anything: the bench would measure, and grow, somebody's books */
export async function assertEmptyJournal(url: string): Promise<void> {
  const journal = createEventStoreDbJournal(url);
  try {
    for (const shard of ALL_SHARDS) {
      if ((await journal.head(shard)) === undefined) continue;
      throw new Error('--eventstoredb: there is a journal at that address already; give a server without one');
    }
  } finally {
    await journal.close();
  }
}

/** Counts the pages that arrive by subscriptions. */
export class EventStoreWatch extends JournalWatch {
  private readonly journal: JournalStore;
  private readonly leaving = new AbortController();
  private readonly following: Promise<void>[] = [];
  private readonly seen: { readonly events: number; readonly bytes: number; readonly atMs: number }[] = [];
  private durable = 0;
  private failure: unknown;

  constructor(pool: Pool, url: string) {
    super(pool);
    this.journal = createEventStoreDbJournal(url);
  }

  override async begin(): Promise<void> {
    for (const shard of ALL_SHARDS) {
      const head = await this.journal.head(shard);
      const following = this.follow(shard, (head?.height ?? 0) + 1);
      following.catch((error: unknown) => (this.failure ??= error));
      this.following.push(following);
    }
  }

  override events(): Promise<number> {
    return this.failure === undefined ? Promise.resolve(this.durable) : Promise.reject(this.failure as Error);
  }

  override span(): Promise<JournalSpan> {
    const times = this.seen.map(({ atMs }) => atMs);
    const firstMs = Math.min(...times);
    const sum = (of: (page: (typeof this.seen)[number]) => number) =>
      this.seen.reduce((total, page) => total + of(page), 0);
    return Promise.resolve({
      pages: this.seen.length,
      events: this.durable,
      bytes: sum(({ bytes }) => bytes),
      spanMs: Math.max(...times) - firstMs,
      firstEvents: sum(({ atMs, events }) => (atMs === firstMs ? events : 0)),
    });
  }

  override async close(): Promise<void> {
    this.leaving.abort();
    await this.journal.close();
    await Promise.allSettled(this.following);
  }

  private async follow(shard: number, fromHeight: number): Promise<void> {
    for await (const page of this.journal.subscribe(shard, fromHeight, this.leaving.signal)) this.count(page);
  }

  private count({ count, body, recordedAt }: Page): void {
    this.durable += count;
    this.seen.push({ events: count, bytes: body.byteLength, atMs: Date.parse(recordedAt) });
  }
}
