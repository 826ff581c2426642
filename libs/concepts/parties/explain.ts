/** How what is known of parties is explained. */
import type { Explain } from '#domain';
import type { PartyEvent } from './party.js';

export const explainParties: Explain<PartyEvent, unknown> = {
  PartyRegistered: ({ party, roles }) => ({
    summary: 'A party was registered.',
    facts: { party, roles: roles.join(', ') },
  }),
  KycChanged: ({ party, from, to, reason }) => ({
    summary: 'Compliance moved a party to another state.',
    facts: { party, from, to, reason },
  }),
  WalletSet: ({ party, chainId, wallet }) => ({
    summary: 'Where a party is paid on a chain from now on.',
    facts: { party, chainId, wallet },
  }),
  CustomerTermsSet: ({ party }) => ({
    summary: 'What is agreed with a customer from now on; it replaces all that was.',
    facts: { party },
  }),
};
