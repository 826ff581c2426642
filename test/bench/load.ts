/** The load: usage batches over HTTP, a filled topic, and single mints beside either of them. */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureTopics, UsageProducer } from '#kafka';
import type { ServiceProcess } from './service-process.js';
import { createEvents, type BenchEvent } from './world.js';

export const BATCH_EVENTS = 500;
export const CONNECTIONS = 8;
const PRODUCE_EVENTS = 5_000;

/** Ready bodies of `POST /v1/usage`: making them is the producers' work and is not measured. */
export function createBatches(run: number, events: number): Buffer[] {
  return batchesOf(createEvents(run, events));
}

export function batchesOf(events: Iterable<BenchEvent>): Buffer[] {
  const batches: Buffer[] = [];
  let batch: unknown[] = [];
  const close = () => {
    if (batch.length > 0) batches.push(Buffer.from(JSON.stringify(batch)));
    batch = [];
  };
  for (const event of events) {
    batch.push(event);
    if (batch.length === BATCH_EVENTS) close();
  }
  close();
  return batches;
}

/**
 * Sends all batches over {@link CONNECTIONS} kept-alive connections, each sending its next batch when the last one is
 * answered.
 *
 * @param pace events per second at most; without it as fast as answers come
 * @returns milliseconds from sending to answer, one per batch
 */
export async function sendBatches(
  service: ServiceProcess,
  batches: readonly Buffer[],
  pace = Infinity,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const url = `${service.url}/v1/usage`;
  const latencies: number[] = [];
  let accepted = 0;
  let next = 0;
  const begunAt = performance.now();
  const sendInTurn = async (): Promise<void> => {
    for (let place = next++; place < batches.length; place = next++) {
      const batch = batches[place]!;
      const dueInMs = begunAt + (place * BATCH_EVENTS * 1_000) / pace - performance.now();
      if (dueInMs > 0) await delay(dueInMs);
      const sentAt = performance.now();
      const answer = JSON.parse(await post(agent, url, service.adminKey, batch)) as { accepted: number };
      latencies.push(performance.now() - sentAt);
      accepted += answer.accepted;
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, sendInTurn));
  } finally {
    agent.destroy();
  }
  if (batches.length > 0 && accepted <= (batches.length - 1) * BATCH_EVENTS)
    throw new Error(`only ${accepted} events of ${batches.length} batches were accepted`);
  return latencies;
}

/** `fetch` costs the load generator several times as much as `node:http`, on the processors that are being measured. */
function post(agent: Agent, url: string, key: string, body: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/cloudevents-batch+json',
      'content-length': body.length,
    };
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`POST /v1/usage: ${response.statusCode} ${text}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Makes a topic with as many partitions as shards and puts a run's events on it. Returns their mean size in bytes. */
export async function fillTopic(
  brokers: string,
  topic: string,
  partitions: number,
  run: number,
  events: number,
): Promise<number> {
  await ensureTopics(brokers, { topic, partitions });
  const producer = new UsageProducer({ brokers }, topic);
  const headers = { 'content-type': 'application/cloudevents+json' };
  let bytes = 0;
  let messages: { key: string; value: string; headers: typeof headers }[] = [];
  const flush = async () => {
    await producer.sendSerialized(messages);
    messages = [];
  };
  try {
    for (const event of createEvents(run, events)) {
      const value = JSON.stringify(event);
      bytes += Buffer.byteLength(value);
      messages.push({ key: event.subject, value, headers });
      if (messages.length === PRODUCE_EVENTS) await flush();
    }
    if (messages.length > 0) await flush();
  } finally {
    await producer.close();
  }
  return Math.round(bytes / events);
}

/** Single calls, one after the other, beside the load: what somebody at a desk, or a gateway, waits meanwhile. */
export class CallProbe {
  /** Milliseconds from sending to answer, one per call. */
  readonly latencies: number[] = [];
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(
    private readonly call: () => Promise<void>,
    private readonly pauseMs: number,
  ) {
    this.running = this.run();
    // Told by stop().
    this.running.catch(() => undefined);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const sentAt = performance.now();
      await this.call();
      this.latencies.push(performance.now() - sentAt);
      await delay(this.pauseMs);
    }
  }

  /** Waits for the answer to the last one. @throws what a call threw */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }
}
