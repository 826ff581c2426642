/**
 * Who gets what of a usage charge: a versioned policy of shares in basis points for provider, treasury, stakers and
 * burn, which types of usage may have of their own. The shares are computed by the largest-remainder method in that order, so they sum to the charge exactly.
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

/** Shares in basis points; they sum to 10,000. */
export interface PolicyShares {
  readonly provider: BasisPoints;
  readonly treasury: BasisPoints;
  readonly stakers: BasisPoints;
  readonly burn: BasisPoints;
}

/** In force for usage whose own time is at or after `effectiveAt`. */
export interface SplitPolicy extends PolicyShares {
  readonly effectiveAt: InstantText;
  /** Types of usage that have shares of their own; each type once. */
  readonly types?: readonly TypeShares[];
}

/** The shares of usage of one type. */
export interface TypeShares extends PolicyShares {
  /** The `type` of the usage event. */
  readonly type: string;
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
  /** The same for types of usage that have weights of their own, by type in the policy's order; absent: none has. */
  readonly byType?: ReadonlyMap<string, CompiledSplitPolicy>;
}

const BASIS_POINTS = 10_000;
/** Of a policy: it is one entry. */
const TYPES_MAX = 100;
const TYPE_MAX_LENGTH = 200;

/** @throws DomainError `SPLIT_POLICY_INVALID` unless four whole shares sum to 10,000 basis points, of every type too */
export function compileSplitPolicy(version: number, policy: SplitPolicy): CompiledSplitPolicy {
  const { effectiveAt, types } = policy;
  const common = { version, effectiveAt, effectiveAtMs: parseTime(effectiveAt, 'effectiveAt') };
  const compiled = { ...common, weights: weightsOf(policy, '') };
  if (types === undefined || types.length === 0) return compiled;
  if (types.length > TYPES_MAX)
    throw invalid(`A policy has at most ${TYPES_MAX} types with shares of their own.`, 'types');
  const byType = new Map<string, CompiledSplitPolicy>();
  for (const [i, shares] of types.entries()) {
    const { type } = shares;
    if (type.length === 0 || type.length > TYPE_MAX_LENGTH)
      throw invalid(`A type is that of usage events, of 1 to ${TYPE_MAX_LENGTH} characters.`, `types[${i}].type`);
    if (byType.has(type)) throw invalid(`${type} is there twice; give its shares once.`, `types[${i}].type`);
    byType.set(type, { ...common, weights: weightsOf(shares, `types[${i}].`) });
  }
  return { ...compiled, byType };
}

/** By which shares usage of a type is split: those of its type, or else the policy's own. */
export function policyFor(policy: CompiledSplitPolicy, type: string): CompiledSplitPolicy {
  return policy.byType === undefined ? policy : (policy.byType.get(type) ?? policy);
}

/** @param path of the member in which they stand */
function weightsOf(policy: PolicyShares, path: string): CompiledSplitPolicy['weights'] {
  const shares = [policy.provider, policy.treasury, policy.stakers, policy.burn];
  if (
    shares.some((share) => !Number.isInteger(share) || share < 0) ||
    shares.reduce((a, b) => a + b, 0) !== BASIS_POINTS
  ) {
    throw invalid('provider, treasury, stakers and burn are whole basis points that sum to 10000.', `${path}provider`);
  }
  return shares.map(BigInt) as [bigint, bigint, bigint, bigint];
}

function invalid(message: string, path: string): Error {
  return splitPolicyRefusal('SPLIT_POLICY_INVALID', message, path);
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
