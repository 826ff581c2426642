/** How what the registry allows is explained. */
import { formatAmount, type Explain } from '#domain';
import type { SupplyCapEvent } from './supply-cap.js';

export const explainSupplyCap: Explain<SupplyCapEvent, unknown> = {
  MintAllowed: ({ holder, amount, reason, terms, policy, outstanding }) => ({
    summary: `A ${terms === undefined ? 'mint' : `${terms.kind} grant`} for ${holder} was allowed: ${whyItFits(policy)}.`,
    ...{ holder, amount: BigInt(amount) },
    facts: { reason, outstanding: formatAmount(BigInt(outstanding)), ...(policy === undefined ? {} : { policy }) },
  }),
  MintBooked: ({ allowed }) => ({
    summary: 'The registry knows that what it allowed is booked.',
    facts: { allowed },
  }),
  EmissionAllowed: ({ version, epoch, amount, cut, policy, outstanding, supply }) => ({
    summary: `Epoch ${epoch} of emission policy ${version} was allowed ${cut === undefined ? 'whole' : 'as far as it fits'}: ${whyItFits(policy)}.`,
    amount: BigInt(amount),
    facts: {
      ...{ version, epoch, outstanding: formatAmount(BigInt(outstanding)) },
      ...(cut === undefined ? {} : { cut: formatAmount(BigInt(cut)) }),
      ...(policy === undefined ? {} : { policy }),
      ...(supply === undefined ? {} : { supply: formatAmount(BigInt(supply)) }),
    },
  }),
};

function whyItFits(policy: number | undefined): string {
  return policy === undefined ? 'no cap was in force' : `it fits under the cap of emission policy ${policy}`;
}
