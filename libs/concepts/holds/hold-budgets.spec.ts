/** Holds in budgets, row by row of what was decided. A ceiling is written as used, held, remaining, exceeded. */
import { correctLedger } from '#concepts';
import { parseAmount } from '#domain';
import { at } from '../test-support/grant-desk.js';
import { HoldDesk } from '../test-support/hold-desk.js';

const TOKEN = 10n ** 18n;
const refusal = (code: string, path?: string) =>
  expect.objectContaining(path === undefined ? { code } : { code, path }) as Error;
const MIDNIGHT = 14;

let desk: HoldDesk;
beforeEach(() => {
  desk = new HoldDesk();
  desk.mint('100');
});

describe('a hold with a budget', () => {
  it('reserves at its path and every budget above, until it is settled', () => {
    desk.budget('acme', '20').budget('acme/a/b', '10').budget('acme/c', '9');
    const hold = desk.hold('4', { budget: 'acme/a/b' });
    expect([desk.ceiling('acme'), desk.ceiling('acme/a/b'), desk.ceiling('acme/c')]).toEqual([
      ...['0 4 16 0', '0 4 6 0', '0 0 9 0'],
    ]);
    desk.capture(hold, '3');
    expect([desk.ceiling('acme'), desk.ceiling('acme/a/b')]).toEqual(['3 0 17 0', '3 0 7 0']);
  });

  it.each([
    ['released', (hold: string) => desk.release(hold)],
    ['expired', () => desk.at(1)],
  ])('gives all back when it is %s', (_, end) => {
    desk.budget('acme', '10');
    const hold = desk.hold('4');
    end(hold);
    expect(desk.ceiling('acme')).toBe('0 0 10 0');
  });

  it('is held against usage too: limit 10, held 8: usage of 3 is refused, of 2 is charged', () => {
    desk.budget('acme', '10');
    desk.hold('8');
    expect(desk.use(3)).toBeUndefined();
    desk.use(2);
    expect(desk.ceiling('acme')).toBe('2 8 0 0');
  });
});

describe('B3: open holds count in the period of now', () => {
  it('limit 10, hold 8 over midnight: the new day has held 8, remaining 2; captured there: used 8', () => {
    desk.budget('acme', '10');
    const hold = desk.hold('8', { expiresAt: at(MIDNIGHT + 2) });
    desk.at(MIDNIGHT);
    expect(desk.ceiling('acme')).toBe('0 8 2 0');
    expect(() => desk.hold('3')).toThrow(refusal('BUDGET_EXCEEDED'));
    expect(desk.capture(hold, '8')).toMatchObject({ budgeted: { day: '2026-11-23' } });
    expect(desk.ceiling('acme')).toBe('8 0 2 0');
  });
});

describe('B4: the path that a hold names is a budget of its customer', () => {
  it.each(['acme/typo', 'bolt', 'acme2', 'team'])('%s is none', (budget) => {
    desk.budget('acme/research', '10');
    expect(() => desk.hold('1', { budget })).toThrow(refusal('UNKNOWN_BUDGET', 'budget'));
    expect(desk.funds).toBe('100 0 0');
  });
});

describe('B6: what a usage takes beyond its hold and the ceiling is owed, whatever the budget says', () => {
  it.each(['reject', 'receivable'] as const)(
    '%s: held 4, rated 6, budget left 1, available 9: 4 and 1 are paid, 1 is owed',
    (onExceed) => {
      desk.order({ type: 'BurnTokens', holder: 'acme', amount: parseAmount('87'), reason: 'r' });
      desk.budget('acme', '5', { onExceed });
      const hold = desk.hold('4');
      expect(desk.funds).toBe('9 4 0');
      const charge = desk.use(6, { hold });
      expect(charge).toMatchObject({ budgeted: { beyond: `${TOKEN}` }, receivable: { amount: `${TOKEN}` } });
      expect([desk.funds, desk.ceiling('acme')]).toEqual(['8 0 -1', '5 0 0 1']);
    },
  );

  it('a capture without usage too', () => {
    desk.budget('acme', '5');
    desk.capture(desk.hold('4'), '6');
    expect([desk.funds, desk.ceiling('acme')]).toEqual(['95 0 -1', '5 0 0 1']);
  });
});

