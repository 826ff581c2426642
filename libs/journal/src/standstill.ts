/** Why a shard decides nothing, if so: for good, until a root key speaks, or until what is due has acted. */
import { setTimeout as delay } from 'node:timers/promises';
import { DueHindered } from './due-page.js';
import { SequencerHalted, ShardRefused, type Refusal } from './lane.js';
import type { SequencerOptions } from './sequencer-options.js';

/** Between two looks whether another writer has let act what is due and may not act here. */
const DUE_PAUSE_MIN_MS = 20;
const DUE_PAUSE_MAX_MS = 250;

export class Standstill {
  private haltedBy: SequencerHalted | undefined;
  private refusedAt: ShardRefused | undefined;
  private hinderedBy: DueHindered | undefined;
  private pauseMs = DUE_PAUSE_MIN_MS;

  constructor(
    private readonly options: Pick<SequencerOptions, 'shard' | 'onHalt'>,
    private readonly tellTrouble: (message: string, error?: unknown) => void,
  ) {}

  /** A page that cannot be followed, or a decision that cannot be recorded: nothing is decided any more. */
  get halted(): SequencerHalted | undefined {
    return this.haltedBy;
  }

  /** The page beyond which the shard cannot be followed, or what is lost, until a root key has spoken. */
  get refused(): ShardRefused | undefined {
    return this.refusedAt;
  }

  /** What is due and cannot act here. */
  get hindered(): DueHindered | undefined {
    return this.hinderedBy;
  }

  /** Only the first cause counts. */
  halt(cause: unknown, what?: SequencerHalted['what']): void {
    if (this.haltedBy !== undefined) return;
    this.haltedBy = new SequencerHalted(this.options.shard, cause, what);
    this.options.onHalt?.(this.haltedBy);
    this.tellTrouble(this.haltedBy.message, this.haltedBy.cause);
  }

  refuse(cause: Refusal): void {
    const isNew = this.refusedAt === undefined;
    this.refusedAt = new ShardRefused(cause);
    if (isNew) this.tellTrouble(this.refusedAt.message, cause);
  }

  /** The shard could be followed to its end. */
  noteFollowed(): void {
    this.refusedAt = undefined;
  }

  /** @param instant what is due then, RFC 3339 UTC with milliseconds */
  hinder(instant: string, cause: unknown): DueHindered {
    const by = new DueHindered(this.options.shard, instant, cause);
    if (this.hinderedBy?.instant !== instant) this.tellTrouble(by.message, by.cause);
    this.hinderedBy = by;
    return by;
  }

  /** What was due has acted. More may be due: only {@link noteNothingDue} shortens the pauses again. */
  noteActed(): void {
    this.hinderedBy = undefined;
  }

  noteNothingDue(): void {
    this.hinderedBy = undefined;
    this.pauseMs = DUE_PAUSE_MIN_MS;
  }

  /** A pause before the next look at what is due, longer each time. */
  async pause(signal: AbortSignal): Promise<void> {
    await delay(this.pauseMs, undefined, { signal }).catch(() => undefined);
    this.pauseMs = Math.min(this.pauseMs * 2, DUE_PAUSE_MAX_MS);
  }
}
