import fc from 'fast-check';
import { step } from '../test-support/step.js';

/** @public found by its name */
export const topicSteps = {
  topic: step(
    1,
    () =>
      fc.record({
        name: fc.constantFrom('usage', 'usage-2', 'usage-3'),
        topic: fc.constantFrom('airtime.usage.v1', 'airtime.usage.v2'),
        clusterId: fc.constantFrom('MkU3OEVBNTcwNTJENDM2Qk', 'redpanda.9d1e8b9c'),
      }),
    function* (scene, registration) {
      yield scene.askRegistry({ type: 'RegisterTopic', ...registration });
    },
  ),
};
