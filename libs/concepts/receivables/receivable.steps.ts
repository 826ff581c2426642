import fc from 'fast-check';
import { step } from '../test-support/step.js';

/** @public found by its name */
export const receivableSteps = {
  cover: step(
    1,
    ({ customers }) => fc.constantFrom(...customers),
    function* (scene, customer) {
      yield scene.askHolder(customer, { type: 'CoverReceivables', customer });
    },
  ),
};
