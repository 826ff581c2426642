/**
 * A journal store in memory for specs, with the store's real semantics and, where a spec asks for them, its faults:
 * delays, calls that fail before they act, and answers that are lost after they acted.
 */
import { setImmediate as turn } from 'node:timers/promises';
import {
  FIRST_PREVIOUS_HASH,
  HeightTaken,
  PageMistimed,
  StoreUnavailable,
  headOf,
  type AppendTerms,
  type JournalStore,
  type Page,
  type PageHead,
} from '#journal';

/** What happens to one call: nothing, it fails before it acts, or it acts and its answer is lost. */
export type Fate = 'well' | 'unavailable' | 'answer-lost';

/** Pages by shard; several {@link MemoryStore}s may share them, as writers share a database. */
export type MemoryPages = Map<number, Page[]>;

export class MemoryStore implements JournalStore {
  /** Asked before each call; may wait. */
  fate: (call: 'append' | 'read' | 'head') => Fate | Promise<Fate> = () => 'well';
  appends = 0;
  /** The store's clock, milliseconds since 1970. */
  clock: () => number = Date.now;
  private closed = false;

  constructor(readonly pages: MemoryPages = new Map()) {}

  append(page: Page, { onto = page.previousHash, time = {} }: AppendTerms = {}): Promise<void> {
    return this.call('append', () => {
      const pages = this.pages.get(page.shard) ?? [];
      if (page.height !== pages.length + 1 || (pages.at(-1)?.hash ?? FIRST_PREVIOUS_HASH) !== onto)
        throw new HeightTaken(page.shard, page.height);
      const aheadMs = Date.parse(page.recordedAt) - this.clock();
      const { behindMaxMs = Infinity, aheadMaxMs = Infinity } = time;
      if (aheadMs < -behindMaxMs || aheadMs > aheadMaxMs) throw new PageMistimed(page, aheadMs);
      this.pages.set(page.shard, [...pages, page]);
      this.appends++;
    });
  }

  read(shard: number, fromHeight: number, limit: number): Promise<Page[]> {
    return this.call('read', () => {
      const pages = this.pages.get(shard) ?? [];
      // As a database would: by height, even where a spec has removed a page.
      const first = pages.findIndex(({ height }) => height >= fromHeight);
      return first === -1 ? [] : pages.slice(first, first + limit);
    });
  }

  head(shard: number): Promise<PageHead | undefined> {
    return this.call('head', () => {
      const newest = this.pages.get(shard)?.at(-1);
      return newest === undefined ? undefined : headOf(newest);
    });
  }

  /** Looks at every turn of the event loop: other stores over the same pages wake nobody. */
  async *subscribe(shard: number, fromHeight: number, signal: AbortSignal): AsyncIterable<Page> {
    for (let height = fromHeight; !signal.aborted && !this.closed;) {
      const page = this.pages.get(shard)?.[height - 1];
      if (page === undefined) await turn();
      else {
        yield page;
        height++;
      }
    }
  }

  now(): Promise<number> {
    return this.call('head', () => this.clock());
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  private async call<T>(name: 'append' | 'read' | 'head', act: () => T): Promise<T> {
    const fate = await this.fate(name);
    if (fate === 'unavailable') throw new StoreUnavailable(`${name} was cut off before it acted`);
    const result = act();
    if (fate === 'answer-lost') throw new StoreUnavailable(`${name} acted, its answer was lost`);
    return result;
  }
}
