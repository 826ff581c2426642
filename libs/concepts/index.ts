/** The pure door of the concepts: what each is, decides and folds. Concepts have their lines in the doors of the shards. */
import { createCodec } from '#domain';
import { LEDGER_LAYOUTS, type LedgerEvent } from './ledger.js';
import { REGISTRY_LAYOUTS, type RegistryEvent } from './registry.js';

export * from './accounts.js';
export * from './catalogue.js';
export * from './ledger.js';
export * from './refusals.js';
export * from './registry.js';

export type JournalEvent = LedgerEvent | RegistryEvent;

/** Where the members of each event stand in its line. */
export const LAYOUTS = { ...LEDGER_LAYOUTS, ...REGISTRY_LAYOUTS };

/** Writes events as lines of the journal, and reads them in their present schemas. */
export const CODEC = createCodec(LAYOUTS);
