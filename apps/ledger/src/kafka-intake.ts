/** Connects the Kafka consumer to the usage intake, where brokers are configured. */
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureTopics, UsageConsumer, type KafkaLog, type UsageConsumerStatus } from '#kafka';
import { CONFIGURATION, type CheckResult, HealthRegistry, LOGGER, type Configuration, type Logger } from '#platform';
import { UsageIntake } from './usage-intake.js';

/** All ledger processes share the topic's partitions as one group. */
export const CONSUMER_GROUP = 'airtime-ledger';
const TOPIC_RETRY_MS = 1_000;
/** So long a killed process keeps its partitions from the others. The consumer also beats during a batch, however slow. */
const SESSION_TIMEOUT_MS = 10_000;

@Injectable()
export class KafkaIntake implements OnApplicationBootstrap, OnModuleDestroy {
  private consumer: UsageConsumer | undefined;
  private isStopping = false;

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
    private readonly intake: UsageIntake,
  ) {}

  onApplicationBootstrap(): void {
    // Not awaited: a service whose broker is away still takes usage over HTTP.
    void this.start();
  }

  private async start(): Promise<void> {
    const { kafka, kafkaUsageTopic: topic, shards } = this.configuration;
    if (kafka.mode !== 'brokers') return;
    const log: KafkaLog = (level, message, details) => this.logger[level](details ?? {}, message);
    const consumer = new UsageConsumer(
      { brokers: kafka.brokers, topic, groupId: CONSUMER_GROUP, sessionTimeoutMs: SESSION_TIMEOUT_MS, log },
      this.intake,
    );
    this.consumer = consumer;
    this.health.register('kafka', () => presentStatus(consumer.status()));
    await this.untilTopicsExist(kafka.brokers, topic, shards);
    consumer.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    await this.consumer?.stop();
  }

  /** A broker that is away at the start is waited for, like one that goes away later. */
  private async untilTopicsExist(brokers: readonly string[], topic: string, partitions: number): Promise<void> {
    while (!this.isStopping) {
      try {
        await ensureTopics(brokers, { topic, partitions });
        return;
      } catch (error) {
        this.logger.warn({ err: error }, 'the usage topic cannot be made sure of yet; trying again');
        await delay(TOPIC_RETRY_MS);
      }
    }
  }
}

function presentStatus({ healthy, groupState, partitions, lastError }: UsageConsumerStatus): CheckResult {
  const lag = partitions.reduce((sum, partition) => sum + (partition.lag ?? 0), 0);
  const detail = healthy
    ? `${groupState}, ${partitions.length} partitions, lag ${lag}`
    : `${groupState}: ${lastError?.message ?? 'joining the group'}`;
  return { ok: healthy, detail };
}
