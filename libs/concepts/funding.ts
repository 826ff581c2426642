/** What pays usage, and what may refuse or bound it: one line for each, in the order in which they are asked. */
import { budgetCeiling, budgetOfCorrections, knownBudget } from './budgets/ceiling.js';
import { grantFunds, lateness } from './grants/grant-funds.js';
import { heldFunds, knownHold } from './holds/hold-funds.js';
import { creditLimit } from './receivables/credit-limit.js';
import { receivableFunds } from './receivables/owed.js';
import {
  suspension,
  type BoundStateOf,
  type Charging,
  type ReasonOf,
  type SaidBy,
  type StateOf,
} from './usage/charging.js';

/**
 * What a customer has: it pays any usage, and covers what is owed for earlier usage as soon as something comes to one of
 * these accounts.
 */
export const FUNDS = [grantFunds] as const;
/**
 * What pays usage: before the funds whatever gives to some usage only and covers nothing, then what the customer has; the
 * rest is owed.
 */
export const FUNDING = [heldFunds, ...FUNDS, receivableFunds] as const;

/** How much of a usage may be paid, and not owed. */
export const CEILINGS = [budgetCeiling] as const;

export type FundsState = StateOf<typeof FUNDS>;
export type FundingState = StateOf<typeof FUNDING>;

export type CeilingsState = BoundStateOf<typeof CEILINGS>;

/** What a charge says of the ceilings that bound it. */
export type BoundedBy = SaidBy<typeof CEILINGS>;

/** What a charge says of the sources that paid it. */
export type FundedBy = SaidBy<typeof FUNDING>;
/** What a covering says of the funds that paid it. */
export type CoveredBy = SaidBy<typeof FUNDS>;

/** Why what a source gave cannot be undone. */
export type FundingIrreversible = ReasonOf<typeof FUNDING>;
export type FundsIrreversible = ReasonOf<typeof FUNDS>;

export const CHARGING: Charging<FundingState & CeilingsState> = {
  limits: [suspension, knownHold],
  ceilings: CEILINGS,
  funding: FUNDING,
  credit: creditLimit,
  late: lateness,
};

/** A usage that takes the place of another one: it must name what there is, and is refused for nothing else. */
export const CORRECTING: Charging<FundingState & CeilingsState> = {
  limits: [knownHold, knownBudget],
  ceilings: [budgetOfCorrections],
  funding: FUNDING,
  late: lateness,
};
