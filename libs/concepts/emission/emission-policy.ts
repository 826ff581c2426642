/** Emission policies: published versions of how much is minted at the end of each epoch, and to whom. */
import {
  optional,
  named,
  parsePositiveAmount,
  parseTime,
  plain,
  refusalsOf,
  requestLayout,
  shardOf,
  UndoableMap,
  type AccountKind,
  type DecideEvent,
  type EntryPosition,
  type Evolve,
  type InstantText,
  type Layouts,
  type Provenance,
  type Recorded,
  type Refusals,
  type Requested,
  type TokensText,
  type UndoLog,
  type Work,
} from '#domain';
import { publishOnce, type PublicationsPart } from '../rating/rating.js';
import { splitAccounts, type BasisPoints } from '../rating/split-policy.js';

export const emissionPolicyRefusals = {
  EMISSION_POLICY_INVALID: 'invalid',
} as const satisfies Refusals;
export const emissionPolicyRefusal = refusalsOf(emissionPolicyRefusals);

/** Accounts: where what an epoch mints comes first. */
export const emissionAccounts = {
  treasuryEmission: {
    pattern: 'treasury:emission',
    holds: 'what epochs of the emission policy minted and gave to no other account',
    belowZero: 'never',
    supply: 'holders',
    root: 'liabilities',
  },
} as const satisfies Record<string, AccountKind>;

/** What epochs mint comes here, and goes on from here. */
export const TREASURY_EMISSION = emissionAccounts.treasuryEmission.pattern;

/** The accounts that an epoch may give to. */
export const EMISSION_RECIPIENTS = [
  TREASURY_EMISSION,
  splitAccounts.treasuryFees.pattern,
  splitAccounts.stakingRewards.pattern,
] as const;
export type EmissionRecipient = (typeof EMISSION_RECIPIENTS)[number];

export const EMISSION_KINDS = ['fixed', 'halving', 'decay', 'inflation'] as const;
export type EmissionKind = (typeof EMISSION_KINDS)[number];

/**
 * How long an epoch is: weeks, or days, hours, minutes and seconds, as ISO 8601 writes durations.
 *
 * @pattern ^P([0-9]{1,4}W|(?=[0-9T])([0-9]{1,5}D)?(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,7}M)?([0-9]{1,8}S)?)?)$
 */
export type EpochText = string;

/** What is minted at the end of each epoch; the first one begins at `effectiveAt`, and has the number 0. */
export interface EmissionPolicy {
  readonly effectiveAt: InstantText;
  readonly kind: EmissionKind;
  readonly epoch: EpochText;
  /** Of `fixed`: what every epoch mints. */
  readonly amount?: TokensText;
  /** Of `halving`: what an epoch mints until `period` epochs are over; half of it from then on, and so on. */
  readonly initial?: TokensText;
  readonly period?: number;
  /**
   * Of `decay`: what all of its epochs together may mint, unless an earlier policy left something to be minted, which goes
   * on. Each leaves `num` of `den` parts of it to those after it.
   */
  readonly remaining?: TokensText;
  readonly num?: number;
  readonly den?: number;
  /**
   * Of `inflation`: what a year mints, in basis points of the supply, in so many equal `epochs`; each is of the supply as it
   * began. What an epoch leaves of an atto is carried to the next.
   */
  readonly bps?: BasisPoints;
  readonly epochs?: number;
  /** What is outstanding over all shards stays at or below this: mints, grants and epochs beyond it do not happen. */
  readonly cap?: TokensText;
  /** What these do not name stays in `treasury:emission`. */
  readonly recipients: readonly { readonly account: EmissionRecipient; readonly bps: BasisPoints }[];
}

/** A policy, ready to be followed; amounts in atto-tokens. */
export type CompiledEmissionPolicy = {
  readonly version: number;
  readonly policy: EmissionPolicy;
  readonly effectiveAtMs: number;
  readonly epochMs: number;
  readonly cap?: bigint;
} & (
  | { readonly kind: 'fixed'; readonly amount: bigint }
  | { readonly kind: 'halving'; readonly initial: bigint; readonly period: number }
  | { readonly kind: 'decay'; readonly remaining: bigint; readonly num: bigint; readonly den: bigint }
  | { readonly kind: 'inflation'; readonly bps: bigint; readonly epochs: bigint }
);

