import fc from 'fast-check';
import { step } from '../test-support/step.js';
import { EMISSION_RECIPIENTS, emissionShard, type EmissionPolicy } from './emission-policy.js';

const HOUR_MS = 3_600_000;
/** Long enough that a month which passes ends few of them. */
const anyEpoch = fc.constantFrom('P5D', 'P2W', 'P10DT12H');
const fewTokens = fc.constantFrom('0.000000000000000101', '0.000000000000000007', '0.0000000000000005');

const anySchedule: fc.Arbitrary<Omit<EmissionPolicy, 'effectiveAt' | 'recipients' | 'epoch'>> = fc.oneof(
  fc.record({ kind: fc.constant('fixed' as const), amount: fewTokens }),
  fc.record({ kind: fc.constant('halving' as const), initial: fewTokens, period: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    ...{ kind: fc.constant('decay' as const), remaining: fewTokens },
    ...{ num: fc.integer({ min: 1, max: 9 }), den: fc.integer({ min: 10, max: 13 }) },
  }),
  fc.record({
    kind: fc.constant('inflation' as const),
    ...{ bps: fc.integer({ min: 1, max: 300 }), epochs: fc.constantFrom(52, 73, 360) },
  }),
);
const anyRecipients = fc
  .tuple(fc.shuffledSubarray([...EMISSION_RECIPIENTS]), fc.array(fc.integer({ min: 1, max: 3_333 }), { minLength: 3 }))
  .map(([accounts, bps]) => accounts.map((account, i) => ({ account, bps: bps[i]! })));

/** Versions follow each other, some of them from a time that is over; time ends their epochs. @public found by its name */
export const emissionSteps = {
  emission: step(
    2,
    () =>
      fc.record({
        ...{ version: fc.integer({ min: 1, max: 6 }), inHours: fc.integer({ min: -600, max: 100 }) },
        ...{ schedule: anySchedule, epoch: anyEpoch, recipients: anyRecipients },
      }),
    function* (scene, { version, inHours, schedule, epoch, recipients }) {
      const effectiveAt = new Date(scene.clock.now() + inHours * HOUR_MS).toISOString();
      const policy = { ...schedule, effectiveAt, epoch, recipients };
      yield scene.askRegistry({ type: 'PublishEmissionPolicy', version, policy });
      yield scene.askShard(emissionShard(scene.ledgers.length), { type: 'ScheduleEmission', version, policy });
      yield scene.askRegistry({ type: 'NoteEmissionSchedule', version });
      // What is over already is caught up before anything else.
      yield* scene.passTime(0);
    },
  ),
};
