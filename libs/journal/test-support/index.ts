/** For specs of other libraries: a journal store in memory, and a ledger that is driven by commands. */
export { DrivenLedger, type DrivenLedgerOptions } from './driven-ledger.js';
export { MemoryStore } from './memory-store.js';
