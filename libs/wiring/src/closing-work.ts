/**
 * Closes instants that readers ask for. A shard that nobody asks about writes nothing, and one that readers ask about all
 * the time closes a few times a second, for all of them together. Any number of processes may do the same.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ClocksApart, joinInstants, type ClosingWishes } from '#journal';
import type { Logger } from '#platform';

/** Between two pages that one shard writes for nothing but wishes. */
const PAUSE_MS = 200;
/** An instant that is further ahead than clocks may differ is no wish that a reader made. */
const AHEAD_MAX_MS = 10_000;
const RETRY_MS = 1_000;
/** Between two looks at the clock, which somebody may set. */
const LOOK_MS = 250;

/** A shard that can be closed. */
export interface Closable {
  readonly shard: number;
  closeUpTo(instant: string): Promise<void>;
}

export interface ClosingWorkOptions {
  readonly wishes: ClosingWishes;
  readonly shards: readonly Closable[];
  readonly logger: Pick<Logger, 'warn' | 'debug'>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly pauseMs?: number;
}

export class ClosingWork {
  private readonly stopping = new AbortController();
  private readonly wanted = new Map<number, string>();
  private readonly closing = new Map<number, Promise<void>>();
  private readonly now: () => number;
  private following: Promise<void> | undefined;

  constructor(private readonly options: ClosingWorkOptions) {
    this.now = options.now ?? Date.now;
  }

  /** Begins to close what is wished. Call it in processes that may decide for all shards. */
  start(): void {
    this.following ??= this.follow();
  }

  /** What is not closed then stays wished for. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
    await Promise.all(this.closing.values());
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        for await (const wished of this.options.wishes.follow(signal)) {
          joinInstants(this.wanted, wished);
          this.begin();
        }
      } catch (error) {
        this.options.logger.warn({ err: error }, 'wishes that instants be closed are looked for again');
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private begin(): void {
    for (const closable of this.options.shards) {
      const { shard } = closable;
      if (!this.wanted.has(shard) || this.closing.has(shard)) continue;
      const closing = this.closeWanted(closable).finally(() => this.closing.delete(shard));
      this.closing.set(shard, closing);
    }
  }

  /** One shard: whatever is wished while a page is under way is closed by the next one. */
  private async closeWanted(closable: Closable): Promise<void> {
    const { signal } = this.stopping;
    const { shard } = closable;
    while (this.wanted.has(shard) && !signal.aborted) {
      const instant = this.wanted.get(shard)!;
      try {
        await this.close(closable, instant);
        if (this.wanted.get(shard) === instant) this.wanted.delete(shard);
        await this.options.wishes.takeBack(shard, instant);
      } catch (error) {
        if (signal.aborted) return;
        // It is still wished for: the store gives it again.
        this.wanted.delete(shard);
        // Clocks that are apart are told of once, for all shards.
        const level = error instanceof ClocksApart ? 'debug' : 'warn';
        this.options.logger[level]({ err: error, shard }, 'a shard could not be closed; it is tried again');
      }
      await delay(this.options.pauseMs ?? PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** By this process's clock the instant is over then: a page of the very instant would leave it open. */
  private async close(closable: Closable, instant: string): Promise<void> {
    const { signal } = this.stopping;
    let aheadMs = Date.parse(instant) - this.now();
    if (aheadMs > AHEAD_MAX_MS) {
      this.options.logger.warn({ shard: closable.shard, instant }, 'a wish lies in the future: what is over is closed');
      return closable.closeUpTo(new Date(this.now() - 1).toISOString());
    }
    for (; aheadMs >= 0; aheadMs = Date.parse(instant) - this.now()) {
      await delay(Math.min(aheadMs + 1, LOOK_MS), undefined, { signal });
    }
    return closable.closeUpTo(instant);
  }
}
