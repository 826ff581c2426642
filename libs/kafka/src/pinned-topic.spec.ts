import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { eventually } from '#testing';
import { describeOnKafka } from '../test-support/broker.js';
import { OffsetJournal, sampleUsage } from '../test-support/offset-journal.js';
import type { UsageConsumerOptions } from './consumer-options.js';
import { clusterIdOf, commitNotesOf, ensureTopics, waitForLagZero } from './topics.js';
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

  describe('and committed by a journal that follows commits', () => {
    const following = (id: string): OffsetJournal => Object.assign(new OffsetJournal(false), { id });

    async function committed(): Promise<{ topic: string; journal: OffsetJournal }> {
      const topic = await created();
      await send(topic, 10, 0);
      const journal = following('a');
      journal.noted = [{ shard: 0, height: 7, hash: 'd'.repeat(64) }];
      await consumeAll(topic, journal);
      return { topic, journal };
    }

    async function consumeAll(topic: string, journal: OffsetJournal, options: Partial<UsageConsumerOptions> = {}) {
      const consumer = consume(topic, journal, options);
      await eventually(() => consumer.status().partitions[0]?.lag === 0);
      await settled(topic);
      await consumer.stop();
    }

    const noteOf = async (topic: string) => (await commitNotesOf({ brokers: broker.brokers }, `ledger-${topic}`))[0];

    it('goes on at its own commit, which says whose it is and where the journal ended', async () => {
      const { topic, journal } = await committed();
      const owner = { journal: 'a', name: topic };
      expect(await noteOf(topic)).toEqual({ ...owner, heads: [{ shard: 0, height: 7, hash: 'd'.repeat(64) }] });
      await send(topic, 5, 10);
      await consumeAll(topic, journal);
      expect([journal.applied.size, journal.redelivered]).toEqual([15, 0]);
    });

    it('is read from its beginning where another journal has committed: nothing is left out, nothing is done twice', async () => {
      const { topic, journal } = await committed();
      await send(topic, 5, 10);
      const other = following('b');
      await consumeAll(topic, other);
      expect([other.applied.size, other.redelivered]).toEqual([15, 0]);
      expect(await noteOf(topic)).toMatchObject({ journal: 'b' });
      // The commit lies behind what the first one has applied.
      await consumeAll(topic, journal);
      expect([journal.applied.size, journal.redelivered]).toEqual([15, 10]);
      expect(await noteOf(topic)).toMatchObject({ journal: 'a' });
    });

    it.each([
      ['a loss of pages was accepted', (journal: OffsetJournal) => void (journal.since = 'f'), {}],
      ['it is registered under another name', () => undefined, { name: 'usage-2' }],
    ])('is read from its beginning after %s', async (_, change, options) => {
      const { topic, journal } = await committed();
      change(journal);
      await consumeAll(topic, journal, options);
      expect([journal.applied.size, journal.redelivered]).toEqual([10, 10]);
      const owner = { journal: 'a', name: topic, ...options, ...(journal.since === undefined ? {} : { since: 'f' }) };
      expect(await noteOf(topic)).toMatchObject(owner);
    });

    it('is read from its beginning where somebody has set the commit who is no journal', async () => {
      const { topic, journal } = await committed();
      const groupId = `ledger-${topic}`;
      await send(topic, 5, 10);
      await broker.administer((admin) =>
        admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '13' }] }),
      );
      await consumeAll(topic, journal);
      expect([journal.applied.size, journal.redelivered]).toEqual([15, 10]);
    });
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
