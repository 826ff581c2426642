/** Connects the Kafka consumer to the usage intake, where brokers are configured. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  ensureTopics,
  UsageConsumer,
  type KafkaConnection,
  type UsageConsumerHooks,
  type UsageConsumerStatus,
} from '#kafka';
import {
  CONFIGURATION,
  HealthRegistry,
  LOGGER,
  Metrics,
  type CheckResult,
  type Configuration,
  type Logger,
} from '#platform';
import type { TopicRegistered } from '#concepts';
import { CatalogueFollower } from '#wiring';
import { LetterKeeper } from './dead-letters/letter-keeper.js';
import { CONSUMER_GROUP, kafkaConnectionOf } from './kafka-connection.js';
import { KafkaTopics, TopicNotRegistered } from './kafka-topics.js';
import { UsageIntake } from './usage-intake.js';

const TOPIC_RETRY_FIRST_MS = 500;
const TOPIC_RETRY_MAX_MS = 15_000;
/** How soon a topic that was registered under another name is consumed under it, and one of which something was lost anew. */
const CHANGE_LOOK_MS = 500;
/** Kafka reassigns a dead process's partitions after this long. The consumer also beats during a batch, however slow. */
const SESSION_TIMEOUT_MS = 10_000;

@Injectable()
export class KafkaIntake implements OnApplicationBootstrap, OnModuleDestroy {
  private consumer: UsageConsumer | undefined;
  /** Why nothing is consumed, while that is so. */
  private refusal: string | undefined;
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
    private readonly intake: UsageIntake,
    private readonly topics: KafkaTopics,
    private readonly follower: CatalogueFollower,
    private readonly letters: LetterKeeper,
  ) {}

  onApplicationBootstrap(): void {
    const connection = kafkaConnectionOf(this.configuration, this.logger);
    if (connection === undefined) return;
    showPartitions(this.metrics, () => this.consumer?.status() ?? { partitions: [] });
    this.health.register('kafka', () => this.present(), { for: 'kafka' });
    // Not awaited: a service whose broker is away still takes usage over HTTP.
    this.running = this.run(connection, observeConsumer(this.metrics));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.consumer?.stop();
    await this.running;
  }

  private present(): CheckResult {
    if (this.consumer !== undefined) return presentStatus(this.consumer.status());
    const lastError = this.refusal === undefined ? {} : { lastError: { message: this.refusal, at: '' } };
    return presentStatus({ connected: false, healthy: false, groupState: 'stopped', partitions: [], ...lastError });
  }

  /** Consumes the topic under the name that it is registered under; anew when that changes, and when a loss is accepted. */
  private async run(connection: KafkaConnection, hooks: UsageConsumerHooks): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const registered = await this.untilRegistered(connection);
      if (registered === undefined) return;
      const { name, topic, clusterId } = registered;
      const consumer = new UsageConsumer(
        {
          ...{ ...connection, name, topic, clusterId, hooks },
          ...{ groupId: CONSUMER_GROUP, sessionTimeoutMs: SESSION_TIMEOUT_MS },
          keepLetters: (letters) => this.letters.keep(letters),
        },
        this.intake,
      );
      this.consumer = consumer;
      consumer.start();
      const { lastLoss } = this.follower;
      const isSame = () => this.topics.newest(registered)?.name === name && this.follower.lastLoss === lastLoss;
      while (!signal.aborted && isSame()) await this.pause(CHANGE_LOOK_MS);
      await consumer.stop();
      this.consumer = undefined;
    }
  }

  /** A broker that is away at the start is waited for, like one that goes away later; so is a topic's registration. */
  private async untilRegistered(connection: KafkaConnection): Promise<TopicRegistered | undefined> {
    const { kafkaUsageTopic: topic, shards } = this.configuration;
    for (let pauseMs = TOPIC_RETRY_FIRST_MS; !this.stopping.signal.aborted;) {
      try {
        const registered = await this.topics.find(connection, topic);
        await ensureTopics(connection, { topic, partitions: shards });
        this.refusal = undefined;
        return registered;
      } catch (error) {
        this.complain(error, topic, pauseMs);
        await this.pause(pauseMs);
        pauseMs = error instanceof TopicNotRegistered ? pauseMs : Math.min(pauseMs * 2, TOPIC_RETRY_MAX_MS);
      }
    }
    return undefined;
  }

  /** What only a person can resolve is logged once. */
  private complain(error: unknown, topic: string, pauseMs: number): void {
    if (!(error instanceof TopicNotRegistered)) {
      this.logger.warn({ err: error, topic }, `the usage topic cannot be made sure of; trying again in ${pauseMs} ms`);
    } else if (this.refusal !== error.message) {
      this.refusal = error.message;
      this.logger.error(`usage is not taken from Kafka: ${error.message}`);
    }
  }

  private pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

