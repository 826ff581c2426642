/** Tiers: setting one moves no value, and it asks for something. */
import type { AuditTable, AuditWalk, ConceptAudit } from '#journal';
import type { AccessEvent } from './tier.js';

/**
 * - `TierSet`: what the tier asks for from here on: at least one of `available`, `staked` and `spent`. Whoever reaches all that is named is let in: atto-tokens on
 *   `customer:<holder>:available`, on `customer:<holder>:staked`, and the amounts of its `UsageCharged` in pages of the last `days` × 24 hours, without those that an
 *   `EntryReversed` took back and no `EntryRestored` gave again.
 */
export class AccessAudit implements ConceptAudit<never, AccessEvent> {
  readonly laws = { TIER_WRONG: 'A tier asks for something that is available, staked or spent.' };

  readonly registry: AuditTable<AccessEvent> = {
    TierSet: ({ tier, available, staked, spent }, place) => {
      if ((available ?? staked ?? spent) === undefined) this.walk.find('TIER_WRONG', place, `${tier} asks for nothing`);
      return [];
    },
  };

  constructor(private readonly walk: AuditWalk) {}
}
