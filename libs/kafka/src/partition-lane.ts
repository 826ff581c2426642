import type { Batch, EachBatchPayload } from 'kafkajs';
import type { ConsumerSettings } from './consumer-options.js';
import type { DeadLetterProducer } from './dead-letter-producer.js';
import { parseOffset, readUsageMessage, type DeadLetter, type UsageBatchHandler } from './usage-message.js';

/**
 * `checking`: the journal's offset is being compared with the broker's; `retrying`: waits after a failure; `refused`:
 * needs a person.
 */
export type LaneState = 'checking' | 'consuming' | 'retrying' | 'refused';

/** What is needed to apply batches, whichever partition they come from. */
export interface LaneParts {
  readonly settings: ConsumerSettings;
  readonly handler: UsageBatchHandler;
  readonly deadLetters: DeadLetterProducer;
}

/** One assigned partition: how far it is, and the way of a batch through handler, dead letters and offsets. */
export class PartitionLane {
  state: LaneState = 'checking';
  /** Offset after the last message that was applied by this process. */
  nextOffset: number | undefined;
  /** What Kafka's commit was last set to. */
  committedOffset: number | undefined;
  /** The broker's next offset, as of the last fetch. */
  high: number | undefined;
  /** Failures in a row. */
  failures = 0;
  resumeTimer: NodeJS.Timeout | undefined;

  constructor(
    readonly partition: number,
    private readonly parts: LaneParts,
  ) {}

  /** As {@link state}, but a partition counts as retrying until a batch has succeeded again. */
  get reportedState(): LaneState {
    return this.state === 'consuming' && this.failures > 0 ? 'retrying' : this.state;
  }

  get lag(): number | undefined {
    return this.high === undefined || this.nextOffset === undefined
      ? undefined
      : Math.max(0, this.high - this.nextOffset);
  }

  /** The journal's next offset, checked. */
  expectedOffset(): number | undefined {
    const { handler, settings } = this.parts;
    const offset = handler.nextOffset?.(settings.topic, this.partition);
    if (offset !== undefined && (!Number.isSafeInteger(offset) || offset < 0)) {
      throw new RangeError(`the handler's next offset for partition ${this.partition} is ${offset}`);
    }
    return offset;
  }

  /** What the partition must at least reach to be the one that the journal knows. */
  knownEnd(): number | undefined {
    const { handler, settings } = this.parts;
    return handler.highestOffset?.(settings.topic, this.partition) ?? this.expectedOffset();
  }

  /**
   * Applies a batch slice by slice: handler, then dead letters, then the offset. Ends early, with what is applied, when
   * the partition may belong to someone else.
   *
   * @throws whatever the handler or the dead-letter topic threw; what was applied before stays resolved
   */
  async apply(payload: EachBatchPayload, isStale: () => boolean): Promise<void> {
    const { batch } = payload;
    const { batchMessagesMax } = this.parts.settings;
    this.high = parseOffset(batch.highWatermark);
    for (let from = 0; from < batch.messages.length; from += batchMessagesMax) {
      if (isStale()) return;
      const slice = batch.messages.slice(from, from + batchMessagesMax);
      const isLast = from + slice.length === batch.messages.length;
      // After the last message kafkajs steps over what follows it without being a message (transaction markers).
      const end = parseOffset(isLast ? batch.lastOffset() : slice.at(-1)!.offset) + 1;
      await this.applySlice(batch, slice, end, isStale);
      this.nextOffset = end;
      this.failures = 0;
      resolve(payload, slice.at(-1)!.offset);
    }
  }

  private async applySlice(batch: Batch, slice: Batch['messages'], end: number, isStale: () => boolean): Promise<void> {
    const { handler, settings } = this.parts;
    const startedAt = performance.now();
    const messages = slice.map(readUsageMessage);
    const rejected = await handler.handle({ topic: batch.topic, partition: batch.partition, messages, end, isStale });
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
      lag: Math.max(0, this.high! - messages.at(-1)!.offset - 1),
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
    await this.parts.deadLetters.send(this.parts.settings.deadLetterTopic, letters);
  }
}

/** kafkajs stumbles when the topic was taken away while the batch was under way: then there is nothing to resolve. */
function resolve(payload: EachBatchPayload, offset: string): void {
  try {
    payload.resolveOffset(offset);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
