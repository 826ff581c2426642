/** Why a budget refuses. */
import { refusalsOf, type Refusals } from '#domain';

export const budgetRefusals = {
  BUDGET_INVALID: 'invalid',
  UNKNOWN_BUDGET: 'unknown',
  BUDGET_EXCEEDED: 'refused',
} as const satisfies Refusals;
export const budgetRefusal = refusalsOf(budgetRefusals);
