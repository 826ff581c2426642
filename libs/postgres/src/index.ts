export {
  createPool,
  isDatabaseAway,
  isStatementTimeout,
  migrateDatabase,
  type Pool,
  type PoolOptions,
} from './connection.js';
export { PostgresClosingWishes } from './closing-wishes.js';
export { ConsoleSessions } from './console-sessions.js';
export { Jobs, type Job, type JobState, type JobSum } from './jobs.js';
export { NamedLocks, NameHeld } from './named-locks.js';
export {
  DeadLetters,
  LETTER_STATES,
  LETTERS_MAX,
  SETTLED_DAYS_MAX,
  type DeadLetterRow,
  type LetterFilter,
  type LetterOrderRow,
  type LetterOutcome,
  type LetterState,
  type NewLetter,
} from './dead-letters.js';
export { PostgresJournal } from './postgres-journal.js';
export {
  BooksBeingReplaced,
  CheckpointMoved,
  PageUnsound,
  Projection,
  ShardBeingWritten,
} from './projection/projection.js';
export { compareTables, ComparisonUnderWay, type TablesComparison } from './projection/compare-tables.js';
export { digestBooks } from './projection/digest.js';
export { rebuildBooks, RebuildUnderWay } from './projection/rebuild.js';
export { verifyBooks, type BooksFinding, type ExpectedBalances } from './projection/verify-books.js';
export * from './reading/index.js';
