/** `#kafka/testing`: a real broker for a spec, and producers that put on it whatever bytes they like. */
export { describeOnKafka, SpecBroker } from './broker.js';
export { RawProducer } from './raw-producer.js';
export {
  makeBatch,
  makeBomb,
  packingIsReady,
  PACKINGS,
  type BombKind,
  type Packing,
  type RecordToMake,
} from './record-batch.js';
