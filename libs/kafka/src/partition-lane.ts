import type { Batch, EachBatchPayload } from 'kafkajs';
import type { ConsumerSettings } from './consumer-options.js';
import type { DeadLetterProducer } from './dead-letter-producer.js';
import { keptLetterOf } from './kept-letter.js';
import { absencesOf } from './fetch/fetch-answers.js';
import type { FetchedRecord, PartitionMark } from './fetch/record-batches.js';
import { writeCommitNote, type CommitOwner, type StoppedBatch } from './commit-note.js';
import {
  parseOffset,
  readUsageMessage,
  type AppliedRange,
  type DeadLetter,
  type UsageBatchHandler,
} from './usage-message.js';

/**
 * `checking`: the journal's offset is being compared with the broker's; `retrying`: waits after a failure; `stopped`: waits
 * at a batch that cannot be read until it is skipped; `refused`: needs a person.
 */
export type LaneState = 'checking' | 'consuming' | 'retrying' | 'stopped' | 'refused';

/** Offsets that retention deleted before they were applied. */
export interface LostOffsets {
  /** How many, over all times that it happened. */
  readonly count: number;
  /** The last of them, both inclusive. */
  readonly from: number;
  readonly to: number;
}

/** The last message that the journal applied, while it is looked for. */
export interface PinnedMessage extends AppliedRange {
  /** The fingerprint of the newest message before `to` that was found. */
  found: string | undefined;
}

/** How long what a broker said of a partition's end may be called known. */
const END_KNOWN_MS = 20_000;

/** What is needed to apply batches, whichever partition they come from. */
export interface LaneParts {
  readonly settings: ConsumerSettings;
  readonly handler: UsageBatchHandler;
  readonly deadLetters: DeadLetterProducer;
  /** By partition, over all sessions of this process. */
  readonly lost: Map<number, LostOffsets>;
  /** Offsets of stops that were told already, by partition: a rebalance meets the same batch again. */
  readonly told: Map<number, number>;
  readonly onTrouble: (level: 'warn' | 'error', message: string, error?: unknown) => void;
}

