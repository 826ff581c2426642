/** What a ceiling leaves, when it counts, whom it refuses: each decision by its numbers. */
import fc from 'fast-check';
import { customerAvailable, customerReceivable, correctLedger, LedgerState, type LedgerEvent } from '#concepts';
import { UndoLog, type EntryPosition } from '#domain';
import {
  LedgerDesk,
  MapUsageIndex,
  mint,
  openRegistry,
  report,
  setBudget,
  snapshot,
  usage,
} from '../test-support/world.js';
import { BudgetsPart, type BudgetFigures } from './budget-state.js';
import { measureHold, measureUsage } from './ceiling.js';
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

/** Budgets alone, and a hold as its concept will use them. */
function openBudgets(limit: number, onExceed: 'reject' | 'receivable' = 'reject') {
  const budgets = new BudgetsPart(new UndoLog());
  const since: EntryPosition = { shard: 0, height: 1, index: 0 };
  const terms = { limit: BigInt(limit), period: 'day', onExceed, thresholds: [] } as const;
  const days = periodAt('day', '2026-11-22');
  budgets.set({ path: 'acme', ...terms, from: DAY_1, since, ...days, used: 0n, exceeded: 0n, reached: [] });
  return { budgets };
}
const acme = { customer: 'acme' };

describe('B3: open holds count in the period of now', () => {
  it('limit 10, hold 8 over midnight: the new day has held 8, remaining 2; captured there: used 8', () => {
    const state = openBudgets(10);
    expect(measureHold(state, acme, 8n, '2026-11-22', false)).toEqual({ path: 'acme', amount: 8n });
    state.budgets.hold('acme', 8n);
    expect(state.budgets.find('acme', '2026-11-23')).toMatchObject({ used: 0n, held: 8n, remaining: 2n });
    expect(measureUsage(state, 'acme', 8n, '2026-11-23', 8n, 'subject')).toBe(0n);
    state.budgets.hold('acme', -8n);
    state.budgets.count({ path: 'acme', day: '2026-11-23', used: 8n, exceeded: 0n });
    expect(state.budgets.find('acme', '2026-11-23')).toMatchObject({ used: 8n, held: 0n, remaining: 2n });
  });
});

describe('B6: what a usage takes beyond its hold and the ceiling is owed, whatever the budget says', () => {
  it.each(['reject', 'receivable'] as const)('%s: held 4, rated 6, budget left 1: 1 is beyond', (onExceed) => {
    const state = openBudgets(5, onExceed);
    state.budgets.hold('acme', 4n);
    expect(measureUsage(state, 'acme', 6n, '2026-11-22', 4n, 'subject')).toBe(1n);
    expect(measureUsage(state, 'acme', 3n, '2026-11-22', 4n, 'subject')).toBe(0n);
  });
});

