/**
 * Keeps the books of one shard up to date: follows the journal from the checkpoint, gathers pages while a transaction is
 * under way, and writes them as the next one. Whatever fails is tried again from the checkpoint, after a growing pause.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ShardLost, type JournalStore, type Page, type RememberedPage } from '#journal';
import {
  BooksBeingReplaced,
  CheckpointMoved,
  isDatabaseAway,
  RebuildUnderWay,
  ShardBeingWritten,
  type Projection,
} from '#postgres';
import { PageBuffer } from './page-buffer.js';

/** Pages and bytes of one transaction: large enough to spread its fixed cost, small enough to show progress. */
const RUN_PAGES_MAX = 32;
const RUN_BYTES_MAX = 8_000_000;
const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 5_000;
/** A shard that another process keeps from moving for longer than this is reported as stuck. */
const KEPT_OUT_MAX_MS = 5_000;

export interface ShardProjectorHooks {
  /** Told of every run of pages in the books. */
  readonly onApplied?: (run: { readonly shard: number; readonly pages: number; readonly events: number }) => void;
  readonly onTrouble?: (message: string, error: unknown) => void;
  /** Whether a root key has accepted that the journal lacks this page. */
  readonly isGivenUp?: (page: RememberedPage) => boolean;
  /** Folds the books again: they hold pages that were given up. */
  readonly rebuild?: (signal: AbortSignal) => Promise<void>;
}

export class ShardProjector {
  /** The last height that this process knows to be in the books; undefined until it has read the checkpoint. */
  height: number | undefined;
  /** Why the books do not move, until they move again. */
  lastError: unknown;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private keptOutSinceMs: number | undefined;

  constructor(
    readonly shard: number,
    private readonly store: JournalStore,
    private readonly projection: Projection,
    private readonly hooks: ShardProjectorHooks = {},
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Finishes the transaction under way and stops. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let pauseMs = PAUSE_MIN_MS;
    while (!signal.aborted) {
      const before = this.height ?? 0;
      try {
        const head = await this.projection.position();
        if (head !== undefined && this.hooks.isGivenUp?.({ shard: this.shard, ...head }) === true) {
          await this.hooks.rebuild?.(signal);
          continue;
        }
        this.height = head?.height ?? 0;
        if (this.height > before) this.keptOutSinceMs = undefined;
        // Accepted or put back, or else it is said again.
        if (this.lastError instanceof ShardLost) this.lastError = undefined;
        // The database answers again. Any other trouble ends only with the page that caused it.
        if (isDatabaseAway(this.lastError) || (isAnothersWork(this.lastError) && this.height > before)) {
          this.lastError = undefined;
        }
        await this.follow();
      } catch (error) {
        if (signal.aborted) return;
        if ((this.height ?? 0) > before) pauseMs = PAUSE_MIN_MS;
        if (isAnothersWork(error)) {
          this.noteKeptOut(error);
          await pause(PAUSE_MIN_MS, signal);
          continue;
        }
        this.lastError = error;
        this.hooks.onTrouble?.(
          `the books of shard ${this.shard} stopped at height ${this.height ?? 'unknown'}; trying again`,
          error,
        );
        await pause(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
      }
    }
  }

  /** Another projector, or a rebuild, works on the same shard: harmless unless the read models stop moving. */
  private noteKeptOut(error: Error): void {
    const nowMs = performance.now();
    this.keptOutSinceMs ??= nowMs;
    if (nowMs - this.keptOutSinceMs > KEPT_OUT_MAX_MS) this.lastError = error;
  }

  /** Writes page after page until stopped. @throws whatever reading or writing throws */
  private async follow(): Promise<void> {
    // A stop may have come while the checkpoint was read: then there is no event any more to hear of it.
    const reading = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, reading.signal]);
    const buffer = new PageBuffer(RUN_PAGES_MAX, RUN_BYTES_MAX);
    const reader = this.read(buffer, signal);
    try {
      for (let pages = await buffer.takeAll(); pages.length > 0; pages = await buffer.takeAll()) {
        await this.projection.apply(pages);
        this.height = pages.at(-1)!.height;
        this.lastError = undefined;
        this.keptOutSinceMs = undefined;
        this.hooks.onApplied?.({ shard: this.shard, pages: pages.length, events: countEvents(pages) });
      }
    } finally {
      reading.abort();
      buffer.end();
      await reader;
    }
  }

  private async read(buffer: PageBuffer, signal: AbortSignal): Promise<void> {
    try {
      for await (const page of this.store.subscribe(this.shard, (this.height ?? 0) + 1, signal)) {
        await buffer.put(page);
        if (signal.aborted) break;
      }
      buffer.end();
    } catch (error) {
      buffer.end(error);
    }
  }
}

function isAnothersWork(error: unknown): error is Error {
  return [CheckpointMoved, BooksBeingReplaced, RebuildUnderWay, ShardBeingWritten].some(
    (kind) => error instanceof kind,
  );
}

function countEvents(pages: readonly Page[]): number {
  return pages.reduce((sum, { count }) => sum + count, 0);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
