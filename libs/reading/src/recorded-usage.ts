/** The newest charges of the journal, as many as a request may look at. */
import { setImmediate as turn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CODEC, type Charge, type JournalEvent } from '#concepts';
import { readEvents, readPages, type JournalStore } from '#journal';
import { READ_JOURNAL } from '#wiring';

/** What of the journal is looked at: the heights of each shard, both included, and since when that is all that was recorded. */
export interface Stretch {
  readonly shards: readonly { readonly shard: number; readonly first: number; readonly last: number }[];
  /** RFC 3339: what was recorded after this instant is in, and nothing else. */
  readonly after: string;
}

/** One answer looks at so many entries of the journal at most, and at so many pages. */
export const ENTRIES_MAX = 100_000;
const PAGES_MAX = 10_000;
const PAGES_AT_ONCE = 16;

/** What is known of a page before its entries are read. */
interface Leaf {
  readonly height: number;
  readonly recordedAt: string;
  readonly count: number;
}

/** The pages of one shard, from its newest on downwards. */
class Descent {
  readonly taken: Leaf[] = [];
  private next: Leaf[] = [];

  constructor(
    private readonly journal: JournalStore,
    readonly shard: number,
    readonly last: number,
    private below = last + 1,
  ) {}

  /** The newest page that was not taken yet. */
  async peek(): Promise<Leaf | undefined> {
    while (this.next.length === 0 && this.below > 1) {
      const first = Math.max(1, this.below - PAGES_AT_ONCE);
      const pages = await this.journal.read(this.shard, first, this.below - first);
      this.next = pages.map(({ height, recordedAt, count }) => ({ height, recordedAt, count }));
      this.below = first;
    }
    return this.next.at(-1);
  }

  take(): void {
    this.taken.push(this.next.pop()!);
  }
}

@Injectable()
export class RecordedUsage {
  constructor(@Inject(READ_JOURNAL) private readonly journal: JournalStore) {}

  /**
   * Finds the stretch of the journal that ends at some heights and begins after an instant, or later, where more was recorded
   * since than {@link ENTRIES_MAX} entries: the newest are in then, of all shards since one instant.
   *
   * @param after RFC 3339 UTC with milliseconds
   */
  async newest(
    heights: readonly { readonly shard: number; readonly height: number }[],
    after: string,
    entriesMax = ENTRIES_MAX,
  ): Promise<Stretch> {
    const descents = heights.map(({ shard, height }) => new Descent(this.journal, shard, height));
    let begin = after;
    let entries = 0;
    for (let pages = 0; ; pages++) {
      let newest: { readonly descent: Descent; readonly leaf: Leaf } | undefined;
      for (const descent of descents) {
        const leaf = await descent.peek();
        if (leaf === undefined || leaf.recordedAt <= after) continue;
        if (newest === undefined || leaf.recordedAt > newest.leaf.recordedAt) newest = { descent, leaf };
      }
      if (newest === undefined) break;
      entries += newest.leaf.count;
      if (entries > entriesMax || pages === PAGES_MAX) {
        begin = newest.leaf.recordedAt;
        break;
      }
      newest.descent.take();
    }
    const shards = descents.flatMap(({ shard, taken, last }) => {
      const first = taken.findLast(({ recordedAt }) => recordedAt > begin)?.height;
      return first === undefined ? [] : [{ shard, first, last }];
    });
    return { shards, after: begin };
  }

  /** The charges of a stretch, shard by shard, in the order of their entries. Others get their turn between two pages. */
  async *charges({ shards }: Stretch): AsyncIterable<Charge> {
    for (const { shard, first, last } of shards) {
      for await (const page of readPages(this.journal, shard, first, PAGES_AT_ONCE)) {
        if (page.height > last) break;
        for (const { event } of readEvents<JournalEvent>(page, CODEC)) {
          if (event.type === 'UsageCharged') yield event;
        }
        await turn();
      }
    }
  }
}
