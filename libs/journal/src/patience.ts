/** Steps on a store that may be away: each may be repeated until it is known to be done. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from './page.js';
import { HeightTaken, StoreUnavailable, type AppendTerms, type JournalStore } from './store.js';

const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 2_000;

export interface Patience {
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  readonly pauseMaxMs?: number | undefined;
  /** Told of each attempt that failed. */
  readonly onAway: (error: StoreUnavailable) => void;
}

/** Repeats an idempotent step with growing pauses while the store is away. @throws StoreUnavailable once the signal aborts */
export async function untilAvailable<T>(
  step: () => Promise<T>,
  { signal, pauseMaxMs = PAUSE_MAX_MS, onAway }: Patience,
): Promise<T> {
  for (let pauseMs = Math.min(PAUSE_MIN_MS, pauseMaxMs); ; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || signal.aborted) throw error;
      onAway(error);
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/**
 * Appends a page whose earlier attempts may have landed.
 *
 * @returns false when another page stands at its height
 * @throws PageMistimed when the store does not take its time: it does not stand there
 * @throws StoreUnavailable when it is not known: append the very same page again
 */
export async function landPage(store: JournalStore, page: Page, terms?: AppendTerms): Promise<boolean> {
  try {
    await store.append(page, terms);
    return true;
  } catch (error) {
    if (!(error instanceof HeightTaken)) throw error;
    const [standing] = await store.read(page.shard, page.height, 1);
    // Without this a store that lags behind, or lost pages, would be asked without a pause.
    if (standing === undefined) {
      throw new StoreUnavailable(`it refuses height ${page.height} of shard ${page.shard} and shows no page there`);
    }
    // An earlier attempt whose answer was lost may have landed: then the page meets itself. Two writers never seal
    // the same bytes for different callers, since every entry names its request or its Kafka offset.
    return standing.hash === page.hash;
  }
}
