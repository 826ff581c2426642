import fc from 'fast-check';
import { atto, formatAmount } from '#domain';
import { fewAtto, step } from '../test-support/step.js';
import { emissionShard, type EmissionPolicy } from '../emission/emission-policy.js';

/**
 * Policies with a cap a little above the supply, each raised by a later one; what is minted from then on asks the registry.
 * @public found by its name
 */
export const supplyCapSteps = {
  cap: step(
    1,
    ({ customers }) =>
      fc.record({
        ...{ version: fc.integer({ min: 11, max: 99 }), room: fc.constantFrom(0n, 10_000n, 10n ** 9n, 10n ** 12n) },
        ...{ holder: fc.constantFrom(...customers), amount: fewAtto, isGrant: fc.boolean() },
      }),
    function* (scene, { version, room, holder, amount, isGrant }) {
      const supply = scene.ledgers.reduce((sum, state) => sum - state.balance('issuance'), 0n);
      const policy: EmissionPolicy = {
        ...{ kind: 'fixed', epoch: 'P5D', amount: '0.000000000000000123', recipients: [] },
        effectiveAt: new Date(scene.clock.now()).toISOString(),
        cap: formatAmount(supply + room + 1n),
      };
      yield scene.askRegistry({ type: 'PublishEmissionPolicy', version, policy });
      yield scene.askShard(emissionShard(scene.ledgers.length), { type: 'ScheduleEmission', version, policy });
      yield scene.askRegistry({ type: 'NoteEmissionSchedule', version });
      yield* scene.passTime(0);
      const wish = { holder, amount: atto(amount), reason: 'test' };
      yield scene.askHolder(
        holder,
        isGrant ? { type: 'IssueGrant', ...wish, kind: 'earned' } : { type: 'MintTokens', ...wish },
      );
      yield* scene.sweep();
    },
  ),
};
