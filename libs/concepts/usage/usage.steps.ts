import fc from 'fast-check';
import { step } from '../test-support/step.js';
import { report, usage } from '../test-support/world.js';

const anyProvenance = fc.constantFrom(
  ...Array.from({ length: 6 }, () => ({})),
  { provenance: { dataset: 'weather/eu' } },
  { provenance: { licence: 'CC-BY-4.0', contentHash: 'ab'.repeat(32) } },
);

/** @public found by its name */
export const usageSteps = {
  /** Ids repeat, with the same meters or with others: duplicates and conflicts. Some count over a month, some are priced in dollars. */
  use: step(
    6,
    ({ customers, providers }) =>
      fc.record({
        ...{ customer: fc.constantFrom(...customers), provider: fc.constantFrom(...providers) },
        ...{ id: fc.nat(60), odd: fc.nat(300), model: fc.constantFrom('m', 'tiered', 'dollars') },
        provenance: anyProvenance,
      }),
    function* (scene, { customer, provider, id, odd, model, provenance }) {
      // Reported under another shard's customer too, it would be charged a second time, as the verifier says.
      const name = `r${scene.shardOf(customer)}-${id}`;
      yield scene.askHolder(
        customer,
        usage([report({ customer, provider, id: name, model, meters: { odd: `${odd}` }, ...provenance })]),
      );
    },
  ),
};
