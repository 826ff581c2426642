/** How emission is explained. */
import type { Explain, Posting } from '#domain';
import type { EmissionPolicyEvent } from './emission-policy.js';
import type { EmissionEvent } from './emission.js';

export const explainEmission: Explain<EmissionEvent | EmissionPolicyEvent, unknown> = {
  EmissionPolicyPublished: ({ version, policy }) => ({
    summary: `Emission policy ${version} was published: from ${policy.effectiveAt} on it says what is minted at the end of each epoch.`,
    facts: { version, effectiveAt: policy.effectiveAt, kind: policy.kind, epoch: policy.epoch },
  }),
  EmissionPolicyScheduled: ({ version }) => ({
    summary: 'The registry knows that the shard which emits has the policy.',
    facts: { version },
  }),
  EmissionScheduled: ({ version, policy }) => ({
    summary: `Emission policy ${version} came to the shard that emits: its epochs are due here.`,
    facts: { version, effectiveAt: policy.effectiveAt, kind: policy.kind, epoch: policy.epoch },
  }),
  TokensEmitted: ({ policy, epoch, amount, remaining, postings }) => ({
    summary: `Epoch ${epoch} of emission policy ${policy} ended, and its tokens were minted.`,
    ...{ amount: BigInt(amount), sum: { amount: BigInt(amount), parts: partsOf(postings) } },
    facts: { policy, epoch, ...(remaining === undefined ? {} : { remaining }) },
  }),
};

/** What stays where it was minted first, and what goes on. */
function partsOf(postings: readonly Posting[]): { readonly of: string; readonly amount: bigint }[] {
  const [minted, ...onward] = postings.map(({ credit, amount }) => ({ of: credit, amount: BigInt(amount) }));
  if (minted === undefined) return [];
  const kept = onward.reduce((left, { amount }) => left - amount, minted.amount);
  return [...(kept === 0n ? [] : [{ of: minted.of, amount: kept }]), ...onward];
}
