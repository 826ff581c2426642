/** What `npm run bench -- --against` makes of paired runs and of its arguments: without running anything. */
import { ArgumentError, readArguments } from './arguments.js';
import { compareFigures, isUntold } from './compared-figures.js';
import { outcomeOf } from './comparison-report.js';
import type { PairedRun, Run } from './figures.js';

const LIMITS = { limit: 0.03, limitMicros: {} };

function runOf(cpuMicros: Record<string, number>): Run {
  return {
    way: 'http-rows',
    events: 60_000,
    eventsPerSecond: 15_000,
    crossCheckPerSecond: 15_000,
    pages: 100,
    bytesPerEvent: 900,
    cpuMicros,
    othersCores: 0,
    ledgerPeakMiB: 300,
    batchMs: undefined,
    mintMs: { p50: Number.NaN, p99: Number.NaN, count: 0 },
    holdMs: undefined,
  };
}

/** Pairs in which the machine slows down, and the candidate's ledger costs a factor or some microseconds more. */
function pairs(count: number, ledgerOf: (base: number, n: number) => number): PairedRun[] {
  return Array.from({ length: count }, (_, n) => {
    const ledger = 30 + n;
    return {
      runs: {
        'http-rows': {
          base: runOf({ ledger, postgres: 45, projector: 30, load: 1.5 }),
          candidate: runOf({ ledger: ledgerOf(ledger, n), postgres: 45, projector: 30, load: 9 }),
        },
      },
      replay: { base: 40, candidate: 40.4 },
    };
  });
}

const verdicts = (runs: readonly PairedRun[], limits: Parameters<typeof compareFigures>[1] = LIMITS) =>
  Object.fromEntries(compareFigures(runs, limits).map(({ way, name, verdict }) => [`${way} ${name}`, verdict]));

describe('a comparison of two builds', () => {
  it('judges ledger, projector, database, all together and replay, and not the load generator', () => {
    const equal = pairs(10, (base) => base);
    expect(Object.keys(verdicts(equal))).toEqual([
      'http-rows ledger',
      'http-rows projector',
      'http-rows postgres',
      'http-rows together',
      'replay replay',
    ]);
  });

  it('finds a slower ledger beyond the limit while the rest stays within it', () => {
    const found = verdicts(pairs(10, (base) => base * 1.1));
    expect(found).toMatchObject({
      'http-rows ledger': 'beyond',
      'http-rows postgres': 'within',
      'replay replay': 'within',
    });
  });

  it('allows a ledger so many microseconds in the same command that holds the rest to a part', () => {
    const slower = pairs(10, (base) => base + 2.5);
    expect(verdicts(slower)['http-rows ledger']).toBe('beyond');
    expect(verdicts(slower, { limit: 0.3, limitMicros: { ledger: 3 } })['http-rows ledger']).toBe('within');
    expect(verdicts(slower, { limit: 0.3, limitMicros: { ledger: 2 } })['http-rows ledger']).toBe('beyond');
  });

  it('asks for more pairs only while an interval around the limit is wider than the limit', () => {
    expect(
      isUntold(
        pairs(10, (base, n) => base * (n % 2 === 0 ? 0.9 : 1.15)),
        LIMITS,
      ),
    ).toBe(true);
    expect(
      isUntold(
        pairs(10, (base) => base * 1.1),
        LIMITS,
      ),
    ).toBe(false);
    expect(
      isUntold(
        pairs(10, (base) => base),
        LIMITS,
      ),
    ).toBe(false);
  });

  it('fails by one figure beyond its limit, and is no success when a figure could not be told', () => {
    expect(outcomeOf([{ verdict: 'within' }, { verdict: 'untold' }, { verdict: 'beyond' }])).toBe('beyond');
    expect(outcomeOf([{ verdict: 'within' }, { verdict: 'untold' }])).toBe('untold');
    expect(outcomeOf([{ verdict: 'within' }, { verdict: 'not beyond' }])).toBe('within');
  });
});

describe('the arguments of a comparison', () => {
  it('are ten pairs, three per cent, and the ways that hold all costs unless said otherwise', () => {
    expect(readArguments(['--against', '../other'])).toMatchObject({
      against: '../other',
      pairs: 10,
      limit: 0.03,
      limitMicros: {},
      ways: ['http-rows', 'kafka-rows', 'replay'],
    });
  });

  it('take a limit as a part and others in microseconds', () => {
    const given = ['--against', 'x', '--limit', '2.5%', '--limit-us', 'ledger=3,together=4.5', '--pairs', '12'];
    expect(readArguments(given)).toMatchObject({
      limit: 0.025,
      limitMicros: { ledger: 3, together: 4.5 },
      pairs: 12,
      pairsMax: 20,
    });
  });

  it.each([
    [['--against', 'x', '--limit', '3']],
    [['--against', 'x', '--limit', '0%']],
    [['--against', 'x', '--limit-us', 'kafka=3']],
    [['--against', 'x', '--limit-us', 'ledger']],
    [['--against', 'x', '--pairs', '9']],
    [['--against', 'x', '--pairs', '30', '--pairs-max', '20']],
    [['--against', 'x', '--quick']],
    [['--limit', '3%']],
    [['--ways', 'replay']],
  ])('refuse %j', (given) => {
    expect(() => readArguments(given)).toThrow(ArgumentError);
  });
});
