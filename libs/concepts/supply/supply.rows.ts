/** Minting and burning in the read models: their entries, and running totals of both. */
import type { Rows } from '#domain';
import { grantArrived } from '../grants/grant.rows.js';
import { BURNED, MINTED } from './supply-totals.js';
import type { SupplyEvent } from './supply.js';

export const supplyRows: Rows<SupplyEvent> = {
  Minted: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: { holder: 'mint' },
    total: MINTED,
    changes: ({ holder, amount }, position, recordedAt) => grantArrived(holder, amount, position, recordedAt),
  },
  Burned: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: { holder: 'burn' },
    total: BURNED,
    changes: null,
  },
};
