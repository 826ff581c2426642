import fc from 'fast-check';
import { atto } from '#domain';
import { step } from '../test-support/step.js';
import { report, usage } from '../test-support/world.js';
import { ON_EXCEED } from './budget-state.js';
import { BUDGET_PERIODS } from './period.js';

const BELOW = ['', '/team', '/team/key', '/other'] as const;
/** So little that ceilings are met, and so much that they are not. */
const fewAtto = fc.bigInt({ min: 0n, max: 2_000n });

/** Ceilings are set, changed and met; time begins new periods. @public found by its name */
export const budgetSteps = {
  budget: step(
    2,
    ({ customers }) =>
      fc.record({
        ...{ customer: fc.constantFrom(...customers), below: fc.constantFrom(...BELOW), limit: fewAtto },
        ...{ period: fc.constantFrom(...BUDGET_PERIODS), onExceed: fc.constantFrom(...ON_EXCEED) },
        thresholds: fc.constantFrom(undefined, [], [1, 10, 99, 100]),
      }),
    function* (scene, { customer, below, limit, thresholds, ...terms }) {
      const path = `${customer}${below}`;
      const told = thresholds === undefined ? {} : { thresholds };
      yield scene.askHolder(customer, { type: 'SetBudget', customer, path, limit: atto(limit), ...terms, ...told });
    },
  ),
  spend: step(
    4,
    ({ customers, providers }) =>
      fc.record({
        ...{ customer: fc.constantFrom(...customers), provider: fc.constantFrom(...providers) },
        ...{ below: fc.constantFrom(...BELOW), odd: fc.nat(300) },
      }),
    function* (scene, { customer, provider, below, odd }) {
      const id = scene.newName(`b${scene.shardOf(customer)}-`);
      const budget = `${customer}${below}`;
      const one = report({ customer, provider, id, budget, meters: { odd: `${odd}` } });
      const { time: _, ...charging } = usage([one]);
      // Booked now, whenever it was used.
      yield scene.askHolder(customer, charging);
    },
  ),
};
