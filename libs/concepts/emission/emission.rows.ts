/** Emission has no table: its entries tell what each epoch minted, and one running total what all of them did. */
import type { Rows } from '#domain';
import { EMITTED } from '../supply/supply-totals.js';
import type { EmissionPolicyEvent } from './emission-policy.js';
import type { EmissionEvent } from './emission-events.js';

export const emissionRows: Rows<EmissionEvent | EmissionPolicyEvent> = {
  EmissionPolicyPublished: { entry: () => ({}), movement: null, changes: null },
  EmissionPolicyScheduled: { entry: () => ({}), movement: null, changes: null },
  EmissionScheduled: { entry: () => ({}), movement: null, changes: null },
  EpochEnded: { entry: ({ amount }) => (amount === undefined ? {} : { amount }), movement: null, changes: null },
  // Nobody said a word: the schedule did.
  TokensEmitted: { entry: ({ amount }) => ({ amount }), movement: null, total: EMITTED, changes: null },
};
