import fc from 'fast-check';
import { SPEC_ROOT } from '../test-support/spec-writers.js';
import { step, type Scene } from '../test-support/step.js';
import { stateAsRoot, type Stated, type StatedEvent } from './writer.js';

function* state(scene: Scene, stated: Stated<StatedEvent>) {
  const { writers } = scene.registry.catalogue;
  const { journal = '' } = writers.founded ?? {};
  yield scene.askRegistry(stateAsRoot(SPEC_ROOT, journal, writers.stated + 1, stated));
}

const publicKey = fc.integer({ min: 1, max: 4 }).map((number) => `${number}`.repeat(64));

/** @public found by its name */
export const writerSteps = {
  admit: step(
    1,
    () =>
      fc.record({
        publicKey,
        name: fc.string({ maxLength: 8 }),
        shards: fc.constantFrom([0], [0, 1]),
        isFor: fc.boolean(),
      }),
    (scene, { isFor, ...grant }) =>
      state(scene, { type: 'WriterAdmitted', writer: { ...grant, ...(isFor ? { events: ['Minted'] } : {}) } }),
  ),
  dismiss: step(
    1,
    () => publicKey,
    (scene, key) => state(scene, { type: 'WriterDismissed', publicKey: key, reason: 'test' }),
  ),
  /** A page that nobody wrote. */
  annul: step(
    1,
    () => fc.integer({ min: 1_000_000, max: 1_000_005 }),
    (scene, height) => state(scene, { type: 'PageVoided', shard: 0, height, hash: 'f'.repeat(64), reason: 'test' }),
  ),
  /** Of what no shard ever held. */
  forgo: step(
    1,
    () => fc.integer({ min: 1_000_000, max: 1_000_005 }),
    (scene, height) => {
      const lost = [{ height, hash: 'e'.repeat(64) }];
      return state(scene, { type: 'LossAccepted', shard: 0, height: 0, hash: '0'.repeat(64), lost, reason: 'test' });
    },
  ),
  reroot: step(
    1,
    () => fc.constant(undefined),
    (scene) =>
      state(scene, { type: 'RootsChanged', roots: [...scene.registry.catalogue.writers.rootKeys], reason: 'test' }),
  ),
};