/** A version of the policy; it never changes. */
export interface EmissionPolicyPublished extends Recorded {
  readonly type: 'EmissionPolicyPublished';
  readonly version: number;
  readonly policy: EmissionPolicy;
}

/** The shard that emits has the version: the relay forgets it. */
export interface EmissionPolicyScheduled extends Recorded {
  readonly type: 'EmissionPolicyScheduled';
  readonly version: number;
}

export type EmissionPolicyEvent = EmissionPolicyPublished | EmissionPolicyScheduled;

export const emissionPolicyLayouts = {
  EmissionPolicyPublished: { version: plain, policy: named, request: optional(requestLayout) },
  EmissionPolicyScheduled: { version: plain, request: optional(requestLayout) },
} as const satisfies Layouts<EmissionPolicyEvent>;

export type EmissionPolicyCommand = Requested &
  (
    | { readonly type: 'PublishEmissionPolicy'; readonly version: number; readonly policy: EmissionPolicy }
    | { readonly type: 'NoteEmissionSchedule'; readonly version: number }
  );

/** The version that the relay brings from the registry. */
export interface ScheduleEmission {
  readonly type: 'ScheduleEmission';
  readonly version: number;
  readonly policy: EmissionPolicy;
  readonly time: string;
  readonly provenance: Provenance;
}

/** The published versions, and which of them the shard that emits does not have yet. */
export class EmissionPoliciesPart {
  readonly published: UndoableMap<number, CompiledEmissionPolicy>;
  /** With the number of holder shards. */
  readonly unscheduled: UndoableMap<number, { readonly policy: EmissionPolicy; readonly shards: number }>;
  /** Where the registry says that the other shard has it. */
  readonly scheduled: UndoableMap<number, EntryPosition>;
  /** At which height of the registry each version was published. */
  private readonly heights: UndoableMap<number, number>;
  private readonly capped: UndoableMap<'from', number>;

  constructor(undo?: UndoLog) {
    this.published = new UndoableMap(undo);
    this.unscheduled = new UndoableMap(undo);
    this.scheduled = new UndoableMap(undo);
    this.heights = new UndoableMap(undo);
    this.capped = new UndoableMap(undo);
  }

  /** The height of the registry at which the first policy with a cap was published: from it on the registry decides what is minted. */
  get cappedFrom(): number | undefined {
    return this.capped.get('from');
  }

  /** The versions that were published up to a height of the registry. */
  *knownAt(height: number): Iterable<CompiledEmissionPolicy> {
    for (const [version, policy] of this.published) if (this.heights.get(version)! <= height) yield policy;
  }

  publish(policy: CompiledEmissionPolicy, { height }: EntryPosition): void {
    this.published.set(policy.version, policy);
    this.heights.set(policy.version, height);
    if (policy.cap !== undefined && this.cappedFrom === undefined) this.capped.set('from', height);
  }
}

/**
 * The cap in force at an instant: that of the policy which came into force last, of two from the same instant on the one with
 * the higher number. A policy without one has no limit.
 *
 * @param atMs milliseconds since 1970
 * @param upTo a height of the registry: what was published later is not known yet
 */
export function capAt(
  policies: EmissionPoliciesPart,
  atMs: number,
  upTo = Infinity,
): { readonly version: number; readonly cap: bigint } | undefined {
  let last: CompiledEmissionPolicy | undefined;
  for (const policy of policies.knownAt(upTo)) {
    if (policy.effectiveAtMs > atMs) continue;
    const isLater =
      last === undefined ||
      policy.effectiveAtMs > last.effectiveAtMs ||
      (policy.effectiveAtMs === last.effectiveAtMs && policy.version > last.version);
    if (isLater) last = policy;
  }
  return last?.cap === undefined ? undefined : { version: last.version, cap: last.cap };
}

export interface EmissionPoliciesState {
  readonly emissionPolicies: EmissionPoliciesPart;
}

