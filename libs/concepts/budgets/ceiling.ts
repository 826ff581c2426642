/** What budgets leave of usage and of holds: asked before the funds, so that a ceiling holds under any interleaving. */
import { formatAmount, type DayText, type PositiveAttoText } from '#domain';
import type { Ceiling } from '../usage/charging.js';
import type { UsageReport } from '../usage/usage.js';
import { budgetRefusal } from './budget-refusals.js';
import type { BudgetFigures, BudgetsState, Counting } from './budget-state.js';

/** What an entry says of the budgets that it counts in. */
export interface Budgeted {
  /** The UTC day on which it was booked: it says the period of each budget. */
  readonly day: DayText;
  /** The part that no ceiling had room for: it is owed, and not used. */
  readonly beyond?: PositiveAttoText;
}

/** What a charge says of budgets; missing where it counts in none. */
export interface SaysBudgeted {
  readonly budgeted?: Budgeted;
}

/** Whose budgets are asked, and which one is named. */
export type Named = Pick<UsageReport, 'customer' | 'budget'>;

/**
 * The path that something counts at: the one that is named, or else the customer's own, where that is a budget.
 *
 * @throws DomainError `UNKNOWN_BUDGET` for a named path that is no budget of the customer's
 */
export function budgetPath({ budgets }: BudgetsState, { customer, budget }: Named, at: string): string | undefined {
  if (budget === undefined) return budgets.has(customer) ? customer : undefined;
  const isOwn = budget === customer || budget.startsWith(`${customer}/`);
  if (isOwn && budgets.has(budget)) return budget;
  throw budgetRefusal(
    'UNKNOWN_BUDGET',
    `${customer} has no budget ${budget}; set it with PUT /v1/budgets/{path}, or correct the path.`,
    at,
  );
}

/**
 * How much of an amount every budget over a path has room for.
 *
 * @returns atto-tokens, at most `amount`
 * @throws DomainError `BUDGET_EXCEEDED` when a budget has too little room and may not be exceeded
 */
function roomFor(
  { budgets }: BudgetsState,
  path: string,
  amount: bigint,
  day: DayText,
  mayExceed: (budget: BudgetFigures) => boolean,
  at: string,
): bigint {
  let room = amount;
  for (const budget of budgets.over(path, day)) {
    if (amount > budget.remaining && !mayExceed(budget)) throw exceeded(budget, amount, at);
    if (budget.remaining < room) room = budget.remaining;
  }
  return room;
}

function exceeded({ path, limit, period, remaining }: BudgetFigures, amount: bigint, at: string) {
  const left = `${formatAmount(remaining)} of ${formatAmount(limit)} tokens left ${period === 'total' ? 'in total' : `this ${period}`}`;
  return budgetRefusal(
    'BUDGET_EXCEEDED',
    `The budget ${path} has ${left}, and ${formatAmount(amount)} are asked for; raise it with PUT /v1/budgets/${path}, or use less.`,
    at,
  );
}

/**
 * Measures usage against the budgets over a path.
 *
 * @param day on which it is booked
 * @param reserved of a hold at this path that the usage takes from, which fits; what goes beyond it and the ceilings is owed,
 *   whatever `onExceed` says, since it was used already. Undefined: there is no such hold
 * @param at what a refusal points to
 * @returns what is beyond: it is owed, and not used
 * @throws DomainError `BUDGET_EXCEEDED`
 */
export function measureUsage(
  state: BudgetsState,
  path: string,
  amount: bigint,
  day: DayText,
  reserved: bigint | undefined,
  at: string,
): bigint {
  if (reserved === undefined) return amount - roomFor(state, path, amount, day, isOwedBeyond, at);
  if (amount <= reserved) return 0n;
  const more = amount - reserved;
  return more - roomFor(state, path, more, day, () => true, at);
}

const isOwedBeyond = ({ onExceed }: BudgetFigures): boolean => onExceed === 'receivable';

/** The path that an entry counts at. */
export function countedAt({ customer, budget }: Named): string {
  return budget ?? customer;
}

function countingOf(charge: Named & { readonly amount: string }, counted: Budgeted): Counting {
  const exceeded = counted.beyond === undefined ? 0n : BigInt(counted.beyond);
  return { path: countedAt(charge), day: counted.day, used: BigInt(charge.amount) - exceeded, exceeded };
}

/**
 * Measures a hold, or what is added to one, against its budgets.
 *
 * @param isPartial whether it may be less than what is asked for
 * @returns the path at which it counts, for as long as it is open; how much it may be: zero only when it is partial
 * @throws DomainError `UNKNOWN_BUDGET`, `BUDGET_EXCEEDED`: no hold goes beyond a ceiling
 */
export function measureHold(
  state: BudgetsState,
  hold: Named,
  amount: bigint,
  day: DayText,
  isPartial: boolean,
): { readonly path?: string; readonly amount: bigint } {
  const path = budgetPath(state, hold, 'budget');
  if (path === undefined) return { amount };
  return { path, amount: roomFor(state, path, amount, day, () => isPartial, 'amount') };
}

/** Hard ceilings: what a budget has no room for is refused, or owed. */
export const budgetCeiling: Ceiling<SaysBudgeted, BudgetsState> = {
  name: 'budgeted',
  measure: (state, report, amount, recordedAt) => {
    const at = report.budget === undefined ? 'subject' : 'data.budget';
    const path = budgetPath(state, report, at);
    if (path === undefined) return undefined;
    const day = recordedAt.slice(0, 10);
    const beyond = measureUsage(state, path, amount, day, undefined, at);
    return beyond === 0n ? { day } : { day, beyond: beyond.toString() };
  },
  evolve: ({ budgets }, charge, counted) => {
    budgets.count(countingOf(charge, counted));
  },
  correct:
    ({ budgets }, charge, counted, position) =>
    () => {
      budgets.uncount(countingOf(charge, counted), position);
    },
};
