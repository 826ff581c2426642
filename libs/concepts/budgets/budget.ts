/** Budgets: nested hard ceilings of a customer's usage, for a day, a week, a month or in total. */
import {
  decideOnce,
  optional,
  plain,
  requestLayout,
  systemAuthor,
  type Amount,
  type AttoText,
  type DayText,
  type Decide,
  type EntryOutcome,
  type EntryPosition,
  type Evolve,
  type HolderId,
  type InstantText,
  type Layouts,
  type Recorded,
  type RecordEvent,
  type Requested,
  type ShardState,
} from '#domain';
import { partyRefusal, type PartiesState } from '../parties/party.js';
import { budgetRefusal } from './budget-refusals.js';
import {
  levelsOf,
  ON_EXCEED,
  thresholdsAt,
  type Budget,
  type BudgetFigures,
  type BudgetsState,
  type BudgetTerms,
  type OnExceed,
} from './budget-state.js';
import type { Budgeted } from './budgeted.js';
import { countedAt, type Named } from './ceiling.js';
import { BUDGET_PERIODS, periodAt, type BudgetPeriod } from './period.js';

const PATH = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}(\/[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}){0,7}$/;

/**
 * One to eight segments in the form of a holder's id; the first one is the customer.
 *
 * @pattern PATH
 */
export type BudgetPath = string;

/** So long a path may be: a usage event names it. */
export const BUDGET_PATH_MAX = 200;
/** Thresholds that one budget tells at most, so that what a charge makes always fits its page. */
export const BUDGET_THRESHOLDS_MAX = 10;
const DEFAULT_THRESHOLDS: readonly number[] = [50, 80, 100];

/**
 * A ceiling is set or changed. What it does not say stays: what is used of a period, unless the budget begins to count anew.
 *
 * @home customer
 */
export interface BudgetSet extends Recorded {
  readonly type: 'BudgetSet';
  readonly customer: HolderId;
  readonly path: BudgetPath;
  readonly limit: AttoText;
  readonly period: BudgetPeriod;
  readonly onExceed: OnExceed;
  /** Per cent of the limit, ascending. */
  readonly thresholds: readonly number[];
  /** From when on it counts, where it is new or its period is another one: nothing is used then. */
  readonly from?: InstantText;
}

/** Thresholds of one budget. */
export interface ReachedBudget {
  /** How many segments of the path the budget has. */
  readonly level: number;
  /** Of its period, so far. */
  readonly used: AttoText;
  readonly thresholds: readonly number[];
}

/**
 * What was used came to thresholds of budgets; each is told once a period.
 *
 * @home customer
 */
export interface BudgetThresholdsReached extends Recorded {
  readonly type: 'BudgetThresholdsReached';
  readonly customer: HolderId;
  /** The path that was counted at; the budgets are this one or above it, from the customer's down. */
  readonly path: BudgetPath;
  readonly day: DayText;
  readonly reached: readonly ReachedBudget[];
}

export type BudgetEvent = BudgetSet | BudgetThresholdsReached;

export const budgetLayouts = {
  BudgetSet: {
    ...{ customer: plain, path: plain, limit: plain, period: plain, onExceed: plain, thresholds: plain },
    from: optional(plain),
    request: optional(requestLayout),
  },
  BudgetThresholdsReached: {
    ...{ customer: plain, path: plain, day: plain, reached: [{ level: plain, used: plain, thresholds: plain }] },
    request: optional(requestLayout),
  },
} as const satisfies Layouts<BudgetEvent>;

/** Sets a ceiling; `period` and `onExceed` are texts as they came. */
export interface SetBudget extends Requested {
  readonly type: 'SetBudget';
  readonly customer: string;
  readonly path: string;
  readonly limit: Amount;
  readonly period: string;
  readonly onExceed: string;
  readonly thresholds?: readonly number[];
}

export type BudgetCommand = SetBudget;

/** The entry, and what the budget comes to. */
export type BudgetOutcome = EntryOutcome & { readonly budget: BudgetFigures };

export interface BudgetContext {
  readonly catalogue: PartiesState;
  readonly recordedAt: string;
}

export const evolveBudgets: Evolve<BudgetEvent, BudgetsState> = {
  BudgetSet: ({ budgets }, event, position) => {
    budgets.set(changedBy(event, position, budgets));
  },
  BudgetThresholdsReached: ({ budgets }, { path, day, reached }) => {
    const levels = [...levelsOf(path)];
    for (const { level, thresholds } of reached) budgets.tell(levels[level - 1]!, thresholds, day);
  },
};

