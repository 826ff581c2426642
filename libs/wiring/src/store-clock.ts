/**
 * This process's clock against that of the journal's store, which is the reference. They are compared at the start, each minute,
 * and as soon as somebody may have set this one; where they are apart nothing is decided, and it goes on once they agree.
 */
import { ClocksApart, CLOCKS_APART_MAX_MS, describeApart, StoreUnavailable, type ComparedClock } from '#journal';
import type { Logger } from '#platform';
import { SYSTEM_CLOCKS, type Clocks, type LookBegin } from './picture-age.js';

const COMPARE_EVERY_MS = 60_000;
/** A comparison that is older says nothing: one has failed meanwhile. */
const COMPARISON_AGE_MAX_MS = COMPARE_EVERY_MS * 1.5;
/** Between two looks whether it is time to compare, and between two comparisons while the clocks are apart. */
const LOOK_EVERY_MS = 1_000;
/** The wall clock and the monotonic one differ so much in a minute only where the first was set, or the machine slept. */
const JUMP_MAX_MS = 250;
/** A clock that is set while it is compared gives no comparison; one that is set all the time is not waited for. */
const ATTEMPTS = 3;

export interface StoreClockOptions {
  /** Asks the store, see `JournalStore.now`. */
  readonly ask: () => Promise<number>;
  readonly logger: Pick<Logger, 'error' | 'info' | 'warn'>;
  readonly clocks?: Clocks;
}

/** What a comparison found. This clock's lead over the store's lies between the two, milliseconds; below 0 it is behind. */
interface Comparison {
  readonly leastMs: number;
  readonly mostMs: number;
  /** When it ended. */
  readonly at: LookBegin;
}

export class StoreClock implements ComparedClock {
  private readonly clocks: Clocks;
  private newest: Comparison | undefined;
  private isDoubted = false;
  private comparing: Promise<void> | undefined;
  private isToldApart = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: StoreClockOptions) {
    this.clocks = options.clocks ?? SYSTEM_CLOCKS;
  }

  now(): number {
    return this.clocks.wallMs();
  }

  get isSure(): boolean {
    return this.newest !== undefined && !this.isDoubted && this.isRecent(COMPARISON_AGE_MAX_MS) && !this.apart;
  }

  /** Why nothing may be decided, by the last comparison. It never says so of clocks that may agree. */
  get apart(): ClocksApart | undefined {
    if (this.newest === undefined) return undefined;
    const { leastMs, mostMs } = this.newest;
    if (leastMs > CLOCKS_APART_MAX_MS) return new ClocksApart(leastMs);
    return mostMs < -CLOCKS_APART_MAX_MS ? new ClocksApart(mostMs) : undefined;
  }

  /** This clock's lead over the store's by the last comparison, milliseconds; undefined: there was none. */
  get aheadMs(): number | undefined {
    return this.newest === undefined ? undefined : (this.newest.leastMs + this.newest.mostMs) / 2;
  }

  async assure(): Promise<void> {
    if (this.isSure) return;
    if (this.apart === undefined || this.isDoubted || !this.isRecent(LOOK_EVERY_MS)) await this.compare();
    const { apart } = this;
    if (apart !== undefined) throw apart;
  }

  doubt(): void {
    this.isDoubted = true;
  }

  /** Asks the store. Calls that come together share an answer. @throws StoreUnavailable */
  compare(): Promise<void> {
    this.comparing ??= this.compareOnce().finally(() => {
      this.comparing = undefined;
    });
    return this.comparing;
  }

  /** Compares from now on by itself. */
  start(): void {
    this.timer = setInterval(() => {
      const isApart = this.apart !== undefined;
      if (!isApart && !this.isDoubted && this.isRecent(COMPARE_EVERY_MS)) return;
      this.compare().catch((error: unknown) => {
        // A store that is away is told of by everybody who needs it.
        if (!(error instanceof StoreUnavailable))
          this.options.logger.warn({ err: error }, 'the clocks cannot be compared');
      });
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.comparing?.catch(() => undefined);
  }

  /** For people. */
  describe(): string {
    if (this.newest === undefined) return 'the clock has not been compared with that of the journal’s store';
    const { leastMs, mostMs } = this.newest;
    const within = Math.ceil((mostMs - leastMs) / 2);
    return this.apart?.message ?? `the clock is ${describeApart(this.aheadMs!)} the store’s, give or take ${within} ms`;
  }

  private async compareOnce(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const began = this.read();
      const storeMs = await this.options.ask();
      const at = this.read();
      if (hasJumped(began, at) && attempt < ATTEMPTS) continue;
      // The store looked at its clock some time between the two.
      this.newest = { leastMs: began.wallMs - storeMs, mostMs: at.wallMs - storeMs, at };
      this.isDoubted = false;
      this.tell();
      return;
    }
  }

  private read(): LookBegin {
    return { monotonicMs: this.clocks.monotonicMs(), wallMs: this.clocks.wallMs() };
  }

  /** Whether the last comparison is not older, and this clock was not set since. */
  private isRecent(ageMaxMs: number): boolean {
    if (this.newest === undefined) return false;
    const now = this.read();
    return now.monotonicMs - this.newest.at.monotonicMs <= ageMaxMs && !hasJumped(this.newest.at, now);
  }

  private tell(): void {
    const { apart } = this;
    if ((apart !== undefined) === this.isToldApart) return;
    this.isToldApart = apart !== undefined;
    if (apart === undefined) this.options.logger.info(`${this.describe()}: it is decided again`);
    else this.options.logger.error(apart.message);
  }
}

function hasJumped(from: LookBegin, to: LookBegin): boolean {
  return Math.abs(to.wallMs - from.wallMs - (to.monotonicMs - from.monotonicMs)) > JUMP_MAX_MS;
}
