import fc from 'fast-check';
import { atto, type Ordered } from '#domain';
import type { LedgerCommand } from '#concepts';
import { fewAtto, step, type Cast, type Scene } from '../test-support/step.js';

const HOUR_MS = 3_600_000;

const anyTerms = ({ customers }: Cast) =>
  fc.record({
    holder: fc.constantFrom(...customers),
    amount: fewAtto,
    kind: fc.constantFrom('purchased' as const, 'promotional' as const, 'earned' as const),
    priority: fc.constantFrom(undefined, 0, 500, 900),
    begins: fc.constantFrom(undefined, -1, 1, 24),
    lasts: fc.constantFrom(undefined, 1, 24, 720),
  });

function instant(scene: Scene, hours: number | undefined): string | undefined {
  return hours === undefined ? undefined : new Date(Date.parse(scene.step().time) + hours * HOUR_MS).toISOString();
}

/** @public found by its name */
export const grantSteps = {
  grant: step(3, anyTerms, function* (scene, { holder, amount, kind, priority, begins, lasts }) {
    const effectiveAt = instant(scene, begins);
    const expiresAt = instant(scene, lasts === undefined ? undefined : Math.max(begins ?? 0, 0) + lasts);
    const command = {
      ...{ type: 'IssueGrant', holder, amount: atto(amount), kind, reason: 'test' },
      ...(priority === undefined ? {} : { priority }),
      ...(effectiveAt === undefined ? {} : { effectiveAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    } satisfies Ordered<LedgerCommand>;
    yield scene.askHolder(holder, command);
  }),
  revoke: step(
    1,
    ({ customers }) => fc.record({ holder: fc.constantFrom(...customers), nth: fc.nat(20) }),
    function* (scene, { holder, nth }) {
      const { byId, index } = scene.ledgerOf(holder).grants;
      const open = [...byId.values()].filter((grant) => grant.holder === holder).map(({ id }) => id);
      // Mostly an open one of the holder's, sometimes any of the shard, ended or not.
      const ids = open.length > 0 && nth % 4 > 0 ? open.sort() : [...index.ids()];
      const grant = ids[nth % Math.max(ids.length, 1)];
      if (grant !== undefined) yield scene.askHolder(holder, { type: 'VoidGrant', grant, reason: 'test' });
    },
  ),
};