export function observeConsumer(metrics: Metrics): UsageConsumerHooks {
  const batches = metrics.histogram({
    name: 'airtime_kafka_batch_duration_seconds',
    help: 'Time from handing a batch to the ledger until its pages and dead letters are durable',
  });
  const deadLetters = metrics.counter({
    name: 'airtime_kafka_dead_letters_total',
    help: 'Messages whose dead letter is written; at least once, as the letters are',
  });
  const retries = metrics.counter({
    name: 'airtime_kafka_retries_total',
    help: 'Batches that were not applied and are handed over again',
  });
  const stops = metrics.counter({
    name: 'airtime_kafka_stops_total',
    help: 'Partitions that stopped at a batch which cannot be read, by reason',
    labels: ['code'],
  });
  const lost = metrics.counter({
    name: 'airtime_kafka_lost_messages_total',
    help: "Offsets that the topic's retention deleted before they were applied",
    labels: ['partition'],
  });
  return {
    onBatch: ({ durationMs, deadLetters: letters }) => {
      batches.observe(durationMs / 1_000);
      deadLetters.inc(letters);
    },
    onRetry: () => retries.inc(),
    onStopped: (_, { code }) => stops.inc({ code }),
    onMessagesLost: (partition, from, to) => lost.inc({ partition }, to - from + 1),
  };
}

/** What is asked of the consumer whenever metrics are read. A partition whose lag nobody knows has none. */
export function showPartitions(metrics: Metrics, status: () => Pick<UsageConsumerStatus, 'partitions'>): void {
  const lag = metrics.gauge({
    name: 'airtime_kafka_lag_messages',
    help: 'Messages that this process has yet to apply, by partition of its own; absent while it is not known',
    labels: ['partition'],
    collect: () => {
      lag.reset();
      for (const { partition, lag: messages } of status().partitions) {
        if (messages !== undefined) lag.set({ partition }, messages);
      }
    },
  });
  const stopped = metrics.gauge({
    name: 'airtime_kafka_partition_stopped',
    help: '1 for a partition of this process that waits at a batch which cannot be read, or is refused; else 0',
    labels: ['partition'],
    collect: () => {
      stopped.reset();
      for (const { partition, state } of status().partitions) {
        stopped.set({ partition }, state === 'stopped' || state === 'refused' ? 1 : 0);
      }
    },
  });
}

/** One line for operators. An unknown lag is called so: 0 means that nothing is left. */
export function presentStatus({ healthy, groupState, partitions, lastError }: UsageConsumerStatus): CheckResult {
  const lags = partitions.map(({ lag }) => lag);
  const lag = lags.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum + part),
    groupState === 'stable' ? 0 : undefined,
  );
  const stopped = partitions.flatMap(({ partition, stopped: batch }) =>
    batch === undefined ? [] : [`partition ${partition} stopped at ${batch.from} (${batch.code})`],
  );
  const refused = partitions.flatMap(({ refusal }) => refusal ?? []);
  const lost = partitions.flatMap(({ partition, lost: offsets }) =>
    offsets === undefined
      ? []
      : [`retention deleted ${offsets.count} unread of partition ${partition}, last ${offsets.from} to ${offsets.to}`],
  );
  const parts = [
    `${groupState}, ${partitions.length} partitions, lag ${lag ?? 'unknown'}`,
    ...stopped,
    ...refused,
    ...lost,
    ...(healthy || stopped.length + refused.length > 0 ? [] : [lastError?.message ?? 'joining the group']),
  ];
  return { ok: healthy, detail: parts.join('; ') };
}
