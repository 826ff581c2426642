/** What a ceiling leaves, when it counts, whom it refuses: each decision by its numbers. */
import fc from 'fast-check';
import { customerAvailable, customerReceivable, correctLedger, type LedgerCommand } from '#concepts';
import { parseAmount } from '#domain';
import { LedgerDesk, mint, openRegistry, report, setBudget, usage, WHO } from '../test-support/world.js';
import { BUDGET_PERIODS, periodAt } from './period.js';

const TOKEN = 10n ** 18n;
const DAY_1 = '2026-11-22T10:00:00.000Z';
const { catalogue } = openRegistry(1, ['acme', 'bolt'], ['p1']).state;

/** Tokens as a reader writes them. */
const tokens = (amount: bigint) => Number(amount / (TOKEN / 1_000n)) / 1_000;
const openDesk = (funds = '100') => {
  const desk = new LedgerDesk({ catalogue, shard: 0, shards: 1 });
  if (funds !== '0') desk.decide(mint('acme', funds));
  return desk;
};

let uses = 0;
/** Usage of so many tokens: 500 input tokens are one. */
const use = (desk: LedgerDesk, amount: number, budget?: string, time = DAY_1, usedAt = time) => {
  const meters = { input_tokens: String(amount * 500) };
  const one = report({ id: `u${uses++}`, meters, time: usedAt, ...(budget === undefined ? {} : { budget }) });
  const receivedAtMs = Date.parse(time);
  const outcome = desk.decide({ ...usage([one]), time, receivedAtMs });
  if (outcome.type !== 'usage') throw new Error(outcome.type);
  return outcome.answer.rejected[0]?.code ?? 'charged';
};
const reserve = (amount: string, budget?: string): LedgerCommand => ({
  ...{ type: 'ReserveHold', customer: 'acme', amount: parseAmount(amount), time: DAY_1, provenance: WHO },
  ...(budget === undefined ? {} : { budget }),
});
const figures = (desk: LedgerDesk, path: string, day = DAY_1): Record<string, number> => {
  const { used, held, remaining, exceeded } = desk.state.budgets.find(path, day.slice(0, 10))!;
  return Object.fromEntries(
    Object.entries({ used, held, remaining, exceeded }).map(([name, of]) => [name, tokens(of)]),
  );
};
const told = (desk: LedgerDesk) =>
  desk.recorded.flatMap(({ event }) =>
    event.type === 'BudgetThresholdsReached' ? event.reached.flatMap(({ thresholds }) => thresholds) : [],
  );
const owed = (desk: LedgerDesk) => tokens(-desk.state.balance(customerReceivable('acme')));
const available = (desk: LedgerDesk) => tokens(desk.state.balance(customerAvailable('acme')));
const lastCharge = (desk: LedgerDesk) => desk.recorded.filter(({ event }) => event.type === 'UsageCharged').at(-1)!;

describe('B1: periods are UTC, from the start to before the end', () => {
  it.each([
    ['day', '2026-11-29', '2026-11-29', '2026-11-30'],
    ['week', '2026-11-29', '2026-11-23', '2026-11-30'],
    ['week', '2026-11-30', '2026-11-30', '2026-12-07'],
    ['week', '1969-12-31', '1969-12-29', '1970-01-05'],
    ['month', '2026-11-30', '2026-11-01', '2026-12-01'],
    ['month', '2026-12-31', '2026-12-01', '2027-01-01'],
    ['day', '2028-02-28', '2028-02-28', '2028-02-29'],
    ['day', '2026-12-31', '2026-12-31', '2027-01-01'],
    ['total', '2026-12-31', '2026-12-31', '~'],
  ] as const)('a %s that holds %s begins %s and ends before %s', (period, day, start, end) => {
    expect(periodAt(period, day)).toEqual({ start, end });
  });

  it('every day lies in exactly one of each', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2999-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.constantFrom(...BUDGET_PERIODS), (date, period) => {
        const day = date.toISOString().slice(0, 10);
        const { start, end } = periodAt(period, day);
        expect(start <= day && day < end).toBe(true);
        if (period !== 'total') expect(periodAt(period, end).start).toBe(end);
        if (period === 'week') expect(new Date(`${start}T00:00:00Z`).getUTCDay()).toBe(1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('a budget in total begins when it is set and has no end', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '10', { period: 'total' }));
    expect(desk.state.budgets.find('acme', '2031-01-01')).toMatchObject({ from: DAY_1, end: '~' });
    expect(use(desk, 4)).toBe('charged');
    expect(figures(desk, 'acme', '2031-01-01')).toMatchObject({ used: 4, remaining: 6 });
  });
});

