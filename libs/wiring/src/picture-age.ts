/**
 * How old a picture may be: the time since the last confirmed look at what it shows began. A process that was stopped,
 * or a machine that slept, does not notice that time passed; its clocks show it.
 */

/** Both in milliseconds. The monotonic clock stands still while a machine sleeps, the wall clock may be set. */
export interface Clocks {
  monotonicMs(): number;
  /** Since 1970. */
  wallMs(): number;
}

export const SYSTEM_CLOCKS: Clocks = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

/** When a look began. */
export interface LookBegin {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export class PictureAge {
  private confirmed: LookBegin | undefined;
  private newestWallMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly clocks: Clocks = SYSTEM_CLOCKS) {}

  /** Call before a look asks, then {@link confirm} when the copy holds what it found. */
  begin(): LookBegin {
    return { monotonicMs: this.clocks.monotonicMs(), wallMs: this.clocks.wallMs() };
  }

  /** Looks may overlap: the one that began last counts. */
  confirm(look: LookBegin): void {
    if (this.confirmed !== undefined && look.monotonicMs < this.confirmed.monotonicMs) return;
    this.confirmed = look;
    this.newestWallMs = look.wallMs;
  }

  /**
   * Milliseconds by the clock that says more. Infinity before the first look, and when the wall clock went back since the
   * last one: then nobody knows how long the machine slept.
   */
  get ms(): number {
    if (this.confirmed === undefined) return Number.POSITIVE_INFINITY;
    const { monotonicMs, wallMs } = this.begin();
    if (wallMs < this.newestWallMs) return Number.POSITIVE_INFINITY;
    this.newestWallMs = wallMs;
    return Math.max(monotonicMs - this.confirmed.monotonicMs, wallMs - this.confirmed.wallMs);
  }
}
