/** What reversals record: their events, how they are written, and the accounts in which what is short is carried. */
import {
  accountOf,
  holderAccount,
  movements,
  named,
  optional,
  plain,
  requestLayout,
  type AccountKind,
  type AttoText,
  type Flow,
  type Flows,
  type HolderId,
  type InstantText,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Recorded,
} from '#domain';
import { budgetedLayout, type Budgeted } from '../budgets/budgeted.js';
import { grantAccounts } from '../grants/grant-events.js';
import type { GrantUses } from '../grants/uses.js';
import type { MonthCount } from '../rating/counters.js';
import type { ProductName } from '../rating/name-pattern.js';
import type { Meters, RegionName } from '../rating/price-book.js';
import { sharesLayout, splitAccounts, type RecordedShares } from '../rating/split-policy.js';
import { OWED, receivableAccounts, type OwedPart } from '../receivables/owed.js';
import { fundsAccounts } from '../supply/funds.js';

const carried = (pattern: string, holds: string): AccountKind => ({
  ...{ pattern, holds, belowZero: 'zero or below', supply: 'holders', root: 'assets' },
});

/** Accounts: what was taken back from a payee that no longer had it. The next that it is paid fills them first. */
export const clawbackAccounts = {
  providerClawback: {
    ...carried('provider:{holder}:clawback', 'minus what a provider was paid and is to give back'),
    balance: 'clawback',
  },
  treasuryClawback: carried('treasury:clawback', 'minus what the treasury has spent and is to give back'),
  stakingClawback: carried('staking:clawback', 'minus what stakers were given and is to be made up'),
} as const satisfies Record<string, AccountKind>;

export const providerClawback = holderAccount(clawbackAccounts.providerClawback);

const FIRST = ['Minted', 'Burned', 'GrantIssued', 'TransferSent', 'UsageCharged', 'HoldCaptured'] as const;
export type FirstType = (typeof FIRST)[number];

/** What can be reversed; a reversal is restored. */
export const REVERSIBLE = [...FIRST, 'EntryRestored'] as const;
export type ReversibleType = FirstType | 'EntryRestored';

/** A part of an amount, and the grants that paid it. */
export interface PaidPart {
  readonly amount: PositiveAttoText;
  readonly grants: GrantUses;
}

/** What was metered. */
interface Metered {
  readonly usageType: ProductName;
  readonly model: string;
  readonly region?: RegionName;
  readonly meters: Meters;
}

/** What a charge or a capture had done beside what paid it. */
export interface OriginalCharge {
  /** The name under which it is owed: that of the usage; of a capture `hold` and the hold's id. */
  readonly source: string;
  readonly id: string;
  /** Who earned it; missing: the treasury. */
  readonly provider?: HolderId;
  /** The shares of what was paid at once. */
  readonly shares: RecordedShares;
  readonly owed?: OwedPart;
  /** Where it counts in budgets: its path is always there. */
  readonly budgeted?: Budgeted;
  readonly counted?: MonthCount;
  /** Missing for a capture. */
  readonly metered?: Metered;
}

/** What an entry had done, of whatever type it is. */
export interface Original {
  readonly entry: string;
  readonly type: ReversibleType;
  readonly time: InstantText;
  /** Who paid, or whose tokens it made. */
  readonly holder: HolderId;
  readonly amount: AttoText;
  /** Who received a transfer. */
  readonly to?: HolderId;
  /** What was paid at once, and by which grants. */
  readonly paid?: PaidPart;
  readonly charge?: OriginalCharge;
  /** Of an `EntryRestored`: the first entry, whose reversal it undid. */
  readonly restores?: FirstEntry;
}

/** An entry that was reversed and restored, however often. */
export interface FirstEntry {
  readonly entry: string;
  readonly type: FirstType;
}

/** What a covering had paid of a charge, and which of its grants. */
export interface CoverTakenBack {
  /** The covering. */
  readonly entry: string;
  readonly amount: PositiveAttoText;
  readonly shares: RecordedShares;
  readonly grants: GrantUses;
}

/**
 * An entry was reversed: what it had moved is where it was before, as far as it can be.
 *
 * @home holder
 */
export interface EntryReversed extends Recorded {
  readonly type: 'EntryReversed';
  /** The entry that is reversed. */
  readonly entry: string;
  readonly holder: HolderId;
  readonly amount: AttoText;
  readonly reason: string;
  readonly original: Original;
  readonly postings: readonly Posting[];
  /** What the grants have again that paid. */
  readonly returned?: PaidPart;
  /** What came back to grants that have ended: it went where the rest of them did. */
  readonly lapsed?: PaidPart;
  /** What was still owed. */
  readonly cancelled?: OwedPart;
  /** What had been covered since. */
  readonly covers?: readonly CoverTakenBack[];
  readonly cause?: CorrectionCause;
}

