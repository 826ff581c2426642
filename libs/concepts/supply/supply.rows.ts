/** Minting and burning in the read models: their entries, and running totals of both. */
import type { Rows } from '#domain';
import type { SupplyEvent } from './supply.js';

/** Running totals of what was minted and burned by command, apart from what usage burns. */
export const MINTED = 'minted';
export const BURNED = 'burned';

export const supplyRows: Rows<SupplyEvent> = {
  Minted: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: { holder: 'mint' },
    total: MINTED,
    changes: null,
  },
  Burned: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: { holder: 'burn' },
    total: BURNED,
    changes: null,
  },
};
