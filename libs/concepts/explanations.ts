/** The explanations' door: what made each entry. One line per concept; an event that none explains does not compile. */
import { lookupTable, type EntryPosition, type Explain, type Explanation } from '#domain';
import { explainAccess } from './access/explain.js';
import { explainBudgets } from './budgets/explain.js';
import { explainBuyBacks } from './buy-backs/explain.js';
import { explainChains } from './chains/explain.js';
import { explainEmission } from './emission/explain.js';
import { explainGovernance } from './governance/explain.js';
import { explainGrants } from './grants/explain.js';
import { explainHolds } from './holds/explain.js';
import { explainKeys } from './keys/explain.js';
import type { LedgerEvent } from './ledger.js';
import { explainParties } from './parties/explain.js';
import { explainRatingEvents } from './rating/explain.js';
import type { RatingState } from './rating/rating.js';
import { explainReceivables } from './receivables/explain.js';
import { explainReconciliation } from './reconciliation/explain.js';
import type { RegistryEvent } from './registry.js';
import { explainReversals } from './reversals/explain.js';
import { explainCuts, explainSettlement } from './settlement/explain.js';
import { explainStakes, explainStakingPolicies } from './stakes/explain.js';
import { explainSupply } from './supply/explain.js';
import { explainSupplyCap } from './supply-cap/explain.js';
import { explainTopUps } from './top-ups/explain.js';
import { explainTopics } from './topics/explain.js';
import { explainTransfers } from './transfers/explain.js';
import { explainUsage } from './usage/explain.js';
import { explainWriters } from './writers/explain.js';
import { explainDistributions, explainYields } from './yields/explain.js';

const EXPLANATIONS = lookupTable({
  ...explainAccess,
  ...explainBudgets,
  ...explainBuyBacks,
  ...explainChains,
  ...explainCuts,
  ...explainEmission,
  ...explainGovernance,
  ...explainGrants,
  ...explainHolds,
  ...explainKeys,
  ...explainParties,
  ...explainRatingEvents,
  ...explainReceivables,
  ...explainReconciliation,
  ...explainReversals,
  ...explainSettlement,
  ...explainStakes,
  ...explainStakingPolicies,
  ...explainSupply,
  ...explainSupplyCap,
  ...explainTopUps,
  ...explainTopics,
  ...explainTransfers,
  ...explainUsage,
  ...explainWriters,
  ...explainYields,
  ...explainDistributions,
} satisfies Explain<LedgerEvent | RegistryEvent, RatingState>);

/**
 * What made an entry, derived again from what it recorded and the versions that it names.
 *
 * @param state what was published, up to the entry at least
 */
export function explainEntry(
  event: LedgerEvent | RegistryEvent,
  state: RatingState,
  position: EntryPosition,
): Explanation {
  const table: Readonly<Record<string, (event: never, state: RatingState, position: EntryPosition) => Explanation>> =
    EXPLANATIONS;
  return table[event.type]!(event as never, state, position);
}
