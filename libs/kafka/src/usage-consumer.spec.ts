import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { eventually, HANG_MS } from '#testing';
import { backOffMs } from './connection.js';
import { settingsOf, type UsageConsumerOptions } from './consumer-options.js';
import { describeOnKafka, type SpecBroker } from '../test-support/broker.js';
import { OffsetJournal, sampleUsage } from '../test-support/offset-journal.js';
import { ensureTopics, lagOf, waitForLagZero } from './topics.js';
import { UsageConsumer } from './usage-consumer.js';
import type { UsageBatch, UsageBatchHandler } from './usage-message.js';
import { UsageProducer } from './usage-producer.js';

/** The shortest that the broker allows. */
const SESSION_MS = 6_000;

/** Everything that a spec of one topic needs; closed after it. */
class Scene {
  readonly topic = `usage-${randomUUID().slice(0, 8)}`;
  readonly groupId = `ledger-${this.topic}`;
  readonly producer: UsageProducer;
  private readonly consumers: UsageConsumer[] = [];

  constructor(private readonly broker: SpecBroker) {
    this.producer = new UsageProducer({ brokers: broker.brokers }, this.topic);
    scenes.push(this);
  }

  async createTopics(partitions: number): Promise<this> {
    await ensureTopics(this.broker.brokers, { topic: this.topic, partitions });
    return this;
  }

  consume(handler: UsageBatchHandler, options: Partial<UsageConsumerOptions> = {}): UsageConsumer {
    const consumer = new UsageConsumer(
      {
        brokers: this.broker.brokers,
        topic: this.topic,
        groupId: this.groupId,
        heartbeatIntervalMs: 200,
        sessionTimeoutMs: SESSION_MS,
        fetchWaitMs: 50,
        retryFirstMs: 50,
        ...options,
      },
      handler,
    );
    this.consumers.push(consumer);
    consumer.start();
    return consumer;
  }

  /** Starts a consumer and resolves when it has been assigned this many partitions. */
  async consumeWith(partitions: number, handler: UsageBatchHandler): Promise<UsageConsumer> {
    let consumer: UsageConsumer | undefined;
    await new Promise<void>((resolve) => {
      const onAssigned = (assigned: readonly number[]): void => {
        if (assigned.length === partitions) resolve();
      };
      consumer = this.consume(handler, { hooks: { onAssigned } });
    });
    return consumer!;
  }

  settled(): ReturnType<typeof waitForLagZero> {
    return waitForLagZero(this.broker.brokers, this.groupId, this.topic, { timeoutMs: HANG_MS });
  }

  lag(): ReturnType<typeof lagOf> {
    return lagOf(this.broker.brokers, this.groupId, this.topic);
  }

  async setCommit(offset: number, partitions: number): Promise<void> {
    const entries = Array.from({ length: partitions }, (_, partition) => ({ partition, offset: String(offset) }));
    await this.broker.administer((admin) =>
      admin.setOffsets({ groupId: this.groupId, topic: this.topic, partitions: entries }),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.stop(2_000)));
    await this.producer.close();
  }
}

const scenes: Scene[] = [];

