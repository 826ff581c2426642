/** What holds of corrections whatever came before: void is as if it had never been, replaced is void and charged. */
import fc from 'fast-check';
import { atto, DomainError } from '#domain';
import { CorrectionDesk } from '../test-support/correction-desk.js';
import { standing } from '../test-support/reversal-desk.js';
import { openRegistry, setBudget, TYPE, WHO } from '../test-support/world.js';

const RUNS = { numRuns: 1_000 };
const few = fc.bigInt({ min: 1n, max: 60n });

type Step = (desk: CorrectionDesk) => unknown;

/** Takes a step; a refusal changes nothing. @returns whether it was taken */
function tries(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return false;
  }
}

const mints = (amount: bigint): Step => {
  const command = { type: 'MintTokens', holder: 'acme', amount: atto(amount), reason: 'sale' };
  return (desk) => desk.order(command);
};
const body = (amount: bigint, provider: string) => ({ meters: { odd: `${amount}` }, provider });
const uses =
  (amount: bigint, provider: string, more: object = {}): Step =>
  (desk) =>
    desk.use(0, { ...body(amount, provider), ...more });

const provider = fc.constantFrom('p1', 'p2');
const step: fc.Arbitrary<Step> = fc.oneof(
  few.map(mints),
  fc
    .record({ amount: few, priority: fc.constantFrom(1, 500, 900), kind: fc.constantFrom('promotional', 'earned') })
    .map(({ amount, ...terms }): Step => {
      const grant = { type: 'IssueGrant', holder: 'acme', amount: atto(amount), ...terms, reason: 'welcome' };
      return (desk) => desk.order(grant);
    }),
  fc.tuple(few, provider).map(([amount, who]) => uses(amount, who)),
);
const steps = fc.array(step, { maxLength: 8 });

describe('a correction', () => {
  it('that voids a usage leaves every account, grant, budget and receivable as if it had never been used', () => {
    fc.assert(
      fc.property(
        steps,
        few,
        provider,
        fc.array(few.map(mints), { maxLength: 3 }),
        fc.boolean(),
        (before, amount, who, after, isBounded) => {
          const [desk, control] = [new CorrectionDesk(), new CorrectionDesk()];
          for (const one of [desk, control]) {
            if (isBounded) one.order(setBudget('acme', '1'));
            for (const take of before) tries(() => take(one));
          }
          uses(amount, who, { id: 'regretted' })(desk);
          for (const one of [desk, control]) for (const take of after) take(one);
          desk.void('regretted');
          expect(standing(desk)).toEqual(standing(control));
        },
      ),
      RUNS,
    );
  }, 120_000);

  it('that replaces a usage, any number of times, is that of a void one and a charge of the other', () => {
    const bodies = fc.array(fc.tuple(few, provider), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(steps, few, bodies, steps, (before, amount, others, after) => {
        const [desk, control] = [new CorrectionDesk(), new CorrectionDesk()];
        for (const one of [desk, control]) {
          for (const take of before) take(one);
          uses(amount, 'p1', { id: 'regretted' })(one);
        }
        let id = 'regretted';
        for (const [i, [other, who]] of others.entries()) {
          desk.replace('regretted', 0, body(other, who));
          control.void(id);
          uses(other, who, { id: (id = `again-${i}`) })(control);
        }
        for (const one of [desk, control]) for (const take of after) take(one);
        expect(standing(desk)).toEqual(standing(control));
        expect(desk.charge('regretted').amount).toBe(control.charge(id).amount);
      }),
      RUNS,
    );
  }, 120_000);

  const registry = openRegistry(1, ['acme', 'bolt'], ['p1', 'p2']);
  const priceOf = (price: string) => ({ odd: { price, per: '1' } });
  for (const [version, price] of [[2, '0.000000000000000003'] as const, [3, '0.000000000000000001'] as const]) {
    const prices = [{ type: TYPE, model: '*', meters: priceOf(price) }];
    const book = { effectiveAt: `2027-01-0${version}T00:00:00Z`, prices };
    registry.decide({ type: 'PublishPriceBook', time: '2026-11-22T10:00:00Z', provenance: WHO, version, book });
  }
  const { catalogue } = registry.state;

  it('that rates usage again changes nothing the second time, and is that of a void one and a charge by the book', () => {
    const versions = fc.array(fc.constantFrom(1, 2, 3), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(steps, few, versions, steps, (before, amount, books, after) => {
        const [desk, control] = [new CorrectionDesk(catalogue), new CorrectionDesk(catalogue)];
        for (const one of [desk, control]) for (const take of before) take(one);
        uses(amount, 'p1', { id: 'regretted' })(desk);
        for (const version of books) {
          desk.rerate('regretted', version);
          const [recorded, had] = [desk.recorded.length, standing(desk)];
          expect([desk.rerate('regretted', version), desk.recorded.length]).toEqual(['same', recorded]);
          expect(standing(desk)).toEqual(had);
        }
        const charged = BigInt(desk.charge('regretted').amount);
        expect(charged).toBe([0n, amount, 3n * amount, amount][books.at(-1)!]);
        uses(charged, 'p1')(control);
        for (const one of [desk, control]) for (const take of after) take(one);
        expect(standing(desk)).toEqual(standing(control));
      }),
      RUNS,
    );
  }, 120_000);
});
