import { logLevel, Partitioners, type ICustomPartitioner, type Message, type Producer } from 'kafkajs';
import { murmur2 } from '#domain';
import { createClient, type KafkaConnection } from './connection.js';

/** One request holds at most this much: a broker refuses more than 1 MiB for a partition. */
export const REQUEST_BYTES_MAX = 512 * 1024;
const REQUEST_MESSAGES_MAX = 5_000;
/** Kafka's own bytes for a record, rounded up. */
const RECORD_OVERHEAD_BYTES = 64;
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * Kafka's default partitioner with the domain's murmur2, which is ten times as fast as kafkajs's; a spec holds both to
 * the same answers, so that with as many partitions as shards an event meets its customer's shard.
 */
export const keyPartitioner: ICustomPartitioner = () => {
  const unkeyed = Partitioners.DefaultPartitioner();
  return (args) => {
    const { key } = args.message;
    if (key === undefined || key === null || args.message.partition !== undefined) return unkeyed(args);
    return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % args.partitionMetadata.length;
  };
};

/**
 * An idempotent producer that is connected when first needed. Resolves when all in-sync replicas have the messages;
 * a failed one is thrown away with its sequence numbers, so that the caller may simply send again: at least once.
 */
export class DurableProducer {
  private current: Promise<Producer> | undefined;
  private closed = false;

  constructor(private readonly connection: KafkaConnection) {}

  /** Sends in requests of bounded size, in order. @throws the broker's or the client's error; a part may be written */
  async send(topic: string, messages: readonly Message[]): Promise<void> {
    for (const request of requestsOf(messages)) await this.sendRequest(topic, request);
  }

  async sendRequest(topic: string, messages: Message[]): Promise<void> {
    if (this.closed) throw new Error('the Kafka producer is closed');
    const connecting = (this.current ??= this.connect());
    try {
      const producer = await connecting;
      await producer.send({ topic, acks: -1, messages });
    } catch (error) {
      if (this.current === connecting) {
        this.current = undefined;
        void discard(connecting);
      }
      throw error;
    }
  }

  /** Idempotent. A broker that is away delays it by five seconds at most. */
  async close(): Promise<void> {
    this.closed = true;
    const connecting = this.current;
    this.current = undefined;
    if (connecting !== undefined) await discard(connecting);
  }

  private async connect(): Promise<Producer> {
    // kafkajs warns about limited retries; they are meant: the caller decides what happens next, not an endless loop.
    const producer = createClient(this.connection, logLevel.ERROR).producer({
      idempotent: true,
      maxInFlightRequests: 5,
      allowAutoTopicCreation: false,
      createPartitioner: keyPartitioner,
    });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      await discard(Promise.resolve(producer));
      throw error;
    }
  }
}

/** Cuts messages into requests of bounded bytes and count, in order. */
export function* requestsOf(messages: readonly Message[], bytesMax = REQUEST_BYTES_MAX): Generator<Message[]> {
  let request: Message[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = sizeOf(message);
    if (request.length > 0 && (bytes + size > bytesMax || request.length >= REQUEST_MESSAGES_MAX)) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push(message);
    bytes += size;
  }
  if (request.length > 0) yield request;
}

function sizeOf({ key, value, headers }: Message): number {
  let bytes = RECORD_OVERHEAD_BYTES + lengthOf(key) + lengthOf(value);
  for (const name in headers) {
    const content = headers[name];
    bytes += lengthOf(name) + 4;
    for (const part of Array.isArray(content) ? content : [content]) bytes += lengthOf(part);
  }
  return bytes;
}

function lengthOf(content: string | Buffer | null | undefined): number {
  return content === null || content === undefined ? 0 : Buffer.byteLength(content);
}

async function discard(connecting: Promise<Producer>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const disconnected = connecting.then((producer) => producer.disconnect()).catch(() => undefined);
  await Promise.race([disconnected, new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)))]);
  clearTimeout(timer);
}