describe('B2: booking time counts', () => {
  it('usage of 23:59:50 that is booked 00:00:05 counts today, and the entry keeps both', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '1'));
    const [usedAt, bookedAt] = ['2026-11-22T23:59:50.000Z', '2026-11-23T00:00:05.000Z'];
    expect(use(desk, 1, undefined, bookedAt, usedAt)).toBe('charged');
    expect(figures(desk, 'acme', bookedAt)).toMatchObject({ used: 1, remaining: 0 });
    expect(lastCharge(desk).event).toMatchObject({ time: usedAt, budgeted: { day: '2026-11-23' } });
  });

  it('a producer opens no fresh days by writing earlier ones', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '1'));
    const outcomes = [20, 21, 22].map((day) => use(desk, 1, undefined, DAY_1, `2026-11-${day}T09:00:00Z`));
    expect(outcomes).toEqual(['charged', 'BUDGET_EXCEEDED', 'BUDGET_EXCEEDED']);
  });
});

describe('B4: a named path exists, or is refused', () => {
  it('a typo does not evade the budget above; levels that nobody set do not limit', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme/research/k', '5'));
    expect(use(desk, 1, 'acme/reserch/k')).toBe('UNKNOWN_BUDGET');
    expect(use(desk, 1, 'bolt')).toBe('UNKNOWN_BUDGET');
    expect(use(desk, 1, 'acme')).toBe('UNKNOWN_BUDGET');
    expect(use(desk, 1, 'acme/research/k')).toBe('charged');
  });

  it('a customer whose name begins with another’s is another customer', () => {
    const desk = openDesk();
    desk.decide(setBudget('bolt/acme', '5'));
    expect(use(desk, 1, 'bolt/acme')).toBe('UNKNOWN_BUDGET');
  });
});

describe('B5: what is beyond a ceiling that may be exceeded is owed, and not used', () => {
  it('2 left, usage 5, available 100: pays 2, owes 3, and the next funds cover it', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '2', { onExceed: 'receivable' }));
    expect(use(desk, 5)).toBe('charged');
    expect([available(desk), owed(desk)]).toEqual([98, 3]);
    expect(figures(desk, 'acme')).toEqual({ used: 2, held: 0, remaining: 0, exceeded: 3 });
    expect(lastCharge(desk).event).toMatchObject({ budgeted: { beyond: `${3n * TOKEN}` } });
    desk.decide(mint('acme', '1'));
    expect([available(desk), owed(desk)]).toEqual([96, 0]);
    expect(figures(desk, 'acme')).toMatchObject({ used: 2 });
  });

  it('of levels that differ any exceeded one that rejects rejects; the least remaining one bounds', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '10', { onExceed: 'receivable' }));
    desk.decide(setBudget('acme/a', '4', { onExceed: 'reject' }));
    expect(use(desk, 5, 'acme/a')).toBe('BUDGET_EXCEEDED');
    desk.decide(setBudget('acme/a', '4', { onExceed: 'receivable' }));
    expect(use(desk, 5, 'acme/a')).toBe('charged');
    expect([figures(desk, 'acme/a')['used'], figures(desk, 'acme')['used'], owed(desk)]).toEqual([4, 4, 1]);
  });
});

it('B8: usage short of funds within its budget is used whole: limit 10, available 1, usage 4: used 4, owed 3', () => {
  const desk = openDesk('1');
  desk.decide(setBudget('acme', '10'));
  expect(use(desk, 4)).toBe('charged');
  expect([figures(desk, 'acme')['used'], owed(desk)]).toEqual([4, 3]);
});

describe('B9: a limit may be lowered below what is used and held', () => {
  it('limit 5, used 4: nothing remains, and new use is refused; raised, it goes on', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '10'));
    use(desk, 4);
    desk.decide(reserve('2'));
    desk.decide(setBudget('acme', '5'));
    expect(figures(desk, 'acme')).toMatchObject({ used: 4, held: 2, remaining: 0 });
    expect(use(desk, 1)).toBe('BUDGET_EXCEEDED');
    desk.decide(setBudget('acme', '8'));
    expect(figures(desk, 'acme')).toMatchObject({ used: 4, held: 2, remaining: 2 });
  });
});

describe('B10: another period, or a parent that is made later, begins with nothing used and what is held', () => {
  it('a month instead of a day', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '10'));
    use(desk, 4);
    desk.decide(reserve('1'));
    desk.decide(setBudget('acme', '10', { period: 'month' }));
    expect(figures(desk, 'acme')).toEqual({ used: 0, held: 1, remaining: 9, exceeded: 0 });
  });

  it('a parent', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme/a/b', '10'));
    use(desk, 4, 'acme/a/b');
    desk.decide(reserve('2', 'acme/a/b'));
    desk.decide(setBudget('acme/a', '10'));
    expect(figures(desk, 'acme/a')).toEqual({ used: 0, held: 2, remaining: 8, exceeded: 0 });
  });
});

