/** How proposals and votes are explained. */
import { formatAmount, type Explain } from '#domain';
import type { ProposalEvent, ProposalOpened, WeightsCut } from './proposal-events.js';

const tokens = (atto: string) => formatAmount(BigInt(atto));

export const explainGovernance: Explain<ProposalOpened | WeightsCut | ProposalEvent, unknown> = {
  ProposalOpened: ({ title, at, closesAt, quorumBps }) => ({
    summary: `A proposal was put to the vote: what holders had at ${at} is what their votes weigh.`,
    facts: { title, closesAt, quorumBps: `${quorumBps}` },
  }),
  WeightsCut: ({ proposal, part, parts, weights }) => ({
    summary: 'What holders of this shard had at the instant of a proposal: available, held and staked.',
    facts: { part: `${part + 1} of ${parts}`, holders: `${weights.length}` },
    entries: { proposal },
  }),
  ProposalWeighed: ({ proposal, total, holders }) => ({
    summary: 'Every shard has said what the votes of its holders weigh.',
    facts: { total: tokens(total), holders: `${holders}` },
    entries: { proposal },
  }),
  VoteCast: ({ proposal, holder, choice, weight, weighed }) => ({
    summary: `${holder} votes ${choice}; its last vote before the end counts.`,
    ...{ holder, facts: { choice, weight: tokens(weight) }, entries: { proposal, weighed } },
  }),
  ProposalClosed: ({ proposal, yes, no, abstain, total, quorum, passed }) => ({
    summary: `The vote is over: the proposal ${passed ? 'has passed' : 'has not passed'}.`,
    facts: {
      ...{ yes: tokens(yes), no: tokens(no), abstain: tokens(abstain), quorum: quorum ? 'reached' : 'not reached' },
      ...(total === undefined ? {} : { total: tokens(total) }),
    },
    entries: { proposal },
  }),
};
