/** What may happen to a grant: its events, how they are written, and the accounts between which they move value. */
import {
  accountOf,
  holderAccount,
  movements,
  optional,
  plain,
  requestLayout,
  type AccountKind,
  type AttoText,
  type Flows,
  type HolderId,
  type InstantText,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Recorded,
} from '#domain';
import { fundsAccounts } from '../supply/funds.js';
import type { GrantKind } from './burn-order.js';

const breakage = (kind: GrantKind, holds: string): AccountKind => ({
  pattern: `breakage:${kind}`,
  holds,
  belowZero: 'never',
  supply: 'holders',
  root: 'liabilities',
});

/** Accounts: what has not begun, and what was left at its end. The latter is the treasury's. */
export const grantAccounts = {
  customerPending: {
    pattern: 'customer:{holder}:pending',
    holds: 'granted to a holder, to be spent from a later instant on',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
    balance: 'pending',
  },
  breakagePurchased: breakage('purchased', 'what was left of purchased grants at their end'),
  breakagePromotional: breakage('promotional', 'what was left of promotional grants at their end'),
  breakageEarned: breakage('earned', 'what was left of earned grants at their end'),
} as const satisfies Record<string, AccountKind>;

export const customerPending = holderAccount(grantAccounts.customerPending);

/** Where what is left of a grant goes at its end. */
export const breakageOf = (kind: GrantKind): string => `breakage:${kind}`;

/**
 * Tokens were granted to a holder. The grant's id is that of this entry.
 *
 * @home holder
 */
export interface GrantIssued extends Recorded {
  readonly type: 'GrantIssued';
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  readonly kind: GrantKind;
  /** 0 to 1000; the lowest is used first. */
  readonly priority: number;
  readonly reason: string;
  /** When it begins to pay; missing: at once. */
  readonly effectiveAt?: InstantText;
  /** From when on it pays no more; missing: it has no end. */
  readonly expiresAt?: InstantText;
  /** The registry's entry that allowed it, where there is a cap. */
  readonly allowed?: string;
  readonly postings: readonly Posting[];
}

/**
 * A grant began to pay, at its instant.
 *
 * @home holder
 */
export interface GrantActivated extends Recorded {
  readonly type: 'GrantActivated';
  readonly grant: string;
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  readonly postings: readonly Posting[];
}

/**
 * A grant came to its end; the amount was left of it beside what holds reserve.
 *
 * @home holder
 */
export interface GrantExpired extends Recorded {
  readonly type: 'GrantExpired';
  readonly grant: string;
  readonly holder: HolderId;
  readonly amount: AttoText;
  readonly postings: readonly Posting[];
}

/**
 * A grant was taken back; the amount was left of it beside what holds reserve.
 *
 * @home holder
 */
export interface GrantVoided extends Recorded {
  readonly type: 'GrantVoided';
  readonly grant: string;
  readonly holder: HolderId;
  readonly amount: AttoText;
  readonly reason: string;
  readonly postings: readonly Posting[];
}

export type GrantEvent = GrantIssued | GrantActivated | GrantExpired | GrantVoided;

const pendingOf = accountOf(grantAccounts.customerPending, 'holder');
const availableOf = accountOf(fundsAccounts.customerAvailable, 'holder');
const { issuance } = fundsAccounts;
const breakages = [
  grantAccounts.breakagePurchased,
  grantAccounts.breakagePromotional,
  grantAccounts.breakageEarned,
] as const;

export const grantLayouts = {
  GrantIssued: {
    holder: plain,
    amount: plain,
    kind: plain,
    priority: plain,
    reason: plain,
    postings: movements(issuance, availableOf, pendingOf),
    effectiveAt: optional(plain),
    expiresAt: optional(plain),
    request: optional(requestLayout),
    allowed: optional(plain),
  },
  GrantActivated: {
    grant: plain,
    holder: plain,
    amount: plain,
    postings: movements(pendingOf, availableOf),
    request: optional(requestLayout),
  },
  GrantExpired: {
    grant: plain,
    holder: plain,
    amount: plain,
    postings: movements(availableOf, ...breakages),
    request: optional(requestLayout),
  },
  GrantVoided: {
    grant: plain,
    holder: plain,
    amount: plain,
    reason: plain,
    postings: movements(availableOf, pendingOf, issuance),
    request: optional(requestLayout),
  },
} as const satisfies Layouts<GrantEvent>;

const { customerAvailable: available } = fundsAccounts;
const { customerPending: pending } = grantAccounts;

export const grantFlows: Flows<GrantEvent> = {
  GrantIssued: [
    [issuance, available],
    [issuance, pending],
  ],
  GrantActivated: [[pending, available]],
  GrantExpired: breakages.map((kind) => [available, kind] as const),
  GrantVoided: [
    [available, issuance],
    [pending, issuance],
  ],
};
