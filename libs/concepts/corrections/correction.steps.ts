import fc from 'fast-check';
import { correctionOf, readCharge } from '../test-support/correcting.js';
import { step, type Scene } from '../test-support/step.js';
import { report } from '../test-support/world.js';
import { standingOf } from './standing.js';

/** A charge of a shard, by its number, that is the newest of its usage, and of which something stands in the journal. */
function newestCharge(scene: Scene, shard: number, nth: number): string | undefined {
  const newest = new Map<string, string>();
  for (const [id, { event }] of scene.entries[shard]!)
    if (event.type === 'UsageCharged') newest.set(JSON.stringify([event.usage.source, event.usage.id]), id);
  const id = [...newest.values()].at(nth % Math.max(newest.size, 1));
  if (id === undefined) return undefined;
  return scene.entries[shard]!.has(standingOf(scene.ledgers[shard]!.corrections, id).newest) ? id : undefined;
}

/** @public found by its name */
export const correctionSteps = {
  correct: step(
    4,
    ({ customers, providers }) =>
      fc.record({
        near: fc.constantFrom(...customers),
        nth: fc.nat(1_000),
        units: fc.nat(900),
        provider: fc.constantFrom(...providers),
        isReplaced: fc.boolean(),
      }),
    function* (scene, { near, nth, units, provider, isReplaced }) {
      const shard = scene.shardOf(near);
      const [entries, id] = [scene.entries[shard]!, newestCharge(scene, shard, nth)];
      const charge = id === undefined ? undefined : entries.get(id)!.event;
      if (id === undefined || charge?.type !== 'UsageCharged') return;
      const { usage, customer, time } = charge;
      const named = { source: usage.source, id: usage.id, customer, time, provider };
      const body = isReplaced ? report({ ...named, meters: { odd: `${units}` } }) : undefined;
      yield scene.askShard(
        shard,
        correctionOf(scene.ledgers[shard]!, (wanted) => entries.get(wanted)!, id, body),
      );
    },
  ),
  rerate: step(
    2,
    ({ customers }) => fc.record({ near: fc.constantFrom(...customers), nth: fc.nat(1_000), version: fc.nat(9) }),
    function* (scene, { near, nth, version }) {
      const shard = scene.shardOf(near);
      const [entries, id] = [scene.entries[shard]!, newestCharge(scene, shard, nth)];
      const books = [...scene.registry.catalogue.rating.priceBooks.keys()];
      if (id === undefined) return;
      const read = readCharge(scene.ledgers[shard]!, (wanted) => entries.get(wanted)!, id);
      const asked = { priceBook: books[version % books.length]!, reason: 'a wrong price' };
      yield scene.askShard(shard, { type: 'RerateUsage', ...read, ...asked });
    },
  ),
};
