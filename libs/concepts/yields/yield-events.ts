/** What a shard records of a distribution of yield, how it is written, and the accounts between which it moves value. */
import {
  accountOf,
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
  type SignedAttoText,
} from '#domain';
import { splitAccounts } from '../rating/split-policy.js';
import { fundsAccounts } from '../supply/funds.js';
import { transferAccounts } from '../transfers/transfer.js';

/** Accounts: what a distribution could not divide. */
export const yieldAccounts = {
  stakingCarried: {
    pattern: 'staking:carried',
    holds: 'rewards of stakers that a distribution left over, for the next one',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
  },
} as const satisfies Record<string, AccountKind>;

/** A holder and how long it had how much staked: atto-tokens times milliseconds. */
export interface StakeTime {
  readonly holder: HolderId;
  readonly stakeTime: PositiveAttoText;
}

/**
 * A part of a shard's stakers and their stake-times of an epoch. Each part has those of a fixed number of holders, in the order in
 * which they first staked; a holder whose stake-time is zero is left out.
 */
export interface StakeTimeCut extends Recorded {
  readonly type: 'StakeTimeCut';
  readonly distribution: string;
  /** From 0. */
  readonly part: number;
  readonly from: InstantText;
  readonly to: InstantText;
  readonly stakers: readonly StakeTime[];
  /** There are no more. */
  readonly isLast: boolean;
}

/** The shard's rewards as of the epoch's end are on their way to its stakers; what came later stays. */
export interface RewardsCut extends Recorded {
  readonly type: 'RewardsCut';
  readonly distribution: string;
  readonly amount: AttoText;
  /** The page of the last {@link StakeTimeCut}: up to that entry the pages after the epoch's end were read again. */
  readonly height: number;
  /** What they had added to the rewards, apart from earlier cuts. */
  readonly later: SignedAttoText;
  readonly postings: readonly Posting[];
}

/**
 * A holder has its share: an earned grant of this entry's id.
 *
 * @home holder
 */
export interface YieldPaid extends Recorded {
  readonly type: 'YieldPaid';
  readonly distribution: string;
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  /** Its own, of `ofStakeTime`, the stake-time of all. */
  readonly stakeTime: PositiveAttoText;
  readonly ofStakeTime: PositiveAttoText;
  /** What all have together, before it is divided. */
  readonly funded: PositiveAttoText;
  readonly postings: readonly Posting[];
}

/** The shard's stakers up to a number of them have their shares. */
export interface YieldPartPaid extends Recorded {
  readonly type: 'YieldPartPaid';
  readonly distribution: string;
  /** How many, in the order of the cut, have theirs with this part. */
  readonly upTo: number;
}

/**
 * Whether a holder's yield is staked at once.
 *
 * @home holder
 */
export interface CompoundingSet extends Recorded {
  readonly type: 'CompoundingSet';
  readonly holder: HolderId;
  readonly compounding: boolean;
}

export type YieldEvent = StakeTimeCut | RewardsCut | YieldPaid | YieldPartPaid | CompoundingSet;

const request = optional(requestLayout);
const { transit } = transferAccounts;
const { stakingRewards } = splitAccounts;
const { customerAvailable } = fundsAccounts;

export const yieldLayouts = {
  StakeTimeCut: {
    distribution: plain,
    part: plain,
    from: plain,
    to: plain,
    stakers: [{ holder: plain, stakeTime: plain }],
    isLast: plain,
    request,
  },
  RewardsCut: {
    distribution: plain,
    amount: plain,
    height: plain,
    later: plain,
    postings: movements(stakingRewards, transit),
    request,
  },
  YieldPaid: {
    distribution: plain,
    holder: plain,
    amount: plain,
    stakeTime: plain,
    ofStakeTime: plain,
    funded: plain,
    postings: movements(transit, accountOf(customerAvailable, 'holder')),
    request,
  },
  YieldPartPaid: { distribution: plain, upTo: plain, request },
  CompoundingSet: { holder: plain, compounding: plain, request },
} as const satisfies Layouts<YieldEvent>;

export const yieldFlows: Flows<YieldEvent> = {
  RewardsCut: [[stakingRewards, transit]],
  YieldPaid: [[transit, customerAvailable]],
};
