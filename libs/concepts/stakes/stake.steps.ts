import fc from 'fast-check';
import { atto } from '#domain';
import { fewAtto, step } from '../test-support/step.js';

/** Of a version that is published once; instants of all histories lie after the first of them. */
const policy = (version: number, hours: number, finderBps: number) => ({
  ...{ type: 'PublishStakingPolicy', version },
  policy: { effectiveAt: '2026-01-01T00:00:00Z', unbondingSeconds: hours * 3_600, finderBps },
});

/** @public found by its name */
export const stakeSteps = {
  stake: step(
    3,
    ({ customers }) => fc.record({ holder: fc.constantFrom(...customers), amount: fewAtto, next: fc.nat(2) }),
    function* (scene, { holder, amount, next }) {
      if (next > 0) yield scene.askHolder(holder, { type: 'MintTokens', holder, amount: atto(amount), reason: 'test' });
      yield scene.askHolder(holder, { type: 'StakeTokens', holder, amount: atto(amount) });
      if (next === 0) return;
      yield scene.askHolder(holder, { type: 'UnstakeTokens', holder, amount: atto((amount + 1n) / 2n) });
    },
  ),
  slash: step(
    2,
    ({ customers }) =>
      fc.record({
        ...{ holder: fc.constantFrom(...customers), amount: fewAtto, how: fc.nat(3) },
        finder: fc.constantFrom(undefined, ...customers),
      }),
    function* (scene, { holder, amount, how, finder }) {
      // Whole, as often as not: else most of what is drawn is more than there is.
      const { balances } = scene.ledgerOf(holder);
      const there =
        (balances.get(`customer:${holder}:staked`) ?? 0n) + (balances.get(`customer:${holder}:unbonding`) ?? 0n);
      const taken = how > 0 && there > 0n && there < amount ? there : amount;
      const named = finder === undefined ? {} : { finder };
      yield scene.askHolder(holder, { type: 'SlashStake', holder, amount: atto(taken), reason: 'test', ...named });
      // Now and then a sweep brings the reward.
      if (how === 1) return;
      for (const slash of [...scene.ledgerOf(holder).stakes.rewards.keys()])
        yield* scene.finish('reward', holder, slash);
    },
  ),
  stakingPolicy: step(
    1,
    () => fc.constantFrom(policy(1, 1, 0), policy(2, 72, 10_000), policy(3, 24, 500)),
    function* (scene, { version, policy: content }) {
      yield scene.askRegistry({ type: 'PublishStakingPolicy', version, policy: content });
    },
  ),
};
