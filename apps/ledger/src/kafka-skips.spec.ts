import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { openAudits } from '#concepts/audits';
import { verifyJournal, type JournalStore } from '#journal';
import { describeOnKafka, makeBatch, makeBomb, packingIsReady, RawProducer } from '#kafka/testing';
import { JOURNAL_STORE } from '#wiring';
import { callEvent, eventually } from '#testing';
import { CUSTOMERS, LedgerWorld, setUp, type LedgerService } from '../test-support/ledger-world.js';

jest.setTimeout(180_000);

const REASON = 'its producer sends the usage again';

describeOnKafka('a partition that stopped at a batch which cannot be read', (broker) => {
  let world: LedgerWorld;
  beforeAll(async () => {
    await packingIsReady;
    world = await LedgerWorld.start();
  }, 180_000);
  afterAll(() => world.stop(), 60_000);

  function usage(...ids: string[]): Buffer {
    const events = ids.map((id) => callEvent(id, CUSTOMERS[0]!));
    return makeBatch({ records: events.map((event) => ({ key: event.subject, value: JSON.stringify(event) })) });
  }

  async function readiness(service: LedgerService): Promise<string> {
    const { body } = await service.fetch('GET', '/health/ready?for=kafka');
    return JSON.stringify(body);
  }

  it('goes on without a restart when any process is told to skip it, once for all time, and only it', async () => {
    const topic = `usage-${randomUUID().slice(0, 8)}`;
    const kafka = { KAFKA_BROKERS: broker.brokers, KAFKA_USAGE_TOPIC: topic };
    const database = await world.newDatabase();
    // The second process owns no partition: one partition has one owner, and that is the first.
    await broker.createTopic(topic, 1);
    const owner = await world.service(database, 3, kafka);
    await setUp(owner);
    await owner.mint(CUSTOMERS[0]!, '10');
    const raw = new RawProducer(broker.brokers);
    await raw.send(topic, 0, usage('a', 'b'));
    await raw.send(topic, 0, makeBomb('zstd', 100 * 1024 * 1024));
    await raw.send(topic, 0, usage('c'));
    await eventually(async () => (await readiness(owner)).includes('kafka'));
    const other = await world.service(database, 3, kafka);
    const skip = (offset: number, over: object = {}, idempotencyKey?: string) =>
      other.post(
        '/kafka/skips',
        { topic, partition: 0, offset, reason: REASON, ...over },
        idempotencyKey === undefined ? {} : { idempotencyKey },
      );

    const first = await eventually(
      () => skip(2, {}, 'skip-1'),
      ({ status }) => status !== 409,
    );
    expect([first.status, first.body]).toEqual([
      201,
      { topic, partition: 0, from: 2, to: 2, position: { shard: 0, height: expect.any(Number) } },
    ]);
    for (const again of [await skip(2, {}, 'skip-1'), await skip(2), await skip(2, { reason: 'another' }, 'skip-1')]) {
      expect([again.status, again.body.from, again.body.to]).toEqual([201, 2, 2]);
    }

    // The provider's seven tenths of three calls: what stood before the batch, and what stands behind it.
    const payable = 21n * 10n ** 17n;
    await eventually(async () => (await owner.balance('provider:p7:payable')) === payable);
    await eventually(async () => !(await readiness(owner)).includes('kafka'));
    const shard = owner.sequencers.ledger(0);
    const rejection = await shard.readDurable((state) => state.usage.rejectionAt(`${topic}/0`, 2));
    expect(rejection).toEqual({
      offset: 2,
      code: 'SKIPPED',
      detail: expect.stringMatching(new RegExp(`^offsets 2 to 2 cannot be read \\(BATCH_TOO_LARGE\\) .*: ${REASON}$`)),
    });
    const verification = await verifyJournal(owner.app.get<JournalStore>(JOURNAL_STORE), openAudits, { shards: 3 });
    expect(verification.findings).toEqual([]);

    for (const [offset, over, status, code] of [
      [0, {}, 409, 'PARTITION_NOT_STOPPED'],
      [3, {}, 409, 'PARTITION_NOT_STOPPED'],
      [2, { topic: 'another' }, 404, 'NOT_FOUND'],
      [2, { partition: 7 }, 404, 'NOT_FOUND'],
      [-1, {}, 400, 'VALIDATION_FAILED'],
      [2, { reason: '' }, 400, 'VALIDATION_FAILED'],
    ] as const) {
      const answer = await skip(offset, over);
      expect([offset, over, answer.status, answer.body.code]).toEqual([offset, over, status, code]);
    }
    raw.close();
  });
});
