/** A vote's snapshot as a round: what every holder had at the instant of the opening, read back in each shard. */
import { systemAuthor, type Round } from '#domain';
import type { OpenProposalState, ProposalCommand, ProposalsState } from './proposal.js';
import {
  PART_HOLDERS_MAX,
  weighHolders,
  type CutWeights,
  type WeightsPartPlace,
  type WeightsState,
} from './weights.js';

interface Holders extends WeightsState {
  readonly balances: ReadonlyMap<string, bigint>;
}

export const votingRound: Round<
  { readonly registry: ProposalsState; readonly holders: Holders },
  { readonly registry: ProposalCommand; readonly holders: CutWeights },
  OpenProposalState,
  readonly WeightsPartPlace[],
  'ledger'
> = {
  drivenBy: 'ledger',
  provenance: systemAuthor('governance'),
  underWay: ({ proposals: { open } }) =>
    [...open.values()]
      .filter(({ total }) => total === undefined)
      .map((about) => ({ id: about.proposal, stage: 'opened', openedAt: about.openedAt, about })),
  past: { instant: ({ at }) => at, balances: ({ balances }) => balances },
  gradually: {
    progress: ({ weights }, id) => ({ steps: weights.get(id)?.there.length ?? 0 }),
    weigh: () => 0n,
  },
  cut: ({ proposal }, step, { steps, balances }) => {
    const weights = weighHolders(balances!);
    const parts = Math.max(1, Math.ceil(weights.length / PART_HOLDERS_MAX));
    const first = steps * PART_HOLDERS_MAX;
    return {
      ...{ type: 'CutWeights', proposal, part: steps, parts, ...step },
      weights: weights.slice(first, first + PART_HOLDERS_MAX),
    };
  },
  findCut: ({ weights }, id) => {
    const parts = weights.whole(id);
    return parts === undefined ? undefined : { cut: parts, entry: parts.at(-1)!.position };
  },
  plan: ({ proposal }, cuts, heads, step) => {
    const parts = cuts.flat();
    return {
      ...{ type: 'WeighProposal', proposal, heads, ...step },
      total: parts.reduce((sum, { total }) => sum + total, 0n),
      holders: parts.reduce((sum, { holders }) => sum + holders, 0),
    };
  },
};
