/** What may happen to a stake: its events, how they are written, and the accounts between which they move value. */
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
import type { SaysGrants } from '../grants/uses.js';
import { fundsAccounts } from '../supply/funds.js';
import { transferAccounts } from '../transfers/transfer.js';

/** Accounts: what is staked, and what is on its way back. */
export const stakeAccounts = {
  customerStaked: {
    pattern: 'customer:{holder}:staked',
    holds: 'what a holder has staked',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
    balance: 'staked',
  },
  customerUnbonding: {
    pattern: 'customer:{holder}:unbonding',
    holds: 'unstaked by a holder, and available at a later instant',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
    balance: 'unbonding',
  },
} as const satisfies Record<string, AccountKind>;

export const customerStaked = holderAccount(stakeAccounts.customerStaked);
export const customerUnbonding = holderAccount(stakeAccounts.customerUnbonding);

/**
 * Tokens were staked.
 *
 * @home holder
 */
export interface Staked extends Recorded, SaysGrants {
  readonly type: 'Staked';
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  /** The time of its page: the stake counts from here on. */
  readonly at: InstantText;
  readonly postings: readonly Posting[];
}

/**
 * A part of a stake is on its way back. The unbonding's id is that of this entry.
 *
 * @home holder
 */
export interface Unstaked extends Recorded {
  readonly type: 'Unstaked';
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  /** The time of its page: it counts no more from here on. */
  readonly at: InstantText;
  /** When it is available again. */
  readonly completesAt: InstantText;
  readonly postings: readonly Posting[];
  /** The version of the policy that holds for it; missing: there was none. */
  readonly stakingPolicy?: number;
}

/**
 * An unbonding came to its instant; what slashes left of it is available, as a grant of this entry's id.
 *
 * @home holder
 */
export interface Unbonded extends Recorded {
  readonly type: 'Unbonded';
  readonly unbonding: string;
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  readonly postings: readonly Posting[];
}

/** What a slash took of an unbonding. */
export interface SlashedUnbonding {
  readonly unbonding: string;
  readonly amount: PositiveAttoText;
}

/** Who found the fault, and what it brings: it is on its way to the finder. */
export interface SlashReward {
  readonly finder: HolderId;
  readonly toShard: number;
  readonly amount: AttoText;
}

/**
 * Tokens of a holder were taken for a fault: of what unbonds first, then of the stake. The slash's id is that of this entry.
 *
 * @home holder
 */
export interface Slashed extends Recorded {
  readonly type: 'Slashed';
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  readonly reason: string;
  /** The time of its page. */
  readonly at: InstantText;
  /** The soonest completing first. */
  readonly unbondings: readonly SlashedUnbonding[];
  /** What was taken of the stake. */
  readonly stake: AttoText;
  readonly postings: readonly Posting[];
  readonly reward?: SlashReward;
  readonly stakingPolicy?: number;
}

/**
 * The reward of a slash arrived, as an earned grant of this entry's id.
 *
 * @home holder
 */
export interface RewardReceived extends Recorded {
  readonly type: 'RewardReceived';
  readonly slash: string;
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  readonly postings: readonly Posting[];
}

/** The slash's shard knows that its reward arrived. */
export interface RewardCompleted extends Recorded {
  readonly type: 'RewardCompleted';
  readonly slash: string;
}

export type StakeEvent = Staked | Unstaked | Unbonded | Slashed | RewardReceived | RewardCompleted;

const { customerAvailable: available, issuance } = fundsAccounts;
const { customerStaked: staked, customerUnbonding: unbonding } = stakeAccounts;
const { transit } = transferAccounts;
const availableOf = accountOf(available, 'holder');
const stakedOf = accountOf(staked, 'holder');
const unbondingOf = accountOf(unbonding, 'holder');

export const stakeLayouts = {
  Staked: {
    holder: plain,
    amount: plain,
    at: plain,
    postings: movements(availableOf, stakedOf),
    grants: optional(plain),
    request: optional(requestLayout),
  },
  Unstaked: {
    holder: plain,
    amount: plain,
    at: plain,
    completesAt: plain,
    postings: movements(stakedOf, unbondingOf),
    stakingPolicy: optional(plain),
    request: optional(requestLayout),
  },
  Unbonded: {
    unbonding: plain,
    holder: plain,
    amount: plain,
    postings: movements(unbondingOf, availableOf),
    request: optional(requestLayout),
  },
  Slashed: {
    holder: plain,
    amount: plain,
    reason: plain,
    at: plain,
    unbondings: [{ unbonding: plain, amount: plain }],
    stake: plain,
    postings: movements(unbondingOf, stakedOf, issuance, transit),
    reward: optional({ finder: plain, toShard: plain, amount: plain }),
    stakingPolicy: optional(plain),
    request: optional(requestLayout),
  },
  RewardReceived: {
    slash: plain,
    holder: plain,
    amount: plain,
    postings: movements(transit, availableOf),
    request: optional(requestLayout),
  },
  RewardCompleted: { slash: plain, request: optional(requestLayout) },
} as const satisfies Layouts<StakeEvent>;

export const stakeFlows: Flows<StakeEvent> = {
  Staked: [[available, staked]],
  Unstaked: [[staked, unbonding]],
  Unbonded: [[unbonding, available]],
  Slashed: [
    [unbonding, transit],
    [staked, transit],
    [unbonding, issuance],
    [staked, issuance],
  ],
  RewardReceived: [[transit, available]],
};
