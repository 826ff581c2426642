import fc from 'fast-check';
import { step } from '../test-support/step.js';

/** @public found by its name */
export const partySteps = {
  /** A provider that is suspended has its payables withheld by the next cut. */
  kyc: step(
    1,
    ({ providers }) =>
      fc.record({
        party: fc.constantFrom(...providers),
        to: fc.constantFrom('verified' as const, 'suspended' as const),
      }),
    function* (scene, { party, to }) {
      yield scene.askRegistry({ type: 'ChangeKyc', party, to, reason: 'test' });
    },
  ),
};
