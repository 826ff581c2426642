/** How a buy-back is explained. */
import type { Explain } from '#domain';
import { explainUses } from '../grants/explain.js';
import type { BuyBackEvent } from './buy-back.js';

export const explainBuyBacks: Explain<BuyBackEvent, unknown> = {
  TokensBoughtBack: ({ holder, amount, paid, reason, grants, postings }) => ({
    summary: `Tokens were bought from ${holder}, for money outside of the ledger, and taken out of the supply.`,
    ...{ holder, amount: BigInt(amount), facts: { reason, paid }, paid: explainUses(grants, postings, holder) },
  }),
};
