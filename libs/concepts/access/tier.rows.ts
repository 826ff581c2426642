/** Tiers have no table: every process has them in memory, and their entries tell how they were set. */
import type { Rows } from '#domain';
import type { AccessEvent } from './tier.js';

export const accessRows: Rows<AccessEvent> = {
  TierSet: { entry: () => ({}), movement: null, changes: null },
};
