/** `#wiring/testing`: a history in which everything goes wrong that may go wrong with time, for a real store. */
export { LampHistory, type LampHistoryOptions } from './lamp-history.js';
