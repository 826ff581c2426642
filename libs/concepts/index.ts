/** The pure door of the concepts: what each is, decides and folds. Concepts have their lines in the doors of the shards. */
import type { LedgerEvent } from './ledger.js';
import type { RegistryEvent } from './registry.js';

export * from './accounts.js';
export * from './catalogue.js';
export * from './codec.js';
export { explainEntry } from './explanations.js';
export * from './ledger.js';
export * from './ledger-names.js';
export * from './refusals.js';
export * from './registry.js';

export type JournalEvent = LedgerEvent | RegistryEvent;
