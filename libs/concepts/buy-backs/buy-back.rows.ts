/** Buy-backs in the read models: their entries, and a running total of what was bought and burned. */
import type { Rows } from '#domain';
import { BOUGHT_BACK } from '../supply/supply-totals.js';
import type { BuyBackEvent } from './buy-back.js';

export const buyBackRows: Rows<BuyBackEvent> = {
  TokensBoughtBack: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: { holder: 'buy-back' },
    total: BOUGHT_BACK,
    changes: null,
  },
};
