import type { IHeaders, Message } from 'kafkajs';
import { isProtocolError, type KafkaConnection } from './connection.js';
import { DurableProducer, requestsOf } from './durable-producer.js';

/** A message that can never be applied, as it was read, and why. */
export interface RejectedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As kafkajs read them: values are bytes. */
  readonly headers: Readonly<IHeaders>;
  readonly code: string;
  readonly detail: string;
}

/** Header that tells two letters of one message from letters of two messages: `topic/partition/offset` of the source. */
export const DEAD_LETTER_ID = 'airtime-id';
const OWN_PREFIX = 'airtime-';
const CODE_BYTES_MAX = 64;
const DETAIL_BYTES_MAX = 1_000;
const KEPT_HEADERS_MAX = 64;
const KEPT_HEADER_BYTES_MAX = 16 * 1024;
const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'] as const;

/** The dead-letter topic of a usage topic. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dlq`;
}

/**
 * Writes rejected messages to the dead-letter topic: same key, same value, original headers, and the reason in headers
 * of its own. At least once: after a crash between this and the commit a dead letter is written again. A reader drops the
 * second one by its {@link DEAD_LETTER_ID}.
 */
export class DeadLetterProducer {
  private readonly producer: DurableProducer;

  constructor(
    connection: KafkaConnection,
    private readonly clock: () => number = Date.now,
  ) {
    this.producer = new DurableProducer(connection);
  }

  /** Resolves when all in-sync replicas have every dead letter. @throws when not; send all of them again */
  async send(topic: string, rejected: readonly RejectedMessage[]): Promise<void> {
    const rejectedAt = new Date(this.clock()).toISOString();
    for (const request of requestsOf(rejected.map((message) => asDeadLetter(message, rejectedAt)))) {
      await this.sendRequest(topic, request);
    }
  }

  async close(): Promise<void> {
    await this.producer.close();
  }

  /**
   * The reason makes a message larger than its source was. Where the broker refuses that, the value stays behind: it
   * can still be read from the source topic, and a partition must not stall because of it.
   */
  private async sendRequest(topic: string, request: Message[]): Promise<void> {
    try {
      await this.producer.sendRequest(topic, request);
    } catch (error) {
      if (!isProtocolError(error, ...TOO_LARGE)) throw error;
      if (request.length > 1) {
        for (const message of request) await this.sendRequest(topic, [message]);
        return;
      }
      const [message] = request as [Message];
      if (message.value === null) throw error;
      const omitted = String(Buffer.byteLength(message.value));
      const headers = { ...message.headers, [`${OWN_PREFIX}value-omitted-bytes`]: omitted };
      await this.sendRequest(topic, [{ key: message.key ?? null, value: null, headers }]);
    }
  }
}

function asDeadLetter(message: RejectedMessage, rejectedAt: string): Message {
  return {
    key: message.key,
    value: message.value,
    headers: {
      ...keptHeaders(message.headers),
      [DEAD_LETTER_ID]: `${message.topic}/${message.partition}/${message.offset}`,
      'airtime-reason-code': cut(message.code, CODE_BYTES_MAX),
      'airtime-reason-detail': cut(message.detail, DETAIL_BYTES_MAX),
      'airtime-source-topic': message.topic,
      'airtime-source-partition': String(message.partition),
      'airtime-source-offset': String(message.offset),
      'airtime-rejected-at': rejectedAt,
    },
  };
}

/** The original headers within bounds; names of our own are not taken over, so that nobody can forge a reason. */
function keptHeaders(headers: Readonly<IHeaders>): IHeaders {
  // Names come from outside: one like __proto__ must be a name as any other.
  const kept = Object.create(null) as IHeaders;
  let count = 0;
  let bytes = 0;
  let dropped = 0;
  for (const name of Object.keys(headers)) {
    if (name.startsWith(OWN_PREFIX)) continue;
    // Kafka allows a header without a value, kafkajs cannot write one: it is kept out.
    const parts = [headers[name]].flat().filter((part) => part !== null && part !== undefined);
    if (parts.length === 0) continue;
    const size = parts.reduce((sum, part) => sum + Buffer.byteLength(part), Buffer.byteLength(name));
    if (count + parts.length > KEPT_HEADERS_MAX || bytes + size > KEPT_HEADER_BYTES_MAX) {
      dropped += parts.length;
      continue;
    }
    kept[name] = parts.length === 1 ? parts[0]! : parts;
    count += parts.length;
    bytes += size;
  }
  if (dropped > 0) kept[`${OWN_PREFIX}headers-dropped`] = String(dropped);
  return kept;
}

/** A text cut to this many bytes of UTF-8, without half a character at the end. */
function cut(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
