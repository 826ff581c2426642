/** Versions of what holds for stakes: how long unbonding takes, and what the finder of a fault has of a slash. */
import {
  named,
  optional,
  parseTime,
  plain,
  refusalsOf,
  requestLayout,
  UndoableMap,
  type DecideEvent,
  type Evolve,
  type InstantText,
  type Layouts,
  type Recorded,
  type Refusals,
  type Requested,
  type UndoLog,
} from '#domain';
import { inForce, publishOnce, type PublicationsPart } from '../rating/rating.js';
import type { BasisPoints } from '../rating/split-policy.js';

export const stakingPolicyRefusals = {
  STAKING_POLICY_INVALID: 'invalid',
} as const satisfies Refusals;
const stakingPolicyRefusal = refusalsOf(stakingPolicyRefusals);

/** In force for what is unstaked or slashed at or after `effectiveAt`. */
export interface StakingPolicy {
  readonly effectiveAt: InstantText;
  /**
   * From a second to ten years.
   *
   * @minimum 1
   * @maximum 315360000
   */
  readonly unbondingSeconds: number;
  /** The finder's part of a slash. */
  readonly finderBps: BasisPoints;
}

/** A version of the policy; it never changes. */
export interface StakingPolicyPublished extends Recorded {
  readonly type: 'StakingPolicyPublished';
  readonly version: number;
  readonly policy: StakingPolicy;
}

export type StakingPolicyEvent = StakingPolicyPublished;

export const stakingPolicyLayouts = {
  StakingPolicyPublished: { version: plain, policy: named, request: optional(requestLayout) },
} as const satisfies Layouts<StakingPolicyEvent>;

export type StakingPolicyCommand = Requested & {
  readonly type: 'PublishStakingPolicy';
  readonly version: number;
  readonly policy: StakingPolicy;
};

/** What holds for a stake at an instant. */
export interface StakingTerms {
  /** Missing where no policy was in force. */
  readonly version?: number;
  readonly unbondingSeconds: number;
  readonly finderBps: number;
}

/** What holds where no policy does: three weeks, and a twentieth. */
const TERMS: StakingTerms = { unbondingSeconds: 21 * 86_400, finderBps: 500 };

const UNBONDING_SECONDS_MAX = 3_650 * 86_400;
const BASIS_POINTS = 10_000;

interface CompiledStakingPolicy {
  readonly version: number;
  readonly effectiveAtMs: number;
  readonly policy: StakingPolicy;
}

/** @throws DomainError `STAKING_POLICY_INVALID` or `TIME_INVALID` */
function compileStakingPolicy(version: number, policy: StakingPolicy): CompiledStakingPolicy {
  const { unbondingSeconds, finderBps, effectiveAt } = policy;
  if (!Number.isInteger(unbondingSeconds) || unbondingSeconds < 1 || unbondingSeconds > UNBONDING_SECONDS_MAX) {
    const range = `Unbonding takes whole seconds, from 1 to ${UNBONDING_SECONDS_MAX}.`;
    throw stakingPolicyRefusal('STAKING_POLICY_INVALID', range, 'unbondingSeconds');
  }
  if (!Number.isInteger(finderBps) || finderBps < 0 || finderBps > BASIS_POINTS) {
    throw stakingPolicyRefusal('STAKING_POLICY_INVALID', 'A finder has from 0 to 10000 basis points.', 'finderBps');
  }
  return { version, policy, effectiveAtMs: parseTime(effectiveAt, 'effectiveAt') };
}

/** Every published version. */
export class StakingPoliciesPart {
  readonly versions: UndoableMap<number, CompiledStakingPolicy>;

  constructor(undo?: UndoLog) {
    this.versions = new UndoableMap(undo);
  }

  /** What holds at an instant, milliseconds since 1970. */
  termsAt(timeMs: number): StakingTerms {
    const found = inForce(this.versions, timeMs);
    if (found === undefined) return TERMS;
    const { unbondingSeconds, finderBps } = found.policy;
    return { version: found.version, unbondingSeconds, finderBps };
  }
}

/** What every shard reads of this concept. */
export interface StakingPoliciesState {
  readonly stakingPolicies: StakingPoliciesPart;
}

interface PublishingState {
  readonly catalogue: StakingPoliciesState;
  readonly publications: PublicationsPart;
}

export const evolveStakingPolicies: Evolve<StakingPolicyEvent, StakingPoliciesState> = {
  StakingPolicyPublished: ({ stakingPolicies }, { version, policy }) => {
    stakingPolicies.versions.set(version, compileStakingPolicy(version, policy));
  },
};

const nameOf = (version: number) => `staking policy ${version}`;

export const evolveStakingPublications: Evolve<StakingPolicyEvent, PublishingState> = {
  StakingPolicyPublished: ({ publications }, { version, policy }, position) => {
    publications.add(nameOf(version), policy, position);
  },
};

export const decideStakingPolicies: DecideEvent<StakingPolicyCommand, PublishingState, StakingPolicyEvent> = {
  PublishStakingPolicy: ({ catalogue, publications }, { version, policy, time, provenance }) =>
    publishOnce(publications, catalogue.stakingPolicies.versions, nameOf(version), version, policy, () => {
      compileStakingPolicy(version, policy);
      return { type: 'StakingPolicyPublished', time, ...provenance, version, policy };
    }),
};
