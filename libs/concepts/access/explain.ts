/** How a tier is explained. */
import { formatAmount, type Explain } from '#domain';
import type { AccessEvent } from './tier.js';

export const explainAccess: Explain<AccessEvent, unknown> = {
  TierSet: ({ tier, available, staked, spent }) => ({
    summary: `The tier ${tier} asks for this from here on.`,
    facts: {
      tier,
      ...(available === undefined ? {} : { available: formatAmount(BigInt(available)) }),
      ...(staked === undefined ? {} : { staked: formatAmount(BigInt(staked)) }),
      ...(spent === undefined ? {} : { spent: formatAmount(BigInt(spent.amount)), days: `${spent.days}` }),
    },
  }),
};
