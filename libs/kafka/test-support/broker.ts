/** A real broker for one spec file, and the few things that specs ask of it. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, IResourceConfigEntry, KafkaMessage } from 'kafkajs';
import { kafkaPrerequisites, startKafka, type KafkaEngine, type KafkaOptions } from '#engines';
import { createClient } from '../src/connection.js';
import type { RecordToMake } from './record-batch.js';

export const BROKER_START_MS = 180_000;

export class SpecBroker {
  private engine: KafkaEngine | undefined;
  private options: Partial<KafkaOptions> | undefined;
  private dataDir = '';
  private readonly waiting = new Set<{ pattern: RegExp; resolve: () => void }>();

  /** @param prepare makes what the engine is started with beside its folder */
  constructor(private readonly prepare: () => Promise<Partial<KafkaOptions>> = async () => ({})) {}

  get brokers(): string {
    if (this.engine === undefined) throw new Error('the broker is not running');
    return this.engine.brokers;
  }

  /** Starts, or starts again with the same data and address. */
  async start(): Promise<void> {
    this.options ??= await this.prepare();
    if (this.dataDir === '') this.dataDir = await mkdtemp(join(tmpdir(), 'airtime-kafka-'));
    this.engine = await startKafka({
      ...this.options,
      dataDir: this.dataDir,
      onEvent: (message) => {
        for (const { pattern, resolve } of this.waiting) if (pattern.test(message)) resolve();
      },
    });
  }

  async stop(): Promise<void> {
    await this.engine?.stop();
  }

  /** kill -9; resolves when its supervisor has it running again. */
  async killHard(): Promise<void> {
    const again = new Promise<void>((resolve) => this.waiting.add({ pattern: /runs again/, resolve }));
    process.kill(this.engine!.processId!, 'SIGKILL');
    await again;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async administer<Result>(use: (admin: Admin) => Promise<Result>): Promise<Result> {
    const admin = createClient({ brokers: this.brokers }).admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async createTopic(topic: string, partitions: number, configEntries: IResourceConfigEntry[] = []): Promise<void> {
    await this.administer(async (admin) => {
      await admin.createTopics({
        waitForLeaders: false,
        topics: [{ topic, numPartitions: partitions, configEntries }],
      });
      // kafkajs itself gives up where a busy broker does not know yet what it has just made.
      while (!(await hasLeaders(admin, topic))) await delay(20);
    });
  }

  /** Resolves when the topic is gone from the broker's metadata too, which follows the deletion a moment later. */
  async deleteTopic(topic: string): Promise<void> {
    await this.administer(async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      while ((await admin.listTopics()).includes(topic)) await delay(20);
    });
  }

  /** As retention does it: what lies before the offset is gone. */
  async deleteRecords(topic: string, partition: number, offset: number): Promise<void> {
    await this.administer(async (admin) => {
      await admin.fetchTopicOffsets(topic); // kafkajs must know the partition's leader first
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
    });
  }

  /** Writes messages in a transaction that is then aborted: they take offsets, and one more for its marker. */
  async abortTransaction(topic: string, messages: readonly RecordToMake[]): Promise<void> {
    const producer = createClient({ brokers: this.brokers }).producer({
      transactionalId: `aborting-${randomUUID()}`,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({
      topic,
      messages: messages.map(({ key = null, value = null }) => ({ key, value, partition: 0 })),
    });
    await transaction.abort();
    await producer.disconnect();
  }

  /** Everything that is on a topic now, partition by partition. */
  async readAll(topic: string): Promise<(KafkaMessage & { partition: number })[]> {
    const ends = await this.administer((admin) => admin.fetchTopicOffsets(topic));
    const total = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
    const read: (KafkaMessage & { partition: number })[] = [];
    if (total === 0) return read;
    const consumer = createClient({ brokers: this.brokers }).consumer({
      groupId: `reader-${randomUUID()}`,
      maxWaitTimeInMs: 100,
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ message, partition }) => {
            read.push({ ...message, partition });
            if (read.length === total) resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    return read;
  }
}

const prerequisites = await kafkaPrerequisites();
const isRequired = process.env['CI'] === 'true' || process.env['REQUIRE_ALL'] === '1';

/** A suite on a broker of its own; skipped, and said so, where none can run, unless everything is required. */
export function describeOnKafka(
  name: string,
  define: (broker: SpecBroker) => void,
  prepare?: () => Promise<Partial<KafkaOptions>>,
): void {
  if (!prerequisites.available && !isRequired) {
    process.stderr.write(`SKIPPED ${name}: ${prerequisites.reason}; ${prerequisites.howToGoOn}\n`);
    describe.skip(name, () => define(new SpecBroker()));
    return;
  }
  describe(name, () => {
    const broker = new SpecBroker(prepare);
    beforeAll(() => broker.start(), BROKER_START_MS);
    afterAll(() => broker.remove(), 60_000);
    define(broker);
  });
}

async function hasLeaders(admin: Admin, topic: string): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  } catch (error) {
    const { type } = error as { readonly type?: string };
    if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'LEADER_NOT_AVAILABLE') return false;
    throw error;
  }
}
