/** What entries say of the budgets that they count in. */
import { optional, plain, type DayText, type PositiveAttoText } from '#domain';

/** What an entry says of the budgets that it counts in. */
export interface Budgeted {
  /** The UTC day on which it was booked: it says the period of each budget. */
  readonly day: DayText;
  /** The part that no ceiling had room for: it is owed, and not used. */
  readonly beyond?: PositiveAttoText;
  /** The path that it counts at, where a hold says it: missing where that is the one that the entry names, or its customer's own. */
  readonly path?: string;
}

/** What an entry says of budgets; missing where it counts in none. */
export interface SaysBudgeted {
  readonly budgeted?: Budgeted;
}

/** Where stands what an entry says of budgets. */
export const budgetedLayout = optional({ day: plain, beyond: optional(plain), path: optional(plain) });
