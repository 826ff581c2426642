/** How yield is explained: what there was for all, and the share of one. */
import { formatAmount, type Explain } from '#domain';
import type { DistributionEvent } from './distribution.js';
import type { YieldEvent } from './yield-events.js';

const tokens = (atto: string): string => formatAmount(BigInt(atto));

export const explainYields: Explain<YieldEvent, unknown> = {
  StakeTimeCut: ({ distribution, from, to, stakers, part }) => ({
    summary: `How much ${stakers.length} holders had staked for how long from ${from} to ${to} was added up.`,
    ...{ facts: { part: `${part}` }, entries: { distribution } },
  }),
  RewardsCut: ({ distribution, amount, later }) => ({
    summary: 'The rewards of stakers that this shard had when the epoch ended are on their way to them.',
    ...{ amount: BigInt(amount), facts: { cameLater: tokens(later) }, entries: { distribution } },
  }),
  YieldPaid: ({ distribution, holder, amount, stakeTime, ofStakeTime, funded }) => ({
    summary: `The share of ${holder} in the rewards of an epoch, by what it had staked for how long: it is an earned grant without an end.`,
    ...{ holder, amount: BigInt(amount) },
    facts: { funded: tokens(funded), stakeTime: tokens(stakeTime), ofStakeTime: tokens(ofStakeTime) },
    entries: { distribution },
  }),
  YieldPartPaid: ({ distribution, upTo }) => ({
    summary: `The first ${upTo} stakers of this shard have their shares.`,
    entries: { distribution },
  }),
  CompoundingSet: ({ holder, compounding }) => ({
    summary: `The yield of ${holder} is ${compounding ? '' : 'not '}staked at once from here on.`,
    holder,
  }),
};

export const explainDistributions: Explain<DistributionEvent, unknown> = {
  YieldOpened: ({ from, to }) => ({
    summary: `The rewards of stakers are distributed for the time from ${from} to ${to}.`,
  }),
  YieldPlanned: ({ distribution, funded, stakeTime, paid, carried }) => ({
    summary:
      'What stakers have is shared out by stake and time; what could not be divided is carried to the next distribution.',
    amount: BigInt(paid),
    facts: { funded: tokens(funded), stakeTime: tokens(stakeTime), carried: tokens(carried) },
    entries: { distribution },
  }),
  YieldClosed: ({ distribution }) => ({ summary: 'Every staker has its share.', entries: { distribution } }),
};
