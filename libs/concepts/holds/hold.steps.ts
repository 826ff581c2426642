import fc from 'fast-check';
import { atto, type Ordered } from '#domain';
import type { LedgerCommand } from '#concepts';
import { fewAtto, step, type Scene } from '../test-support/step.js';
import { report, usage } from '../test-support/world.js';

const SECOND_MS = 1_000;

/** A hold of a customer by a number: mostly an open one, sometimes one that has ended. */
function pick(scene: Scene, customer: string, nth: number): string | undefined {
  const { open, closed } = scene.ledgerOf(customer).holds;
  const of = (holds: Iterable<[string, { readonly customer: string }]>) =>
    [...holds].filter(([, hold]) => hold.customer === customer).map(([id]) => id);
  const [first, others] = [of(open), of(closed)].map((ids) => ids.sort()) as [string[], string[]];
  const ids = first.length > 0 && nth % 4 > 0 ? first : [...first, ...others];
  return ids[nth % ids.length];
}

/** @public found by its name */
export const holdSteps = {
  reserve: step(
    4,
    ({ customers }) =>
      fc.record({
        ...{ customer: fc.constantFrom(...customers), amount: fewAtto, isPartial: fc.boolean() },
        seconds: fc.constantFrom(undefined, 1, 3_600, 86_400),
      }),
    function* (scene, { customer, amount, isPartial, seconds }) {
      const expiresAt = new Date(Date.parse(scene.step().time) + (seconds ?? 0) * SECOND_MS).toISOString();
      const command = {
        ...{ type: 'ReserveHold', customer, amount: atto(amount), partial: isPartial },
        ...(seconds === undefined ? {} : { expiresAt, budget: customer, reference: 'call' }),
      } satisfies Ordered<LedgerCommand>;
      yield scene.askHolder(customer, command);
    },
  ),
  settle: step(
    5,
    ({ customers, providers }) =>
      fc.record({
        ...{
          customer: fc.constantFrom(...customers),
          provider: fc.constantFrom(undefined, ...providers),
          nth: fc.nat(20),
        },
        ...{ how: fc.constantFrom('usage', 'capture', 'release', 'extend', 'prolong'), amount: fewAtto },
      }),
    function* (scene, { customer, provider, nth, how, amount }) {
      const hold = pick(scene, customer, nth);
      if (hold === undefined) return;
      if (how === 'usage') {
        const id = `${scene.shardOf(customer)}-${scene.newName('held')}`;
        const meters = { odd: `${amount}` };
        yield scene.askHolder(customer, usage([report({ customer, id, hold, meters })]));
      } else if (how === 'capture') {
        const payee = provider === undefined ? {} : { provider };
        yield scene.askHolder(customer, { type: 'CaptureHold', hold, amount: atto(amount), ...payee });
      } else if (how === 'release') yield scene.askHolder(customer, { type: 'ReleaseHold', hold });
      else {
        const expiresAt = new Date(Date.parse(scene.step().time) + 7_200_500).toISOString();
        const more = how === 'extend' ? { amount: atto(amount) } : { expiresAt };
        yield scene.askHolder(customer, { type: 'ExtendHold', hold, ...more });
      }
    },
  ),
};
