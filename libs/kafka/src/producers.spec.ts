import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { shardOf } from '#domain';
import { DeadLetterProducer, type RejectedMessage } from './dead-letter-producer.js';
import { keyPartitioner, REQUEST_BYTES_MAX, requestsOf } from './durable-producer.js';
import { describeOnKafka } from '../test-support/broker.js';
import { sampleUsage } from '../test-support/offset-journal.js';
import { ensureTopics, lagOf, waitForLagZero } from './topics.js';
import { UsageProducer } from './usage-producer.js';

const metadataOf = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));

describe('the partitioner', () => {
  it("sends a customer's events to the partition of its shard, as Kafka's and kafkajs's own partitioners do", () => {
    const ours = keyPartitioner();
    const theirs = Partitioners.DefaultPartitioner();
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.integer({ min: 1, max: 64 }),
        (customer, count) => {
          const args = { topic: 't', partitionMetadata: metadataOf(count), message: { key: customer, value: '' } };
          expect(ours(args)).toBe(shardOf(customer, count));
          expect(theirs(args)).toBe(shardOf(customer, count));
          expect(ours({ ...args, message: { key: Buffer.from(customer), value: '' } })).toBe(shardOf(customer, count));
        },
      ),
    );
  });

  it('spreads messages without a key', () => {
    const partitionOf = keyPartitioner();
    const args = { topic: 't', partitionMetadata: metadataOf(4), message: { key: null, value: '' } };
    expect(new Set(Array.from({ length: 8 }, () => partitionOf(args))).size).toBe(4);
  });
});

describe('requests of a producer', () => {
  it('hold every message once, in order, and no more bytes than allowed unless one message is larger', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 })), (sizes) => {
        const messages = sizes.map((size, index) => ({ key: String(index), value: Buffer.alloc(size) }));
        const requests = [...requestsOf(messages, 6_000)];
        expect(requests.flat()).toEqual(messages);
        for (const request of requests) {
          const bytes = request.reduce((sum, { value }) => sum + value!.length, 0);
          expect(request.length === 1 || bytes <= 6_000).toBe(true);
        }
      }),
    );
  });
});

