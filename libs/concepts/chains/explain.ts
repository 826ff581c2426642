/** How a chain's registration is explained. */
import type { Explain } from '#domain';
import type { ChainEvent } from './chain.js';

export const explainChains: Explain<ChainEvent, unknown> = {
  ChainRegistered: ({ chainId, token, vault, deployBlock }) => ({
    summary: 'A chain was registered: payouts on it use this token and this vault and no others.',
    facts: { chainId, token, vault, deployBlock },
  }),
};