describe('B11: thresholds are told once a period', () => {
  it('limit 10, used 4, then 8.1: 50 and 80, each once, ascending', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '10'));
    use(desk, 4);
    expect(told(desk)).toEqual([]);
    use(desk, 4.1);
    expect(told(desk)).toEqual([50, 80]);
    use(desk, 1);
    expect(told(desk)).toEqual([50, 80]);
    use(desk, 0.9);
    expect(told(desk)).toEqual([50, 80, 100]);
    use(desk, 5, undefined, '2026-11-23T00:00:00.000Z');
    expect(told(desk)).toEqual([50, 80, 100, 50]);
  });

  it('a changed limit may tell those again that lie above what is used, and tells those at once that do not', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '10'));
    use(desk, 8);
    desk.decide(setBudget('acme', '20'));
    use(desk, 1);
    expect(told(desk)).toEqual([50, 80]);
    use(desk, 1);
    expect(told(desk)).toEqual([50, 80, 50]);
    desk.decide(setBudget('acme', '11'));
    expect(told(desk)).toEqual([50, 80, 50, 80]);
  });

  it('limit 0: nothing used has come to nothing, when it is set and when all of a usage is owed', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '0', { onExceed: 'receivable' }));
    use(desk, 3);
    expect(told(desk)).toEqual([]);
    desk.decide(setBudget('acme', '4', { onExceed: 'receivable' }));
    use(desk, 2);
    expect(told(desk)).toEqual([50]);
  });

  it('each level tells its own', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '20'));
    desk.decide(setBudget('acme/a', '10', { thresholds: [10] }));
    use(desk, 10, 'acme/a');
    expect(desk.recorded.at(-1)!.event).toMatchObject({
      ...{ type: 'BudgetThresholdsReached', path: 'acme/a' },
      reached: [
        { level: 1, thresholds: [50] },
        { level: 2, thresholds: [10] },
      ],
    });
  });
});

describe('B12: a correction gives back in the period in which it was counted', () => {
  const correctLast = (desk: LedgerDesk) => {
    const { event, position } = lastCharge(desk);
    const reversal = correctLedger(desk.state, event, position);
    if (reversal.type !== 'reversal') throw new Error(reversal.reason);
    desk.state.correct(position, reversal, { ...position, index: 9 });
  };

  it('a void of 3 of today: 3 less are used, and no threshold is told again', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme', '10'));
    use(desk, 4);
    use(desk, 3);
    correctLast(desk);
    expect(figures(desk, 'acme')).toMatchObject({ used: 4, remaining: 6 });
    use(desk, 2);
    expect(told(desk)).toEqual([50]);
  });

  it('one of a past period, and one of before a budget began, leave the ceiling of now', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme/a', '10'));
    use(desk, 3, 'acme/a');
    desk.decide(setBudget('acme', '10'));
    correctLast(desk);
    expect([figures(desk, 'acme/a')['used'], figures(desk, 'acme')['used']]).toEqual([0, 0]);
    const next = '2026-11-23T09:00:00.000Z';
    use(desk, 3, 'acme/a');
    const first = lastCharge(desk);
    use(desk, 2, 'acme/a', next);
    const reversal = correctLedger(desk.state, first.event, first.position);
    desk.state.correct(first.position, reversal as never, { ...first.position, index: 9 });
    expect([figures(desk, 'acme/a', next)['used'], figures(desk, 'acme', next)['used']]).toEqual([2, 2]);
  });
});

it('B14: an id that a budget refused is not used up: sent again in the next period it is charged', () => {
  const desk = openDesk();
  desk.decide(setBudget('acme', '1'));
  const one = report({ id: 'again', meters: { input_tokens: '1000' } });
  const send = (time: string) => desk.decide({ ...usage([one]), time, receivedAtMs: Date.parse(time) });
  expect(send(DAY_1)).toMatchObject({ answer: { accepted: 0, rejected: [{ code: 'BUDGET_EXCEEDED' }] } });
  desk.decide(setBudget('acme', '2', { time: '2026-11-23T08:00:00.000Z' }));
  expect(send('2026-11-23T09:00:00.000Z')).toMatchObject({ answer: { accepted: 1 } });
});

it('B17: usage without a path counts at the customer’s own budget: 5, then 4 and 2: the 2 is refused', () => {
  const desk = openDesk();
  desk.decide(setBudget('acme', '5'));
  expect([use(desk, 4), use(desk, 2)]).toEqual(['charged', 'BUDGET_EXCEEDED']);
});

describe('usage without a budget', () => {
  it('says nothing of any, and its line is as it was', () => {
    const desk = openDesk();
    desk.decide(setBudget('bolt', '5'));
    use(desk, 1);
    expect(lastCharge(desk).event).not.toHaveProperty('budgeted');
  });
});
