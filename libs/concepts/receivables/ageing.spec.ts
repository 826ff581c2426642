import { AGE_CLASSES, ageInDays, boundsOf } from './ageing.js';

const NOW = Date.parse('2026-11-27T10:00:00.000Z');
const DAY_MS = 86_400_000;

/** The classes whose bounds a booking lies within. */
const classesOf = (bookedMs: number) => {
  const booked = new Date(bookedMs).toISOString();
  return boundsOf(NOW).flatMap(({ name, after, until }) =>
    (after === null || booked > after) && (until === null || booked <= until) ? [name] : [],
  );
};

describe('the age of a receivable', () => {
  it.each([
    [-1, 0, 'days0To30'],
    [0, 0, 'days0To30'],
    [31 * DAY_MS - 1, 30, 'days0To30'],
    [31 * DAY_MS, 31, 'days31To60'],
    [61 * DAY_MS - 1, 60, 'days31To60'],
    [61 * DAY_MS, 61, 'days61To90'],
    [91 * DAY_MS - 1, 90, 'days61To90'],
    [91 * DAY_MS, 91, 'over90Days'],
    [5_000 * DAY_MS, 5_000, 'over90Days'],
  ])('of %i milliseconds is %i whole days, in the one class %s', (ms, days, name) => {
    expect(ageInDays(new Date(NOW - ms).toISOString(), NOW)).toBe(days);
    expect(classesOf(NOW - ms)).toEqual([name]);
  });

  it('has the classes from the youngest on', () => {
    expect(AGE_CLASSES).toEqual(['days0To30', 'days31To60', 'days61To90', 'over90Days']);
  });
});
