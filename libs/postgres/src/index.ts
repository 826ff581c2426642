export {
  assertDurable,
  createDataSource,
  createPool,
  DatabaseNotDurable,
  isDatabaseAway,
  migrate,
  migrateDatabase,
  type Pool,
  type PoolClient,
  type PoolOptions,
} from './connection.js';
export { PostgresJournal, READ_PAGES_MAX, type PostgresJournalOptions } from './postgres-journal.js';
export * from './tables/index.js';
