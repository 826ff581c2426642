import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { eventually } from '#testing';
import { DEAD_LETTER_ID } from './dead-letter-producer.js';
import { isOf, readCommitNote, writeCommitNote } from './commit-note.js';
import { describeOnKafka } from '../test-support/broker.js';
import { OffsetJournal, sampleUsage } from '../test-support/offset-journal.js';
import { RawProducer } from '../test-support/raw-producer.js';
import { makeBatch, makeBomb, packingIsReady, PACKINGS, type RecordToMake } from '../test-support/record-batch.js';
import { ensureTopics, lagOf, stoppedBatchOf, waitForLagZero } from './topics.js';
import { UsageConsumer } from './usage-consumer.js';

const MiB = 1024 * 1024;
const MEMORY_MAX = 500 * MiB;

function usageRecords(count: number, first = 0): RecordToMake[] {
  return sampleUsage(count, first).map((event) => ({ key: event.subject, value: JSON.stringify(event) }));
}

describeOnKafka('what any producer may put on the topic', (broker) => {
  jest.setTimeout(90_000);
  const closing: (() => Promise<unknown>)[] = [];
  beforeAll(() => packingIsReady);
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  }, 30_000);

  async function scene(partitions: number) {
    const topic = `usage-${randomUUID().slice(0, 8)}`;
    const groupId = `ledger-${topic}`;
    await ensureTopics(broker.brokers, { topic, partitions });
    const raw = new RawProducer(broker.brokers);
    closing.push(async () => raw.close());
    const journal = new OffsetJournal();
    const owner = { ...(await journal.history()), name: topic };
    const lines: string[] = [];
    const waiting = new Set<() => void>();
    const start = (): UsageConsumer => {
      const consumer = new UsageConsumer(
        {
          brokers: broker.brokers,
          topic,
          groupId,
          fetchWaitMs: 50,
          retryFirstMs: 50,
          endsEveryMs: 200,
          skipsEveryMs: 50,
          partitionsEveryMs: 500,
          log: (level, message) => {
            if (level !== 'error') return;
            lines.push(message);
            for (const check of waiting) check();
          },
        },
        journal,
      );
      closing.push(() => consumer.stop(2_000));
      consumer.start();
      return consumer;
    };
    /** Resolves with the first error line that matches. */
    const told = (pattern: RegExp): Promise<string> =>
      new Promise((resolve) => {
        const check = (): void => {
          const line = lines.find((candidate) => pattern.test(candidate));
          if (line !== undefined) resolve(line);
        };
        waiting.add(check);
        check();
      });
    const settled = () => waitForLagZero(broker.brokers, groupId, topic, { timeoutMs: 60_000 });
    return { topic, groupId, owner, raw, journal, lines, start, told, settled };
  }

  it('is read with every codec and framing, side by side in one partition', async () => {
    const { topic, raw, journal, start, settled } = await scene(1);
    for (const [index, packing] of PACKINGS.entries()) {
      await raw.send(topic, 0, makeBatch({ records: usageRecords(40, index * 40), packing }));
    }
    const consumer = start();
    await settled();
    expect(journal.applied.size).toBe(40 * PACKINGS.length);
    expect(consumer.status()).toMatchObject({ healthy: true, partitions: [{ lag: 0 }] });
  });

  it('stops its partition only where a batch cannot be unpacked, tells it once, and goes on when it is skipped', async () => {
    const { topic, groupId, owner, raw, journal, lines, start, told, settled } = await scene(3);
    for (const partition of [0, 1, 2]) {
      await raw.send(topic, partition, makeBatch({ records: usageRecords(20, partition * 100), packing: 'zstd' }));
    }
    await raw.send(topic, 1, makeBomb('zstd', 1024 * MiB));
    await raw.send(topic, 2, makeBomb('gzip', 100 * MiB));
    for (const partition of [0, 1, 2]) {
      await raw.send(
        topic,
        partition,
        makeBatch({ records: usageRecords(20, 1_000 + partition * 100), packing: 'lz4' }),
      );
    }
    const before = process.memoryUsage().rss;
    const consumer = start();
    expect(await told(new RegExp(`^${topic}/1/20: offsets 20 to 20 cannot be read \\(BATCH_TOO_LARGE`))).toContain(
      `airtime kafka skip ${topic}/1/20 --reason`,
    );
    await told(new RegExp(`^${topic}/2/20: `));
    await journal.until(({ applied }) => applied.size === 80);
    expect(process.memoryUsage().rss - before).toBeLessThan(MEMORY_MAX);
    const status = consumer.status();
    expect(status).toMatchObject({ connected: true, healthy: false });
    expect(status.partitions.map(({ state, nextOffset }) => [state, nextOffset])).toEqual([
      ['consuming', 40],
      ['stopped', 20],
      ['stopped', 20],
    ]);
    expect(status.partitions[1]!.stopped).toMatchObject({ from: 20, to: 20, code: 'BATCH_TOO_LARGE' });
    // A commit may be on its way while the line is there already.
    let stop: unknown;
    while (stop === undefined)
      stop = await stoppedBatchOf({ brokers: broker.brokers }, groupId, { topic, partition: 1, owner });
    expect(stop).toMatchObject({ from: 20, to: 20 });
    expect(await stoppedBatchOf({ brokers: broker.brokers }, groupId, { topic, partition: 0, owner })).toBeUndefined();
    expect(await stoppedBatchOf({ brokers: broker.brokers }, groupId, { topic, partition: 9, owner })).toBe(
      'no such partition',
    );
    const other = { ...owner, journal: 'another' };
    expect(
      await stoppedBatchOf({ brokers: broker.brokers }, groupId, { topic, partition: 1, owner: other }),
    ).toBeUndefined();

    journal.skip(1, 20, 20);
    await journal.until(({ applied }) => applied.size === 100);
    journal.skip(2, 20, 20);
    await settled();
    expect(journal.applied.size).toBe(120);
    expect(lines).toHaveLength(2);
    expect(await stoppedBatchOf({ brokers: broker.brokers }, groupId, { topic, partition: 1, owner })).toBeUndefined();

    // What was skipped is stepped over when it comes again.
    await consumer.stop();
    await broker.administer((admin) =>
      admin.setOffsets({ groupId, topic, partitions: [0, 1, 2].map((partition) => ({ partition, offset: '0' })) }),
    );
    journal.forgetsOffsets = true;
    start();
    await settled();
    expect(lines).toHaveLength(2);
  });

  it('is charged or dead-lettered whatever its headers are named and hold', async () => {
    const { topic, raw, journal, start, settled } = await scene(1);
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'traceparent'];
    const headers = names.flatMap((name) => [[name, null] as const, [name, 'kept'] as const, [name, ''] as const]);
    const [good] = usageRecords(1);
    await raw.send(
      topic,
      0,
      makeBatch({ records: [{ ...good!, headers }, { key: 'acme', value: 'poison', headers }, { headers }] }),
    );
    start();
    await settled();
    expect(journal.applied.size).toBe(1);
    const letters = await broker.readAll(`${topic}.dlq`);
    expect(letters.map((letter) => letter.headers![DEAD_LETTER_ID]!.toString())).toEqual([
      `${topic}/0/1`,
      `${topic}/0/2`,
    ]);
    for (const letter of letters) {
      for (const name of names) expect([name, String(letter.headers![name])]).toEqual([name, 'kept,']);
    }
  });

  it('takes any timestamp to the handler', async () => {
    const { topic, raw, journal, start, settled } = await scene(1);
    const seen: number[] = [];
    journal.before = async ({ messages }) => void seen.push(...messages.map(({ timestampMs }) => timestampMs));
    const timestamps = [-1n, 0n, 1_764_000_000_000n];
    const records = usageRecords(3).map((record, index) => ({ ...record, timestamp: timestamps[index]! }));
    for (const record of records) await raw.send(topic, 0, makeBatch({ records: [record] }));
    start();
    await settled();
    expect(seen).toEqual(timestamps.map(Number));
  });

  it('lets lag and commit follow aborted transactions at the end of a partition', async () => {
    const { topic, groupId, raw, journal, start, settled } = await scene(1);
    await raw.send(topic, 0, makeBatch({ records: usageRecords(5) }));
    await broker.abortTransaction(topic, usageRecords(7, 100));
    const consumer = start();
    await settled();
    expect([...journal.applied.values()]).toEqual(['e-0', 'e-1', 'e-2', 'e-3', 'e-4']);
    expect(await lagOf(broker.brokers, groupId, topic)).toEqual([{ partition: 0, committed: 13, high: 13, lag: 0 }]);
    expect(consumer.status().partitions[0]).toMatchObject({ nextOffset: 13, lag: 0 });
  });

  it('tells what retention deleted before it was applied, with its offsets, and goes on behind it', async () => {
    const { topic, raw, journal, start, told, settled } = await scene(1);
    await raw.send(topic, 0, makeBatch({ records: usageRecords(10) }));
    const consumer = start();
    await settled();
    let isBroken = true;
    journal.before = async () => {
      if (isBroken) throw new Error('the store is away');
    };
    await raw.send(topic, 0, makeBatch({ records: usageRecords(30, 10) }));
    await told(/a batch was not applied/);
    await broker.deleteRecords(topic, 0, 35);
    const line = await told(/^usage-\w+\/0: offsets 10 to 34 were deleted by the topic's retention/);
    expect(line).toContain('Going on at 35');
    journal.skip(0, 10, 34);
    isBroken = false;
    await settled();
    expect(consumer.status().partitions[0]!.lost).toEqual({ count: 25, from: 10, to: 34 });
    expect(journal.applied.size).toBe(15);
  });

  it('is consumed from a partition that is added later, without anybody’s doing', async () => {
    const { topic, raw, journal, start, settled } = await scene(1);
    start();
    await raw.send(topic, 0, makeBatch({ records: usageRecords(1) }));
    await journal.until(({ applied }) => applied.size === 1);
    await broker.administer((admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }));
    await raw.send(topic, 2, makeBatch({ records: usageRecords(1, 1) }));
    await journal.until(({ applied }) => applied.has('2/0'));
    await settled();
  });

  it('has a lag that is not known while nobody knows it, and the true one while the store stands still', async () => {
    const { topic, raw, journal, start, settled } = await scene(1);
    await raw.send(topic, 0, makeBatch({ records: usageRecords(10) }));
    let release!: () => void;
    const frozen = new Promise<void>((resolve) => (release = resolve));
    const begun = new Promise<void>((resolve) => {
      journal.before = async () => {
        resolve();
        await frozen;
      };
    });
    const consumer = start();
    expect(consumer.status().partitions.map(({ lag }) => lag)).toEqual([]);
    await begun;
    for (let i = 0; i < 5; i++) await raw.send(topic, 0, makeBatch({ records: usageRecords(100, 10 + i * 100) }));
    await eventually(() => consumer.status().partitions[0]?.lag === 510);
    release();
    await settled();
    expect(consumer.status().partitions[0]).toMatchObject({ lag: 0, nextOffset: 510 });
  });
});

