/** What the shard that emits records of epochs, and how it is written. */
import {
  movements,
  named,
  optional,
  plain,
  requestLayout,
  type AttoText,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Recorded,
} from '#domain';
import { splitAccounts } from '../rating/split-policy.js';
import { fundsAccounts } from '../supply/funds.js';
import { emissionAccounts, type EmissionPolicy } from './emission-policy.js';

/** The shard that emits has a version of the policy. */
export interface EmissionScheduled extends Recorded {
  readonly type: 'EmissionScheduled';
  readonly version: number;
  readonly policy: EmissionPolicy;
}

/**
 * An epoch has ended, at the entry's own time. There is a cap, or it is of inflation: how much of it is minted the registry says.
 */
export interface EpochEnded extends Recorded {
  readonly type: 'EpochEnded';
  /** The version of the policy. */
  readonly policy: number;
  readonly epoch: number;
  /** What its schedule says; missing of inflation, which first has to know the supply. */
  readonly amount?: PositiveAttoText;
  /** Of a policy that decays: what later epochs may mint. */
  readonly remaining?: AttoText;
}

/** An epoch has ended, at the entry's own time, and its tokens are minted. */
export interface TokensEmitted extends Recorded {
  readonly type: 'TokensEmitted';
  /** The version of the policy. */
  readonly policy: number;
  /** From 0 at the version's `effectiveAt`. */
  readonly epoch: number;
  readonly amount: AttoText;
  /** Of a policy that decays: what later epochs may mint. */
  readonly remaining?: AttoText;
  /** How much less than the schedule says, since there was no room under the cap. */
  readonly cut?: PositiveAttoText;
  readonly postings: readonly Posting[];
  /** Of a policy of inflation: what was outstanding over all shards as the epoch began. */
  readonly supply?: AttoText;
  /** What the epoch leaves of an atto to the next one of inflation: so many parts, 10,000 times the policy's `epochs` of them. */
  readonly carried?: AttoText;
  /**
   * What was carried to it and cannot be said in such parts, since an earlier policy had another number of epochs: of an atto
   * so many parts, 10,000 times both numbers of epochs of them.
   */
  readonly lost?: PositiveAttoText;
}

export type EmissionEvent = EmissionScheduled | EpochEnded | TokensEmitted;

const { treasuryEmission } = emissionAccounts;
const { treasuryFees, stakingRewards } = splitAccounts;

export const emissionLayouts = {
  EmissionScheduled: { version: plain, policy: named, request: optional(requestLayout) },
  TokensEmitted: {
    policy: plain,
    epoch: plain,
    amount: plain,
    postings: movements(fundsAccounts.issuance, treasuryEmission, treasuryFees, stakingRewards),
    remaining: optional(plain),
    request: optional(requestLayout),
    cut: optional(plain),
    supply: optional(plain),
    carried: optional(plain),
    lost: optional(plain),
  },
  EpochEnded: {
    ...{ policy: plain, epoch: plain, amount: optional(plain) },
    ...{ remaining: optional(plain), request: optional(requestLayout) },
  },
} as const satisfies Layouts<EmissionEvent>;
