import fc from 'fast-check';
import { atto } from '#domain';
import { step } from '../test-support/step.js';

/** @public found by its name */
export const topUpSteps = {
  /** What a customer has, or a part of it: the next entries that take from it may fall below. */
  threshold: step(
    1,
    ({ customers }) => fc.record({ party: fc.constantFrom(...customers), parts: fc.nat(2) }),
    function* (scene, { party, parts }) {
      const available = scene.ledgerOf(party).balance(`customer:${party}:available`);
      const topUpThreshold = parts === 0 ? null : atto(available / BigInt(parts));
      yield scene.askRegistry({ type: 'SetCustomerTerms', party, topUpThreshold });
    },
  ),
};
