/** How a budget is answered, set or read. */
import { formatAmount } from '#domain';
import type { BudgetFigures } from './budget-state.js';
import { NO_END } from './period.js';

/** What both answers say. */
export interface PresentedBudget {
  readonly path: string;
  readonly limit: string;
  readonly period: string;
  readonly onExceed: string;
  readonly thresholds: readonly number[];
  readonly used: string;
  readonly held: string;
  readonly exceeded: string;
  readonly remaining: string;
  readonly periodStart: string;
  readonly periodEnd: string | null;
}

/** The instants at which a budget's period begins and ends; null: it has no end. */
export function presentBudget(budget: BudgetFigures): PresentedBudget {
  const { path, period, onExceed, thresholds, from, start, end } = budget;
  return {
    path,
    limit: formatAmount(budget.limit),
    period,
    onExceed,
    thresholds,
    used: formatAmount(budget.used),
    held: formatAmount(budget.held),
    exceeded: formatAmount(budget.exceeded),
    remaining: formatAmount(budget.remaining),
    periodStart: period === 'total' ? from : `${start}T00:00:00.000Z`,
    periodEnd: end === NO_END ? null : `${end}T00:00:00.000Z`,
  };
}
