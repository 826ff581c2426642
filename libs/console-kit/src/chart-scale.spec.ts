import fc from 'fast-check';
import { HEIGHT, namedRows, placeOf, roundUp, scaleOf, stack } from './chart-scale.js';
import { DAYS_MAX, dayAfter, everyDay, fillDays } from './days.js';

const amounts = fc.bigInt(-(10n ** 40n), 10n ** 40n);
const rowsOf = fc.array(fc.array(amounts, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 20 });

describe('a picture of amounts', () => {
  it('holds every bar between round amounts, with zero among them', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const scale = scaleOf(rows, true);
        expect(scale.top >= 0n && scale.bottom <= 0n).toBe(true);
        for (const row of rows) {
          for (const { y, height } of stack(row, scale)) {
            expect(y).toBeGreaterThanOrEqual(0);
            // The thinnest line is one high wherever it stands.
            expect(y + height).toBeLessThanOrEqual(HEIGHT + 1);
          }
        }
      }),
    );
  });

  it('lets a bar end where the sum of its parts stands', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(10n ** 18n, 10n ** 30n), { minLength: 1, maxLength: 6 }), (row) => {
        const scale = scaleOf([row], true);
        const sum = row.reduce((all, amount) => all + amount, 0n);
        const tops = stack(row, scale).map(({ y }) => y);
        expect(Math.min(...tops)).toBeLessThanOrEqual(placeOf(sum, scale));
      }),
    );
  });

  it('has nothing where an amount is zero, and stands on its lower edge where all are', () => {
    expect(stack([0n, 0n], scaleOf([[0n, 0n]], true))).toEqual([]);
    expect(placeOf(0n, scaleOf([[0n]], true))).toBe(HEIGHT);
  });

  it('ends at 1, 2 or 5 of a power of ten', () => {
    expect([0n, 1n, 3n, 11n, 20n, 21n, 999n].map(roundUp)).toEqual([0n, 1n, 5n, 20n, 20n, 50n, 1_000n]);
  });

  it('names the first row, the last and some between', () => {
    expect(namedRows(3, 5)).toEqual([0, 1, 2]);
    expect(namedRows(31, 5)).toEqual([0, 8, 15, 23, 30]);
  });
});

describe('days', () => {
  it('are all there, also those that have nothing', () => {
    const rows = [{ day: '2026-02-28', amount: '1' }];
    const filled = fillDays(
      rows,
      ({ day }) => day,
      '2026-02-27',
      '2026-03-01',
      (day) => ({ day, amount: '0' }),
    );
    expect(filled).toEqual([
      { day: '2026-02-27', amount: '0' },
      { day: '2026-02-28', amount: '1' },
      { day: '2026-03-01', amount: '0' },
    ]);
  });

  it('go over months and leap days, and are the last ones where there are too many', () => {
    expect([dayAfter('2028-02-28'), dayAfter('2026-01-01', -1)]).toEqual(['2028-02-29', '2025-12-31']);
    const days = everyDay('2020-01-01', '2026-11-27');
    expect([days.length, days.at(-1)]).toEqual([DAYS_MAX, '2026-11-27']);
    expect(everyDay('2026-11-28', '2026-11-27')).toEqual([]);
    expect(() => dayAfter('2026-02-30')).toThrow(RangeError);
  });
});
