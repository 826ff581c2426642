export { EventStoreDbClosingWishes } from './closing-wishes.js';
export {
  createEventStoreDbJournal,
  EventStoreDbJournal,
  type EventStoreDbJournalOptions,
} from './event-store-db-journal.js';
export { isAccessDenied } from './store-errors.js';