/** A promise that a spec settles when it likes. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

it('looks for partitions that were added, and for ends, well within half a minute', () => {
  const settings = settingsOf({ brokers: 'a:1', topic: 't', groupId: 'g' });
  expect(settings.partitionsEveryMs).toBeLessThanOrEqual(15_000);
  expect(settings.endsEveryMs).toBeLessThanOrEqual(15_000);
});

it('the wait after a failure doubles up to its bound, spread by a tenth to either side', () => {
  for (let attempt = 1; attempt <= 200; attempt++) {
    const doubled = Math.min(30_000, 100 * 2 ** (attempt - 1));
    const wait = backOffMs(attempt, 100, 30_000);
    expect(wait).toBeGreaterThanOrEqual(Math.floor(doubled * 0.9));
    expect(wait).toBeLessThanOrEqual(Math.ceil(doubled * 1.1));
  }
});

describeOnKafka('the usage consumer on a real broker', (broker) => {
  jest.setTimeout(60_000);
  afterEach(() => Promise.all(scenes.splice(0).map((scene) => scene.close())), 30_000);

  it('shares the partitions of a group, and every offset is applied once in effect when a member comes and leaves', async () => {
    const scene = await new Scene(broker).createTopics(4);
    const journal = new OffsetJournal();
    let first = 0;
    let flowing = true;
    const stream = (async () => {
      while (flowing) {
        await scene.producer.send(sampleUsage(50, first));
        first += 50;
      }
    })();
    await scene.consumeWith(4, journal);
    const assigned = gate();
    const sharing: number[] = [];
    const second = scene.consume(journal, {
      hooks: {
        onAssigned: (partitions) => {
          sharing.push(partitions.length);
          assigned.open();
        },
      },
    });
    await assigned.passed;
    expect(sharing).toEqual([2]);
    const before = journal.applied.size;
    await journal.until(({ applied }) => applied.size > before + 200);
    await second.stop();
    const after = journal.applied.size;
    await journal.until(({ applied }) => applied.size > after + 200);
    flowing = false;
    await stream;
    const partitions = await scene.settled();
    expect(partitions.reduce((sum, { high }) => sum + high, 0)).toBe(first);
    expect(journal.applied.size).toBe(first);
    expect(new Set(journal.applied.values()).size).toBe(first);
  });

  it('hands a batch over again when its commit was lost, and a journal with offsets changes nothing', async () => {
    const scene = await new Scene(broker).createTopics(2);
    await scene.producer.send(sampleUsage(300));
    const journal = new OffsetJournal(false);
    const consumer = scene.consume(journal);
    await scene.settled();
    await consumer.stop();
    const applied = new Map(journal.applied);
    expect(journal.redelivered).toBe(0);
    await scene.setCommit(0, 2);
    scene.consume(journal);
    await journal.until(({ redelivered }) => redelivered === 300);
    await scene.settled();
    expect(journal.applied).toEqual(applied);
  });

  it("starts at the journal's offset, whatever Kafka's commit says, and puts the commit right", async () => {
    const scene = await new Scene(broker).createTopics(2);
    await scene.producer.send(sampleUsage(300));
    const journal = new OffsetJournal();
    const consumer = scene.consume(journal);
    await scene.settled();
    await consumer.stop();
    await scene.setCommit(0, 2);
    const again = scene.consume(journal);
    await scene.settled();
    expect(journal.redelivered).toBe(0);
    await again.stop();

    const empty = new OffsetJournal();
    await scene.setCommit(100, 2);
    scene.consume(empty);
    await empty.until(({ applied }) => applied.size === 300);
  });

  it('puts poison on the dead-letter topic with its reason, and the partition goes on', async () => {
    const scene = await new Scene(broker).createTopics(1);
    const journal = new OffsetJournal();
    await scene.producer.send(sampleUsage(2));
    await scene.producer.sendSerialized([
      { key: 'acme', value: '{"specversion":' },
      { key: 'acme', value: null },
      { key: null, value: '{"id":"no event"}', headers: { traceparent: '00-1' } },
      { key: 'acme', value: Buffer.alloc(70_000, ' ') },
    ]);
    await scene.producer.send(sampleUsage(2, 2));
    const reports: number[] = [];
    scene.consume(journal, { hooks: { onBatch: ({ deadLetters }) => reports.push(deadLetters) } });
    await scene.settled();
    expect([...journal.applied.values()]).toEqual(['e-0', 'e-1', 'e-2', 'e-3']);
    expect(reports.reduce((sum, count) => sum + count, 0)).toBe(4);
    const letters = await broker.readAll(`${scene.topic}.dlq`);
    const told = letters.map(({ headers }) => [
      headers!['airtime-source-offset']!.toString(),
      headers!['airtime-reason-code']!.toString(),
    ]);
    expect(told).toEqual([
      ['2', 'MALFORMED_JSON'],
      ['3', 'EMPTY_MESSAGE'],
      ['4', 'NOT_A_CLOUDEVENT'],
      ['5', 'MESSAGE_TOO_LARGE'],
    ]);
    expect(letters[0]!.value!.toString()).toBe('{"specversion":');
    expect(letters[2]!.headers!['traceparent']!.toString()).toBe('00-1');
  });

  it('commits only after the dead letters are written', async () => {
    const scene = new Scene(broker);
    await broker.createTopic(scene.topic, 1);
    await scene.producer.sendSerialized([{ key: 'acme', value: 'poison' }]);
    const journal = new OffsetJournal(false);
    const retries: number[] = [];
    const failing = gate();
    const consumer = scene.consume(journal, {
      hooks: {
        onRetry: (_, attempt) => {
          retries.push(attempt);
          if (attempt === 2) failing.open();
        },
      },
    });
    // There is no dead-letter topic yet: the message is rejected, but its reason is written nowhere.
    await failing.passed;
    expect(await scene.lag()).toEqual([{ partition: 0, committed: undefined, high: 1, lag: 1 }]);
    expect(consumer.status()).toMatchObject({ connected: true, healthy: false });
    await broker.createTopic(`${scene.topic}.dlq`, 1);
    await scene.settled();
    expect(await broker.readAll(`${scene.topic}.dlq`)).toHaveLength(1);
    expect(consumer.status()).toMatchObject({
      healthy: true,
      partitions: [{ partition: 0, state: 'consuming', nextOffset: 1, high: 1, lag: 0 }],
    });
  });

  it('tries a batch again whose handler throws, skips nothing, and the other partitions go on', async () => {
    const scene = await new Scene(broker).createTopics(4);
    await scene.producer.send(sampleUsage(400));
    const journal = new OffsetJournal();
    let failures = 0;
    let isBroken = true;
    const third = gate();
    journal.before = async ({ partition }) => {
      if (partition !== 1 || !isBroken) return;
      if (++failures === 3) third.open();
      throw new Error('the store is away');
    };
    const waits: { partition: number; attempt: number; waitMs: number }[] = [];
    const consumer = scene.consume(journal, {
      hooks: { onRetry: (partition, attempt, waitMs) => waits.push({ partition, attempt, waitMs }) },
    });
    const elsewhere = (): number => [...journal.applied.keys()].filter((key) => !key.startsWith('1/')).length;
    const others = (await scene.lag()).filter(({ partition }) => partition !== 1);
    await journal.until(() => elsewhere() === others.reduce((sum, { high }) => sum + high, 0));
    await third.passed;
    const status = consumer.status();
    expect(status.healthy).toBe(false);
    expect(status.lastError?.message).toContain('the store is away');
    // Each failure in a row doubles the wait, of that partition alone.
    for (const [index, { partition, attempt, waitMs }] of waits.entries()) {
      expect([partition, attempt]).toEqual([1, index + 1]);
      expect(Math.abs(waitMs - 50 * 2 ** index)).toBeLessThanOrEqual(5 * 2 ** index);
    }
    expect((await scene.lag())[1]!.committed ?? 0).toBe(0);
    isBroken = false;
    await scene.settled();
    expect(journal.applied.size).toBe(400);
    expect(journal.redelivered).toBe(0);
    expect(consumer.status().healthy).toBe(true);
  });

  it('takes the next batch of a partition only when the former is durable, and holds no more than one fetch', async () => {
    const scene = await new Scene(broker).createTopics(2);
    const padding = 'x'.repeat(20_000);
    for (let i = 0; i < 40; i++) await scene.producer.send(sampleUsage(50, i * 50, 50, padding));
    const journal = new OffsetJournal();
    const partitionBytesMax = 512 * 1024;
    const held = new Map<number, number>();
    let most = 0;
    let callsWhileBlocked = 0;
    const blocked = gate();
    const bothWait = gate();
    journal.before = async ({ partition, messages }: UsageBatch) => {
      expect(held.has(partition)).toBe(false);
      held.set(
        partition,
        messages.reduce((sum, { value }) => sum + value!.length, 0),
      );
      most = Math.max(
        most,
        [...held.values()].reduce((sum, bytes) => sum + bytes, 0),
      );
      if (journal.calls.length <= 2) {
        if (held.size === 2) bothWait.open();
        await blocked.passed;
        callsWhileBlocked ||= journal.calls.length;
      }
      held.delete(partition);
    };
    const buffersBefore = process.memoryUsage().arrayBuffers;
    const consumer = scene.consume(journal, { partitionBytesMax, batchMessagesMax: 1_000, endsEveryMs: 200 });
    await bothWait.passed;
    // Both partitions wait for their handlers. What is sent meanwhile is seen at their ends, and is not read.
    for (let sent = 2_001; sent <= 2_005; sent++) {
      await scene.producer.send(sampleUsage(1, sent));
      await eventually(() => consumer.status().partitions.reduce((sum, { high = 0 }) => sum + high, 0) === sent);
    }
    const buffers = process.memoryUsage().arrayBuffers - buffersBefore;
    expect(consumer.status()).toMatchObject({ connected: true, groupState: 'stable' });
    blocked.open();
    await scene.settled();
    expect(callsWhileBlocked).toBe(2);
    expect(journal.applied.size).toBe(2_005);
    // 40 MB were waiting; a request of the producer may be larger than the bound by one record batch.
    expect(most).toBeLessThan(4 * partitionBytesMax);
    expect(buffers).toBeLessThan(20 * 1024 * 1024);
  });

  it('keeps its partitions by heartbeats while a batch takes longer than the session', async () => {
    const scene = await new Scene(broker).createTopics(1);
    await scene.producer.send(sampleUsage(10));
    const journal = new OffsetJournal();
    let joins = 0;
    journal.before = () => new Promise((resolve) => setTimeout(resolve, SESSION_MS + 2_000));
    scene.consume(journal, { hooks: { onAssigned: () => joins++ } });
    await scene.settled();
    expect(joins).toBe(1);
    expect(journal.calls).toHaveLength(1);
  });

  it('stops at once when the handler abandons a stale batch, which then comes again to the next consumer', async () => {
    const scene = await new Scene(broker).createTopics(1);
    await scene.producer.send(sampleUsage(10));
    const journal = new OffsetJournal();
    const begun = gate();
    let retries = 0;
    journal.before = async ({ isStale }) => {
      begun.open();
      while (!isStale()) await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('abandoned');
    };
    const consumer = scene.consume(journal, { hooks: { onRetry: () => retries++ } });
    await begun.passed;
    // Without a retry and without waiting for anything: `retries` below tells.
    await consumer.stop();
    expect(consumer.status()).toMatchObject({ connected: false, groupState: 'stopped', partitions: [] });
    expect(retries).toBe(0);
    journal.before = async () => undefined;
    scene.consume(journal);
    await scene.settled();
    expect(journal.applied.size).toBe(10);
  });

  it('finishes the batch under way when it is stopped, and commits it', async () => {
    const scene = await new Scene(broker).createTopics(1);
    await scene.producer.send(sampleUsage(10));
    const journal = new OffsetJournal(false);
    const begun = gate();
    const durable = gate();
    journal.before = async () => {
      begun.open();
      await durable.passed;
    };
    const consumer = scene.consume(journal);
    await begun.passed;
    const stopped = consumer.stop();
    durable.open();
    await stopped;
    expect(await scene.lag()).toEqual([{ partition: 0, committed: 10, high: 10, lag: 0 }]);
  });

  it.each([
    ['the next offset', (journal: OffsetJournal): UsageBatchHandler => journal],
    [
      'only the highest offset',
      (journal: OffsetJournal): UsageBatchHandler => ({
        history: () => journal.history(),
        heads: () => [],
        handle: (batch) => journal.handle(batch),
        highestOffset: (topic, partition) => journal.nextOffset(topic, partition),
      }),
    ],
  ])('refuses a partition whose topic was created anew when the journal knows %s', async (_, handlerOf) => {
    const scene = await new Scene(broker).createTopics(1);
    await scene.producer.send(sampleUsage(100));
    const journal = new OffsetJournal();
    const handler = handlerOf(journal);
    const consumer = scene.consume(handler);
    await scene.settled();
    await consumer.stop();
    await broker.deleteTopic(scene.topic);
    await scene.createTopics(1);
    const anew = new UsageProducer({ brokers: broker.brokers }, scene.topic);
    await anew.send(sampleUsage(5, 100));
    await anew.close();
    const told = gate();
    const messages: string[] = [];
    const again = scene.consume(handler, {
      log: (level, message) => {
        // Just after a deletion the client may first complain of a topic that it does not find.
        if (level !== 'error' || !message.includes('created anew')) return;
        messages.push(message);
        told.open();
      },
    });
    await told.passed;
    expect(messages[0]).toContain('created anew');
    expect(again.status()).toMatchObject({
      connected: true,
      healthy: false,
      partitions: [{ partition: 0, state: 'refused', high: 5 }],
    });
    expect(journal.redelivered).toBe(0);
    expect(journal.applied.size).toBe(100);
  });

  it('starts where the journal wants when Kafka’s commit lies beyond what the journal holds', async () => {
    const scene = await new Scene(broker).createTopics(2);
    await scene.producer.send(sampleUsage(60));
    const before = scene.consume(new OffsetJournal(false));
    await scene.settled();
    await before.stop();
    const commits = (await scene.lag()).map(({ committed }) => committed);
    const journal = new OffsetJournal(false);
    const asked: (number | undefined)[] = [];
    scene.consume({
      history: () => journal.history(),
      heads: () => [],
      handle: (batch) => journal.handle(batch),
      startOffset: async (_topic, _partition, committed) => {
        asked.push(committed);
        return 0;
      },
    });
    await journal.until(({ applied }) => applied.size === 60);
    expect(asked).toEqual(commits);
    await scene.settled();
  });

  it('says what an option cannot be', () => {
    const scene = new Scene(broker);
    expect(() => scene.consume(new OffsetJournal(), { batchMessagesMax: 0 })).toThrow('batchMessagesMax');
    expect(() => scene.consume(new OffsetJournal(), { heartbeatIntervalMs: 4_000 })).toThrow('heartbeatIntervalMs');
    expect(() => scene.consume(new OffsetJournal(), { brokers: ' , ' })).toThrow('at least one Kafka broker');
  });
});
