/** What the services of the production shape write, for whoever admits their keys. */
import { EVOLVE_CATALOGUE, evolveChains } from './catalogue.js';
import { EVOLVE_LEDGER, type LedgerEvent } from './ledger.js';
import { EVOLVE_REGISTRY, evolveReconciliations, evolveSettlements } from './registry.js';

const CUT = 'PayablesCut' satisfies LedgerEvent['type'];
const SETTLEMENT = [...[evolveSettlements, evolveReconciliations, evolveChains].flatMap(Object.keys), CUT];

/** Types of events that the settlement service records, and those that the ledger does. */
export const WRITER_PRESETS: Readonly<Record<'ledger' | 'settlement', readonly string[]>> = {
  settlement: SETTLEMENT.sort(),
  ledger: [...new Set([EVOLVE_LEDGER, EVOLVE_REGISTRY, EVOLVE_CATALOGUE].flatMap((table) => Object.keys(table)))]
    .filter((type) => !SETTLEMENT.includes(type))
    .sort(),
};
