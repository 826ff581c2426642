import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { UsageProducer } from '#kafka';
import { describeOnKafka, SpecBroker } from '#kafka/testing';
import { callEvent, eventually } from '#testing';
import { CUSTOMERS, LedgerWorld, setUp, type LedgerService } from '../test-support/ledger-world.js';

jest.setTimeout(180_000);

const [CUSTOMER] = CUSTOMERS as [string];
/** The provider's seven tenths of a call. */
const PAYABLE = 7n * 10n ** 17n;

describeOnKafka('the topic that usage is taken from', (broker) => {
  const other = new SpecBroker();
  let world: LedgerWorld;
  beforeAll(async () => {
    [world] = await Promise.all([LedgerWorld.start(), other.start()]);
  }, 180_000);
  afterAll(() => Promise.all([world.stop(), other.remove()]), 60_000);

  async function send(on: SpecBroker, topic: string, count: number): Promise<void> {
    const producer = new UsageProducer({ brokers: on.brokers }, topic);
    await producer.send(Array.from({ length: count }, () => callEvent(randomUUID(), CUSTOMER)));
    await producer.close();
  }

  const running: LedgerService[] = [];
  // Ledgers of several journals on one broker are one group, in which a member gets only what the leader consumes too.
  afterEach(() => Promise.all(running.splice(0).map((ledger) => ledger.stop())));

  async function start(database: string, on: SpecBroker, topic: string): Promise<LedgerService> {
    const ledger = await world.service(database, 3, { KAFKA_BROKERS: on.brokers, KAFKA_USAGE_TOPIC: topic });
    running.push(ledger);
    return ledger;
  }

  const untilCharged = (ledger: LedgerService, calls: number) =>
    eventually(async () => (await ledger.balance('provider:p7:payable')) === BigInt(calls) * PAYABLE);

  async function health(ledger: LedgerService): Promise<string> {
    return ((await ledger.fetch('GET', '/health')).body as { checks: { kafka: { detail: string } } }).checks.kafka
      .detail;
  }

  const untilHealthSays = (ledger: LedgerService, line: string) =>
    eventually(
      () => health(ledger),
      (detail) => detail.includes(line),
    );

  /** A journal of which ten calls came from a topic with one partition, and nobody runs. */
  async function charged() {
    const topic = `usage-${randomUUID().slice(0, 8)}`;
    await broker.createTopic(topic, 1);
    const database = await world.newDatabase();
    const ledger = await start(database, broker, topic);
    await setUp(ledger);
    await ledger.mint(CUSTOMER, '1000');
    await send(broker, topic, 10);
    await untilCharged(ledger, 10);
    const { body } = await ledger.send('GET', '/kafka/topics');
    await ledger.stop();
    return { topic, database, registered: body.items };
  }

  it('is registered under its own name by the first start, and refused in one line while another is configured', async () => {
    const { topic, database, registered } = await charged();
    expect(registered).toEqual([
      { name: topic, topic, clusterId: expect.any(String), registeredAt: expect.any(String) },
    ]);
    const ledger = await start(database, broker, `${topic}-x`);
    expect(await untilHealthSays(ledger, 'KAFKA_USAGE_TOPIC')).toContain(
      `KAFKA_USAGE_TOPIC is ${topic}-x, which is not registered; registered is ${topic} (topic ${topic} of cluster ${registered[0].clusterId})`,
    );
    const taken = await ledger.post('/kafka/topics', { name: topic, topic: `${topic}-x` });
    expect([taken.status, taken.body.code]).toEqual([409, 'TOPIC_EXISTS']);
  });

  it('made anew and grown past the old end: nothing is charged until it has another name, then everything', async () => {
    const { topic, database } = await charged();
    await broker.deleteTopic(topic);
    await broker.createTopic(topic, 1);
    await send(broker, topic, 30);
    const ledger = await start(database, broker, topic);
    await untilHealthSays(ledger, 'created anew');
    const { body: metrics } = await ledger.fetch('GET', '/metrics');
    expect(metrics).toContain('airtime_kafka_partition_stopped{partition="0"} 1');
    await untilCharged(ledger, 10);
    const name = `${topic}-2`;
    const answer = await ledger.post('/kafka/topics', { name, topic });
    expect([answer.status, answer.body.name, answer.body.topic]).toEqual([201, name, topic]);
    await untilCharged(ledger, 40);
    const shard = ledger.sequencers.ledger(ledger.sequencers.shardOf(CUSTOMER));
    const offsets = await shard.readDurable(({ usage }) => [...usage.nextOffsets]);
    expect(offsets).toEqual([
      [`${topic}/0`, 10],
      [`${name}/0`, 30],
    ]);
  });

  it('of another cluster is refused in one line, whatever its name and end, until it has a name of its own', async () => {
    const { topic, database, registered } = await charged();
    await other.createTopic(topic, 1);
    await send(other, topic, 30);
    const ledger = await start(database, other, topic);
    expect(await untilHealthSays(ledger, 'KAFKA_BROKERS')).toContain(registered[0].clusterId);
    await untilCharged(ledger, 10);
    expect((await ledger.post('/kafka/topics', { name: 'moved', topic })).status).toBe(201);
    await untilCharged(ledger, 40);
    // The registered one is taken up where it stood.
    await ledger.stop();
    await send(broker, topic, 5);
    await untilCharged(await start(database, broker, topic), 45);
  });

  it('of which retention has deleted the last message that was applied goes on behind it', async () => {
    const { topic, database } = await charged();
    await send(broker, topic, 5);
    await broker.deleteRecords(topic, 0, 10);
    await untilCharged(await start(database, broker, topic), 15);
  });
});
