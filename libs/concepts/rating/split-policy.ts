/**
 * Who gets what of a usage charge: a versioned policy of shares in basis points for provider, treasury, stakers and
 * burn. The shares are computed by the largest-remainder method in that order, so they sum to the charge exactly.
 */
import {
  holderAccount,
  parseTime,
  plain,
  refusalsOf,
  splitAmount,
  type AccountKind,
  type AttoText,
  type InstantText,
  type Refusals,
} from '#domain';

export const splitPolicyRefusals = {
  SPLIT_POLICY_INVALID: 'invalid',
} as const satisfies Refusals;
export const splitPolicyRefusal = refusalsOf(splitPolicyRefusals);

/** Accounts: where the shares go. */
export const splitAccounts = {
  providerPayable: {
    pattern: 'provider:{holder}:payable',
    holds: 'owed to a provider, not yet in a settlement batch',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
    balance: 'payable',
  },
  treasuryFees: {
    pattern: 'treasury:fees',
    holds: 'the treasury’s share of usage',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
  },
  stakingRewards: {
    pattern: 'staking:rewards',
    holds: 'the stakers’ share of usage, until it is distributed',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
  },
} as const satisfies Record<string, AccountKind>;

export const providerPayable = holderAccount(splitAccounts.providerPayable);
/** The treasury's share of usage. */
export const TREASURY_FEES = splitAccounts.treasuryFees.pattern;
/** The stakers' share of usage, until it is distributed. */
export const STAKING_REWARDS = splitAccounts.stakingRewards.pattern;

/** Shares in basis points; they sum to 10,000. In force for usage whose own time is at or after `effectiveAt`. */
export interface SplitPolicy {
  readonly effectiveAt: InstantText;
  readonly provider: BasisPoints;
  readonly treasury: BasisPoints;
  readonly stakers: BasisPoints;
  readonly burn: BasisPoints;
}

/**
 * Ten-thousandths.
 *
 * @maximum 10000
 */
export type BasisPoints = number;

/** The parts of one charge in atto-tokens; they sum to it. */
export interface Shares {
  readonly provider: bigint;
  readonly treasury: bigint;
  readonly stakers: bigint;
  readonly burn: bigint;
}

/** The parts of one charge as an event holds them; they sum to it. */
export interface RecordedShares {
  readonly provider: AttoText;
  readonly treasury: AttoText;
  readonly stakers: AttoText;
  readonly burn: AttoText;
}

export const sharesLayout = { provider: plain, treasury: plain, stakers: plain, burn: plain } as const;

export interface CompiledSplitPolicy {
  readonly version: number;
  readonly effectiveAt: string;
  readonly effectiveAtMs: number;
  readonly weights: readonly [bigint, bigint, bigint, bigint];
}

const BASIS_POINTS = 10_000;

/** @throws DomainError `SPLIT_POLICY_INVALID` unless four whole shares sum to 10,000 basis points */
export function compileSplitPolicy(version: number, policy: SplitPolicy): CompiledSplitPolicy {
  const shares = [policy.provider, policy.treasury, policy.stakers, policy.burn];
  if (
    shares.some((share) => !Number.isInteger(share) || share < 0) ||
    shares.reduce((a, b) => a + b, 0) !== BASIS_POINTS
  ) {
    throw splitPolicyRefusal(
      'SPLIT_POLICY_INVALID',
      'provider, treasury, stakers and burn are whole basis points that sum to 10000.',
      'provider',
    );
  }
  const [provider, treasury, stakers, burn] = shares.map(BigInt) as [bigint, bigint, bigint, bigint];
  return {
    version,
    effectiveAt: policy.effectiveAt,
    effectiveAtMs: parseTime(policy.effectiveAt, 'effectiveAt'),
    weights: [provider, treasury, stakers, burn],
  };
}

/** Splits a charge; left-over atto-tokens go to the largest remainders, equal ones in the order of {@link Shares}. */
export function splitCharge(policy: CompiledSplitPolicy, amount: bigint): Shares {
  return toShares(splitAmount(amount, policy.weights));
}

/**
 * Takes `part` of shares that are still due, in proportion to them: never more of a share than is due, and taking the
 * whole sum takes each share whole, so instalments add up to the first split exactly.
 *
 * @param part more than zero, at most the sum of what is due
 */
export function takeShares(due: Shares, part: bigint): Shares {
  if (part > sumShares(due)) throw new RangeError(`${part} is more than the ${sumShares(due)} that is due`);
  return toShares(splitAmount(part, [due.provider, due.treasury, due.stakers, due.burn]));
}

export function addShares(left: Shares, right: Shares): Shares {
  return {
    provider: left.provider + right.provider,
    treasury: left.treasury + right.treasury,
    stakers: left.stakers + right.stakers,
    burn: left.burn + right.burn,
  };
}

export function subtractShares(left: Shares, right: Shares): Shares {
  return {
    provider: left.provider - right.provider,
    treasury: left.treasury - right.treasury,
    stakers: left.stakers - right.stakers,
    burn: left.burn - right.burn,
  };
}

export function sumShares(shares: Shares): bigint {
  return shares.provider + shares.treasury + shares.stakers + shares.burn;
}

function toShares(parts: readonly bigint[]): Shares {
  return { provider: parts[0]!, treasury: parts[1]!, stakers: parts[2]!, burn: parts[3]! };
}

/** Reads shares as recorded in an event. */
export function readShares(shares: RecordedShares): Shares {
  return {
    provider: BigInt(shares.provider),
    treasury: BigInt(shares.treasury),
    stakers: BigInt(shares.stakers),
    burn: BigInt(shares.burn),
  };
}

/** Writes shares for an event. */
export function recordShares(shares: Shares): RecordedShares {
  return {
    provider: shares.provider.toString(),
    treasury: shares.treasury.toString(),
    stakers: shares.stakers.toString(),
    burn: shares.burn.toString(),
  };
}
