export {
  assertDurable,
  createDataSource,
  createPool,
  DatabaseNotDurable,
  isDatabaseAway,
  isStatementTimeout,
  migrate,
  migrateDatabase,
  type Pool,
  type PoolClient,
  type PoolOptions,
} from './connection.js';
export { NameHeld, NamedLocks, type NamedLocksOptions } from './named-locks.js';
export { PostgresJournal, READ_PAGES_MAX, type PostgresJournalOptions } from './postgres-journal.js';
export { compareCatalogue, type CatalogueDifference } from './tables/catalogue.js';
export { READ_MODELS, TABLES } from './tables/index.js';
export {
  BOOKS_SCHEMA,
  BooksBeingReplaced,
  CheckpointMoved,
  Projection,
  ShardBeingWritten,
  type ProjectionOptions,
} from './projection/projection.js';
export { BooksInconsistent } from './projection/statement.js';
export { UnknownEvent } from './projection/entries.js';
export {
  compareTables,
  ComparisonUnderWay,
  type CompareOptions,
  type ComparedTable,
  type TablesComparison,
} from './projection/compare-tables.js';
export { digestBooks } from './projection/digest.js';
export { rebuildBooks, RebuildUnderWay, type RebuildOptions } from './projection/rebuild.js';
export { verifyBooks, type BooksFinding, type ExpectedBalances } from './projection/verify-books.js';
export * from './reading/index.js';
