/** Connects the Kafka consumer to the usage intake, where brokers are configured. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ensureTopics, UsageConsumer, type KafkaLog, type UsageConsumerHooks, type UsageConsumerStatus } from '#kafka';
import {
  CONFIGURATION,
  HealthRegistry,
  LOGGER,
  Metrics,
  type CheckResult,
  type Configuration,
  type Logger,
} from '#platform';
import { UsageIntake } from './usage-intake.js';

/** All ledger processes share the topic's partitions as one group. */
export const CONSUMER_GROUP = 'airtime-ledger';
const TOPIC_RETRY_FIRST_MS = 500;
const TOPIC_RETRY_MAX_MS = 15_000;
/** So long a killed process keeps its partitions from the others. The consumer also beats during a batch, however slow. */
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
    const { kafka, kafkaUsageTopic: topic } = this.configuration;
    if (kafka.mode !== 'brokers') return;
    const log: KafkaLog = (level, message, details) => this.logger[level](details ?? {}, message);
    const consumer = new UsageConsumer(
      {
        brokers: kafka.brokers,
        topic,
        groupId: CONSUMER_GROUP,
        sessionTimeoutMs: SESSION_TIMEOUT_MS,
        log,
        hooks: observeConsumer(this.metrics),
      },
      this.intake,
    );
    this.consumer = consumer;
    this.health.register('kafka', () => presentStatus(consumer.status()), { for: 'kafka' });
    // Not awaited: a service whose broker is away still takes usage over HTTP.
    void this.startWhenTopicsExist(consumer, kafka.brokers, topic);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.consumer?.stop();
  }

  /** A broker that is away at the start is waited for, like one that goes away later. */
  private async startWhenTopicsExist(
    consumer: UsageConsumer,
    brokers: readonly string[],
    topic: string,
  ): Promise<void> {
    const { signal } = this.stopping;
    for (let pauseMs = TOPIC_RETRY_FIRST_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, TOPIC_RETRY_MAX_MS)) {
      try {
        await ensureTopics(brokers, { topic, partitions: this.configuration.shards });
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

function observeConsumer(metrics: Metrics): UsageConsumerHooks {
  const lag = metrics.gauge({
    name: 'airtime_kafka_lag_messages',
    help: 'Messages behind the last one applied, by partition, as of its last batch',
    labels: ['partition'],
  });
  const batches = metrics.histogram({
    name: 'airtime_kafka_batch_duration_seconds',
    help: 'Time from handing a batch to the ledger until its pages and dead letters are durable',
  });
  const retries = metrics.counter({
    name: 'airtime_kafka_retries_total',
    help: 'Batches that were not applied and are handed over again',
  });
  return {
    onBatch: ({ partition, durationMs, lag: messages }) => {
      lag.set({ partition }, messages);
      batches.observe(durationMs / 1_000);
    },
    onRetry: () => retries.inc(),
    // Partitions that went to another process must not be shown here any more.
    onAssigned: () => lag.reset(),
  };
}

function presentStatus({ healthy, groupState, partitions, lastError }: UsageConsumerStatus): CheckResult {
  const lag = partitions.reduce((sum, partition) => sum + (partition.lag ?? 0), 0);
  const detail = healthy
    ? `${groupState}, ${partitions.length} partitions, lag ${lag}`
    : `${groupState}: ${lastError?.message ?? 'joining the group'}`;
  return { ok: healthy, detail };
}