it.each(['reject', 'receivable'] as const)('B7: a hold beyond a ceiling is refused: %s', (onExceed) => {
  desk.budget('acme', '5', { onExceed });
  expect(() => desk.hold('6')).toThrow(refusal('BUDGET_EXCEEDED', 'amount'));
  expect([desk.funds, desk.ceiling('acme')]).toEqual(['100 0 0', '0 0 5 0']);
});

it('B9: limit 5, used 4, held 2: nothing remains, the hold keeps, new use is refused, and its capture is paid whole', () => {
  desk.budget('acme', '10');
  desk.use(4);
  const hold = desk.hold('2');
  desk.budget('acme', '5');
  expect(desk.ceiling('acme')).toBe('4 2 0 0');
  expect(desk.use(1)).toBeUndefined();
  expect(() => desk.hold('1')).toThrow(refusal('BUDGET_EXCEEDED'));
  expect(desk.capture(hold, '2')).toMatchObject({ budgeted: { day: '2026-11-22' } });
  expect([desk.funds, desk.ceiling('acme')]).toEqual(['94 0 0', '6 0 0 0']);
  desk.budget('acme', '8');
  expect(desk.ceiling('acme')).toBe('6 0 2 0');
});

describe('B10: a budget that begins anew finds what is held at its path and below', () => {
  it('another period, and a parent that is made later', () => {
    desk.budget('acme/a/b', '10');
    desk.use(4, { budget: 'acme/a/b' });
    desk.hold('2', { budget: 'acme/a/b' });
    desk.budget('acme/a', '10').budget('acme/a/b', '10', { period: 'month' });
    expect([desk.ceiling('acme/a'), desk.ceiling('acme/a/b')]).toEqual(['0 2 8 0', '0 2 8 0']);
  });

  it('a customer’s own finds the holds that named none', () => {
    const hold = desk.hold('4');
    desk.budget('acme', '10');
    expect(desk.ceiling('acme')).toBe('0 4 6 0');
    desk.use(3, { hold });
    expect(desk.ceiling('acme')).toBe('3 0 7 0');
  });
});

it('B11: a capture tells thresholds as a charge does: limit 10, held 8, captured 8: 50 and 80', () => {
  desk.budget('acme', '10');
  const hold = desk.hold('8');
  expect(desk.recorded.filter(({ event }) => event.type === 'BudgetThresholdsReached')).toEqual([]);
  desk.capture(hold, '8');
  expect(desk.recorded.at(-1)!.event).toMatchObject({ reached: [{ level: 1, thresholds: [50, 80] }] });
});

it('B17: a hold without a path reserves at the customer’s own budget: limit 5, hold 4, then 2: refused', () => {
  desk.budget('acme', '5');
  desk.hold('4');
  expect(() => desk.hold('2')).toThrow(refusal('BUDGET_EXCEEDED'));
  expect(desk.ceiling('acme')).toBe('0 4 1 0');
});

describe('H7: what is captured after its end', () => {
  it('counts at its path; what is beyond the ceiling is owed', () => {
    desk.budget('acme/a', '5');
    const hold = desk.hold('4', { budget: 'acme/a' });
    desk.at(1).use(3, { budget: 'acme/a' });
    const capture = desk.capture(hold, '4');
    expect(capture).toMatchObject({ budgeted: { path: 'acme/a', beyond: `${2n * TOKEN}` } });
    expect([desk.funds, desk.ceiling('acme/a')]).toEqual(['95 0 -2', '5 0 0 2']);
  });
});

it('H8: an extension that a budget refuses leaves amount and end as they were', () => {
  desk.budget('acme', '10').budget('acme/a', '6');
  const hold = desk.hold('4', { budget: 'acme/a' });
  const before = desk.state.holds.open.get(hold);
  const more = { amount: parseAmount('3'), expiresAt: at(3) };
  expect(() => desk.extend(hold, more)).toThrow(refusal('BUDGET_EXCEEDED', 'amount'));
  expect([desk.state.holds.open.get(hold), desk.ceiling('acme/a')]).toEqual([before, '0 4 2 0']);
  desk.extend(hold, { amount: parseAmount('2') });
  expect([desk.ceiling('acme'), desk.ceiling('acme/a')]).toEqual(['0 6 4 0', '0 6 0 0']);
  desk.extend(hold, { expiresAt: at(3) });
  expect(desk.ceiling('acme/a')).toBe('0 6 0 0');
});

