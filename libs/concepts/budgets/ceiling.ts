/** What budgets leave of usage and of holds: asked before the funds, so that a ceiling holds under any interleaving. */
import { formatAmount, type DayText, type InstantText } from '#domain';
import type { Ceiling, UsageLimit } from '../usage/charging.js';
import type { UsageReport } from '../usage/usage.js';
import { budgetRefusal } from './budget-refusals.js';
import type { Budgeted, SaysBudgeted } from './budgeted.js';
import { isAtOrBelow, type BudgetFigures, type BudgetsState, type Counting } from './budget-state.js';

/** Whose budgets are asked, and which one is named. */
export type Named = Pick<UsageReport, 'customer' | 'budget'>;

/** A hold as budgets see it: it reserves at the path that it names, or else at the customer's own. */
export interface Reserving extends Named {
  /** Atto-tokens; zero for one that has ended. */
  readonly amount: bigint;
}

/** Budgets, and the holds that usage may name. */
export interface CeilingState extends BudgetsState {
  readonly holds: { readonly open: { get(id: string): Reserving | undefined } };
}

/** The path that something names, or else its customer's own, whether or not that is a budget. */
export function namedPath({ customer, budget }: Named): string {
  return budget ?? customer;
}

/**
 * The path that something counts at: the one that is named, or else the customer's own, where that is a budget.
 *
 * @throws DomainError `UNKNOWN_BUDGET` for a named path that is no budget of the customer's
 */
function budgetPath({ budgets }: BudgetsState, { customer, budget }: Named, at: string): string | undefined {
  if (budget === undefined) return budgets.has(customer) ? customer : undefined;
  if (isAtOrBelow(budget, customer) && budgets.has(budget)) return budget;
  throw budgetRefusal(
    'UNKNOWN_BUDGET',
    `${customer} has no budget ${budget}; set it with PUT /v1/budgets/{path}, or correct the path.`,
    at,
  );
}

/**
 * How much of an amount every budget over a path has room for. What a hold reserves is room for what settles it, in the budgets
 * that it reserves in; those may be exceeded, since it was used already.
 *
 * @returns atto-tokens, at most `amount`
 * @throws DomainError `BUDGET_EXCEEDED` when a budget has too little room and may not be exceeded
 */
