/** What was minted and burned by command, as running totals. */
import { attoOf, NO_CHANGES, type Rows, type RowsRun } from '#domain';
import type { SupplyEvent } from './supply.js';

/** Running totals of what was minted and burned by command, apart from what usage burns. */
export const MINTED = 'minted';
export const BURNED = 'burned';

export const supplyRows: Rows<SupplyEvent, RowsRun> = {
  Minted: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    changes: ({ amount }, { height }, _, { totals }) => {
      totals.add(MINTED, height, attoOf(amount));
      return NO_CHANGES;
    },
  },
  Burned: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    changes: ({ amount }, { height }, _, { totals }) => {
      totals.add(BURNED, height, attoOf(amount));
      return NO_CHANGES;
    },
  },
};
