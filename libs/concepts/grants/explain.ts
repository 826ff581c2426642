/** How grants are explained: what was granted, how it ended, and which grants paid an entry. */
import type { Explain, ExplainedUse, Posting } from '#domain';
import { customerAvailable } from '../supply/funds.js';
import type { GrantEvent } from './grant-events.js';
import { readUses, type GrantUses } from './uses.js';

/** What an entry took from what was available, and of which grants. */
export function explainUses(
  grants: GrantUses | undefined,
  postings: readonly Posting[],
  customer: string,
): { readonly amount: bigint; readonly grants: readonly ExplainedUse[] } {
  const account = customerAvailable(customer);
  let amount = 0n;
  for (const { debit, amount: part } of postings) if (debit === account) amount += BigInt(part);
  return { amount, grants: grants === undefined ? [] : readUses(grants, amount) };
}

export const explainGrants: Explain<GrantEvent, unknown> = {
  GrantIssued: ({ holder, amount, kind, priority, reason, effectiveAt, expiresAt, allowed }) => ({
    summary: `A ${kind} grant for ${holder}${effectiveAt === undefined ? '' : `, which pays from ${effectiveAt} on`}${
      expiresAt === undefined ? ', without an end' : `, until ${expiresAt}`
    }.`,
    ...{ holder, amount: BigInt(amount) },
    facts: {
      ...{ kind, priority, reason },
      ...(effectiveAt === undefined ? {} : { effectiveAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(allowed === undefined ? {} : { allowed }),
    },
  }),
  GrantActivated: ({ holder, amount, grant }) => ({
    summary: 'A grant came to the instant from which on it pays: what was pending is available.',
    ...{ holder, amount: BigInt(amount), entries: { grant } },
  }),
  GrantExpired: ({ holder, amount, grant }) => ({
    summary: 'A grant came to its end: what was neither used nor held of it is breakage.',
    ...{ holder, amount: BigInt(amount), entries: { grant } },
  }),
  GrantVoided: ({ holder, amount, grant, reason }) => ({
    summary: 'A grant was taken back: what was neither used nor held of it went back to issuance.',
    ...{ holder, amount: BigInt(amount), facts: { reason }, entries: { grant } },
  }),
};
