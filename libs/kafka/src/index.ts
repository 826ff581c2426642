export {
  cloudEventFromMessage,
  EVENT_BYTES_MAX,
  EVENT_DEPTH_MAX,
  type CloudEventFault,
  type CloudEventObject,
  type CloudEventReading,
} from './cloud-event.js';
export type { KafkaConnection, KafkaLog } from './connection.js';
export type { KafkaSasl, KafkaTls } from './security.js';
export type { StoppedBatch } from './stopped-batch.js';
export type { BatchReport, UsageConsumerHooks, UsageConsumerOptions } from './consumer-options.js';
export { DEAD_LETTER_ID, DeadLetterProducer, deadLetterTopic, type RejectedMessage } from './dead-letter-producer.js';
export {
  ensureTopics,
  lagOf,
  stoppedBatchOf,
  waitForLagZero,
  type EnsuredTopic,
  type PartitionLag,
  type TopicPlan,
  type WaitForLagOptions,
} from './topics.js';
export { UsageConsumer, type PartitionStatus, type UsageConsumerStatus } from './usage-consumer.js';
export {
  PartitionHalted,
  type DeadLetter,
  type UsageBatch,
  type UsageBatchHandler,
  type UsageMessage,
} from './usage-message.js';
export { UsageProducer, type OutgoingUsage, type SerializedUsage } from './usage-producer.js';
