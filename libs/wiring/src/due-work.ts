/**
 * Drives what shards do by themselves: wakes when something is due, finishes what a command left as soon as it is
 * decided, and sweeps for what a crash or another process left. Only a process that starts it does so; others follow.
 */
import type { ShardState } from '#domain';
import { ClocksApart } from '#journal';
import type { Logger } from '#platform';
import { CoalescedRuns } from './coalesced-runs.js';
import { ShardWork, type Place, type Surroundings, type WorkOutcome } from './shard-work.js';

/** Between two sweeps. Nothing that another process left waits longer, nor what is due after a clock was set. */
const SWEEP_MS = 5_000;

/** A clock and its timers, in milliseconds. */
export interface Alarm {
  /** Since 1970. */
  now(): number;
  /** Calls once, after so long; what it returns calls it off. */
  after(ms: number, wake: () => void): () => void;
}

const SYSTEM_ALARM: Alarm = {
  now: () => Date.now(),
  after: (ms, wake) => {
    const timer = setTimeout(wake, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

export interface DueWorkOptions<Command> {
  /** Has a command decided in any shard. */
  readonly execute: (shard: number, command: Command) => Promise<WorkOutcome>;
  /** Brings in what other processes made durable. */
  readonly lookAround: () => Promise<void>;
  readonly logger: Pick<Logger, 'warn' | 'debug'>;
  readonly alarm?: Alarm;
}

/** What is left to be done and the age of what is due, over all shards. */
export interface WorkFigures {
  readonly left: ReadonlyMap<string, number>;
  /** Since when the oldest item that is due has not acted, milliseconds; 0: none is due. */
  readonly oldestDueMs: number;
}

/** One shard's work, whatever its state is. */
type AnyShardWork = Pick<
  ShardWork<ShardState, unknown>,
  'wakesAtMs' | 'countLeft' | 'oldestDueMs' | 'actOnDue' | 'finishAfter' | 'sweep' | 'stop'
>;

export class DueWork<Command> {
  private readonly shards = new Map<number, AnyShardWork>();
  private readonly around: Surroundings<Command>;
  private readonly alarm: Alarm;
  private readonly sweeps = new CoalescedRuns<'all'>((_, signal) => this.sweepAll(signal));
  private isRunning = false;
  private callOffSweep: (() => void) | undefined;
  private callOffWake: (() => void) | undefined;
  /** Whatever is due earlier than this needs another alarm. */
  private wakesAtMs = Number.POSITIVE_INFINITY;

  constructor(private readonly options: DueWorkOptions<Command>) {
    this.alarm = options.alarm ?? SYSTEM_ALARM;
    this.around = {
      execute: (shard, command) => this.execute(shard, command),
      now: () => this.alarm.now(),
      onTrouble: (message, details) => {
        // Clocks that are apart are told of once, for all shards.
        if (details.err instanceof ClocksApart) options.logger.debug(details, message);
        else options.logger.warn(details, message);
      },
    };
  }

  /** Adds a shard. Call {@link pageRead} for every page that its state has folded. */
  serve<State extends ShardState>(place: Place<State, Command>): void {
    this.shards.set(place.shard, new ShardWork(place, this.around));
  }

  /** Begins with a sweep. Call it in processes that may decide for all shards. */
  start(): void {
    this.isRunning = true;
    this.sweepNowAndThen();
  }

  /** Waits for what is under way, at most 5 s: the next start finds what is left of it. */
  async stop(): Promise<void> {
    this.isRunning = false;
    this.callOffSweep?.();
    this.callOffWake?.();
    await Promise.all([this.sweeps.stop(), ...[...this.shards.values()].map((shard) => shard.stop())]);
  }

  /**
   * Finishes what a command left in its shard. Resolves when that is done for which its caller has to wait; it never
   * fails.
   */
  async finishAfter(shard: number, outcome: WorkOutcome): Promise<void> {
    if (!this.isRunning) return;
    try {
      await this.shards.get(shard)?.finishAfter(outcome);
    } catch (error) {
      this.options.logger.warn({ err: error, shard }, 'what a command left is left for the next sweep');
    }
  }

  /** Does all that is left and due, also what other processes left until now. Resolves when that was tried. */
  sweep(): Promise<void> {
    return this.sweeps.request('all');
  }

  /** What was due in a shard has acted, and may have left something to be done. */
  acted(shard: number, outcome: WorkOutcome): void {
    void this.finishAfter(shard, outcome);
  }

  /** A page may have made something due before the next alarm. */
  pageRead(shard: number): void {
    const atMs = this.shards.get(shard)?.wakesAtMs;
    if (atMs !== undefined && atMs < this.wakesAtMs) this.setAlarm();
  }

  figures(): WorkFigures {
    const left = new Map<string, number>();
    let oldestDueMs = 0;
    for (const shard of this.shards.values()) {
      for (const [kind, count] of shard.countLeft()) left.set(kind, (left.get(kind) ?? 0) + count);
      oldestDueMs = Math.max(oldestDueMs, shard.oldestDueMs);
    }
    return { left, oldestDueMs };
  }

  private async execute(shard: number, command: Command): Promise<WorkOutcome> {
    const outcome = await this.options.execute(shard, command);
    void this.finishAfter(shard, outcome);
    return outcome;
  }

  private sweepNowAndThen(): void {
    if (!this.isRunning) return;
    this.callOffSweep = this.alarm.after(SWEEP_MS, () => {
      this.sweepNowAndThen();
    });
    // A long sweep keeps nothing from acting that falls due meanwhile.
    this.setAlarm();
    if (this.sweeps.isUnderWay('all')) return;
    this.sweep().catch((error: unknown) => {
      this.options.logger.warn({ err: error }, 'work is looked for again later');
    });
  }

  private async sweepAll(signal: AbortSignal): Promise<void> {
    try {
      // What another process left stands in pages that this one may not have read: it decides nothing there.
      await this.options.lookAround();
    } catch (error) {
      this.options.logger.debug({ err: error }, 'work is looked for again later');
      return;
    }
    await Promise.all([...this.shards.values()].map((shard) => shard.sweep(signal)));
    this.setAlarm();
  }

  /** One alarm, for what is due before the next sweep; the sweep sets it anew, whatever a clock did meanwhile. */
  private setAlarm(): void {
    if (!this.isRunning) return;
    const now = this.alarm.now();
    const instants = [...this.shards.values()].map(({ wakesAtMs }) => wakesAtMs ?? Number.POSITIVE_INFINITY);
    this.wakesAtMs = Math.min(now + SWEEP_MS, ...instants);
    this.callOffWake?.();
    this.callOffWake =
      this.wakesAtMs === now + SWEEP_MS
        ? undefined
        : this.alarm.after(Math.max(0, this.wakesAtMs - now), () => {
            this.wake();
          });
  }

  private wake(): void {
    const now = this.alarm.now();
    for (const shard of this.shards.values()) {
      const atMs = shard.wakesAtMs;
      if (atMs === undefined || atMs > now) continue;
      void shard.actOnDue().then(() => {
        this.setAlarm();
      });
    }
    this.setAlarm();
  }
}
