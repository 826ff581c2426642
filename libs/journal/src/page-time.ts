/**
 * Which time a page has, by the clock of the process that decides it, the shard's newest page and the clock of the store.
 * The store's clock is the reference: a process whose clock is apart from it decides nothing.
 */
import type { Page, PageHead } from './page.js';

/** Clocks that differ by more are apart, milliseconds. */
export const CLOCKS_APART_MAX_MS = 2_000;

/** Between two pages above a head that is ahead. */
const STEP_MS = 1;
/** The last time that a page can have. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** How far a page's time may be from the store's clock when it is appended, milliseconds; absent: as far as it likes. */
export interface TimeBounds {
  readonly behindMaxMs?: number;
  readonly aheadMaxMs?: number;
}

/** A page whose time is the present. */
export const PRESENT_TIME: TimeBounds = { behindMaxMs: CLOCKS_APART_MAX_MS, aheadMaxMs: CLOCKS_APART_MAX_MS };
/** A page whose time another page gave it: it may be ahead as that one is, and must not have waited since. */
const FOLLOWING: TimeBounds = { behindMaxMs: CLOCKS_APART_MAX_MS };
/** A page of what was due: its instant may be long over. */
const DUE: TimeBounds = { aheadMaxMs: CLOCKS_APART_MAX_MS };
/** A page of what was due before the shard's newest page. */
const DUE_BEFORE: TimeBounds = {};

/** This process's clock and the store's differ by more than they may. Nothing is decided until they agree. */
export class ClocksApart extends Error {
  readonly retriable = true;
  readonly retryAfterSeconds = 5;

  /** @param aheadMs at least so far this process's clock is ahead of the store's, or below 0 behind it */
  constructor(readonly aheadMs: number) {
    super(
      `this process's clock is ${describeApart(aheadMs)} that of the journal's store, and ` +
        `${CLOCKS_APART_MAX_MS / 1_000} s are allowed: nothing is decided until they agree`,
    );
    this.name = 'ClocksApart';
  }
}

/**
 * A page's time is too far from the store's clock. It was not appended and does not stand at its height, whatever became of
 * earlier attempts: its commands are decided anew, at another time.
 */
export class PageMistimed extends Error {
  readonly retriable = true;
  readonly retryAfterSeconds = 5;

  /** @param aheadMs so far the page's time is ahead of the store's clock, or below 0 behind it */
  constructor(
    { shard, height }: Pick<Page, 'shard' | 'height'>,
    readonly aheadMs: number,
  ) {
    super(`the time of page ${height} of shard ${shard} is ${describeApart(aheadMs)} the clock of the journal's store`);
    this.name = 'PageMistimed';
  }
}

/** For people, e.g. `3.2 s ahead of`. */
export function describeApart(aheadMs: number): string {
  const apartMs = Math.abs(aheadMs);
  const amount = apartMs < 1_000 ? `${Math.round(apartMs)} ms` : `${(Math.floor(apartMs / 100) / 10).toFixed(1)} s`;
  return `${amount} ${aheadMs < 0 ? 'behind' : 'ahead of'}`;
}

/**
 * The time of a page that is decided now: the present, or the newest page's time where that is later. Above a head that is
 * ahead pages are told apart by a millisecond each.
 *
 * @param nowMs milliseconds since 1970
 * @returns RFC 3339 UTC with milliseconds
 */
export function timeAbove(head: Pick<PageHead, 'recordedAt'> | undefined, nowMs: number): string {
  const now = new Date(nowMs).toISOString();
  if (head === undefined || head.recordedAt <= now) return now;
  if (!isAhead(head, nowMs)) return head.recordedAt;
  return new Date(Math.min(Date.parse(head.recordedAt) + STEP_MS, LATEST_MS)).toISOString();
}

/** Whether a page is ahead by more than clocks may differ: whoever wrote it had another idea of the present. */
export function isAhead({ recordedAt }: Pick<PageHead, 'recordedAt'>, nowMs: number): boolean {
  return Date.parse(recordedAt) - nowMs > CLOCKS_APART_MAX_MS;
}

/**
 * What the store holds a page's time to.
 *
 * @param head the page below
 * @param isDue the page is of what was due at an instant
 */
export function boundsOf(
  { recordedAt }: Pick<Page, 'recordedAt'>,
  head: Pick<PageHead, 'recordedAt'> | undefined,
  isDue: boolean,
): TimeBounds {
  const isGiven = head !== undefined && Date.parse(recordedAt) - Date.parse(head.recordedAt) <= STEP_MS;
  if (isDue) return isGiven ? DUE_BEFORE : DUE;
  return isGiven ? FOLLOWING : PRESENT_TIME;
}
