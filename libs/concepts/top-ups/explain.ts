/** Why a top-up was asked for. */
import { formatAmount, type Explain } from '#domain';
import type { TopUpEvent } from './top-up.js';

export const explainTopUps: Explain<TopUpEvent, unknown> = {
  TopUpRequested: ({ customer, threshold, funds }) => ({
    summary: 'What the customer has, available and held, fell below its threshold.',
    facts: { customer, threshold: formatAmount(BigInt(threshold)), funds: formatAmount(BigInt(funds)) },
  }),
};
