import fc from 'fast-check';
import { atto } from '#domain';
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
  terms: step(
    1,
    ({ customers }) =>
      fc.record({
        party: fc.constantFrom(...customers),
        creditLimit: fc.constantFrom(null, atto(0n), atto(10n ** 18n)),
      }),
    function* (scene, { party, creditLimit }) {
      yield scene.askRegistry({ type: 'SetCustomerTerms', party, creditLimit });
    },
  ),
};
