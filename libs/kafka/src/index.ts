export { cloudEventFromMessage } from './cloud-event.js';
export { keptLetterOf, messageOfLetter, type KeptLetter, type LetterHeader } from './kept-letter.js';
export type { KafkaConnection, KafkaLog } from './connection.js';
export type { JournalHistory, NotedHead, StoppedBatch } from './commit-note.js';
export type { UsageConsumerHooks } from './consumer-options.js';
export {
  clusterIdOf,
  commitNotesOf,
  ensureTopics,
  lagOf,
  stoppedBatchOf,
  waitForLagZero,
  type PartitionLag,
} from './topics.js';
export { UsageConsumer, type UsageConsumerStatus } from './usage-consumer.js';
export {
  PartitionHalted,
  type DeadLetter,
  type UsageBatch,
  type UsageBatchHandler,
  type UsageMessage,
} from './usage-message.js';
export { fingerprintOf } from './usage-message.js';
export { UsageProducer } from './usage-producer.js';
