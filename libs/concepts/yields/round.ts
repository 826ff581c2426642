/** A distribution as a round: every shard cuts its stake-times and its rewards, the registry shares out, every shard pays. */
import { parseTime, postingsOf, systemAuthor, type Round, type Typed } from '#domain';
import { STAKING_REWARDS } from '../rating/split-policy.js';
import type { Distribution, DistributionCommand, DistributionsState, YieldCut } from './distribution.js';
import { stakersOf, type YieldCommand, type YieldsState } from './yield.js';

/** What an entry adds to a shard's rewards; what a cut takes was there at an earlier epoch's end. */
export function weighRewards(event: Typed): bigint {
  if (event.type === 'RewardsCut') return 0n;
  let sum = 0n;
  for (const { debit, credit, amount } of postingsOf(event)) {
    if (credit === STAKING_REWARDS) sum += BigInt(amount);
    if (debit === STAKING_REWARDS) sum -= BigInt(amount);
  }
  return sum;
}

export const yieldRound: Round<
  { readonly registry: DistributionsState; readonly holders: YieldsState },
  { readonly registry: DistributionCommand; readonly holders: YieldCommand },
  Distribution,
  YieldCut,
  'ledger'
> = {
  drivenBy: 'ledger',
  provenance: systemAuthor('yield'),
  underWay: ({ distributions: { active } }) => {
    if (active === undefined) return [];
    const { id, openedAt, planned } = active;
    return [{ id, openedAt, about: active, stage: planned === undefined ? 'opened' : 'planned' }];
  },
  cut: ({ id, opened: { from, to } }, step, { steps, readAgain }) =>
    readAgain === undefined
      ? { type: 'CutStakeTime', distribution: id, part: steps, from, to, ...step }
      : { type: 'CutRewards', distribution: id, later: readAgain, ...step },
  gradually: {
    progress: ({ yields }, id) => {
      const { parts, timed, cut } = yields.of(id);
      const steps = parts.length + (cut === undefined ? 0 : 1);
      if (timed === undefined || cut !== undefined) return { steps };
      return { steps, readAgain: { afterMs: parseTime(parts.at(-1)!.to, 'to'), before: timed.position } };
    },
    weigh: weighRewards,
  },
  findCut: ({ yields }, id) => {
    const known = yields.of(id);
    if (known.cut === undefined) return undefined;
    const { event, position } = known.cut;
    return { cut: { rewards: event, stakers: [...stakersOf(known)] }, entry: position };
  },
  plan: ({ id }, cuts, heads, step) => ({ type: 'PlanYield', distribution: id, cuts, heads, ...step }),
  application: {
    command: ({ id, planned }, _shard, _shards, step, done) => {
      const { funded, stakeTime } = planned!;
      return {
        ...{ type: 'PayYield', distribution: id, from: done },
        ...{ funded: BigInt(funded), stakeTime: BigInt(stakeTime), ...step },
      };
    },
    progress: ({ yields }, id) => yields.of(id).paid,
    isApplied: ({ yields }, id) => {
      const { cut, stakers, paid } = yields.of(id);
      return cut !== undefined && paid === stakers;
    },
    close: ({ id }, step) => ({ type: 'CloseYield', distribution: id, ...step }),
  },
};
