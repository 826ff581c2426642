/** What the registry allows has no table: the holder's shard books it. */
import type { Rows } from '#domain';
import type { SupplyCapEvent } from './supply-cap.js';

export const supplyCapRows: Rows<SupplyCapEvent> = {
  MintAllowed: { entry: ({ holder, amount }) => ({ holder, amount }), movement: null, changes: null },
  MintBooked: { entry: () => ({}), movement: null, changes: null },
  EmissionAllowed: { entry: ({ amount }) => ({ amount }), movement: null, changes: null },
};
