/** Days of a calendar as texts, `2026-11-27`. Whose midnight they begin at is said beside them. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
/** More are no picture any more. */
export const DAYS_MAX = 400;

const msOf = (day: string): number => {
  const ms = DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day) throw new RangeError(`${day} is no day`);
  return ms;
};

/** So many days later; earlier when below zero. @throws RangeError */
export function dayAfter(day: string, days = 1): string {
  return new Date(msOf(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Every day from the first to the last, both with it, the last {@link DAYS_MAX} of them at most. @throws RangeError */
export function everyDay(first: string, last: string): readonly string[] {
  const [from, to] = [msOf(first), msOf(last)];
  const days = Math.floor((to - from) / DAY_MS) + 1;
  const shown = Math.min(Math.max(days, 0), DAYS_MAX);
  return Array.from({ length: shown }, (_, place) => dayAfter(last, place - shown + 1));
}

/** A row for each day: a day that has none is there as `empty` says. */
export function fillDays<Row>(
  rows: readonly Row[],
  dayOf: (row: Row) => string,
  first: string,
  last: string,
  empty: (day: string) => Row,
): readonly Row[] {
  const known = new Map(rows.map((row) => [dayOf(row), row]));
  return everyDay(first, last).map((day) => known.get(day) ?? empty(day));
}