describe('B7: a hold beyond a ceiling is refused', () => {
  it.each(['reject', 'receivable'] as const)('%s', (onExceed) => {
    const state = openBudgets(5, onExceed);
    expect(() => measureHold(state, acme, 6n, '2026-11-22', false)).toThrow(
      expect.objectContaining({ code: 'BUDGET_EXCEEDED', kind: 'refused' }),
    );
  });

  it('H10: a partial one is as large as every budget leaves room', () => {
    const state = openBudgets(5);
    expect(measureHold(state, acme, 10n, '2026-11-22', true)).toEqual({ path: 'acme', amount: 5n });
  });

  it('one that names no budget counts at the customer’s own, or at none', () => {
    const state = openBudgets(5);
    expect(measureHold(state, { customer: 'bolt' }, 10n, '2026-11-22', false)).toEqual({ amount: 10n });
    expect(() => measureHold(state, { ...acme, budget: 'acme/x' }, 1n, '2026-11-22', false)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_BUDGET' }),
    );
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
    desk.state.budgets.hold('acme', 2n * TOKEN);
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
    desk.state.budgets.hold('acme', TOKEN);
    desk.decide(setBudget('acme', '10', { period: 'month' }));
    expect(figures(desk, 'acme')).toEqual({ used: 0, held: 1, remaining: 9, exceeded: 0 });
  });

  it('a parent', () => {
    const desk = openDesk();
    desk.decide(setBudget('acme/a/b', '10'));
    use(desk, 4, 'acme/a/b');
    desk.state.budgets.hold('acme/a/b', 2n * TOKEN);
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

const PATHS = ['acme', 'acme/a', 'acme/a/b', 'acme/c'] as const;
const KINDS = ['set', 'use', 'use', 'use', 'hold', 'hold', 'capture', 'capture', 'release', 'night'] as const;
const anyStep = fc.record({
  kind: fc.constantFrom(...KINDS),
  path: fc.constantFrom(...PATHS),
  amount: fc.nat(60),
  onExceed: fc.constantFrom('reject', 'receivable'),
  period: fc.constantFrom(...BUDGET_PERIODS),
});
type Step = typeof anyStep extends fc.Arbitrary<infer S> ? S : never;

/** A shard whose budgets are charged by real commands; holds are those that their concept will make. */
class Interleaved {
  readonly desk = openDesk();
  readonly holds: { readonly path: string; readonly amount: bigint }[] = [];
  private nowMs = Date.parse(DAY_1);

  get budgets(): BudgetsPart {
    return this.desk.state.budgets;
  }

  get day(): string {
    return new Date(this.nowMs).toISOString().slice(0, 10);
  }

  get all(): BudgetFigures[] {
    return PATHS.flatMap((path) => this.budgets.find(path, this.day) ?? []);
  }

  take({ kind, path, amount, onExceed, period }: Step): void {
    const { desk, budgets, day } = this;
    const time = new Date(this.nowMs).toISOString();
    if (kind === 'set') desk.decide(setBudget(path, `${amount}`, { onExceed, period, time }));
    if (kind === 'use') use(desk, amount, path, time);
    if (kind === 'hold') {
      const held = measureHold(desk.state, { customer: 'acme', budget: path }, BigInt(amount) * TOKEN, day, true);
      this.holds.push({ path, amount: held.amount });
      budgets.hold(path, held.amount);
    }
    if (kind === 'night') this.nowMs += 86_400_000;
    const hold = kind === 'capture' || kind === 'release' ? this.holds.shift() : undefined;
    if (hold === undefined) return;
    budgets.hold(hold.path, -hold.amount);
    if (kind === 'release') return;
    budgets.hold(hold.path, hold.amount);
    const rated = BigInt(amount) * TOKEN;
    const beyond = measureUsage(desk.state, hold.path, rated, day, hold.amount, 'subject');
    budgets.hold(hold.path, -hold.amount);
    budgets.count({ path: hold.path, day, used: rated - beyond, exceeded: beyond });
  }
}

describe('whatever is set, used, held, captured and given back, in any order', () => {
  it('no step takes what is used and held beyond a limit, but for what a lowered limit found there', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
        const shard = new Interleaved();
        let before = new Map<string, bigint>();
        for (const step of steps) {
          try {
            shard.take(step);
          } catch (error) {
            expect(error).toMatchObject({ code: 'UNKNOWN_BUDGET' });
          }
          const over = new Map(shard.all.map(({ path, used, held, limit }) => [path, used + held - limit]));
          for (const { path, used, held } of shard.all) {
            const isSound = over.get(path)! <= 0n || over.get(path)! <= (before.get(path) ?? 0n) || step.kind === 'set';
            expect([path, step.kind, isSound, used >= 0n && held >= 0n]).toEqual([path, step.kind, true, true]);
          }
          before = over;
        }
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  it('what was decided is what a replay makes, and taking it back leaves what was', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 25 }), (steps) => {
        const shard = new Interleaved();
        const { desk } = shard;
        const former: [number, unknown][] = [];
        for (const step of steps) {
          former.push([desk.state.undo.mark(), snapshot(desk.state)]);
          // What no event says yet is not in a replay.
          if (['set', 'use', 'night'].includes(step.kind)) shard.take(step);
        }
        const replayed = new LedgerState(new MapUsageIndex(), new MapUsageIndex());
        for (const { event, position } of desk.recorded) {
          replayed.evolve(JSON.parse(JSON.stringify(event)) as LedgerEvent, position);
        }
        expect(snapshot(replayed)).toEqual(snapshot(desk.state));
        for (const [mark, was] of former.reverse()) {
          desk.state.undo.rollback(mark);
          expect(snapshot(desk.state)).toEqual(was);
        }
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);
});
