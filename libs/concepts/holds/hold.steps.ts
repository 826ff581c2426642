import fc from 'fast-check';
import { atto, type Ordered } from '#domain';
import type { LedgerCommand } from '#concepts';
import { fewAtto, step, type Scene } from '../test-support/step.js';
import { report, usage } from '../test-support/world.js';

const SECOND_MS = 1_000;
/** Some of the budgets that their own steps set. */
const BELOW = ['', '/team', '/team/key'] as const;

/** What names a budget of a customer, where there is that one. */
function budgetOf(scene: Scene, customer: string, below: string | undefined): { readonly budget?: string } {
  const budget = `${customer}${below ?? '/none'}`;
  return scene.ledgerOf(customer).budgets.has(budget) ? { budget } : {};
}

/** A hold in the shard of a customer by a number, and whose it is: mostly an open one, sometimes one that has ended. */
function pick(scene: Scene, customer: string, nth: number): readonly [id: string, customer: string] | undefined {
  const ids = [...scene.ledgerOf(customer).holds.index]
    .map(({ id, customer: owner, state }) => ({ state, named: [id, owner] as const }))
    .sort(({ named: [left] }, { named: [right] }) => (left < right ? -1 : 1));
  const first = ids.filter(({ state }) => state === 'open').map(({ named }) => named);
  const others = ids.filter(({ state }) => state !== 'open').map(({ named }) => named);
  const all = first.length > 0 && nth % 4 > 0 ? first : [...first, ...others];
  return all[nth % all.length];
}

/** Two hours more, from now. */
function prolong(scene: Scene, hold: string) {
  const expiresAt = new Date(Date.parse(scene.step().time) + 7_200_500).toISOString();
  return { type: 'ExtendHold', hold, expiresAt } as const;
}

/** @public found by its name */
export const holdSteps = {
  reserve: step(
    4,
    ({ customers }) =>
      fc.record({
        ...{ customer: fc.constantFrom(...customers), amount: fewAtto, isPartial: fc.boolean() },
        next: fc.constantFrom('nothing', 'nothing', 'prolong', 'release', 'capture'),
        seconds: fc.constantFrom(undefined, 1, 3_600, 86_400),
        below: fc.constantFrom(undefined, ...BELOW),
      }),
    function* (scene, { customer, amount, isPartial, next, seconds, below }) {
      const expiresAt = new Date(Date.parse(scene.step().time) + (seconds ?? 0) * SECOND_MS).toISOString();
      const command = {
        ...{ type: 'ReserveHold', customer, amount: atto(amount), partial: isPartial },
        ...(seconds === undefined ? {} : { expiresAt, reference: 'call' }),
        ...budgetOf(scene, customer, below),
      } satisfies Ordered<LedgerCommand>;
      yield scene.askHolder(customer, command);
      const hold = [...scene.ledgerOf(customer).holds.open.keys()].at(-1);
      if (next === 'nothing' || hold === undefined) return;
      if (next === 'capture') yield scene.askHolder(customer, { type: 'CaptureHold', hold, amount: atto(amount) });
      else yield scene.askHolder(customer, next === 'prolong' ? prolong(scene, hold) : { type: 'ReleaseHold', hold });
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
        below: fc.constantFrom(undefined, ...BELOW),
      }),
    function* (scene, { customer: near, provider, nth, how, amount, below }) {
      const [hold, customer] = pick(scene, near, nth) ?? [];
      if (hold === undefined || customer === undefined) return;
      if (how === 'usage') {
        const id = `${scene.shardOf(customer)}-${scene.newName('held')}`;
        const meters = { odd: `${amount}` };
        const named = budgetOf(scene, customer, below);
        yield scene.askHolder(customer, usage([report({ customer, id, hold, meters, ...named })]));
      } else if (how === 'capture') {
        const payee = provider === undefined ? {} : { provider };
        yield scene.askHolder(customer, { type: 'CaptureHold', hold, amount: atto(amount), ...payee });
      } else if (how === 'release') yield scene.askHolder(customer, { type: 'ReleaseHold', hold });
      else {
        const added = { type: 'ExtendHold', hold, amount: atto(amount) } as const;
        yield scene.askHolder(customer, how === 'extend' ? added : prolong(scene, hold));
      }
    },
  ),
};
