/** The periods that budgets count in: UTC, from the start to before the end; weeks begin on Monday (ISO 8601). */
import { dayAfter1970, daysSince1970, type DayText } from '#domain';

export const BUDGET_PERIODS = ['total', 'day', 'week', 'month'] as const;
/** What a budget's limit is for. */
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** The days of a period: the first one, and the one after its last. */
export interface Days {
  readonly start: DayText;
  readonly end: DayText;
}

/** After every day that can be written: what counts in total has no end. */
export const NO_END = '~';

/** 1 January 1970 was a Thursday, the fourth day of its week. */
const DAYS_BEFORE_1970_IN_ITS_WEEK = 3;

/** The period that a day lies in; that of `total` begins with `day`. */
export function periodAt(period: BudgetPeriod, day: DayText): Days {
  if (period === 'total') return { start: day, end: NO_END };
  if (period === 'month') return monthOf(day);
  const number = daysSince1970(day);
  if (period === 'day') return { start: day, end: dayAfter1970(number + 1) };
  const monday = number - ((((number + DAYS_BEFORE_1970_IN_ITS_WEEK) % 7) + 7) % 7);
  return { start: dayAfter1970(monday), end: dayAfter1970(monday + 7) };
}

function monthOf(day: DayText): Days {
  const [year, month] = day.split('-').map(Number) as [number, number];
  const next = month === 12 ? [year + 1, 1] : [year, month + 1];
  const first = (of: readonly number[]) => of.map((part, i) => String(part).padStart(i === 0 ? 4 : 2, '0')).join('-');
  return { start: `${first([year, month])}-01`, end: `${first(next)}-01` };
}