/** One assigned partition: how far it is, and the way of a batch through handler, dead letters and offsets. */
export class PartitionLane {
  state: LaneState = 'checking';
  /** Offset after the last message that was applied by this process. */
  nextOffset: number | undefined;
  /** What Kafka's commit was last set to. */
  committedOffset: number | undefined;
  /** The broker's next offset, as of the last fetch or look; {@link sawEnd} sets it. */
  high: number | undefined;
  /** Who commits, as of its assignment; undefined before that. */
  owner: CommitOwner | undefined;
  /** The batch at which it stopped. */
  stopped: StoppedBatch | undefined;
  /** Whether a batch is with the handler. */
  isBusy = false;
  /**
   * Kafka's commit lies beyond the journal: if there is a message before `until`, the journal lacks it, and consumption
   * must go back to `backTo`.
   */
  doubt: { readonly until: number; readonly backTo: number } | undefined;
  /** What is still to be compared before anything is applied. */
  pin: PinnedMessage | undefined;
  /** What {@link absencesNow} was when it was placed. */
  absences = 0;
  /** Why it is `refused`, for a person. */
  refusal: string | undefined;
  /** Failures in a row. */
  failures = 0;
  resumeTimer: NodeJS.Timeout | undefined;
  private endSeenMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly partition: number,
    private readonly parts: LaneParts,
  ) {}

  /** As {@link state}, but a partition counts as retrying until a batch has succeeded again. */
  get reportedState(): LaneState {
    return this.state === 'consuming' && this.failures > 0 ? 'retrying' : this.state;
  }

  /** Messages between what was applied and the partition's end; undefined while either is not known. */
  get lag(): number | undefined {
    const { high, nextOffset } = this;
    if (high === undefined || nextOffset === undefined || high < nextOffset) return undefined;
    return performance.now() - this.endSeenMs <= END_KNOWN_MS ? high - nextOffset : undefined;
  }

  /** How often brokers had no such partition: each time it may be another one that answers next. */
  get absencesNow(): number {
    return absencesOf(this.parts.settings.topic, this.partition);
  }

  sawEnd(high: number): void {
    this.high = high;
    this.endSeenMs = performance.now();
  }

  /** Everything before `end` is done with, also what is no message. */
  passTo(end: number): void {
    this.nextOffset = Math.max(this.nextOffset ?? 0, end);
    if (this.high !== undefined && this.high < this.nextOffset) this.high = this.nextOffset;
    if (this.doubt !== undefined && this.nextOffset >= this.doubt.until) this.doubt = undefined;
  }

  /** What a commit says besides its offset; null before the assignment is settled. */
  commitMetadata(): string | null {
    const { owner, stopped } = this;
    if (owner === undefined) return null;
    const heads = this.parts.handler.heads();
    return writeCommitNote({ ...owner, heads, ...(stopped === undefined ? {} : { stopped }) });
  }

  /** The journal's next offset, checked. */
  expectedOffset(): number | undefined {
    const { handler, settings } = this.parts;
    const offset = handler.nextOffset?.(settings.name, this.partition);
    if (offset !== undefined && (!Number.isSafeInteger(offset) || offset < 0)) {
      throw new RangeError(`the handler's next offset for partition ${this.partition} is ${offset}`);
    }
    return offset;
  }

  /** What the partition must at least reach to be the one that the journal knows. */
  knownEnd(): number | undefined {
    const { handler, settings } = this.parts;
    return handler.highestOffset?.(settings.name, this.partition) ?? this.expectedOffset();
  }

  /**
   * Applies a batch slice by slice: handler, then dead letters, then the offset. Ends early, with what is applied, when
   * the partition may belong to someone else.
   *
   * @returns the mark at which reading ended, once all before it is applied
   * @throws whatever the handler or the dead-letter topic threw; what was applied before stays resolved
   */
  async apply(payload: EachBatchPayload, isStale: () => boolean): Promise<PartitionMark | undefined> {
    const { batch } = payload;
    const mark = markOf(batch);
    const messages = mark === undefined ? batch.messages : batch.messages.slice(0, -1);
    const { batchMessagesMax } = this.parts.settings;
    if (parseOffset(batch.highWatermark) >= 0) this.sawEnd(parseOffset(batch.highWatermark));
    for (let from = 0; from < messages.length; from += batchMessagesMax) {
      if (isStale()) return undefined;
      const slice = messages.slice(from, from + batchMessagesMax);
      const isLast = from + slice.length === messages.length && mark === undefined;
      // After the last message kafkajs steps over what follows it without being a message (transaction markers).
      const end = parseOffset(isLast ? batch.lastOffset() : slice.at(-1)!.offset) + 1;
      await this.applySlice(batch, slice, end, isStale);
      this.passTo(end);
      this.failures = 0;
      resolve(payload, slice.at(-1)!.offset);
    }
    return isStale() ? undefined : mark;
  }

  private async applySlice(batch: Batch, slice: Batch['messages'], end: number, isStale: () => boolean): Promise<void> {
    const { handler, settings } = this.parts;
    const startedAt = performance.now();
    const messages = slice.map(readUsageMessage);
    const rejected = await handler.handle({ name: settings.name, partition: batch.partition, messages, end, isStale });
    if (rejected.length > 0) await this.sendDeadLetters(batch, slice, rejected);
    const { onBatch } = settings.hooks;
    if (onBatch === undefined) return;
    onBatch({
      topic: batch.topic,
      partition: batch.partition,
      messages: messages.length,
      bytes: messages.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0),
      deadLetters: rejected.length,
      durationMs: performance.now() - startedAt,
    });
  }

  private async sendDeadLetters(
    batch: Batch,
    slice: Batch['messages'],
    rejected: readonly DeadLetter[],
  ): Promise<void> {
    const byOffset = new Map(slice.map((message) => [message.offset, message]));
    const letters = rejected.map(({ offset, code, detail }) => {
      const message = byOffset.get(String(offset));
      if (message === undefined) throw new Error(`the handler rejected offset ${offset}, which it was not given`);
      const { key, value, headers = {} } = message;
      return { topic: batch.topic, partition: batch.partition, offset, key, value, headers, code, detail };
    });
    const { settings, deadLetters } = this.parts;
    // Both before the offset is resolved: what a crash cuts off is rejected again, and then kept and written again.
    await settings.keepLetters(
      letters.map(({ headers, ...letter }) => {
        const timestampMs = Number(byOffset.get(String(letter.offset))!.timestamp);
        return keptLetterOf({ ...letter, topic: settings.name, timestampMs }, headers);
      }),
    );
    await deadLetters.send(settings.deadLetterTopic, letters);
  }
}

/** The mark at which reading a batch ended, which stands in place of its last message. */
export function markOf(batch: Batch): PartitionMark | undefined {
  return (batch.messages.at(-1) as Partial<FetchedRecord> | undefined)?.mark;
}

/** kafkajs stumbles when the topic was taken away while the batch was under way: then there is nothing to resolve. */
export function resolve(payload: EachBatchPayload, offset: string): void {
  try {
    payload.resolveOffset(offset);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
