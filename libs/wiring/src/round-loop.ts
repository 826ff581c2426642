/**
 * Carries rounds on for as long as the process lives: what was left at the start, what a command of this process opens,
 * and, sweep by sweep, what others opened and left.
 */
import { CoalescedRuns } from './coalesced-runs.js';

/** One kind of round, for whoever keeps it going. */
export interface RoundsToDrive {
  /** The command that opens one. */
  readonly openedBy: string;
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

  /** Looks at once for what a command has opened. In the background: its caller does not wait for the end of a round. */
  wake(openedBy: string): void {
    for (const kind of this.kinds) if (kind.openedBy === openedBy) this.drive(kind);
  }

  private sweep(): void {
    for (const kind of this.kinds) if (!this.runs.isUnderWay(kind)) this.drive(kind);
  }

  private drive(kind: RoundsToDrive): void {
    this.runs.request(kind).catch((error: unknown) => {
      this.options.onTrouble(`rounds that ${kind.openedBy} opens wait for the next sweep`, error);
    });
  }
}
