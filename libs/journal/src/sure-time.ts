/** The clock that a sequencer takes its pages' times from, and whether they may be taken from it. */
import type { PageHead, Page } from './page.js';
import { boundsOf, CLOCKS_APART_MAX_MS, isAhead, PageMistimed, timeAbove, type TimeBounds } from './page-time.js';
import type { ComparedClock } from './sequencer-options.js';

/** A page takes no more commands when it was begun so long ago, milliseconds: it has to reach the store in time. */
const DECIDING_MAX_MS = CLOCKS_APART_MAX_MS / 4;
/** Pages in a row that came to the store too late, after which those that wait are told so. */
const MISTIMED_MAX = 5;

export class SureTime {
  private readonly compared: ComparedClock | undefined;
  private readonly clock: () => number;
  /** Pages in a row whose time the store did not take. */
  private mistimed = 0;

  /** @param clock a plain one is never compared, and the store holds no page to it */
  constructor(clock: ComparedClock | (() => number) = Date.now) {
    this.compared = typeof clock === 'function' ? undefined : clock;
    this.clock = typeof clock === 'function' ? clock : () => clock.now();
  }

  /** Whether the store's clock agreed a short while ago. */
  get isSure(): boolean {
    return this.compared?.isSure ?? true;
  }

  /** Compares where {@link isSure} is false. @throws ClocksApart, StoreUnavailable */
  async assure(): Promise<void> {
    await this.compared?.assure();
  }

  /** The time of a page that is begun now. */
  above(head: PageHead | undefined): string {
    return timeAbove(head, this.clock());
  }

  /** Whether a page that was begun at a time should be sent without more commands. */
  isLate(recordedAt: string): boolean {
    return this.compared !== undefined && this.clock() - Date.parse(recordedAt) > DECIDING_MAX_MS;
  }

  /** Whether this process was not stopped, nor its clock set, since the page was begun. */
  mayBeSent(page: Page | undefined, isDue: boolean): boolean {
    if (this.compared === undefined) return true;
    if (!this.compared.isSure) return false;
    return page === undefined || isDue || this.clock() - Date.parse(page.recordedAt) <= CLOCKS_APART_MAX_MS;
  }

  /** What the store has to hold the page's time to. */
  boundsOf(page: Page, head: PageHead | undefined, isDue: boolean): TimeBounds | undefined {
    return this.compared === undefined ? undefined : boundsOf(page, head, isDue);
  }

  /** The time up to which the shard is ahead, RFC 3339 UTC; undefined: it is not. */
  aheadUntil(head: PageHead | undefined): string | undefined {
    return head !== undefined && isAhead(head, this.clock()) ? head.recordedAt : undefined;
  }

  /** Whether what failed is decided anew at once: the page's time was not taken, for the first times. */
  isTriedAgain(error: unknown): boolean {
    if (!(error instanceof PageMistimed)) return false;
    this.compared?.doubt();
    this.mistimed++;
    if (this.mistimed < MISTIMED_MAX) return true;
    this.mistimed = 0;
    return false;
  }

  noteTaken(): void {
    this.mistimed = 0;
  }
}
