/** What may happen to a hold: its events, how they are written, and the account that it fills. */
import {
  accountOf,
  holderAccount,
  movements,
  optional,
  plain,
  requestLayout,
  type AccountKind,
  type Flow,
  type HolderId,
  type InstantText,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Recorded,
} from '#domain';
import { budgetedLayout, type SaysBudgeted } from '../budgets/budgeted.js';
import { grantAccounts } from '../grants/grant-events.js';
import type { GrantUses, SaysGrants } from '../grants/uses.js';
import { sharesLayout } from '../rating/split-policy.js';
import type { SaysReceivable } from '../receivables/owed.js';
import { fundsAccounts } from '../supply/funds.js';

/** Accounts: what holds reserve. */
export const holdAccounts = {
  customerHeld: {
    pattern: 'customer:{holder}:held',
    holds: 'what holds reserve of a customer’s tokens',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
    balance: 'held',
  },
} as const satisfies Record<string, AccountKind>;

export const customerHeld = holderAccount(holdAccounts.customerHeld);

export type HoldState = 'open' | 'captured' | 'released' | 'expired';

/** A part of a hold, and the grants that it was reserved of. */
export interface HeldPart {
  readonly amount: PositiveAttoText;
  readonly grants: GrantUses;
}

/** What becomes of a hold of which nothing is used. */
export interface Ending {
  /** What went back to the grants. */
  readonly returned?: HeldPart;
  /** What was reserved of grants that have ended: it went where the rest of them did. */
  readonly lapsed?: HeldPart;
}

/** What becomes of a hold that is settled: all that it reserved is in one of the parts. */
export interface Settling extends Ending {
  /** What it paid. */
  readonly used?: HeldPart;
}

/** What an entry took of the hold that it names. */
export interface Capture extends Settling {
  readonly hold: string;
  /** What the hold was: one that is not open paid nothing. */
  readonly state: HoldState;
}

/** What a charge says of the hold that its usage names. */
export interface SaysCapture {
  readonly capture?: Capture;
}

/**
 * Tokens were reserved for usage to come. The hold's id is that of this entry.
 *
 * @home customer
 */
export interface HoldReserved extends Recorded {
  readonly type: 'HoldReserved';
  readonly customer: HolderId;
  readonly amount: PositiveAttoText;
  readonly expiresAt: InstantText;
  /** Of which grants, in the order in which they will be used. */
  readonly grants: GrantUses;
  readonly postings: readonly Posting[];
  /** The budget that it counts in, and all above it, for as long as it is open; missing: the customer's own, if there is one. */
  readonly budget?: string;
  /** The caller's own name for it. */
  readonly reference?: string;
}

/**
 * A hold reserves more, or until another instant.
 *
 * @home customer
 */
export interface HoldExtended extends Recorded {
  readonly type: 'HoldExtended';
  readonly hold: string;
  readonly customer: HolderId;
  /** All that it reserves from now on, and of which grants. */
  readonly amount: PositiveAttoText;
  readonly receipt: GrantUses;
  readonly expiresAt: InstantText;
  readonly postings: readonly Posting[];
  /** Of which grants what was added is. */
  readonly grants?: GrantUses;
}

/**
 * A hold was captured without usage.
 *
 * @home customer
 */
export interface HoldCaptured extends Recorded, SaysCapture, SaysGrants, SaysReceivable, SaysBudgeted {
  readonly type: 'HoldCaptured';
  readonly hold: string;
  readonly customer: HolderId;
  /** Who earns it; missing: the treasury. */
  readonly provider?: HolderId;
  readonly amount: PositiveAttoText;
  readonly splitPolicy: number;
  readonly postings: readonly Posting[];
}

/**
 * A hold was given up.
 *
 * @home customer
 */
export interface HoldReleased extends Recorded, Ending {
  readonly type: 'HoldReleased';
  readonly hold: string;
  readonly customer: HolderId;
  readonly postings: readonly Posting[];
}

/**
 * A hold came to its end.
 *
 * @home customer
 */
export interface HoldExpired extends Recorded, Ending {
  readonly type: 'HoldExpired';
  readonly hold: string;
  readonly customer: HolderId;
  readonly postings: readonly Posting[];
}

export type HoldEvent = HoldReserved | HoldExtended | HoldCaptured | HoldReleased | HoldExpired;

const partLayout = optional({ amount: plain, grants: plain });
const endingLayout = { returned: partLayout, lapsed: partLayout } as const;
/** Where stands what an entry took of a hold. */
export const captureLayout = optional({ hold: plain, state: plain, used: partLayout, ...endingLayout });

const availableOf = accountOf(fundsAccounts.customerAvailable, 'customer');
const heldOf = accountOf(holdAccounts.customerHeld, 'customer');
const { issuance, customerAvailable: available } = fundsAccounts;
const breakages = [
  grantAccounts.breakagePurchased,
  grantAccounts.breakagePromotional,
  grantAccounts.breakageEarned,
] as const;
const endings = movements(heldOf, availableOf, ...breakages, issuance);

export const holdLayouts = {
  HoldReserved: {
    customer: plain,
    amount: plain,
    expiresAt: plain,
    grants: plain,
    postings: movements(availableOf, heldOf),
    budget: optional(plain),
    reference: optional(plain),
    request: optional(requestLayout),
  },
  HoldExtended: {
    hold: plain,
    customer: plain,
    amount: plain,
    receipt: plain,
    expiresAt: plain,
    postings: movements(availableOf, heldOf),
    grants: optional(plain),
    request: optional(requestLayout),
  },
  HoldCaptured: {
    hold: plain,
    customer: plain,
    amount: plain,
    splitPolicy: plain,
    postings: movements(heldOf, availableOf, issuance, ...breakages),
    provider: optional(plain),
    capture: captureLayout,
    grants: optional(plain),
    receivable: optional({ amount: plain, shares: sharesLayout }),
    request: optional(requestLayout),
    budgeted: budgetedLayout,
  },
  HoldReleased: {
    hold: plain,
    customer: plain,
    postings: endings,
    ...endingLayout,
    request: optional(requestLayout),
  },
  HoldExpired: { hold: plain, customer: plain, postings: endings, ...endingLayout, request: optional(requestLayout) },
} as const satisfies Layouts<HoldEvent>;

/** Where what a settled hold does not use goes. */
export const SETTLING: readonly Flow[] = [
  [holdAccounts.customerHeld, available],
  ...breakages.map((kind): Flow => [holdAccounts.customerHeld, kind]),
  [holdAccounts.customerHeld, issuance],
];