export const evolveEmissionPolicies: Evolve<EmissionPolicyEvent, EmissionPoliciesState> = {
  EmissionPolicyPublished: ({ emissionPolicies }, { version, policy }, position) => {
    emissionPolicies.publish(compileEmissionPolicy(version, policy), position);
    // The registry is the shard after those of the holders.
    emissionPolicies.unscheduled.set(version, { policy, shards: position.shard });
  },
  EmissionPolicyScheduled: ({ emissionPolicies }, { version }, position) => {
    emissionPolicies.unscheduled.delete(version);
    emissionPolicies.scheduled.set(version, position);
  },
};

/** What the registry shard keeps beside it. */
interface OwnerState {
  readonly catalogue: EmissionPoliciesState;
  readonly publications: PublicationsPart;
}

export const evolveEmissionPublications: Evolve<EmissionPolicyPublished, OwnerState> = {
  EmissionPolicyPublished: ({ publications }, { version, policy }, position) => {
    publications.add(nameOf(version), policy, position);
  },
};

const nameOf = (version: number): string => `emission policy ${version}`;

export const decideEmissionPolicies: DecideEvent<EmissionPolicyCommand, OwnerState, EmissionPolicyEvent> = {
  PublishEmissionPolicy: ({ catalogue, publications }, { version, policy, time, provenance }) =>
    publishOnce(publications, catalogue.emissionPolicies.published, nameOf(version), version, policy, () => {
      refuseManyEpochs(compileEmissionPolicy(version, policy), time);
      return { type: 'EmissionPolicyPublished', time, ...provenance, version, policy } as const;
    }),
  NoteEmissionSchedule: ({ catalogue: { emissionPolicies } }, { version, time, provenance }) =>
    emissionPolicies.scheduled.get(version) ?? { type: 'EmissionPolicyScheduled', time, ...provenance, version },
};

/**
 * A published version is brought to the shard that emits: it knows then, without another look at the registry, what is due at
 * which instant.
 */
export const workEmissionPolicies: Work<
  'emission-schedule',
  { readonly catalogue: EmissionPoliciesState },
  EmissionPolicyCommand | ScheduleEmission,
  EmissionPolicyEvent
> = {
  'emission-schedule': {
    leftBy: { EmissionPolicyPublished: ({ version }) => `${version}` },
    left: ({ catalogue: { emissionPolicies } }) => [...emissionPolicies.unscheduled.keys()].map(String),
    isLeft: ({ catalogue: { emissionPolicies } }, id) => emissionPolicies.unscheduled.has(Number(id)),
    steps: ({ catalogue: { emissionPolicies } }, id) => {
      const version = Number(id);
      const { policy, shards } = emissionPolicies.unscheduled.get(version)!;
      return [
        { shard: emissionShard(shards), command: { type: 'ScheduleEmission', version, policy } },
        { command: { type: 'NoteEmissionSchedule', version } },
      ];
    },
    isAwaited: true,
  },
};

/** The shard that emits, of so many holder shards: where a holder of the treasury's name would live. */
export function emissionShard(shards: number): number {
  return shardOf('treasury', shards);
}

/** @throws DomainError `EMISSION_POLICY_INVALID`, `AMOUNT_INVALID`, `TIME_INVALID` */
export function compileEmissionPolicy(version: number, policy: EmissionPolicy): CompiledEmissionPolicy {
  refuseForeignMembers(policy);
  refuseRecipients(policy);
  const known = {
    ...{ version, policy, effectiveAtMs: parseTime(policy.effectiveAt, 'effectiveAt') },
    epochMs: parseEpoch(policy.epoch),
    ...(policy.cap === undefined ? {} : { cap: parsePositiveAmount(policy.cap, 'cap') }),
  };
  const { kind } = policy;
  switch (kind) {
    case 'fixed':
      return { ...known, kind, amount: parsePositiveAmount(policy.amount, 'amount') };
    case 'halving':
      return {
        ...{ ...known, kind, initial: parsePositiveAmount(policy.initial, 'initial') },
        period: wholeNumber(policy.period, 'period'),
      };
    case 'decay': {
      const [num, den] = [wholeNumber(policy.num, 'num'), wholeNumber(policy.den, 'den')];
      if (num >= den)
        throw invalid('num is less than den: it is the part that an epoch leaves to those after it.', 'num');
      const remaining = parsePositiveAmount(policy.remaining, 'remaining');
      return { ...known, kind, remaining, num: BigInt(num), den: BigInt(den) };
    }
    case 'inflation':
      return {
        ...{ ...known, kind, bps: BigInt(wholeNumber(policy.bps, 'bps', WHOLE_BPS)) },
        epochs: BigInt(wholeNumber(policy.epochs, 'epochs', YEAR_EPOCHS_MAX)),
      };
  }
}

