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
import { CONSUMER_GROUP, kafkaConnectionOf } from './kafka-connection.js';
import { UsageIntake } from './usage-intake.js';

const TOPIC_RETRY_FIRST_MS = 500;
const TOPIC_RETRY_MAX_MS = 15_000;
/** Kafka reassigns a dead process's partitions after this long. The consumer also beats during a batch, however slow. */
const SESSION_TIMEOUT_MS = 10_000;

@Injectable()
export class KafkaIntake implements OnApplicationBootstrap, OnModuleDestroy {
  private consumer: UsageConsumer | undefined;
  private readonly stopping = new AbortController();

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
    private readonly intake: UsageIntake,
  ) {}

  onApplicationBootstrap(): void {
    const { kafkaUsageTopic: topic } = this.configuration;
    const connection = kafkaConnectionOf(this.configuration, this.logger);
    if (connection === undefined) return;
    const consumer = new UsageConsumer(
      {
        ...connection,
        topic,
        groupId: CONSUMER_GROUP,
        sessionTimeoutMs: SESSION_TIMEOUT_MS,
        hooks: observeConsumer(this.metrics),
      },
      this.intake,
    );
    this.consumer = consumer;
    showPartitions(this.metrics, () => consumer.status());
    this.health.register('kafka', () => presentStatus(consumer.status()), { for: 'kafka' });
    // Not awaited: a service whose broker is away still takes usage over HTTP.
    void this.startWhenTopicsExist(consumer, connection, topic);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.consumer?.stop();
  }

  /** A broker that is away at the start is waited for, like one that goes away later. */
  private async startWhenTopicsExist(
    consumer: UsageConsumer,
    connection: KafkaConnection,
    topic: string,
  ): Promise<void> {
    const { signal } = this.stopping;
    for (let pauseMs = TOPIC_RETRY_FIRST_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, TOPIC_RETRY_MAX_MS)) {
      try {
        await ensureTopics(connection, { topic, partitions: this.configuration.shards });
        break;
      } catch (error) {
        this.logger.warn(
          { err: error, topic },
          `the usage topic cannot be made sure of; trying again in ${pauseMs} ms`,
        );
        await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
    if (!signal.aborted) consumer.start();
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
  const lost = partitions.flatMap(({ partition, lost: offsets }) =>
    offsets === undefined
      ? []
      : [`retention deleted ${offsets.count} unread of partition ${partition}, last ${offsets.from} to ${offsets.to}`],
  );
  const parts = [
    `${groupState}, ${partitions.length} partitions, lag ${lag ?? 'unknown'}`,
    ...stopped,
    ...lost,
    ...(healthy || stopped.length > 0 ? [] : [lastError?.message ?? 'joining the group']),
  ];
  return { ok: healthy, detail: parts.join('; ') };
}
