/** Connects the Kafka consumer to the usage intake, where brokers are configured. */
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ensureTopics, UsageConsumer } from '#kafka';
import { CONFIGURATION, HealthRegistry, LOGGER, type Configuration, type Logger } from '#platform';
import { UsageIntake } from './usage-intake.js';

/** All ledger processes share the topic's partitions as one group. */
export const CONSUMER_GROUP = 'airtime-ledger';

@Injectable()
export class KafkaIntake implements OnApplicationBootstrap, OnModuleDestroy {
  private consumer: UsageConsumer | undefined;

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthRegistry,
    private readonly intake: UsageIntake,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { kafka, kafkaUsageTopic: topic, shards } = this.configuration;
    if (kafka.mode !== 'brokers') return;
    await ensureTopics(kafka.brokers, { topic, partitions: shards });
    this.consumer = new UsageConsumer({
      brokers: kafka.brokers,
      topic,
      groupId: CONSUMER_GROUP,
      handler: {
        handle: (batch) => this.intake.recordPartition(batch),
        highestNextOffset: (of, partition) => this.intake.highestNextOffset(of, partition),
      },
      logger: this.logger,
    });
    this.health.register('kafka', () => this.consumer!.health());
    await this.consumer.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.consumer?.stop();
  }
}
