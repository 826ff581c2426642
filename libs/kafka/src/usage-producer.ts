import type { IHeaders } from 'kafkajs';
import type { KafkaConnection } from './connection.js';
import { DurableProducer } from './durable-producer.js';

/** A structured CloudEvent on its way to the usage topic; `subject` is the paying customer and becomes the key. */
export interface OutgoingUsage {
  readonly subject: string;
  readonly [attribute: string]: unknown;
}

/** A message whose bytes are made already. */
export interface SerializedUsage {
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers?: IHeaders;
}

const STRUCTURED: IHeaders = { 'content-type': 'application/cloudevents+json' };

/**
 * Puts usage events on the topic: for the demonstration, importers and benchmarks. Events of one customer keep their
 * order. A failed send may have written a part; send all of it again, the ledger drops what it has already.
 */
export class UsageProducer {
  private readonly producer: DurableProducer;

  constructor(
    connection: KafkaConnection,
    private readonly topic: string,
  ) {
    this.producer = new DurableProducer(connection);
  }

  /** Resolves when all in-sync replicas have every event. */
  async send(events: readonly OutgoingUsage[]): Promise<void> {
    await this.sendSerialized(
      events.map((event) => ({ key: event.subject, value: JSON.stringify(event), headers: STRUCTURED })),
    );
  }

  /** As {@link send}, for bytes that are made already: importers of files, tests of what is no event at all. */
  async sendSerialized(messages: readonly SerializedUsage[]): Promise<void> {
    await this.producer.send(this.topic, messages);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.producer.close();
  }
}
