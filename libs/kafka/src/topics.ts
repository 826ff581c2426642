/** What the admin protocol is asked for: topics that must exist, and how far a group is behind. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { believe, BrokerOffsets, readCommit } from './broker-offsets.js';
import { readCommitNote, type CommitNote, type CommitOwner, type StoppedBatch } from './commit-note.js';
import { backOffMs, createClient, isProtocolError, type KafkaConnection } from './connection.js';
import { deadLetterTopic } from './dead-letter-producer.js';
import { parseOffset } from './usage-message.js';

/** About ten seconds. */
const LAG_ATTEMPTS_MAX = 12;

export interface TopicPlan {
  readonly topic: string;
  /** Of the usage topic and, if it is created, of its dead-letter topic. As many as shards serves best. */
  readonly partitions: number;
  /** Name of the dead-letter topic; `<topic>.dlq` unless given. */
  readonly dlq?: string;
  /** Copies of each partition; the broker's default unless given. */
  readonly replicationFactor?: number;
}

export interface EnsuredTopic {
  readonly topic: string;
  readonly created: boolean;
  /** As it is on the broker: an existing topic is left untouched. */
  readonly partitions: number;
}

/** One partition of a topic as a consumer group sees it. */
export interface PartitionLag {
  readonly partition: number;
  /** The group's next offset by Kafka's commit; undefined before its first. Only a hint: the journal decides. */
  readonly committed: number | undefined;
  /** Offset that the next message will get. */
  readonly high: number;
  /** Messages that the group has not committed. */
  readonly lag: number;
}

/** Creates the usage topic and its dead-letter topic where they are missing. Safe to call by several processes at once. */
export async function ensureTopics(
  brokers: KafkaConnection['brokers'] | KafkaConnection,
  plan: TopicPlan,
): Promise<EnsuredTopic[]> {
  return withAdmin(connectionOf(brokers), async (admin) => {
    const names = [plan.topic, plan.dlq ?? deadLetterTopic(plan.topic)];
    const existing = new Set(await admin.listTopics());
    const missing = names.filter((name) => !existing.has(name));
    for (const topic of missing) {
      await admin.createTopics({
        // kafkajs gives up waiting when a broker does not know the new topic yet; we do not.
        waitForLeaders: false,
        topics: [{ topic, numPartitions: plan.partitions, replicationFactor: plan.replicationFactor ?? -1 }],
      });
    }
    const partitions = await untilLed(admin, names);
    return names.map((topic) => ({
      topic,
      created: missing.includes(topic),
      partitions: partitions.get(topic) ?? 0,
    }));
  });
}

const LEADERS_TIMEOUT_MS = 30_000;

/** Waits until every partition of the topics has a leader. Returns the number of partitions by topic. */
async function untilLed(admin: Admin, names: string[]): Promise<ReadonlyMap<string, number>> {
  const deadline = performance.now() + LEADERS_TIMEOUT_MS;
  for (let pauseMs = 20; ; pauseMs = Math.min(500, pauseMs * 2)) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: names });
      const isLed = topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
      if (isLed || performance.now() > deadline)
        return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    } catch (error) {
      const isNew = isProtocolError(error, 'UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE');
      if (!isNew || performance.now() > deadline) throw error;
    }
    await delay(pauseMs);
  }
}

/** How far a group is behind on each partition of a topic, in the order of partitions. */
export async function lagOf(
  brokers: KafkaConnection['brokers'] | KafkaConnection,
  group: string,
  topic: string,
): Promise<PartitionLag[]> {
  return withAdmin(connectionOf(brokers), (admin) => readLagPatiently(admin, group, topic));
}

/**
 * The batch at which a group stopped on a partition, as the group's commit says; undefined when it goes on, and where the
 * commit is another's.
 *
 * @throws the broker's or the client's error
 */
export async function stoppedBatchOf(
  connection: KafkaConnection,
  group: string,
  { topic, partition, owner }: { readonly topic: string; readonly partition: number; readonly owner: CommitOwner },
): Promise<StoppedBatch | undefined | 'no such partition'> {
  return withAdmin(connection, async (admin) => {
    const offsets = new BrokerOffsets(admin, topic, group);
    if (!(await offsets.ends()).has(partition)) return 'no such partition';
    return believe((await offsets.commits()).get(partition), owner).stopped;
  });
}

/** What a group's commits say of the journals that made them. @throws the broker's or the client's error */
export async function commitNotesOf(connection: KafkaConnection, group: string): Promise<CommitNote[]> {
  return withAdmin(connection, async (admin) => {
    const topics = await admin.fetchOffsets({ groupId: group });
    return topics.flatMap(({ partitions }) => partitions.flatMap(({ metadata }) => readCommitNote(metadata) ?? []));
  });
}

/** The id of the cluster that the brokers belong to. @throws the broker's or the client's error */
export async function clusterIdOf(connection: KafkaConnection): Promise<string> {
  return withAdmin(connection, async (admin) => (await admin.describeCluster()).clusterId);
}

export interface WaitForLagOptions {
  /** @defaultValue 60,000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Waits until a group has committed everything that is on the topic.
 *
 * @returns the offsets at that moment
 * @throws Error with the remaining lag after `timeoutMs`, or when `signal` is aborted
 */
export async function waitForLagZero(
  brokers: KafkaConnection['brokers'] | KafkaConnection,
  group: string,
  topic: string,
  { timeoutMs = 60_000, signal }: WaitForLagOptions = {},
): Promise<PartitionLag[]> {
  return withAdmin(connectionOf(brokers), async (admin) => {
    const deadline = performance.now() + timeoutMs;
    for (let pauseMs = 50; ; pauseMs = Math.min(500, pauseMs * 2)) {
      const partitions = await readLagPatiently(admin, group, topic);
      const lag = partitions.reduce((sum, partition) => sum + partition.lag, 0);
      if (lag === 0) return partitions;
      if (performance.now() > deadline) {
        throw new Error(`group ${group} is still ${lag} messages behind on ${topic} after ${timeoutMs} ms`);
      }
      await delay(pauseMs, undefined, signal === undefined ? {} : { signal });
    }
  });
}

/** A broker that has just started or lost its place refuses offsets for some seconds: its coordinator is loading. */
async function readLagPatiently(admin: Admin, group: string, topic: string): Promise<PartitionLag[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readLag(admin, group, topic);
    } catch (error) {
      const isPassing = (error as { retriable?: boolean }).retriable === true;
      if (!isPassing || attempt === LAG_ATTEMPTS_MAX) throw error;
      await delay(backOffMs(attempt, 100, 1_000));
    }
  }
}

async function readLag(admin: Admin, group: string, topic: string): Promise<PartitionLag[]> {
  const watermarks = await admin.fetchTopicOffsets(topic);
  const [committedTopic] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  return watermarks
    .map(({ partition, high, low }) => {
      const text = committedTopic?.partitions.find((entry) => entry.partition === partition)?.offset ?? '-1';
      const committed = readCommit(text, null).offset;
      const end = parseOffset(high);
      return { partition, committed, high: end, lag: Math.max(0, end - Math.max(committed ?? 0, parseOffset(low))) };
    })
    .sort((a, b) => a.partition - b.partition);
}

function connectionOf(brokers: KafkaConnection['brokers'] | KafkaConnection): KafkaConnection {
  return typeof brokers === 'string' || Array.isArray(brokers) ? { brokers } : (brokers as KafkaConnection);
}

async function withAdmin<Result>(connection: KafkaConnection, use: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = createClient(connection).admin();
  try {
    await admin.connect();
    return await use(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
