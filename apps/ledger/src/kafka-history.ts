/**
 * What Kafka remembers of the journal: each commit names the journal and where its shards ended. A journal that is shorter
 * than that has lost pages; an accepted loss begins a history of its own, in which earlier commits are not believed.
 */
import { Global, Module } from '@nestjs/common';
import { commitNotesOf, type JournalHistory } from '#kafka';
import { CONFIGURATION, LOGGER, type Configuration, type Logger } from '#platform';
import { KAFKA_MEMORY, type CatalogueFollower, type MemorySource } from '#wiring';
import { CONSUMER_GROUP, kafkaConnectionOf } from './kafka-connection.js';

const HASH_DIGITS = 16;

/** The journal and its history as this process knows them now. */
export function historyOf({ journal, lastLoss }: CatalogueFollower): JournalHistory {
  if (journal === undefined) throw new Error('the journal is not founded');
  return { journal, ...(lastLoss === undefined ? {} : { since: lastLoss.slice(0, HASH_DIGITS) }) };
}

function openMemory(configuration: Configuration, logger: Logger): MemorySource | undefined {
  const connection = kafkaConnectionOf(configuration, logger);
  if (connection === undefined) return undefined;
  return { name: "Kafka's commits", read: () => commitNotesOf(connection, CONSUMER_GROUP) };
}

/** Known wherever the store is opened: what was lost is noticed before anything is read or written. */
@Global()
@Module({
  providers: [{ provide: KAFKA_MEMORY, inject: [CONFIGURATION, LOGGER], useFactory: openMemory }],
  exports: [KAFKA_MEMORY],
})
export class KafkaMemoryModule {}
