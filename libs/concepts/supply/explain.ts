/** How minting and burning are explained. */
import type { Explain } from '#domain';
import { explainUses } from '../grants/explain.js';
import type { SupplyEvent } from './supply.js';

export const explainSupply: Explain<SupplyEvent, unknown> = {
  Minted: ({ holder, amount, reason, allowed }) => ({
    summary: `Tokens were issued to ${holder}: they are a purchased grant without an end.`,
    ...{ holder, amount: BigInt(amount), facts: { reason, ...(allowed === undefined ? {} : { allowed }) } },
  }),
  Burned: ({ holder, amount, reason, grants, postings }) => ({
    summary: `Tokens of ${holder} were taken out of the supply.`,
    ...{ holder, amount: BigInt(amount), facts: { reason }, paid: explainUses(grants, postings, holder) },
  }),
};
