/** What holds of reversals whatever came before: they restore what was, and what is carried is filled first. */
import fc from 'fast-check';
import { atto, DomainError, formatAmount } from '#domain';
import { ReversalDesk, standing } from '../test-support/reversal-desk.js';
import { setBudget } from '../test-support/world.js';

const RUNS = { numRuns: 1_000 };
const few = fc.bigInt({ min: 1n, max: 60n });

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

type Step = (desk: ReversalDesk) => unknown;

const mints = (amount: bigint): Step => {
  const command = { type: 'MintTokens', holder: 'acme', amount: atto(amount), reason: 'sale' };
  return (desk) => desk.order(command);
};
const charges = (amount: bigint, provider: string, more: object = {}): Step => {
  const meters = { odd: `${amount}` };
  return (desk) => desk.use(0, { meters, provider, ...more });
};

const step: fc.Arbitrary<Step> = fc.oneof(
  few.map(mints),
  fc
    .record({ amount: few, priority: fc.constantFrom(1, 500, 900), kind: fc.constantFrom('promotional', 'earned') })
    .map(({ amount, priority, kind }): Step => (desk) => {
      const terms = { holder: 'acme', amount: atto(amount), kind, priority, reason: 'welcome' };
      return desk.order({ type: 'IssueGrant', ...terms });
    }),
  fc
    .record({ amount: few, provider: fc.constantFrom('p1', 'p2') })
    .map(({ amount, provider }) => charges(amount, provider)),
  few.map(
    (amount): Step =>
      (desk) =>
        desk.order({ type: 'BurnTokens', holder: 'acme', amount: atto(amount), reason: 'test' }),
  ),
);

/** What is reversed, and how its entry is called. */
const entry = fc.oneof(
  fc.record({ amount: few, provider: fc.constantFrom('p1', 'p2') }).map(({ amount, provider }) => ({
    type: 'UsageCharged' as const,
    make: charges(amount, provider, { id: 'regretted' }),
  })),
  few.map((amount) => ({
    type: 'Burned' as const,
    make: (desk: ReversalDesk) =>
      desk.order({ type: 'BurnTokens', holder: 'acme', amount: atto(amount), reason: 'test' }),
  })),
  few.map((amount) => ({
    type: 'TransferSent' as const,
    make: (desk: ReversalDesk) => {
      const sides = { transfer: 'regretted', from: 'acme', to: 'bolt' };
      return desk.order({ type: 'SendTransfer', ...sides, amount: atto(amount), reason: 'test' });
    },
  })),
);

describe('a reversal', () => {
  it('restores every account, grant, budget and receivable as if its entry had never been', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 8 }),
        entry,
        fc.array(few.map(mints), { maxLength: 3 }),
        fc.boolean(),
        (before, { type, make }, after, isBounded) => {
          const [desk, control] = [new ReversalDesk(), new ReversalDesk()];
          for (const one of [desk, control]) {
            if (isBounded) one.order(setBudget('acme', '1'));
            for (const take of before) tries(() => take(one));
          }
          if (!tries(() => make(desk))) return;
          const id = desk.last(type);
          for (const one of [desk, control]) for (const take of after) tries(() => take(one));
          desk.reverse(id);
          expect(standing(desk)).toEqual(standing(control));
        },
      ),
      RUNS,
    );
  }, 120_000);

  it('that is reversed itself leaves every account, grant, budget and receivable as its entry had, and again as if that had never been', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), entry, fc.nat(3), (before, { type, make }, times) => {
        const desk = new ReversalDesk();
        desk.order(setBudget('acme', '1'));
        for (const take of before) tries(() => take(desk));
        const without = standing(desk);
        if (!tries(() => make(desk))) return;
        const having = standing(desk);
        let id = desk.last(type);
        for (let i = 0; i <= times; i++) {
          desk.reverse(id);
          expect(standing(desk)).toEqual(without);
          desk.reverse(desk.last('EntryReversed'));
          expect(standing(desk)).toEqual(having);
          id = desk.last('EntryRestored');
        }
      }),
      RUNS,
    );
  }, 120_000);

  it('carries what a payee no longer has, and what it is paid next fills that first', () => {
    const acts = fc.array(
      fc.oneof(
        few.map((amount) => ({ charge: amount })),
        fc.constant({ cut: true }),
        fc.nat(20).map((nth) => ({ reverse: nth })),
        few.map((amount) => ({ mint: amount })),
      ),
      { minLength: 2, maxLength: 20, size: 'max' },
    );
    fc.assert(
      fc.property(acts, (all) => {
        const desk = new ReversalDesk();
        let paidOut = 0n;
        for (const [i, act] of all.entries()) {
          if ('charge' in act) tries(() => charges(act.charge, 'p1')(desk));
          else if ('mint' in act) mints(act.mint)(desk);
          else if ('cut' in act) {
            paidOut += desk.state.balance('provider:p1:payable');
            desk.order({ type: 'CutPayables', batch: `b${i}`, payable: ['p1'], withheld: [] });
          } else {
            const made = desk.recorded.filter(({ event }) => event.type === 'UsageCharged');
            const one = made[act.reverse % made.length]?.position;
            if (one !== undefined) tries(() => desk.reverse(`0-${one.height}-0`));
          }
          for (const [paid, carried] of PAYEES) {
            const [has, owes] = [desk.state.balance(paid), desk.state.balance(carried)];
            expect([paid, owes <= 0n, has > 0n && owes < 0n]).toEqual([paid, true, false]);
          }
          expect(desk.state.clawbacks.open.size).toBe(PAYEES.filter(([, one]) => desk.state.balance(one) < 0n).length);
        }
        expect(formatAmount(desk.state.balance('settlement:in-transit'))).toBe(formatAmount(paidOut));
      }),
      RUNS,
    );
  }, 120_000);
});

const PAYEES = [
  ['provider:p1:payable', 'provider:p1:clawback'],
  ['treasury:fees', 'treasury:clawback'],
  ['staking:rewards', 'staking:clawback'],
] as const;
