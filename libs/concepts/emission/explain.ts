/** How emission is explained. */
import { formatAmount, type Explain, type Posting } from '#domain';
import type { EmissionPolicyEvent } from './emission-policy.js';
import type { EmissionEvent } from './emission-events.js';

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
  EpochEnded: ({ policy, epoch, amount, remaining }) => ({
    summary:
      amount === undefined
        ? `Epoch ${epoch} of emission policy ${policy} ended: what it mints follows from the supply as it began, which the registry says.`
        : `Epoch ${epoch} of emission policy ${policy} ended: how much of it fits under the cap the registry says.`,
    ...(amount === undefined ? {} : { amount: BigInt(amount) }),
    facts: { policy, epoch, ...(remaining === undefined ? {} : { remaining }) },
  }),
  TokensEmitted: ({ policy, epoch, amount, remaining, cut, postings, supply, carried, lost }) => ({
    summary: `Epoch ${epoch} of emission policy ${policy} ended, and ${
      cut === undefined
        ? 'its tokens were minted'
        : `of its tokens ${amount === '0' ? 'none were' : 'what fits under the cap was'} minted`
    }.${supply === undefined ? '' : ' It is the part of the year’s inflation of the supply as the epoch began; what is left of an atto is carried.'}`,
    ...{ amount: BigInt(amount), sum: { amount: BigInt(amount), parts: partsOf(postings) } },
    facts: {
      ...{ policy, epoch },
      ...(remaining === undefined ? {} : { remaining }),
      ...(cut === undefined ? {} : { cut: formatAmount(BigInt(cut)) }),
      ...(supply === undefined ? {} : { supply: formatAmount(BigInt(supply)) }),
      ...(carried === undefined ? {} : { carried }),
      ...(lost === undefined ? {} : { lost }),
    },
  }),
};

/** What stays where it was minted first, and what goes on. */
function partsOf(postings: readonly Posting[]): { readonly of: string; readonly amount: bigint }[] {
  const [minted, ...onward] = postings.map(({ credit, amount }) => ({ of: credit, amount: BigInt(amount) }));
  if (minted === undefined) return [];
  const kept = onward.reduce((left, { amount }) => left - amount, minted.amount);
  return [...(kept === 0n ? [] : [{ of: minted.of, amount: kept }]), ...onward];
}