/** What each kind asks for beside what all have. */
const MEMBERS: Readonly<Record<EmissionKind, readonly (keyof EmissionPolicy)[]>> = {
  fixed: ['amount'],
  halving: ['initial', 'period'],
  decay: ['remaining', 'num', 'den'],
  inflation: ['bps', 'epochs'],
};

/** Seconds of a leap year: no epoch is shorter than a second. */
const YEAR_EPOCHS_MAX = 31_622_400;

function refuseForeignMembers(policy: EmissionPolicy): void {
  if (!EMISSION_KINDS.includes(policy.kind)) throw invalid(`kind is one of ${EMISSION_KINDS.join(', ')}.`, 'kind');
  const own = MEMBERS[policy.kind];
  for (const member of Object.values(MEMBERS).flat()) {
    if (policy[member] === undefined || own.includes(member)) continue;
    throw invalid(`A policy of kind ${policy.kind} has ${own.join(', ')}, and no ${member}.`, member);
  }
}

const WHOLE_BPS = 10_000;

function refuseRecipients({ recipients }: EmissionPolicy): void {
  const accounts = recipients.map(({ account }) => account);
  if (accounts.some((account) => !EMISSION_RECIPIENTS.includes(account)) || new Set(accounts).size < accounts.length) {
    throw invalid(`Each recipient is another one of ${EMISSION_RECIPIENTS.join(', ')}.`, 'recipients');
  }
  const sum = recipients.reduce((all, { bps }) => all + (Number.isInteger(bps) && bps > 0 ? bps : Number.NaN), 0);
  if (!(sum <= WHOLE_BPS)) {
    throw invalid('bps are whole basis points, each more than 0, that sum to at most 10000.', 'recipients');
  }
}

const EPOCH = /^P(?:(\d{1,4})W|(?=[\dT])(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?)$/;
const SECOND_MS = 1_000;
const DAY_MS = 86_400 * SECOND_MS;
const LONGEST_MS = 3_660 * DAY_MS;
const UNITS_MS = [7 * DAY_MS, DAY_MS, 3_600 * SECOND_MS, 60 * SECOND_MS, SECOND_MS];

/** @returns milliseconds @throws DomainError `EMISSION_POLICY_INVALID` */
function parseEpoch(text: string): number {
  const parts = EPOCH.exec(text)?.slice(1) ?? [];
  const ms = parts.reduce((sum, part, i) => sum + Number(part ?? 0) * UNITS_MS[i]!, 0);
  if (ms < SECOND_MS || ms > LONGEST_MS) {
    throw invalid('An epoch is such as "P1D", "P1W" or "PT1H30M": at least a second, at most 3,660 days.', 'epoch');
  }
  return ms;
}

function wholeNumber(value: number | undefined, path: string, most = Number.MAX_SAFE_INTEGER): number {
  if (value === undefined || !Number.isSafeInteger(value) || value < 1 || value > most) {
    const limit = most === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${most}`;
    throw invalid(`${path} is a whole number of at least 1${limit}.`, path);
  }
  return value;
}

/** Each epoch is an entry: more are not caught up at once. */
const CAUGHT_UP_MAX = 10_000;

function refuseManyEpochs({ effectiveAtMs, epochMs }: CompiledEmissionPolicy, time: string): void {
  const over = Math.floor((parseTime(time, 'time') - effectiveAtMs) / epochMs);
  if (over > CAUGHT_UP_MAX) {
    throw invalid(
      `${over} epochs would be over already; begin later, so that at most ${CAUGHT_UP_MAX} are.`,
      'effectiveAt',
    );
  }
}

function invalid(message: string, path: string): Error {
  return emissionPolicyRefusal('EMISSION_POLICY_INVALID', message, path);
}
