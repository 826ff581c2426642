import { setTimeout as delay } from 'node:timers/promises';
import { backOffMs, describeError } from './connection.js';
import { settingsOf, type ConsumerSettings, type UsageConsumerOptions } from './consumer-options.js';
import { ConsumerSession, type GroupState } from './consumer-session.js';
import { DeadLetterProducer } from './dead-letter-producer.js';
import type { LaneState, LostOffsets, PartitionLane } from './partition-lane.js';
import type { StoppedBatch } from './commit-note.js';
import type { UsageBatchHandler } from './usage-message.js';

export interface PartitionStatus {
  readonly partition: number;
  readonly state: LaneState;
  /** Offset after the last message that this process applied, or where it starts; undefined before the first. */
  readonly nextOffset?: number;
  readonly high?: number;
  /** Messages that were not applied; absent while unknown, never 0 for unknown. */
  readonly lag?: number;
  /** The batch that cannot be read, in state `stopped`. */
  readonly stopped?: StoppedBatch;
  /** What retention deleted before it was applied, since this process began. */
  readonly lost?: LostOffsets;
  /** Why it is not consumed, in state `refused`. */
  readonly refusal?: string;
}

export interface UsageConsumerStatus {
  /** Whether the broker is there and this consumer is a member of its group. */
  readonly connected: boolean;
  /** Connected, and no partition waits after a failure, is stopped or refused. */
  readonly healthy: boolean;
  readonly groupState: GroupState | 'stopped';
  /** Partitions that are assigned to this consumer. */
  readonly partitions: readonly PartitionStatus[];
  /** The last trouble, whether or not it is over. */
  readonly lastError?: { readonly message: string; readonly at: string };
}

const STOP_GRACE_MS = 15_000;

/**
 * Hands the messages of the usage topic to the ledger, partition by partition in order, and never skips one.
 *
 * The order for each batch: the handler resolves (its pages are durable), dead letters are written, the offset is
 * resolved and committed. The next batch of a partition is fetched only then, so memory is bounded by one fetch.
 * Offsets that count stand in the journal's pages: the consumer may stop, crash or lose a partition at any point, and
 * what comes again changes nothing.
 */
export class UsageConsumer {
  private readonly settings: ConsumerSettings;
  private readonly deadLetters: DeadLetterProducer;
  private readonly underWay = new Map<number, Promise<unknown>>();
  private readonly lost = new Map<number, LostOffsets>();
  private readonly told = new Map<number, number>();
  private readonly stopping = new AbortController();
  private session: ConsumerSession | undefined;
  private supervision: Promise<void> | undefined;
  private lastError: { message: string; at: string } | undefined;

  /** @throws RangeError for an option that cannot be */
  constructor(
    options: UsageConsumerOptions,
    private readonly handler: UsageBatchHandler,
  ) {
    this.settings = settingsOf(options);
    this.deadLetters = new DeadLetterProducer(this.settings);
  }

  /** Begins to consume and returns at once; a broker that is away is waited for. */
  start(): void {
    this.supervision ??= this.supervise();
  }

  /**
   * Ends batches under way, for `graceMs` at most, leaves the group and closes every connection. What was cut off comes
   * again to whoever gets the partition. Idempotent.
   */
  async stop(graceMs = STOP_GRACE_MS): Promise<void> {
    this.stopping.abort();
    await this.session?.close(graceMs);
    await this.supervision;
    await this.deadLetters.close();
  }

  status(): UsageConsumerStatus {
    const { session } = this;
    const isOver = session === undefined || this.stopping.signal.aborted;
    const groupState = isOver ? 'stopped' : session.groupState;
    const connected = groupState === 'stable' || groupState === 'rebalancing';
    const lanes = isOver || !connected ? [] : [...session.lanes.values()].sort((a, b) => a.partition - b.partition);
    const partitions = lanes.map((lane) => this.presentLane(lane));
    return {
      connected,
      healthy: connected && partitions.every(({ state }) => state === 'consuming' || state === 'checking'),
      groupState,
      partitions,
      ...(this.lastError === undefined ? {} : { lastError: this.lastError }),
    };
  }

  private presentLane({
    partition,
    reportedState: state,
    nextOffset,
    high,
    lag,
    stopped,
    refusal,
  }: PartitionLane): PartitionStatus {
    const lost = this.lost.get(partition);
    return {
      partition,
      state,
      ...(nextOffset === undefined ? {} : { nextOffset }),
      ...(high === undefined ? {} : { high }),
      ...(lag === undefined ? {} : { lag }),
      ...(stopped === undefined ? {} : { stopped }),
      ...(lost === undefined ? {} : { lost }),
      ...(refusal === undefined ? {} : { refusal }),
    };
  }

  /** One session after the other until {@link stop}. */
  private async supervise(): Promise<void> {
    const { settings } = this;
    for (let attempt = 1; !this.stopping.signal.aborted; attempt++) {
      const session = new ConsumerSession({
        settings,
        handler: this.handler,
        deadLetters: this.deadLetters,
        underWay: this.underWay,
        lost: this.lost,
        told: this.told,
        onTrouble: (level, message, error) => this.report(level, message, error),
      });
      this.session = session;
      try {
        await session.run();
      } catch (error) {
        const { joinedAtMs } = session;
        // Only a session that held lets the back-off begin anew: one that ends as soon as it fetches must not spin.
        if (joinedAtMs !== undefined && performance.now() - joinedAtMs > settings.retryMaxMs) attempt = 1;
        const waitMs = backOffMs(attempt, settings.retryFirstMs, settings.retryMaxMs);
        // A broker that has just started refuses the first joins ("coordinator is loading"): no alarm yet.
        this.report(
          attempt > 2 || joinedAtMs !== undefined ? 'error' : 'warn',
          `Kafka is away (${describeError(error)}), connecting again in ${waitMs} ms`,
          error,
        );
        settings.hooks.onLost?.(error);
        await session.close(STOP_GRACE_MS);
        await delay(waitMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private report(level: 'warn' | 'error', message: string, error?: unknown): void {
    this.lastError = { message, at: new Date().toISOString() };
    const details = { topic: this.settings.topic, groupId: this.settings.groupId };
    this.settings.log?.(level, message, error === undefined ? details : { ...details, error: describeError(error) });
  }
}
