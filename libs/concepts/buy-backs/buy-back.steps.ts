import fc from 'fast-check';
import { atto } from '#domain';
import { fewAtto, step } from '../test-support/step.js';

/** @public found by its name */
export const buyBackSteps = {
  buyback: step(
    1,
    ({ customers }) => fc.record({ holder: fc.constantFrom(...customers), amount: fewAtto }),
    function* (scene, { holder, amount }) {
      yield scene.askHolder(holder, {
        type: 'BuyBackTokens',
        holder,
        amount: atto(amount),
        paid: '0.02',
        reason: 'test',
      });
    },
  ),
};