function roomFor(
  { budgets }: BudgetsState,
  path: string,
  amount: bigint,
  day: DayText,
  settled: Reserving | undefined,
  mayExceed: (budget: BudgetFigures) => boolean,
  at: string,
): bigint {
  // Nearly always; what is settled only adds to it.
  if (budgets.haveRoom(path, amount, day)) return amount;
  let room = amount;
  for (const budget of budgets.over(path, day)) {
    const isReserved = settled !== undefined && isAtOrBelow(namedPath(settled), budget.path);
    const left = isReserved ? budget.remaining + settled.amount : budget.remaining;
    if (amount > left && !isReserved && !mayExceed(budget)) throw exceeded(budget, amount, at);
    if (left < room) room = left;
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

const isOwedBeyond = ({ onExceed }: BudgetFigures): boolean => onExceed === 'receivable';

/**
 * Measures usage against its budgets: those over the path of the hold that it settles, where that names one, or else those over
 * its own.
 *
 * @param settled the open hold that it names: what goes beyond it and the ceilings that it reserves under is owed
 * @param recordedAt the page's time: it is booked on that day
 * @param at what a refusal points to
 * @returns what the entry says; undefined where it counts in none
 * @throws DomainError `UNKNOWN_BUDGET`, `BUDGET_EXCEEDED`
 */
export function measureUsage(
  state: BudgetsState,
  usage: Named,
  amount: bigint,
  recordedAt: InstantText,
  settled: Reserving | undefined,
  at: string,
): Budgeted | undefined {
  const path = settled?.budget ?? budgetPath(state, usage, at);
  if (path === undefined) return undefined;
  const day = recordedAt.slice(0, 10);
  const beyond = amount - roomFor(state, path, amount, day, settled, isOwedBeyond, at);
  const said = path === namedPath(usage) ? undefined : path;
  if (beyond === 0n && said === undefined) return { day };
  return {
    day,
    ...(beyond === 0n ? {} : { beyond: beyond.toString() }),
    ...(said === undefined ? {} : { path: said }),
  };
}

/**
 * Measures usage that takes the place of another one, in the same budgets: nothing is refused, what they have no room for is owed.
 * A named path that is no budget counts as none named.
 */
function measureCorrection(
  state: CeilingState,
  usage: UsageReport,
  amount: bigint,
  recordedAt: InstantText,
): Budgeted | undefined {
  const { budgets, holds } = state;
  const { customer, budget } = usage;
  const settled = usage.hold === undefined ? undefined : holds.open.get(usage.hold);
  const isNamed = budget !== undefined && isAtOrBelow(budget, customer) && budgets.has(budget);
  const path = settled?.budget ?? (isNamed ? budget : budgets.has(customer) ? customer : undefined);
  if (path === undefined) return undefined;
  const day = recordedAt.slice(0, 10);
  const beyond = amount - roomFor(state, path, amount, day, settled, () => true, 'id');
  return {
    day,
    ...(beyond === 0n ? {} : { beyond: beyond.toString() }),
    ...(path === namedPath(usage) ? {} : { path }),
  };
}

/**
 * Measures what is taken by a hold without usage, against the budgets that it reserves in, or did: nothing is refused.
 *
 * @returns what the entry says; undefined where it counts in none
 */
export function measureCapture(
  state: BudgetsState,
  hold: Reserving,
  amount: bigint,
  recordedAt: InstantText,
): Budgeted | undefined {
  return measureUsage(state, { customer: hold.customer }, amount, recordedAt, hold, 'hold');
}

/**
 * Measures what counts once more at the path at which it did: nothing is refused, what no budget over it has room for is owed.
 *
 * @param recordedAt the page's time: it is booked on that day
 */
export function measureAnew(state: BudgetsState, path: string, amount: bigint, recordedAt: InstantText): Budgeted {
  const day = recordedAt.slice(0, 10);
  const beyond = amount - roomFor(state, path, amount, day, undefined, () => true, 'entry');
  return { day, ...(beyond === 0n ? {} : { beyond: beyond.toString() }), path };
}

/** The path that an entry counts at. */
export function countedAt(entry: Named, { path }: Budgeted): string {
  return path ?? namedPath(entry);
}

function countingOf(charge: Named & { readonly amount: string }, counted: Budgeted): Counting {
  const exceeded = counted.beyond === undefined ? 0n : BigInt(counted.beyond);
  return { path: countedAt(charge, counted), day: counted.day, used: BigInt(charge.amount) - exceeded, exceeded };
}

/**
 * Measures a hold, or what is added to one, against its budgets.
 *
 * @param isPartial whether it may be less than what is asked for
 * @returns how much it may be, atto-tokens: less than `amount` only when it is partial, and never zero
 * @throws DomainError `UNKNOWN_BUDGET`, `BUDGET_EXCEEDED`: no hold goes beyond a ceiling
 */
export function measureHold(
  state: BudgetsState,
  hold: Named,
  amount: bigint,
  day: DayText,
  isPartial: boolean,
): bigint {
  const path = budgetPath(state, hold, 'budget');
  if (path === undefined) return amount;
  const room = roomFor(state, path, amount, day, undefined, () => isPartial, 'amount');
  return room === 0n ? roomFor(state, path, amount, day, undefined, () => false, 'amount') : room;
}

/** Hard ceilings: what a budget has no room for is refused, or owed. */
export const budgetCeiling: Ceiling<SaysBudgeted, CeilingState> = {
  name: 'budgeted',
  measure: (state, report, amount, recordedAt) => {
    const settled = report.hold === undefined ? undefined : state.holds.open.get(report.hold);
    const at = report.budget === undefined ? 'subject' : 'data.budget';
    return measureUsage(state, report, amount, recordedAt, settled, at);
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

/** The same ceilings for a charge that takes the place of another one. */
export const budgetOfCorrections: Ceiling<SaysBudgeted, CeilingState> = {
  ...budgetCeiling,
  measure: measureCorrection,
};

/** Usage that names a budget which its customer does not have. @throws DomainError `UNKNOWN_BUDGET` */
export const knownBudget: UsageLimit<BudgetsState> = (state, usage) => {
  if (usage.budget !== undefined) budgetPath(state, usage, 'data.budget');
};
