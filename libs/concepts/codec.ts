/** How events stand in the lines of the journal: the layouts of all concepts, and the codec made from them. */
import { createCodec } from '#domain';
import { LEDGER_LAYOUTS } from './ledger.js';
import { REGISTRY_LAYOUTS } from './registry.js';

/** Where the members of each event stand in its line. */
export const LAYOUTS = { ...LEDGER_LAYOUTS, ...REGISTRY_LAYOUTS };

/** Writes events as lines of the journal, and reads them in their present schemas. */
export const CODEC = createCodec(LAYOUTS);