it('a stop in a commit’s metadata is read back with whose it is, and anything else says nothing', () => {
  const stopped = { from: 3, to: 9, code: 'BATCH_CORRUPT', detail: 'x'.repeat(2_000) } as const;
  const owner = { journal: 'a'.repeat(64), name: 'usage' };
  const heads = [{ shard: 0, height: 17, hash: 'b'.repeat(64) }];
  const note = readCommitNote(writeCommitNote({ ...owner, heads, stopped }));
  expect(note).toEqual({
    ...owner,
    heads,
    stopped: { ...stopped, detail: 'x'.repeat(300) },
  });
  expect(isOf(note, owner)).toBe(true);
  for (const other of [{ journal: 'c' }, { name: 'usage-2' }, { since: 'd' }])
    expect(isOf(note, { ...owner, ...other })).toBe(false);
  for (const metadata of [
    null,
    '',
    'else',
    'airtime {',
    'airtime 1',
    'airtime null',
    'airtime {"journal":"a","name":"b"}',
    'airtime {"journal":"a","name":"b","heads":["0:1"]}',
    'airtime {"journal":"a","name":"b","heads":[],"since":1}',
  ]) {
    expect(readCommitNote(metadata)).toBeUndefined();
  }
  const stop = (text: string) => readCommitNote(`airtime {"journal":"a","name":"b","heads":[],"stopped":${text}}`);
  for (const text of ['1', 'null', '{"from":5,"to":4}', '{"from":-1,"to":4}'])
    expect(stop(text)?.stopped).toBeUndefined();
});

it('the heads of the most shards there can be fit into what a broker accepts, with shorter hashes; what never fits is left out', () => {
  const owner = { journal: 'a'.repeat(64), since: 'f'.repeat(16), name: 'usage' };
  const heads = Array.from({ length: 65 }, (_, shard) => ({ shard, height: 10 ** 12 + shard, hash: 'b'.repeat(64) }));
  const stopped = { from: 3, to: 9, code: 'BATCH_CORRUPT', detail: 'é'.repeat(300) } as const;
  expect(readCommitNote(writeCommitNote({ ...owner, heads, stopped }))?.heads).toEqual(
    heads.map((head) => ({ ...head, hash: 'b'.repeat(16) })),
  );
  const long = writeCommitNote({ ...owner, name: 'n'.repeat(249), heads: [...heads, ...heads], stopped });
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(4_096);
  expect(readCommitNote(long)).toMatchObject({ heads: [], stopped: { from: 3, to: 9 } });
});
