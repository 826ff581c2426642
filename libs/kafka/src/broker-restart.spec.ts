import { setTimeout as delay } from 'node:timers/promises';
import { eventually, HANG_MS } from '#testing';
import { BROKER_START_MS, describeOnKafka } from '../test-support/broker.js';
import { OffsetJournal, sampleUsage } from '../test-support/offset-journal.js';
import { ensureTopics, waitForLagZero } from './topics.js';
import { UsageConsumer } from './usage-consumer.js';
import { UsageProducer } from './usage-producer.js';

const TOPIC = 'usage';
const GROUP = 'ledger';

describeOnKafka('a broker that goes away', (broker) => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  }, 30_000);

  it(
    'loses and doubles nothing: over stop and start, and over kill -9',
    async () => {
      await ensureTopics(broker.brokers, { topic: TOPIC, partitions: 4 });
      const { brokers } = broker;
      const journal = new OffsetJournal();
      const waiting: (() => void)[] = [];
      const consumer = new UsageConsumer(
        {
          brokers,
          topic: TOPIC,
          groupId: GROUP,
          heartbeatIntervalMs: 500,
          fetchWaitMs: 50,
          retryMaxMs: 1_000,
          hooks: {
            onLost: () => {
              for (const resolve of waiting.splice(0)) resolve();
            },
          },
        },
        journal,
      );
      consumer.start();
      closing.push(() => consumer.stop(1_000));

      const producer = new UsageProducer({ brokers }, TOPIC);
      closing.push(() => producer.close());
      let sent = 0;
      let flowing = true;
      closing.push(async () => {
        flowing = false;
      });
      const stream = (async () => {
        while (flowing) {
          try {
            await producer.send(sampleUsage(20, sent));
            sent += 20;
            await delay(5);
          } catch {
            await delay(100); // as every client would: the same events again until the broker has them
          }
        }
      })();
      await journal.until(({ applied }) => applied.size > 500);

      const lost = new Promise<void>((resolve) => waiting.push(resolve));
      await broker.stop();
      await lost;
      expect(consumer.status()).toMatchObject({ connected: false, healthy: false, partitions: [] });
      expect(consumer.status().lastError?.message).toContain('Kafka is away');
      await broker.start();
      const afterStop = journal.applied.size;
      await journal.until(({ applied }) => applied.size > afterStop + 500);
      expect(consumer.status().connected).toBe(true);

      await broker.killHard();
      const afterKill = journal.applied.size;
      await journal.until(({ applied }) => applied.size > afterKill + 500);

      flowing = false;
      await stream;
      const partitions = await waitForLagZero(brokers, GROUP, TOPIC, { timeoutMs: HANG_MS });
      // Every offset up to the end was applied, and each once: the journal refuses a gap and counts what came again.
      const written = partitions.reduce((sum, { high }) => sum + high, 0);
      expect(journal.applied.size).toBe(written);
      // The producer may have written a message twice when an acknowledgement was lost; none is missing.
      expect(new Set(journal.applied.values()).size).toBe(sent);
    },
    BROKER_START_MS,
  );

  it('is waited for by a consumer that starts first, and can be stopped while it waits', async () => {
    const { brokers } = broker;
    await broker.stop();
    const journal = new OffsetJournal();
    const options = { brokers, topic: TOPIC, groupId: 'patient', retryMaxMs: 500 };
    const impatient = new UsageConsumer(options, journal);
    impatient.start();
    closing.push(() => impatient.stop(500));
    await eventually(() => impatient.status().lastError);
    await impatient.stop(500);
    expect(impatient.status()).toMatchObject({ connected: false, groupState: 'stopped' });

    const patient = new UsageConsumer(options, journal);
    patient.start();
    closing.push(() => patient.stop(1_000));
    expect(patient.status()).toMatchObject({ connected: false, healthy: false, groupState: 'joining' });
    await broker.start();
    await journal.until(({ applied }) => applied.size > 500);
  }, 120_000);
});
