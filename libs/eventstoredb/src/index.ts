export {
  createEventStoreDbJournal,
  EventStoreDbJournal,
  type EventStoreDbJournalOptions,
} from './event-store-db-journal.js';
export { APPEND_BYTES_MAX, MisplacedPage } from './page-event.js';
export { isAccessDenied } from './store-errors.js';
