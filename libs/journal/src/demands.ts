/** Pages that somebody waits for, whatever is in them. */
import { isClosedUpTo } from './closing.js';
import type { PageHead } from './page.js';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The newest page is to rest on this height of the registry or a later one. */
interface RestDemand extends Waiter {
  readonly height: number;
}

/** The newest page is to be later than this instant, RFC 3339 UTC with milliseconds. */
interface CloseDemand extends Waiter {
  readonly instant: string;
}

/** An instant that is not over cannot be closed: whatever is decided next may belong to it. */
export class InstantNotOver extends Error {
  readonly retriable = true;

  constructor(instant: string) {
    super(`${instant} is not over by this process's clock`);
    this.name = 'InstantNotOver';
  }
}

export class PageDemands {
  private resting: RestDemand[] = [];
  private closing: CloseDemand[] = [];
  private acting: Waiter[] = [];

  get isEmpty(): boolean {
    return this.resting.length === 0 && this.closing.length === 0 && this.acting.length === 0;
  }

  /** Whether somebody waits for what is due. */
  get isActing(): boolean {
    return this.acting.length > 0;
  }

  restOn(height: number): Promise<void> {
    return new Promise((resolve, reject) => this.resting.push({ height, resolve, reject }));
  }

  closeUpTo(instant: string): Promise<void> {
    return new Promise((resolve, reject) => this.closing.push({ instant, resolve, reject }));
  }

  actOnDue(): Promise<void> {
    return new Promise((resolve, reject) => this.acting.push({ resolve, reject }));
  }

  /**
   * Answers those that have what they wait for, and refuses those that cannot have it now.
   *
   * @param registryHeight what the next page can rest on
   * @param now RFC 3339 UTC with milliseconds
   * @returns whether those that are left need a page
   */
  settle(head: PageHead | undefined, registryHeight: number, now: string): boolean {
    if (this.resting.length === 0 && this.closing.length === 0) return false;
    this.resting = this.resting.filter(({ height, resolve, reject }) => {
      if (height <= (head?.registryHeight ?? 0)) resolve();
      else if (height > registryHeight) reject(new RangeError(`height ${height} of the registry is not read yet`));
      else return true;
      return false;
    });
    this.closing = this.closing.filter(({ instant, resolve, reject }) => {
      if (isClosedUpTo(head, instant)) resolve();
      else if (instant >= now) reject(new InstantNotOver(instant));
      else return true;
      return false;
    });
    return this.resting.length > 0 || this.closing.length > 0;
  }

  /** Nothing is due any more. */
  nothingDue(): void {
    for (const { resolve } of this.acting.splice(0)) resolve();
  }

  /** What is due cannot act now. */
  failActing(error: unknown): void {
    for (const { reject } of this.acting.splice(0)) reject(error);
  }

  fail(error: unknown): void {
    for (const { reject } of [...this.resting.splice(0), ...this.closing.splice(0)]) reject(error);
    this.failActing(error);
  }
}
