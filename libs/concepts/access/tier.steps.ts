import fc from 'fast-check';
import { atto } from '#domain';
import { fewAtto, step } from '../test-support/step.js';

/** @public found by its name */
export const accessSteps = {
  tier: step(
    1,
    () =>
      fc.record({
        ...{ tier: fc.constantFrom('gold', 'silver'), amount: fewAtto, days: fc.integer({ min: 1, max: 366 }) },
        asks: fc.constantFrom('available', 'staked', 'spent', 'everything'),
      }),
    function* (scene, { tier, amount, days, asks }) {
      const all = { available: atto(amount), staked: atto(amount), spent: { amount: atto(amount), days } };
      const terms = asks === 'everything' ? all : { [asks]: all[asks as keyof typeof all] };
      yield scene.askRegistry({ type: 'SetTier', tier, ...terms });
    },
  ),
};
