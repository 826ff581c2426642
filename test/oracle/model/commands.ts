/** What is done to one customer's books, and why something is refused. */

export type Period = 'total' | 'day' | 'week' | 'month';
export type GrantKind = 'purchased' | 'promotional' | 'earned';

/** One usage event: its own time selects the prices. */
export interface Use {
  /** Unique among the customer's usage; the same id with other content is a conflict. */
  readonly id: string;
  readonly source: string;
  readonly timeMs: number;
  readonly provider: string;
  readonly meters: Readonly<Record<string, bigint>>;
  readonly hold?: string;
  readonly budget?: string;
}

export interface BudgetTerms {
  readonly path: string;
  readonly limit: bigint;
  readonly period: Period;
  readonly onExceed: 'reject' | 'receivable';
  readonly thresholds?: readonly number[];
}

/** Amounts are atto-tokens, instants milliseconds since 1970. */
export interface GrantTerms {
  readonly amount: bigint;
  readonly kind: GrantKind;
  readonly priority?: number;
  readonly effectiveAt?: number;
  readonly expiresAt?: number;
}

/** A transfer is what its two customers see of it; so is its reversal. */
export type Command =
  | { readonly do: 'mint' | 'burn'; readonly amount: bigint }
  /** Near: to another customer of the same shard, by one entry. */
  | { readonly do: 'send'; readonly amount: bigint; readonly isNear: boolean }
  | { readonly do: 'arrive'; readonly amount: bigint; readonly kind: GrantKind }
  | { readonly do: 'unarrive' | 'rearrive'; readonly grant: string }
  | { readonly do: 'stake' | 'unstake' | 'slash'; readonly amount: bigint }
  | { readonly do: 'compound'; readonly compounding: boolean }
  /** A share of a distribution. */
  | { readonly do: 'earn'; readonly amount: bigint }
  | { readonly do: 'reverse'; readonly entry: string }
  /** Usage is void, or another one takes its place, which keeps its id. */
  | { readonly do: 'cancel'; readonly usage: string }
  | { readonly do: 'replace'; readonly by: Use }
  | ({ readonly do: 'grant' } & GrantTerms)
  | { readonly do: 'void'; readonly grant: string }
  | {
      readonly do: 'reserve';
      readonly amount: bigint;
      readonly budget?: string;
      readonly expiresAt?: number;
      readonly partial?: boolean;
    }
  | { readonly do: 'extend'; readonly hold: string; readonly amount?: bigint; readonly expiresAt?: number }
  | { readonly do: 'capture'; readonly hold: string; readonly amount: bigint; readonly provider?: string }
  | { readonly do: 'release'; readonly hold: string }
  | { readonly do: 'use'; readonly uses: readonly Use[] }
  | ({ readonly do: 'budget' } & BudgetTerms);

/** When the product booked something, and the id that it gave: all that the oracle learns from it. */
export interface Booking {
  readonly ms: number;
  readonly id: string;
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

/** Statuses as the table of codes gives them. */
export const refusals = {
  GRANT_INVALID: 400,
  HOLD_INVALID: 400,
  AMOUNT_INVALID: 400,
  NOT_FOUND: 404,
  UNKNOWN_USAGE: 404,
  UNKNOWN_PROPOSAL: 404,
  UNKNOWN_GRANT: 404,
  UNKNOWN_HOLD: 404,
  UNKNOWN_BUDGET: 404,
  ALREADY_REVERSED: 409,
  ALREADY_VOIDED: 409,
  VOTE_CLOSED: 409,
  NOT_REVERSIBLE: 409,
  GRANT_CLOSED: 409,
  HOLD_CLOSED: 409,
  INSUFFICIENT_FUNDS: 422,
  INSUFFICIENT_STAKE: 422,
  BUDGET_EXCEEDED: 422,
  NO_WEIGHT: 422,
} as const;

export function refuse(code: keyof typeof refusals): never {
  throw new Refusal(refusals[code], code);
}
