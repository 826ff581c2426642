import fc from 'fast-check';
import { step } from '../test-support/step.js';

/** @public found by its name */
export const ratingSteps = {
  /** Until the first of them, usage that is priced in dollars is refused. */
  quote: step(
    1,
    () =>
      fc.record({
        version: fc.integer({ min: 1, max: 9 }),
        day: fc.constantFrom('01', '20', '22'),
        cents: fc.nat(300),
      }),
    function* (scene, { version, day, cents }) {
      const rate = { effectiveAt: `2026-11-${day}T00:00:00Z`, usdPerToken: (cents / 100).toFixed(2) };
      yield scene.askRegistry({ type: 'PublishUsdRate', version, rate });
    },
  ),
};