describeOnKafka('producers and topics on a real broker', (broker) => {
  it('creates missing topics, with as many partitions as asked, and leaves existing ones alone', async () => {
    const plan = { topic: 'made', partitions: 3 };
    expect(await ensureTopics(broker.brokers, plan)).toEqual([
      { topic: 'made', created: true, partitions: 3 },
      { topic: 'made.dlq', created: true, partitions: 3 },
    ]);
    expect(await ensureTopics([broker.brokers], { ...plan, partitions: 8 })).toEqual([
      { topic: 'made', created: false, partitions: 3 },
      { topic: 'made.dlq', created: false, partitions: 3 },
    ]);
    const several = { topic: 'made-together', partitions: 1 };
    const made = await Promise.all([1, 2, 3].map(() => ensureTopics(broker.brokers, several)));
    expect(made.every(([usage]) => usage?.partitions === 1)).toBe(true);
  });

  it('puts each event on the partition of its shard and resolves when it is there', async () => {
    await ensureTopics(broker.brokers, { topic: 'keyed', partitions: 4 });
    const producer = new UsageProducer({ brokers: broker.brokers }, 'keyed');
    const events = sampleUsage(500);
    await producer.send(events);
    await producer.close();
    const read = await broker.readAll('keyed');
    expect(read).toHaveLength(500);
    for (const { key, value, partition, headers } of read) {
      expect(partition).toBe(shardOf(key!.toString(), 4));
      expect(JSON.parse(value!.toString())).toHaveProperty('subject', key!.toString());
      expect(headers?.['content-type']?.toString()).toBe('application/cloudevents+json');
    }
    await expect(producer.send(events)).rejects.toThrow('closed');
  });

  it('cuts a large send into requests that the broker takes', async () => {
    await ensureTopics(broker.brokers, { topic: 'bulky', partitions: 1 });
    const producer = new UsageProducer({ brokers: broker.brokers }, 'bulky');
    await producer.send(sampleUsage(60, 0, 1, 'x'.repeat(REQUEST_BYTES_MAX / 10)));
    await producer.close();
    expect(await lagOf(broker.brokers, 'nobody', 'bulky')).toEqual([
      { partition: 0, committed: undefined, high: 60, lag: 60 },
    ]);
    await broker.administer((admin) =>
      admin.setOffsets({ groupId: 'somebody', topic: 'bulky', partitions: [{ partition: 0, offset: '58' }] }),
    );
    expect(await lagOf(broker.brokers, 'somebody', 'bulky')).toEqual([
      { partition: 0, committed: 58, high: 60, lag: 2 },
    ]);
    await expect(waitForLagZero(broker.brokers, 'somebody', 'bulky', { timeoutMs: 200 })).rejects.toThrow(
      'still 2 messages behind',
    );
    await broker.administer((admin) =>
      admin.setOffsets({ groupId: 'somebody', topic: 'bulky', partitions: [{ partition: 0, offset: '60' }] }),
    );
    expect(await waitForLagZero(broker.brokers, 'somebody', 'bulky')).toMatchObject([{ committed: 60, lag: 0 }]);
  });

  it('fails within its bound when the topic does not exist, and works again with the next send', async () => {
    const producer = new UsageProducer({ brokers: broker.brokers }, 'late');
    await expect(producer.send(sampleUsage(1))).rejects.toThrow();
    await broker.createTopic('late', 1);
    await producer.send(sampleUsage(1));
    await producer.close();
    expect(await broker.readAll('late')).toHaveLength(1);
  });

  describe('dead letters', () => {
    const rejected = (more: Partial<RejectedMessage> = {}): RejectedMessage => ({
      topic: 'usage',
      partition: 3,
      offset: 41,
      key: Buffer.from('acme'),
      value: Buffer.from([0xff, 0x00, 0x7b]),
      headers: { traceparent: Buffer.from([0x30, 0xfe]), twice: [Buffer.from('a'), Buffer.from('b')] },
      code: 'MALFORMED_JSON',
      detail: 'the value is not UTF-8 text',
      ...more,
    });

    it('keep key, value and headers to the byte and add the reason', async () => {
      await broker.createTopic('letters', 1);
      const producer = new DeadLetterProducer({ brokers: broker.brokers }, () => Date.UTC(2026, 10, 22));
      await producer.send('letters', [
        rejected({ headers: { ...rejected().headers, 'airtime-reason-code': 'FORGED' } }),
      ]);
      await producer.close();
      const [letter] = await broker.readAll('letters');
      expect(letter!.key).toEqual(Buffer.from('acme'));
      expect(letter!.value).toEqual(Buffer.from([0xff, 0x00, 0x7b]));
      expect(letter!.headers).toEqual({
        traceparent: Buffer.from([0x30, 0xfe]),
        twice: [Buffer.from('a'), Buffer.from('b')],
        'airtime-id': Buffer.from('usage/3/41'),
        'airtime-reason-code': Buffer.from('MALFORMED_JSON'),
        'airtime-reason-detail': Buffer.from('the value is not UTF-8 text'),
        'airtime-source-topic': Buffer.from('usage'),
        'airtime-source-partition': Buffer.from('3'),
        'airtime-source-offset': Buffer.from('41'),
        'airtime-rejected-at': Buffer.from('2026-11-22T00:00:00.000Z'),
      });
    });

    it('stay within bounds, whatever the reason and the headers are', async () => {
      await broker.createTopic('bounded', 1);
      const producer = new DeadLetterProducer({ brokers: broker.brokers });
      const headers = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`h${i}`, Buffer.alloc(1_000, 'x')]));
      await producer.send('bounded', [rejected({ detail: 'é'.repeat(5_000), code: 'C'.repeat(500), headers })]);
      await producer.close();
      const [letter] = await broker.readAll('bounded');
      expect(letter!.headers!['airtime-reason-detail']!.toString()).toBe('é'.repeat(500));
      expect(letter!.headers!['airtime-reason-code']).toHaveLength(64);
      expect(letter!.headers!['airtime-headers-dropped']!.toString()).toBe('184');
      expect(Object.keys(letter!.headers!)).toHaveLength(16 + 8);
    });

    it('leave a value behind that the topic does not take, rather than stall', async () => {
      await broker.createTopic('narrow', 1, [{ name: 'max.message.bytes', value: '2000' }]);
      const producer = new DeadLetterProducer({ brokers: broker.brokers });
      const large = rejected({ offset: 42, value: Buffer.alloc(4_000, 'x') });
      await producer.send('narrow', [rejected({ headers: {} }), large, rejected({ offset: 43 })]);
      await producer.close();
      const letters = await broker.readAll('narrow');
      expect(letters.map(({ headers }) => headers!['airtime-source-offset']!.toString())).toEqual(['41', '42', '43']);
      expect(letters.map(({ value }) => value?.length ?? null)).toEqual([3, null, 3]);
      expect(letters[1]!.headers!['airtime-value-omitted-bytes']!.toString()).toBe('4000');
    });
  });
});