describe('H10: a partial hold', () => {
  it('asked 10, available 7, budget left 5: 5', () => {
    desk.order({ type: 'BurnTokens', holder: 'acme', amount: parseAmount('93'), reason: 'r' });
    desk.budget('acme', '5').budget('acme/a', '6');
    desk.hold('10', { partial: true, budget: 'acme/a' });
    expect([desk.funds, desk.ceiling('acme')]).toEqual(['2 5 0', '0 5 0 0']);
    expect(() => desk.hold('10', { partial: true })).toThrow(refusal('BUDGET_EXCEEDED', 'amount'));
  });

  it('is no larger than what is available', () => {
    desk.budget('acme', '200');
    desk.hold('150', { partial: true });
    expect([desk.funds, desk.ceiling('acme')]).toEqual(['0 100 0', '0 100 100 0']);
    expect(() => desk.hold('1', { partial: true })).toThrow(refusal('INSUFFICIENT_FUNDS'));
  });
});

it('H11: where both are short the budget says so', () => {
  desk.budget('acme', '5');
  expect(() => desk.hold('101')).toThrow(refusal('BUDGET_EXCEEDED'));
});

describe('H13: where usage counts that names a hold', () => {
  beforeEach(() => {
    desk.budget('acme', '10').budget('acme/a', '6').budget('acme/b', '2');
  });

  it('at the hold’s path, whatever it names itself, and the charge says so', () => {
    const hold = desk.hold('5', { budget: 'acme/a' });
    expect(desk.use(4, { hold, budget: 'acme/b' })).toMatchObject({
      ...{ budget: 'acme/b', budgeted: { day: '2026-11-22', path: 'acme/a' } },
    });
    expect(['acme', 'acme/a', 'acme/b'].map((path) => desk.ceiling(path))).toEqual([
      ...['4 0 6 0', '4 0 2 0', '0 0 2 0'],
    ]);
  });

  it('at the hold’s path where it names none, or the same: the charge says no other', () => {
    expect(desk.use(1, { hold: desk.hold('1', { budget: 'acme/a' }) })).toMatchObject({ budgeted: { path: 'acme/a' } });
    const charge = desk.use(1, { hold: desk.hold('1', { budget: 'acme/a' }), budget: 'acme/a' });
    expect(charge).toHaveProperty('budgeted', { day: '2026-11-22' });
    expect(desk.ceiling('acme/a')).toBe('2 0 4 0');
  });

  it('at its own where the hold names none: there it is checked as without a hold, and a refusal leaves the hold alone', () => {
    const hold = desk.hold('9');
    expect(desk.use(3, { hold, budget: 'acme/b' })).toBeUndefined();
    expect(desk.use(3, { hold, budget: 'acme/x' })).toBeUndefined();
    expect([desk.funds, desk.ceiling('acme')]).toEqual(['91 9 0', '0 9 1 0']);
    expect(desk.use(2, { hold, budget: 'acme/b' })).toHaveProperty('budgeted', { day: '2026-11-22' });
    expect([desk.ceiling('acme'), desk.ceiling('acme/b')]).toEqual(['2 0 8 0', '2 0 0 0']);
  });

  it('at its own, too, where the hold has ended', () => {
    const hold = desk.hold('5', { budget: 'acme/a' });
    desk.release(hold);
    desk.use(1, { hold, budget: 'acme/b' });
    expect([desk.ceiling('acme/a'), desk.ceiling('acme/b')]).toEqual(['0 0 6 0', '1 0 1 0']);
  });
});

it('H14: usage that costs nothing gives all back to budgets', () => {
  desk.budget('acme', '10');
  desk.use(0, { hold: desk.hold('4'), meters: {} });
  expect(desk.ceiling('acme')).toBe('0 0 10 0');
});

it('H16: what corrects a capture gives back to the grants and the budget; the hold stays captured', () => {
  desk.budget('acme/a', '10');
  const hold = desk.hold('4', { budget: 'acme/a' });
  desk.capture(hold, '3');
  const { event, position } = desk.recorded.findLast((one) => one.event.type === 'HoldCaptured')!;
  const reversal = correctLedger(desk.state, event, position);
  if (reversal.type !== 'reversal') throw new Error(reversal.reason);
  desk.state.correct(position, reversal, { ...position, index: 9 });
  expect([desk.funds, desk.ceiling('acme/a')]).toEqual(['100 0 0', '0 0 10 0']);
  expect(desk.state.holds.find(hold)).toMatchObject({ state: 'captured' });
});
