/** How what counts in budgets is explained. */
import type { Explain, ExplainedBudget } from '#domain';
import type { BudgetEvent } from './budget.js';
import type { Budgeted } from './budgeted.js';
import { countedAt, type Named } from './ceiling.js';

/** @param amount of the entry that counts, atto-tokens */
export function explainBudgeted(entry: Named, counted: Budgeted, amount: bigint): ExplainedBudget {
  const exceeded = BigInt(counted.beyond ?? '0');
  return { path: countedAt(entry, counted), day: counted.day, used: amount - exceeded, exceeded };
}

export const explainBudgets: Explain<BudgetEvent, unknown> = {
  BudgetSet: ({ customer, path, limit, period, onExceed, thresholds, from }) => ({
    summary: `The ceiling at ${path} was set; ${from === undefined ? 'what was used counts on' : `it counts from ${from} on`}.`,
    holder: customer,
    facts: { path, limitInAtto: limit, period, onExceed, thresholds: thresholds.join(', ') },
  }),
  BudgetThresholdsReached: ({ customer, path, day, reached }) => ({
    summary: `What was used at ${path} came to thresholds of ${reached.length === 1 ? 'a budget' : `${reached.length} budgets`}.`,
    holder: customer,
    facts: {
      ...{ path, day },
      thresholds: reached.map(({ level, thresholds }) => `level ${level}: ${thresholds.join(', ')} %`).join('; '),
    },
  }),
};
