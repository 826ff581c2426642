/** For specs of other libraries: a journal store in memory, and a ledger that is driven by commands. */
export { DrivenLedger, type DrivenLedgerOptions } from './driven-ledger.js';
export { foundForSpec, SPEC_ROOT, SPEC_SEALING, SPEC_WRITER, specFounding, specKey } from './spec-writers.js';
export { MemoryStore } from './memory-store.js';
export { hasPython, verifyInPython } from './python-verifier.js';
