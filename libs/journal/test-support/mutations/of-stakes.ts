/** Mutations of what is staked, of what comes back, and of what slashes take. */
import { firstOf, list, members, more, twice, without, type Event, type Mutation, type Where } from './mutation.js';

interface Reward {
  readonly finder: string;
  readonly toShard: number;
  readonly amount: string;
}
const rewardOf = (event: Event): Reward => event['reward'] as Reward;
const isRewarded: Where = ({ reward }) => reward !== undefined;
const isOfUnbondings: Where = (event) => list(event, 'unbondings').length > 0;
const isByPolicy: Where = ({ stakingPolicy }) => stakingPolicy !== undefined;
const later = (instant: unknown): string => (instant as string).replace(/\d\dZ$/, '07Z');

export const OF_STAKES = {
  STAKE_WRONG: {
    'a stake that counts from another instant': members('Staked', (event) => ({
      ...event,
      at: '2020-01-01T00:00:00.000Z',
    })),
    'an unbonding that completes at another instant': members('Unstaked', (event) => ({
      ...event,
      completesAt: later(event['completesAt']),
    })),
    'an unstake by a policy that is not in force': members('Unstaked', (event) => ({ ...event, stakingPolicy: 77 })),
    'an unstake that names no policy': members(
      'Unstaked',
      ({ stakingPolicy: _, ...event }) => event as object,
      isByPolicy,
    ),
    'an unbonding that completes twice': twice('Unbonded'),
    'an unbonding of somebody else’s': members('Unbonded', (event) => ({ ...event, unbonding: '0-1-0' })),
    'an unbonding whose beginning is left out': without('Unstaked'),
    'a slash that takes more of an unbonding': members(
      'Slashed',
      (event) =>
        firstOf<{ readonly amount: string }>(event, 'unbondings', (one) => ({ ...one, amount: more(one.amount) })),
      isOfUnbondings,
    ),
    'a slash that spares what unbonds': members('Slashed', (event) => ({ ...event, unbondings: [] }), isOfUnbondings),
    'a reward that is larger': members(
      'Slashed',
      (event) => ({ ...event, reward: { ...rewardOf(event), amount: more(rewardOf(event).amount) } }),
      isRewarded,
    ),
    'a reward of whoever was slashed': members(
      'Slashed',
      (event) => ({ ...event, reward: { ...rewardOf(event), finder: event['holder'] } }),
      isRewarded,
    ),
    'a reward that goes to another shard': members(
      'Slashed',
      (event) => ({ ...event, reward: { ...rewardOf(event), toShard: (rewardOf(event).toShard + 1) % 3 } }),
      isRewarded,
    ),
    'a reward that arrives twice': twice('RewardReceived'),
    'a reward of a slash that never was': members('RewardReceived', (event) => ({ ...event, slash: '0-1-0' })),
    'a reward that is completed twice': twice('RewardCompleted'),
    'a staking policy that is published twice': twice('StakingPolicyPublished'),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