function changedBy(event: BudgetSet, since: EntryPosition, budgets: BudgetsState['budgets']): Budget {
  const { path, period, onExceed, thresholds, from } = event;
  const terms: BudgetTerms = { limit: BigInt(event.limit), period, onExceed, thresholds };
  if (from !== undefined) {
    const days = periodAt(period, from.slice(0, 10));
    return { path, ...terms, from, since, ...days, used: 0n, exceeded: 0n, reached: [] };
  }
  const known = budgets.get(path)!;
  // A threshold that lies above what is used now will be reached once more.
  const still = thresholdsAt({ ...terms, thresholds: known.reached, used: known.used });
  return { ...known, ...terms, reached: still };
}

export const decideBudgets: Decide<
  BudgetCommand,
  BudgetsState & Pick<ShardState, 'answers'>,
  BudgetContext,
  BudgetEvent,
  BudgetOutcome
> = {
  SetBudget: (state, command, context, record) => {
    const outcome = decideOnce(state, command.request, () => record(decideSet(state, command, context)));
    return { ...outcome, budget: state.budgets.find(command.path, dayOf(context))! };
  },
};

const dayOf = ({ recordedAt }: BudgetContext): DayText => recordedAt.slice(0, 10);

/** @throws DomainError `BUDGET_INVALID`, `UNKNOWN_CUSTOMER` */
export function decideSet({ budgets }: BudgetsState, command: SetBudget, context: BudgetContext): BudgetSet {
  const { customer, path, limit, time, provenance, request } = command;
  parseBudgetPath(path);
  const terms = readTerms(command);
  if (context.catalogue.parties.get(customer)?.roles.includes('customer') !== true) {
    const message = `No customer ${customer} is registered; register it with POST /v1/parties.`;
    throw partyRefusal('UNKNOWN_CUSTOMER', message, 'path');
  }
  const known = budgets.get(path);
  const counts = known?.period === terms.period ? {} : { from: context.recordedAt };
  return {
    ...{ type: 'BudgetSet', time, ...provenance, ...(request === undefined ? {} : { request }) },
    ...{ customer, path, limit: limit.toString(), ...terms, ...counts },
  };
}

/** The customer whose budget a path is. @throws DomainError `BUDGET_INVALID` */
export function parseBudgetPath(path: string): string {
  if (path.length <= BUDGET_PATH_MAX && PATH.test(path)) return path.split('/')[0]!;
  throw budgetRefusal(
    'BUDGET_INVALID',
    `A budget's path has one to eight segments in the form of an id, such as acme/research/key-7, and at most ${BUDGET_PATH_MAX} characters.`,
    'path',
  );
}

function readTerms({ period, onExceed, thresholds = DEFAULT_THRESHOLDS }: SetBudget) {
  const isAscending = thresholds.every((one, i) => one > (thresholds[i - 1] ?? 0));
  const arePercentages = thresholds.every((one) => Number.isInteger(one) && one <= 100);
  if (!isAscending || !arePercentages || thresholds.length > BUDGET_THRESHOLDS_MAX) {
    throw budgetRefusal(
      'BUDGET_INVALID',
      `Thresholds are at most ${BUDGET_THRESHOLDS_MAX} whole percentages from 1 to 100, ascending, such as [50, 80, 100].`,
      'thresholds',
    );
  }
  return {
    period: oneOf(BUDGET_PERIODS, period, 'period'),
    onExceed: oneOf(ON_EXCEED, onExceed, 'onExceed'),
    thresholds,
  };
}

function oneOf<Word extends string>(words: readonly Word[], text: string, path: string): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw budgetRefusal('BUDGET_INVALID', `${path} is one of ${words.join(', ')}.`, path);
  return word;
}

const TELLING = systemAuthor('budgets');

/**
 * Tells the thresholds that what an entry counted has come to, in the same page.
 *
 * @param event an entry that was just recorded
 */
export function tellThresholds(
  { budgets }: BudgetsState,
  event: Partial<Named> & { readonly type: string; readonly path?: string; readonly budgeted?: Budgeted },
  recordedAt: string,
  record: RecordEvent<BudgetThresholdsReached>,
): void {
  if (event.budgeted === undefined && event.type !== 'BudgetSet') return;
  const path = event.budgeted === undefined ? event.path! : countedAt(event as Named, event.budgeted);
  const day = recordedAt.slice(0, 10);
  if (!budgets.haveReached(path, day)) return;
  const reached: ReachedBudget[] = [];
  for (const budget of budgets.over(path, day)) {
    const thresholds = thresholdsAt(budget).filter((one) => !budget.reached.includes(one));
    const level = budget.path.split('/').length;
    if (thresholds.length > 0) reached.push({ level, used: budget.used.toString(), thresholds });
  }
  const [customer] = path.split('/') as [string];
  record({ type: 'BudgetThresholdsReached', time: recordedAt, ...TELLING, customer, path, day, reached });
}
