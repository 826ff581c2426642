export { type Engine } from './engine.js';
export { findFreePort } from './free-port.js';
export { startPostgres } from './postgres.js';
export { startAnvil, TEST_MNEMONIC, TEST_SIGNER_KEY, type AnvilEngine } from './anvil.js';
export { startKafka, type KafkaEngine, type KafkaOptions } from './kafka.js';
export { kafkaPrerequisites } from './kafka-distribution.js';
