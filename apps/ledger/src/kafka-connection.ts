/** How this service reaches Kafka, as its configuration says. */
import type { KafkaConnection, KafkaLog } from '#kafka';
import type { Configuration, Logger } from '#platform';

/** All ledger processes share the topic's partitions as one group. */
export const CONSUMER_GROUP = 'airtime-ledger';

/** Undefined where no brokers are named. */
export function kafkaConnectionOf({ kafka }: Configuration, logger: Logger): KafkaConnection | undefined {
  if (kafka.mode !== 'brokers') return undefined;
  const log: KafkaLog = (level, message, details) => logger[level](details ?? {}, message);
  return { brokers: kafka.brokers, log, ...kafka.security };
}