/**
 * Why a usage was taken back by its id: it is void, or another charge of it, which follows in the same page, takes its place.
 */
export type CorrectionCause = 'usage-correction' | 'replacement' | 'rerating';

/**
 * A reversal was undone: its entry counts again. What it had moved is moved once more, of the grants that had it back as far as
 * they have it, then of the others in order, and the rest of a charge is owed.
 *
 * @home holder
 */
export interface EntryRestored extends Recorded {
  readonly type: 'EntryRestored';
  /** The reversal that is undone. */
  readonly entry: string;
  readonly holder: HolderId;
  readonly amount: AttoText;
  readonly reason: string;
  /** What the reversal had taken back. */
  readonly original: Original;
  readonly postings: readonly Posting[];
  /** What is paid now, and by which grants. */
  readonly paid?: PaidPart;
  /** What is owed now. */
  readonly receivable?: OwedPart;
  /** Where a charge counts in budgets now: its path is always there. */
  readonly budgeted?: Budgeted;
}

/** What a payee was just paid fills what it is to give back. */
export interface ClawbackFilled extends Recorded {
  readonly type: 'ClawbackFilled';
  /** The account that is filled. */
  readonly account: string;
  readonly amount: PositiveAttoText;
  readonly postings: readonly Posting[];
}

export type ReversalEvent = EntryReversed | EntryRestored | ClawbackFilled;

const partLayout = optional({ amount: plain, grants: plain });
const { issuance, customerAvailable: available } = fundsAccounts;
const availableOf = accountOf(available, 'holder');

export const reversalLayouts = {
  EntryReversed: {
    entry: plain,
    holder: plain,
    amount: plain,
    reason: plain,
    original: named,
    postings: movements(issuance, availableOf, splitAccounts.treasuryFees, splitAccounts.stakingRewards),
    returned: partLayout,
    lapsed: partLayout,
    cancelled: optional({ amount: plain, shares: sharesLayout }),
    covers: optional([{ entry: plain, amount: plain, shares: sharesLayout, grants: plain }]),
    request: optional(requestLayout),
    cause: optional(plain),
  },
  EntryRestored: {
    entry: plain,
    holder: plain,
    amount: plain,
    reason: plain,
    original: named,
    postings: movements(issuance, availableOf, splitAccounts.treasuryFees, splitAccounts.stakingRewards),
    paid: partLayout,
    receivable: optional({ amount: plain, shares: sharesLayout }),
    budgeted: budgetedLayout,
    request: optional(requestLayout),
  },
  ClawbackFilled: {
    account: plain,
    amount: plain,
    postings: movements(
      splitAccounts.treasuryFees,
      clawbackAccounts.treasuryClawback,
      splitAccounts.stakingRewards,
      clawbackAccounts.stakingClawback,
    ),
    request: optional(requestLayout),
  },
} as const satisfies Layouts<ReversalEvent>;

const breakages = [
  grantAccounts.breakagePurchased,
  grantAccounts.breakagePromotional,
  grantAccounts.breakageEarned,
] as const;

/** What is paid to each payee, and where it is carried when it is short. */
export const CARRIED: readonly (readonly [paid: AccountKind, carried: AccountKind])[] = [
  [splitAccounts.providerPayable, clawbackAccounts.providerClawback],
  [splitAccounts.treasuryFees, clawbackAccounts.treasuryClawback],
  [splitAccounts.stakingRewards, clawbackAccounts.stakingClawback],
];

/** Where a charge goes that is paid once more. */
const PAID_KINDS = [...CARRIED.map(([paid]) => paid), issuance];

export const reversalFlows: Flows<ReversalEvent> = {
  EntryReversed: [
    ...CARRIED.flat().map((kind): Flow => [kind, available]),
    [issuance, available],
    [available, issuance],
    [grantAccounts.customerPending, issuance],
    [available, available],
    ...OWED.kinds.map((kind): Flow => [kind, receivableAccounts.customerReceivable]),
    ...breakages.map((kind): Flow => [available, kind]),
  ],
  EntryRestored: [
    ...PAID_KINDS.map((kind): Flow => [available, kind]),
    [issuance, available],
    [available, available],
    ...OWED.kinds.map((kind): Flow => [receivableAccounts.customerReceivable, kind]),
  ],
  ClawbackFilled: CARRIED,
};
