export { EngineError, type Engine, type EngineOptions } from './engine.js';
export { findFreePort } from './free-port.js';
export { startPostgres } from './postgres.js';
export { startAnvil, TEST_MNEMONIC, TEST_SIGNER_KEY, type AnvilEngine, type AnvilOptions } from './anvil.js';
export { startKafka, type KafkaEngine, type KafkaOptions } from './kafka.js';
export { kafkaPrerequisites, provideKafka, type KafkaPrerequisites } from './kafka-distribution.js';
