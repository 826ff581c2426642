/** What the consumer hands over, and the port it hands it to. */
import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { BareObject } from './bare-object.js';
import type { JournalHistory, NotedHead } from './commit-note.js';

/** One message of the usage topic. */
export interface UsageMessage {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /**
   * Header values as text, or as bytes where they are no UTF-8; of a header that occurs twice, the last. One without a
   * value is left out. The object inherits no name.
   */
  readonly headers: Readonly<Record<string, string | Uint8Array>>;
  /** The broker's or the producer's time, milliseconds since 1970. */
  readonly timestampMs: number;
}

/** Why the message at an offset can never be applied. */
export interface DeadLetter {
  readonly offset: number;
  /** Stable and short, in capitals, e.g. `MALFORMED_JSON`. */
  readonly code: string;
  /** One sentence for a person. */
  readonly detail: string;
}

export interface UsageBatch {
  /** The name that the topic is registered under. */
  readonly name: string;
  readonly partition: number;
  /** In the order of their offsets. Never empty. */
  readonly messages: readonly UsageMessage[];
  /** Offset after the batch: after its last message, and after what follows that without being one (transaction markers). */
  readonly end: number;
  /** True once the partition may belong to someone else or the consumer stops: the handler may then throw instead. */
  readonly isStale: () => boolean;
}

/**
 * Thrown by a handler for a partition that must not go on in this process, since trying again cannot help: it is paused
 * until the process restarts or the partition is assigned anew, with one line in the log. Nothing of the batch is resolved.
 */
export class PartitionHalted extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PartitionHalted';
  }
}

/** A range of offsets that was applied: `from` included, `to` not; by the fingerprint its last message is known again. */
export interface AppliedRange {
  readonly from: number;
  readonly to: number;
  /** As {@link fingerprintOf} makes it. */
  readonly fingerprint: string;
}

/** The ledger's side of the consumer. It knows a topic by the name that it is registered under. */
export interface UsageBatchHandler {
  /**
   * Applies the messages of one partition in order; resolves when all of it is durable, with what must go to the
   * dead-letter topic. Must be idempotent by offset: messages come again after a crash, a rebalance or a lost commit.
   * A message that was rejected before must be returned as a dead letter again, because its first dead letter may not
   * have been written. When it throws, the same messages are handed over again after a while; none is ever skipped.
   * After {@link PartitionHalted} they wait.
   */
  handle(batch: UsageBatch): Promise<readonly DeadLetter[]>;
  /**
   * Whose the commits are: of another journal, or of a history that it has left, none is believed. Asked at each
   * assignment; the answer is of after a look at what other processes have recorded.
   */
  history(): Promise<JournalHistory>;
  /** Where the journal's shards end, to be noted in each commit: whoever reads it can tell that the journal was longer. */
  heads(): readonly NotedHead[];
  /**
   * First offset that may still be missing from the journal for a partition. Consumption starts there, whatever Kafka's
   * commit says; 0 means that the journal has nothing of it. Undefined: the journal does not know, follow the commit.
   */
  nextOffset?(name: string, partition: number): number | undefined;
  /**
   * Asked for each newly assigned partition by a handler without {@link nextOffset}: where consumption starts, given
   * Kafka's commit (undefined: there is none). Undefined: at the commit. It is how a commit beyond what the journal holds
   * is seen, as after the journal was restored from a backup.
   */
  startOffset?(name: string, partition: number, committed: number | undefined): Promise<number | undefined>;
  /**
   * Offset after the highest one that the journal holds of a partition, if any. Some below it may still be missing; but
   * a partition that ends below it is not the one that was applied: the topic was made anew.
   */
  highestOffset?(name: string, partition: number): number | undefined;
  /**
   * As {@link highestOffset}, after a look at what other processes have recorded. It is how a partition that stopped at a
   * batch which cannot be read learns that the batch was skipped: the journal then holds offsets behind it.
   */
  passedOffset?(name: string, partition: number): Promise<number | undefined>;
  /**
   * The newest range of a partition that the journal holds and whose last message is known, after a look at what other
   * processes have recorded. Asked at each assignment: where that message still exists it must be the same, or the
   * partition is another one and is refused. Undefined: there is none.
   */
  lastApplied?(name: string, partition: number): Promise<AppliedRange | undefined>;
}

const NO_HEADERS: UsageMessage['headers'] = Object.freeze(Object.create(null) as Record<string, string>);

export function readUsageMessage(message: KafkaMessage): UsageMessage {
  return {
    offset: parseOffset(message.offset),
    key: message.key,
    value: message.value,
    headers: message.headers === undefined ? NO_HEADERS : readHeaders(message.headers),
    timestampMs: Number(message.timestamp),
  };
}

function readHeaders(headers: IHeaders): UsageMessage['headers'] {
  const names = Object.keys(headers);
  if (names.length === 0) return NO_HEADERS;
  const read = new BareObject<string | Uint8Array>();
  for (const name of names) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    // Kafka allows a header without a value; kafkajs's types do not.
    if (last !== undefined && last !== null) read[name] = textOf(last);
  }
  return read;
}

/** Undecodable bytes stay bytes: as text, two different values could become the same id. */
export function textOf(value: string | Buffer): string | Uint8Array {
  return typeof value !== 'string' && isUtf8(value) ? value.toString('utf8') : value;
}

/**
 * Kafka's offsets are 64 bits wide, ours are JavaScript numbers: exact up to 2^53.
 *
 * @throws RangeError beyond that; at a million messages a second it takes 285 years to get there
 */
export function parseOffset(text: string): number {
  const offset = Number(text);
  if (!Number.isSafeInteger(offset)) throw new RangeError(`offset ${text} is not a safe integer`);
  return offset;
}

const LENGTH_BYTES = 4;
const NULL_LENGTH = 0xffffffff;

/**
 * The first 16 hex digits of SHA-256 over a message's key and value, each behind its length as four bytes, big-endian;
 * null has the length 0xffffffff and no bytes. By it a topic that was made anew is told from the one that was applied.
 */
export function fingerprintOf({ key, value }: Pick<UsageMessage, 'key' | 'value'>): string {
  const parts = [key, value].flatMap((part) => {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(part === null ? NULL_LENGTH : part.length);
    return part === null ? [length] : [length, part];
  });
  return hash('sha256', Buffer.concat(parts), 'hex').slice(0, 16);
}
