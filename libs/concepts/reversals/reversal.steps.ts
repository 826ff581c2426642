import fc from 'fast-check';
import { atto } from '#domain';
import { providerPayable } from '../rating/split-policy.js';
import { reversalOf } from '../test-support/reversing.js';
import { step } from '../test-support/step.js';
import { report, usage } from '../test-support/world.js';
import { REVERSIBLE } from './reversal-events.js';

const TYPES = [...REVERSIBLE, 'EntryReversed'] as const;

/** @public found by its name */
export const reversalSteps = {
  reverse: step(
    6,
    ({ customers }) => fc.record({ near: fc.constantFrom(...customers), nth: fc.nat(1_000), isRecent: fc.boolean() }),
    function* (scene, { near, nth, isRecent }) {
      const shard = scene.shardOf(near);
      const entries = scene.entries[shard]!;
      // Each type as likely as any other; seldom what cannot be reversed.
      const type = TYPES[nth % TYPES.length];
      const some = [...entries].filter(([, { event }]) => event.type === type || nth % 25 === 0).map(([id]) => id);
      const id = isRecent ? some.at(-1 - (nth % 3)) : some[Math.floor(nth / TYPES.length) % some.length];
      if (id === undefined) return;
      yield scene.askShard(
        shard,
        reversalOf(scene.ledgers[shard]!, (wanted) => entries.get(wanted)!, id),
      );
    },
  ),
  /** Usage whose provider was paid out, and usage of the same provider, which fills what is missing then. */
  reversePaidOut: step(
    1,
    ({ customers }) => fc.constantFrom(...customers),
    function* (scene, near) {
      const shard = scene.shardOf(near);
      const [entries, state] = [scene.entries[shard]!, scene.ledgers[shard]!];
      for (const [id, { event }] of entries) {
        if (event.type !== 'UsageCharged' || state.corrections.has(id)) continue;
        const { customer, provider } = event;
        if (event.amount === '0' || state.balance(providerPayable(provider)) > 0n) continue;
        yield scene.askShard(
          shard,
          reversalOf(state, (wanted) => entries.get(wanted)!, id),
        );
        yield scene.askHolder(customer, { type: 'MintTokens', holder: customer, amount: atto(900n), reason: 'test' });
        const again = { customer, provider, id: scene.newName('again-'), meters: { odd: '400' } };
        yield scene.askHolder(customer, usage([report(again)]));
        return;
      }
    },
  ),
};
