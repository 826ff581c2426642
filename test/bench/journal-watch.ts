/** Looks at the journal and the books from outside, as the only judge of what is durable. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '#postgres';

const POLL_MS = 25;
/** Ends a hang: a busy machine may take minutes until a consumer group has met. */
const SILENCE_MAX_MS = 4 * 60_000;
const PROJECTION_MAX_MS = 10 * 60_000;

/** What pages hold above a base line. */
export interface JournalSpan {
  readonly pages: number;
  readonly events: number;
  readonly bytes: number;
  /** Milliseconds between the first and the last page's `recordedAt`. */
  readonly spanMs: number;
  /** Events of the pages that carry the earliest instant: they were decided before the span begins. */
  readonly firstEvents: number;
}

export class JournalWatch {
  private baseline = new Map<number, number>();

  constructor(private readonly pool: Pool) {}

  /** From here on only pages above the present heads count. */
  async begin(): Promise<void> {
    const { rows } = await this.pool.query<{ shard: number; height: string }>(
      'SELECT shard, max(height)::text AS height FROM journal.pages GROUP BY shard',
    );
    this.baseline = new Map(rows.map(({ shard, height }) => [shard, Number(height)]));
  }

  /** Durable events above the base line. */
  async events(): Promise<number> {
    const { rows } = await this.pool.query<{ events: string }>({
      name: 'watch-events',
      text: `SELECT coalesce(sum(count), 0)::text AS events FROM journal.pages
             LEFT JOIN unnest($1::int[], $2::bigint[]) AS base (shard, height) USING (shard)
             WHERE pages.height > coalesce(base.height, 0)`,
      values: this.baselineValues(),
    });
    return Number(rows[0]!.events);
  }

  /** Events above the base line that the books include. */
  async projectedEvents(): Promise<number> {
    const { rows } = await this.pool.query<{ events: string }>(
      `SELECT coalesce(sum(count), 0)::text AS events FROM journal.pages
       JOIN books.checkpoints USING (shard)
       LEFT JOIN unnest($1::int[], $2::bigint[]) AS base (shard, height) USING (shard)
       WHERE pages.height > coalesce(base.height, 0) AND pages.height <= checkpoints.height`,
      this.baselineValues(),
    );
    return Number(rows[0]!.events);
  }

  /** Waits until `isReached` of the number of durable events. @throws Error when nothing happens for a minute */
  async until(isReached: (events: number) => boolean): Promise<number> {
    let last = -1;
    for (let changedAt = performance.now(); ;) {
      const events = await this.events();
      if (isReached(events)) return events;
      if (events !== last) changedAt = performance.now();
      last = events;
      if (performance.now() - changedAt > SILENCE_MAX_MS)
        throw new Error(`the journal stands still at ${events} events`);
      await delay(POLL_MS);
    }
  }

  /** Waits until the books include every page of the journal. */
  async untilProjected(): Promise<void> {
    const deadline = performance.now() + PROJECTION_MAX_MS;
    for (;;) {
      const { rows } = await this.pool.query<{ behind: string }>({
        name: 'watch-books',
        text: `SELECT coalesce(sum(head.height - coalesce(checkpoints.height, 0)), 0)::text AS behind
               FROM (SELECT shard, max(height) AS height FROM journal.pages GROUP BY shard) AS head
               LEFT JOIN books.checkpoints USING (shard)`,
      });
      if (rows[0]!.behind === '0') return;
      if (performance.now() > deadline) throw new Error(`the books are still ${rows[0]!.behind} pages behind`);
      await delay(POLL_MS);
    }
  }

  /** Ends what the watch itself keeps open. */
  async close(): Promise<void> {
    // The pool is another's.
  }

  async span(): Promise<JournalSpan> {
    const { rows } = await this.pool.query<{
      pages: string;
      events: string;
      bytes: string;
      span: string;
      first: string;
    }>(
      `WITH measured AS (
         SELECT count, octet_length(body) AS bytes, recorded_at::timestamptz AS at FROM journal.pages
         LEFT JOIN unnest($1::int[], $2::bigint[]) AS base (shard, height) USING (shard)
         WHERE pages.height > coalesce(base.height, 0))
       SELECT count(*)::text AS pages, sum(count)::text AS events, sum(bytes)::text AS bytes,
         (extract(epoch FROM max(at) - min(at)) * 1000)::text AS span,
         (sum(count) FILTER (WHERE at = (SELECT min(at) FROM measured)))::text AS first
       FROM measured`,
      this.baselineValues(),
    );
    const { pages, events, bytes, span, first } = rows[0]!;
    return {
      pages: Number(pages),
      events: Number(events),
      bytes: Number(bytes),
      spanMs: Number(span),
      firstEvents: Number(first),
    };
  }

  private baselineValues(): [number[], number[]] {
    return [[...this.baseline.keys()], [...this.baseline.values()]];
  }
}
