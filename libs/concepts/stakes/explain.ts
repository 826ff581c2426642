/** How stakes are explained: what was bound of which grants, when it comes back, and what a slash took. */
import { formatAmount, type Explain } from '#domain';
import { explainUses } from '../grants/explain.js';
import type { StakeEvent } from './stake-events.js';
import type { StakingPolicyEvent } from './staking-policy.js';

const byPolicy = (version: number | undefined) => (version === undefined ? {} : { stakingPolicy: `${version}` });

export const explainStakes: Explain<StakeEvent, unknown> = {
  Staked: ({ holder, amount, at, grants, postings }) => ({
    summary: `Tokens of ${holder} were staked: they count from ${at} on.`,
    ...{ holder, amount: BigInt(amount), paid: explainUses(grants, postings, holder) },
  }),
  Unstaked: ({ holder, amount, at, completesAt, stakingPolicy }) => ({
    summary: `A part of the stake of ${holder} counts no more from ${at} on, and is available at ${completesAt}.`,
    ...{ holder, amount: BigInt(amount), facts: { completesAt, ...byPolicy(stakingPolicy) } },
  }),
  Unbonded: ({ holder, amount, unbonding }) => ({
    summary: `What ${holder} unstaked is available: it is a purchased grant without an end.`,
    ...{ holder, amount: BigInt(amount), entries: { unbonding } },
  }),
  Slashed: ({ holder, amount, reason, reward, stake, stakingPolicy, unbondings }) => ({
    summary: `Tokens of ${holder} were taken for a fault: of what unbonded first, then of the stake.`,
    ...{ holder, amount: BigInt(amount) },
    facts: {
      reason,
      ofUnbondings: `${unbondings.length}`,
      ofTheStake: formatAmount(BigInt(stake)),
      ...(reward === undefined ? {} : { reward: formatAmount(BigInt(reward.amount)) }),
      ...byPolicy(stakingPolicy),
    },
  }),
  RewardReceived: ({ holder, amount, slash }) => ({
    summary: `A slash rewarded ${holder}: it is an earned grant without an end.`,
    ...{ holder, amount: BigInt(amount), entries: { slash } },
  }),
  RewardCompleted: ({ slash }) => ({
    summary: 'The reward of a slash is known to have arrived.',
    entries: { slash },
  }),
};

export const explainStakingPolicies: Explain<StakingPolicyEvent, unknown> = {
  StakingPolicyPublished: ({ version, policy: { effectiveAt, unbondingSeconds, finderBps } }) => ({
    summary: `Version ${version} of the staking policy was published, in force from ${effectiveAt} on.`,
    facts: { unbondingSeconds: `${unbondingSeconds}`, finderBps: `${finderBps}` },
  }),
};
