/** Re-ratings: which pages one goes through, and with what. */
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK_SKEW_MAX_MS } from '#concepts';
import { type JournalStore } from '#journal';
import { Metrics, type Counter } from '#platform';
import type { Jobs } from '#postgres';
import { CatalogueFollower, READ_JOURNAL, Sequencers } from '#wiring';
import { NewestCharges } from './newest-charges.js';
import { beginningOf, ReratingRun, type ReratingJob, type ShardStretch } from './rerating-run.js';

/**
 * Usage may lie ahead of the clock that received it, and that one apart from the one that its page has its time from. In the other
 * direction there is next to no bound: what is ten years late is charged. So pages are read from this long before the time that is meant.
 */
const AHEAD_MAX_MS = CLOCK_SKEW_MAX_MS + 60_000;

@Injectable()
export class Reratings {
  private readonly counted: Counter<'result'>;

  constructor(
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
    private readonly charges: NewestCharges,
    @Inject(READ_JOURNAL) private readonly journal: JournalStore,
    metrics: Metrics,
  ) {
    this.counted = metrics.counter({
      name: 'airtime_rerated_total',
      help: 'Charges that re-ratings came to: changed, same, void, unrated; without dry runs',
      labels: ['result'],
    });
  }

  /** Begins a re-rating or goes on with it. @returns whether it is done */
  async run(job: ReratingJob, jobs: Jobs, signal: AbortSignal): Promise<boolean> {
    await this.follower.refresh();
    const { rating } = this.follower.catalogue;
    const book = rating.priceBooks.get(job.wish.priceBook);
    if (book === undefined) throw new Error(`price book ${job.wish.priceBook} was not published`);
    const { sequencers, charges, journal, counted } = this;
    const tools = {
      ...{ jobs, sequencers, charges, journal, rating },
      onCounted: (result: string, count: number) => counted.inc({ result }, count),
    };
    const progress = job.progress ?? beginningOf(await this.survey(Date.parse(job.wish.from) - AHEAD_MAX_MS));
    return new ReratingRun(tools, job, book, progress, signal).run();
  }

  /** What was recorded after an instant, up to now. */
  private async survey(afterMs: number): Promise<ShardStretch[]> {
    const stretches: ShardStretch[] = [];
    for (let shard = 0; shard < this.sequencers.shards; shard++) {
      const last = (await this.journal.head(shard))?.height ?? 0;
      // This process has folded what stands there.
      await this.sequencers.ledger(shard).readDurable(() => undefined);
      const first = await this.firstAfter(shard, last, afterMs);
      stretches.push({ shard, first, next: first, last });
    }
    return stretches;
  }

  /** The height of a shard's first page after an instant; `last + 1` where there is none. Pages stand in the order of their times. */
  private async firstAfter(shard: number, last: number, afterMs: number): Promise<number> {
    let [low, high] = [1, last + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [page] = await this.journal.read(shard, middle, 1);
      if (page !== undefined && Date.parse(page.recordedAt) < afterMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
