/**
 * What each holder was charged, by the page that recorded it: exact for any window that begins at any millisecond. Pages' times
 * never go back, so a window of time is one of heights. What a reversal takes back is taken out where it was booked.
 */
import type { EntryPosition, UndoLog } from '#domain';
import type { ReversalEvent } from '../reversals/reversal-events.js';
import { firstOf } from '../reversals/original.js';
import type { UsageCharged } from '../usage/charge.js';

/** No tier looks farther back. */
export const SPENT_DAYS_MAX = 366;
const KEPT_MS = SPENT_DAYS_MAX * 86_400_000;

/** Bookings whose sum is kept, so that a long window is summed in few steps. */
const BLOCK = 256;

/** The place of the first of ascending numbers that is greater. */
function firstAbove(numbers: readonly number[], than: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! > than) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** One holder's charges: an amount for each page that has some. */
class Bookings {
  private heights: number[] = [];
  private amounts: bigint[] = [];
  /** Of each {@link BLOCK} of amounts. */
  private sums: bigint[] = [];

  /** Whether a page would be the newest one. */
  isNew(height: number): boolean {
    return (this.heights.at(-1) ?? 0) < height;
  }

  /** Adds to a page: a new one, or one that has a booking already. Another one is before all that is kept. */
  add(height: number, amount: bigint): void {
    if (this.isNew(height)) this.begin(height);
    const newest = this.heights.length - 1;
    const place = this.heights[newest] === height ? newest : firstAbove(this.heights, height) - 1;
    if (this.heights[place] !== height) return;
    this.amounts[place]! += amount;
    const block = Math.floor(place / BLOCK);
    this.sums[block]! += amount;
  }

  /** Takes the newest page out, which has nothing but this amount. */
  takeBackNewest(amount: bigint): void {
    this.heights.pop();
    this.amounts.pop();
    if (this.heights.length % BLOCK === 0) this.sums.pop();
    else this.sums[this.sums.length - 1]! -= amount;
  }

  /** Everything that pages above a height have, atto-tokens. */
  above(height: number): bigint {
    let place = firstAbove(this.heights, height);
    let sum = 0n;
    for (; place < this.heights.length && place % BLOCK !== 0; place++) sum += this.amounts[place]!;
    for (let block = Math.ceil(place / BLOCK); block < this.sums.length; block++) sum += this.sums[block]!;
    return sum;
  }

  /** Forgets whole blocks up to a height, once they are more than half. */
  forget(height: number): void {
    const blocks = Math.floor(firstAbove(this.heights, height) / BLOCK);
    if (blocks === 0 || blocks * 2 < this.sums.length) return;
    this.heights = this.heights.slice(blocks * BLOCK);
    this.amounts = this.amounts.slice(blocks * BLOCK);
    this.sums = this.sums.slice(blocks);
  }

  private begin(height: number): void {
    if (this.heights.length % BLOCK === 0) this.sums.push(0n);
    this.heights.push(height);
    this.amounts.push(0n);
  }
}

export class SpentPart {
  /** The time of the newest page, milliseconds since 1970. */
  newestMs = 0;
  private readonly byHolder = new Map<string, Bookings>();
  /** Pages that have charges, and their times. */
  private heights: number[] = [];
  private times: number[] = [];
  /** The newest page that was given a charge, durable or not. */
  private charged = 0;

  constructor(private readonly undo: UndoLog) {}

  /** Books an amount, or takes it back, in a page. */
  book(holder: string, height: number, amount: bigint): void {
    let found = this.byHolder.get(holder);
    if (found === undefined) {
      found = new Bookings();
      this.undo.set(this.byHolder, holder, found);
    }
    const bookings = found;
    const isNew = bookings.isNew(height);
    const { charged } = this;
    bookings.add(height, amount);
    if (height > charged) this.charged = height;
    this.undo.onRollback(() => {
      if (isNew) bookings.takeBackNewest(amount);
      else bookings.add(height, -amount);
      this.charged = charged;
    });
  }

  /** A page is durable: its charges have its time from here on. */
  recorded(height: number, recordedAtMs: number): void {
    this.newestMs = recordedAtMs;
    if (this.charged !== height) return;
    this.heights.push(height);
    this.times.push(recordedAtMs);
    this.forget(recordedAtMs - KEPT_MS);
  }

  /** What a holder was charged in pages later than an instant, milliseconds since 1970; atto-tokens. */
  after(holder: string, instantMs: number): bigint {
    return this.byHolder.get(holder)?.above(this.heightAt(instantMs)) ?? 0n;
  }

  /** The newest page with charges that is not later than an instant. */
  private heightAt(instantMs: number): number {
    return this.heights[firstAbove(this.times, instantMs) - 1] ?? 0;
  }

  /** Gives memory back, now and then. */
  private forget(beforeMs: number): void {
    const gone = firstAbove(this.times, beforeMs);
    if (gone < FORGOTTEN_MIN || gone * 2 < this.times.length) return;
    const height = this.heights[gone - 1]!;
    for (const bookings of this.byHolder.values()) bookings.forget(height);
    // The last one stays: what is above it is in every window.
    this.heights = this.heights.slice(gone - 1);
    this.times = this.times.slice(gone - 1);
  }
}

/** Pages that are forgotten together. */
const FORGOTTEN_MIN = 1_000;

/** What a shard keeps of this concept. */
export interface SpentState {
  readonly spent: SpentPart;
}

type Spending = UsageCharged | Extract<ReversalEvent, { readonly type: 'EntryReversed' | 'EntryRestored' }>;

/** Follows what charges, and what takes them back or restores them: whatever the event is, it is asked here. */
export function followSpending({ spent }: SpentState, event: { readonly type: string }, at: EntryPosition): void {
  if (!(event.type in SPENDING)) return;
  const spending = event as Spending;
  if (spending.type === 'UsageCharged') {
    spent.book(spending.customer, at.height, BigInt(spending.amount));
    return;
  }
  const { entry, type } = firstOf(spending.original);
  if (type !== 'UsageCharged') return;
  const amount = BigInt(spending.amount);
  const height = Number(entry.split('-')[1]);
  spent.book(spending.holder, height, spending.type === 'EntryReversed' ? -amount : amount);
}

const SPENDING: Readonly<Record<Spending['type'], true>> = {
  UsageCharged: true,
  EntryReversed: true,
  EntryRestored: true,
};
