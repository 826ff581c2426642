import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { isRunning, observeEvents } from '../test-support/engine-host.js';
import { SpecEngines } from '../test-support/spec-engines.js';
import { kafkaPrerequisites } from './kafka-distribution.js';
import { startKafka } from './kafka.js';

const START_MS = 120_000;
const engines = new SpecEngines();
const start = (dataDir: string, onEvent?: (message: string) => void) => engines.start(startKafka, dataDir, onEvent);

function clientOf(brokers: string): Kafka {
  return new Kafka({ clientId: 'spec', brokers: [brokers], logLevel: logLevel.NOTHING, retry: { retries: 20 } });
}

async function send(brokers: string, topic: string, values: readonly string[]): Promise<void> {
  const admin = clientOf(brokers).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = clientOf(brokers).producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

async function receive(brokers: string, topic: string, count: number): Promise<string[]> {
  const consumer = clientOf(brokers).consumer({ groupId: `spec-${Date.now()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const received: string[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ message }) => {
          received.push(message.value?.toString() ?? '');
          if (received.length >= count) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return received;
}

const prerequisites = await kafkaPrerequisites();
// With REQUIRE_ALL a missing Java fails the suite instead of skipping it.
const suite = prerequisites.available || process.env['REQUIRE_ALL'] === '1' ? describe : describe.skip;

afterEach(() => engines.clear());

suite('embedded Kafka', () => {
  it(
    'keeps topics, messages, address and cluster id over kill -9 and over stop and start',
    async () => {
      const folder = await engines.newFolder();
      const events = observeEvents();
      const first = await start(folder, events.onEvent);
      await send(first.brokers, 'usage', ['a', 'b', 'c']);
      const clusterId = await readFile(join(folder, 'cluster-id'), 'utf8');
      const killed = first.processId ?? 0;
      process.kill(killed, 'SIGKILL');
      await events.seen(/runs again/);
      expect(first.processId).not.toBe(killed);
      expect(await receive(first.brokers, 'usage', 3)).toEqual(['a', 'b', 'c']);

      await send(first.brokers, 'usage', ['d']);
      const pid = first.processId ?? 0;
      await first.stop();
      expect(await isRunning(pid)).toBe(false);

      const second = await start(folder);
      expect(second.brokers).toBe(first.brokers);
      expect(await readFile(join(folder, 'cluster-id'), 'utf8')).toBe(clusterId);
      expect(await receive(second.brokers, 'usage', 4)).toEqual(['a', 'b', 'c', 'd']);
    },
    2 * START_MS,
  );
});

describe('kafkaPrerequisites', () => {
  it('says in one line what is missing and how to go on', async () => {
    const home = process.env['JAVA_HOME'];
    process.env['JAVA_HOME'] = '/nowhere';
    try {
      const found = await kafkaPrerequisites();
      expect(found).toMatchObject({ available: false, reason: 'no Java is installed' });
      expect(JSON.stringify(found)).not.toContain('\\n');
    } finally {
      if (home === undefined) delete process.env['JAVA_HOME'];
      else process.env['JAVA_HOME'] = home;
    }
  });
});
