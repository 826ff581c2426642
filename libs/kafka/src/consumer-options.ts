import { brokerList, type KafkaConnection } from './connection.js';
import { deadLetterTopic } from './dead-letter-producer.js';
import type { StoppedBatch } from './commit-note.js';
import type { KeptLetter } from './kept-letter.js';

/** What one call of the handler did. */
export interface BatchReport {
  readonly topic: string;
  readonly partition: number;
  readonly messages: number;
  /** Bytes of keys and values. */
  readonly bytes: number;
  readonly deadLetters: number;
  /** From the call of the handler until its dead letters were written, in milliseconds. */
  readonly durationMs: number;
}

/** For metrics. A hook must not throw and must return at once. */
export interface UsageConsumerHooks {
  readonly onBatch?: (report: BatchReport) => void;
  /** A batch was not applied and will be handed over again after `delayMs`. */
  readonly onRetry?: (partition: number, attempt: number, delayMs: number) => void;
  /** These partitions are this consumer's now, all others are not; called after every rebalance. */
  readonly onAssigned?: (partitions: readonly number[]) => void;
  /** A partition stops at offsets that cannot be read. */
  readonly onStopped?: (partition: number, stopped: StoppedBatch) => void;
  /** Retention deleted the offsets `from` to `to`, both inclusive, before they were applied. */
  readonly onMessagesLost?: (partition: number, from: number, to: number) => void;
  /** Kafka was lost; the consumer connects again by itself. */
  readonly onLost?: (error: unknown) => void;
}

export interface UsageConsumerOptions extends KafkaConnection {
  readonly topic: string;
  /** What the handler knows the topic by. @defaultValue the topic */
  readonly name?: string;
  /** The cluster that the topic must be of; undefined: any. */
  readonly clusterId?: string;
  readonly groupId: string;
  /** @defaultValue `<topic>.dlq` */
  readonly deadLetterTopic?: string;
  /** Partitions whose batches are under way at the same time. @defaultValue 8 */
  readonly partitionsConsumedConcurrently?: number;
  /** Messages in one call of the handler; their entries fill one page of a megabyte, about. @defaultValue 1,000 */
  readonly batchMessagesMax?: number;
  /** Bytes of one fetch, over all partitions of a broker. @defaultValue 8 MiB */
  readonly fetchBytesMax?: number;
  /** Bytes of one fetch for one partition; one larger message still comes through. @defaultValue 1 MiB */
  readonly partitionBytesMax?: number;
  /** A fetch on a quiet topic waits this long; also how late a resumed partition may be. @defaultValue 250 */
  readonly fetchWaitMs?: number;
  /**
   * A member that is silent this long loses its partitions. Also how long they lie idle after a crash, because the group
   * waits for the member that is gone. @defaultValue 12,000
   */
  readonly sessionTimeoutMs?: number;
  /** After a rebalance begins, a batch may take this long before its member is left out. @defaultValue 60,000 */
  readonly rebalanceTimeoutMs?: number;
  /** @defaultValue 3,000 */
  readonly heartbeatIntervalMs?: number;
  /** How often the ends of partitions are looked at, whatever is being consumed. @defaultValue 5,000 */
  readonly endsEveryMs?: number;
  /** How often a stopped partition looks whether its batch was skipped. @defaultValue 1,000 */
  readonly skipsEveryMs?: number;
  /** A partition that was added is found after this long at the latest. @defaultValue 10,000 */
  readonly partitionsEveryMs?: number;
  /** First and longest wait before a failed batch or a lost broker is tried again. @defaultValue 250 */
  readonly retryFirstMs?: number;
  /** @defaultValue 10,000 */
  readonly retryMaxMs?: number;
  readonly hooks?: UsageConsumerHooks;
  /**
   * Keeps rejected messages for people, before their dead letters are written. Letters come again after a crash: must be
   * idempotent by topic, partition and offset. When it throws, the batch is handed over again.
   */
  readonly keepLetters?: (letters: readonly KeptLetter[]) => Promise<void>;
}

/** Options with every default filled in. */
export type ConsumerSettings = KafkaConnection &
  Pick<UsageConsumerOptions, 'clusterId'> &
  Required<Omit<UsageConsumerOptions, keyof KafkaConnection | 'clusterId'>>;

/** @throws RangeError naming the option that cannot be */
export function settingsOf(options: UsageConsumerOptions): ConsumerSettings {
  const settings: ConsumerSettings = {
    ...options,
    brokers: brokerList(options.brokers),
    name: options.name ?? options.topic,
    deadLetterTopic: options.deadLetterTopic ?? deadLetterTopic(options.topic),
    partitionsConsumedConcurrently: options.partitionsConsumedConcurrently ?? 8,
    batchMessagesMax: options.batchMessagesMax ?? 1_000,
    fetchBytesMax: options.fetchBytesMax ?? 8 * 1024 * 1024,
    partitionBytesMax: options.partitionBytesMax ?? 1024 * 1024,
    fetchWaitMs: options.fetchWaitMs ?? 250,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 12_000,
    rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 60_000,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 3_000,
    endsEveryMs: options.endsEveryMs ?? 5_000,
    skipsEveryMs: options.skipsEveryMs ?? 1_000,
    partitionsEveryMs: options.partitionsEveryMs ?? 10_000,
    retryFirstMs: options.retryFirstMs ?? 250,
    retryMaxMs: options.retryMaxMs ?? 10_000,
    hooks: options.hooks ?? {},
    keepLetters: options.keepLetters ?? (async () => undefined),
  };
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && (!Number.isSafeInteger(value) || value < 1)) {
      throw new RangeError(`${name} must be a positive integer, not ${value}`);
    }
  }
  if (settings.heartbeatIntervalMs * 2 >= settings.sessionTimeoutMs) {
    throw new RangeError('heartbeatIntervalMs must be less than half of sessionTimeoutMs');
  }
  return settings;
}
