/**
 * Carries rounds on for as long as the process lives: what was left at the start, what a page of the registry that this
 * process wrote or read shows under way, and, sweep by sweep, what others opened and left.
 */
import { CoalescedRuns } from './coalesced-runs.js';

/** One kind of round, for whoever keeps it going. */
export interface RoundsToDrive {
  /** Whether the registry's state, durable or not, shows any under way: a hint, for speed only. */
  isAnyUnderWay(): boolean;
  /** Carries on whatever is under way. */
  drive(signal: AbortSignal): Promise<void>;
}

export interface RoundLoopOptions {
  /** Told of a failure; the next sweep tries again. */
  readonly onTrouble: (message: string, error: unknown) => void;
  readonly sweepMs?: number;
}

const SWEEP_MS = 5_000;

export class RoundLoop {
  private timer: NodeJS.Timeout | undefined;
  private readonly runs = new CoalescedRuns<RoundsToDrive>((kind, signal) => kind.drive(signal));

  constructor(
    private readonly kinds: readonly RoundsToDrive[],
    private readonly options: RoundLoopOptions,
  ) {}

  start(): void {
    if (this.kinds.length === 0) return;
    this.sweep();
    this.timer = setInterval(() => this.sweep(), this.options.sweepMs ?? SWEEP_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.runs.stop();
  }

  /** A page of the registry may have opened a round, or brought one to its next stage. Carried on in the background. */
  pageRead(): void {
    for (const kind of this.kinds) if (kind.isAnyUnderWay()) this.drive(kind);
  }

  private sweep(): void {
    for (const kind of this.kinds) if (!this.runs.isUnderWay(kind)) this.drive(kind);
  }

  private drive(kind: RoundsToDrive): void {
    this.runs.request(kind).catch((error: unknown) => {
      this.options.onTrouble('rounds wait for the next sweep', error);
    });
  }
}
