import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { eventually } from '#testing';
import { describeOnKafka } from '../test-support/broker.js';
import { OffsetJournal, sampleUsage } from '../test-support/offset-journal.js';
import type { UsageConsumerOptions } from './consumer-options.js';
import { clusterIdOf, ensureTopics, waitForLagZero } from './topics.js';
import { UsageConsumer } from './usage-consumer.js';
import { UsageProducer } from './usage-producer.js';

jest.setTimeout(120_000);

describeOnKafka('a topic of which messages were applied', (broker) => {
  const consumers: UsageConsumer[] = [];
  afterEach(() => Promise.all(consumers.splice(0).map((consumer) => consumer.stop())));

  /** Sends events with new ids. */
  async function send(topic: string, count: number, first: number): Promise<void> {
    const producer = new UsageProducer({ brokers: broker.brokers }, topic);
    await producer.send(sampleUsage(count, first));
    await producer.close();
  }

  function consume(topic: string, journal: OffsetJournal, options: Partial<UsageConsumerOptions> = {}): UsageConsumer {
    const times = { fetchWaitMs: 50, retryFirstMs: 50, sessionTimeoutMs: 6_000, heartbeatIntervalMs: 200 };
    const groupId = `ledger-${topic}`;
    const consumer = new UsageConsumer({ brokers: broker.brokers, topic, groupId, ...times, ...options }, journal);
    consumers.push(consumer);
    consumer.start();
    return consumer;
  }

  const settled = (topic: string) => waitForLagZero(broker.brokers, `ledger-${topic}`, topic);
  const refusalOf = (consumer: UsageConsumer) => eventually(() => consumer.status().partitions[0]?.refusal);

  async function created(): Promise<string> {
    const topic = `usage-${randomUUID().slice(0, 8)}`;
    await ensureTopics(broker.brokers, { topic, partitions: 1 });
    return topic;
  }

  /** One partition with ten messages that were applied by a consumer that is gone. */
  async function applied(): Promise<{ topic: string; journal: OffsetJournal }> {
    const topic = await created();
    await send(topic, 10, 0);
    const journal = new OffsetJournal();
    const consumer = consume(topic, journal);
    await settled(topic);
    await consumer.stop();
    return { topic, journal };
  }

  it('goes on where it stood when it is the same, without applying anything again', async () => {
    const { topic, journal } = await applied();
    await send(topic, 5, 10);
    consume(topic, journal, { clusterId: await clusterIdOf({ brokers: broker.brokers }) });
    await settled(topic);
    expect([journal.applied.size, journal.redelivered]).toEqual([15, 0]);
  });

  it('is known again behind an aborted transaction, whose offsets hold no message', async () => {
    const topic = await created();
    await send(topic, 10, 0);
    await broker.abortTransaction(
      topic,
      Array.from({ length: 7 }, () => ({ value: Buffer.from('aborted') })),
    );
    const journal = new OffsetJournal();
    const consumer = consume(topic, journal);
    await settled(topic);
    await consumer.stop();
    // The transaction and its marker.
    journal.skip(0, 10, 17);
    expect(await journal.lastApplied(topic, 0)).toMatchObject({ from: 0, to: 18 });
    await send(topic, 5, 10);
    consume(topic, journal);
    await settled(topic);
    expect([journal.applied.size, journal.redelivered]).toEqual([15, 0]);
  });

  it('is refused in one line when it was made anew, however far it has grown, and nothing of it is applied', async () => {
    const { topic, journal } = await applied();
    await broker.deleteTopic(topic);
    await ensureTopics(broker.brokers, { topic, partitions: 1 });
    await send(topic, 30, 100);
    const consumer = consume(topic, journal);
    expect(await refusalOf(consumer)).toMatch(
      new RegExp(
        `^${topic}/0: the message before offset 10 is not the one that was applied as ${topic} \\(fingerprint [0-9a-f]{16}, not [0-9a-f]{16}\\): the topic was deleted and created anew, or this is another one\\. .*airtime kafka register NAME --topic ${topic}$`,
      ),
    );
    expect(consumer.status()).toMatchObject({ healthy: false, partitions: [{ state: 'refused' }] });
    expect([journal.applied.size, journal.redelivered]).toEqual([10, 0]);
  });

  it('goes on where retention has deleted the last message that was applied, since nothing can be compared', async () => {
    const { topic, journal } = await applied();
    await send(topic, 5, 10);
    await broker.deleteRecords(topic, 0, 10);
    consume(topic, journal);
    await settled(topic);
    expect([journal.applied.size, journal.redelivered]).toEqual([15, 0]);
  });

  it('of another cluster is refused in one line', async () => {
    const { topic, journal } = await applied();
    await send(topic, 5, 10);
    const consumer = consume(topic, journal, { clusterId: 'another', name: 'usage' });
    const clusterId = await clusterIdOf({ brokers: broker.brokers });
    expect(await refusalOf(consumer)).toContain(
      `${topic}/0 is of cluster ${clusterId}; what was applied as usage is of cluster another.`,
    );
    expect(journal.applied.size).toBe(10);
  });

  it('is refused when it is made anew and grows past the old end under a consumer that runs', async () => {
    const { topic, journal } = await applied();
    const consumer = consume(topic, journal);
    await eventually(() => consumer.status().partitions[0]?.state === 'consuming');
    await broker.deleteTopic(topic);
    await ensureTopics(broker.brokers, { topic, partitions: 1 });
    await send(topic, 30, 100);
    expect(await refusalOf(consumer)).toContain('created anew');
    expect([journal.applied.size, journal.redelivered]).toEqual([10, 0]);
  });
});
