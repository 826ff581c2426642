/**
 * Emission: tokens that are minted at the end of each epoch of a published policy. The versions are published in the registry and
 * brought to one shard, which emits what is due by itself, epoch by epoch, however late it wakes.
 */
import {
  irreversible,
  movements,
  named,
  optional,
  parseTime,
  plain,
  posting,
  recordIfAny,
  requestLayout,
  splitAmount,
  UndoableMap,
  writeInstant,
  type AttoText,
  type Correct,
  type Decide,
  type Due,
  type DueQueue,
  type EntryOutcome,
  type Evolve,
  type Flows,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Provenance,
  type Recorded,
  type UndoLog,
  type Work,
} from '#domain';
import { splitAccounts } from '../rating/split-policy.js';
import { fundsAccounts, ISSUANCE } from '../supply/funds.js';
import type { BookedMintsState, KnowsCap } from '../supply-cap/booked.js';
import type { AllowancesState, AllowEmission } from '../supply-cap/supply-cap.js';
import {
  compileEmissionPolicy,
  emissionAccounts,
  emissionShard,
  TREASURY_EMISSION,
  type CompiledEmissionPolicy,
  type EmissionPolicy,
  type ScheduleEmission,
} from './emission-policy.js';
import { decayAmount, halvingAmount } from './schedule.js';

/** The shard that emits has a version of the policy. */
export interface EmissionScheduled extends Recorded {
  readonly type: 'EmissionScheduled';
  readonly version: number;
  readonly policy: EmissionPolicy;
}

/**
 * An epoch has ended, at the entry's own time. There is a cap: how much of it fits the registry says.
 */
export interface EpochEnded extends Recorded {
  readonly type: 'EpochEnded';
  /** The version of the policy. */
  readonly policy: number;
  readonly epoch: number;
  /** What its schedule says. */
  readonly amount: PositiveAttoText;
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
  },
  EpochEnded: {
    ...{ policy: plain, epoch: plain, amount: plain },
    ...{ remaining: optional(plain), request: optional(requestLayout) },
  },
} as const satisfies Layouts<EmissionEvent>;

/** An epoch has ended. */
interface EmitTokens {
  readonly type: 'EmitTokens';
  readonly time: string;
  readonly provenance: Provenance;
}

/** The registry has said how much of an epoch fits. */
interface BookEmission {
  readonly type: 'BookEmission';
  readonly version: number;
  readonly epoch: number;
  readonly time: string;
  readonly provenance: Provenance;
}

export type EmissionCommand = ScheduleEmission | EmitTokens | BookEmission;

/** How far the shard has emitted. */
interface Progress {
  /** The end of the last epoch, milliseconds since 1970: no part of the time before is emitted for again. */
  readonly untilMs: number;
  /** What policies that decay may still mint; undefined before the first epoch of one. */
  readonly remaining?: bigint;
}

const NOTHING_YET: Progress = { untilMs: Number.NEGATIVE_INFINITY };

/** The versions that the shard has, and how far it has emitted. */
export class EmissionPart {
  readonly scheduled: UndoableMap<number, CompiledEmissionPolicy>;
  /** Epochs that have ended and wait for the registry's word, by `version/epoch`. */
  readonly awaiting: UndoableMap<string, EpochEnded>;
  private readonly reached: UndoableMap<'progress', Progress>;

  constructor(undo: UndoLog) {
    this.scheduled = new UndoableMap(undo);
    this.awaiting = new UndoableMap(undo);
    this.reached = new UndoableMap(undo);
  }

  get progress(): Progress {
    return this.reached.get('progress') ?? NOTHING_YET;
  }

  reach(progress: Progress): void {
    this.reached.set('progress', progress);
  }
}

/** What a shard keeps of this concept. */
export interface EmissionState extends BookedMintsState {
  readonly emission: EmissionPart;
  readonly due: DueQueue<'emission-epoch'>;
}

/** An epoch that mints something. */
export interface Epoch {
  readonly policy: CompiledEmissionPolicy;
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly endsAtMs: number;
  readonly amount: bigint;
  readonly remaining?: bigint;
}

/**
 * The first epoch that was not emitted yet. A version's epochs follow each other from its `effectiveAt` to that of the next one;
 * one that would end later is none. Of two versions from the same instant on, the one with the higher number stands.
 *
 * @returns undefined when no version mints anything more
 */
export function nextEpoch(policies: Iterable<CompiledEmissionPolicy>, progress: Progress): Epoch | undefined {
  const inOrder = [...policies].sort((a, b) => a.effectiveAtMs - b.effectiveAtMs || a.version - b.version);
  for (const [i, policy] of inOrder.entries()) {
    const { effectiveAtMs, epochMs } = policy;
    const epoch = Math.max(0, Math.ceil((progress.untilMs - effectiveAtMs) / epochMs));
    const endsAtMs = effectiveAtMs + (epoch + 1) * epochMs;
    if (endsAtMs > (inOrder[i + 1]?.effectiveAtMs ?? Number.POSITIVE_INFINITY)) continue;
    const minted = mintedBy(policy, epoch, progress.remaining);
    if (minted.amount > 0n) return { policy, epoch, endsAtMs, ...minted };
  }
  return undefined;
}

function mintedBy(
  policy: CompiledEmissionPolicy,
  epoch: number,
  remaining: bigint | undefined,
): Pick<Epoch, 'amount' | 'remaining'> {
  switch (policy.kind) {
    case 'fixed':
      return { amount: policy.amount };
    case 'halving':
      return { amount: halvingAmount(policy.initial, policy.period, epoch) };
    case 'decay': {
      const { amount, carried } = decayAmount(remaining ?? policy.remaining, policy.num, policy.den);
      return { amount, remaining: carried };
    }
  }
}

export const evolveEmission: Evolve<EmissionEvent, EmissionState> = {
  EmissionScheduled: (state, { version, policy }) => {
    state.emission.scheduled.set(version, compileEmissionPolicy(version, policy));
    awaitNextEpoch(state);
  },
  EpochEnded: (state, event) => {
    state.emission.awaiting.set(nameOf(event.policy, event.epoch), event);
    goOn(state, event);
  },
  TokensEmitted: (state, event) => {
    const name = nameOf(event.policy, event.epoch);
    if (!state.emission.awaiting.has(name)) {
      goOn(state, event);
      return;
    }
    state.emission.awaiting.delete(name);
    state.bookedMints.add(BigInt(event.amount));
  },
};

const nameOf = (version: number, epoch: number): string => `${version}/${epoch}`;

/** The epoch is over. */
function goOn(state: EmissionState, { time, remaining }: EpochEnded | TokensEmitted): void {
  const { progress } = state.emission;
  const left = remaining === undefined ? progress.remaining : BigInt(remaining);
  state.emission.reach({ untilMs: parseTime(time, 'time'), ...(left === undefined ? {} : { remaining: left }) });
  awaitNextEpoch(state);
}

/** There is one item: the epoch that ends next. */
const NEXT = 'next';

function awaitNextEpoch({ emission, due }: EmissionState): void {
  const next = nextEpoch(emission.scheduled.values(), emission.progress);
  if (next === undefined) due.remove('emission-epoch', NEXT);
  else due.set('emission-epoch', NEXT, next.endsAtMs);
}

export const dueEmission: Due<'emission-epoch', EmissionState, EmissionCommand> = {
  'emission-epoch': () => ({ type: 'EmitTokens' }),
};

export const decideEmission: Decide<
  EmissionCommand,
  EmissionState,
  {
    readonly shard: number;
    readonly shards: number;
    readonly catalogue: KnowsCap & AllowancesState;
  },
  EmissionEvent,
  EntryOutcome
> = {
  ScheduleEmission: ({ emission }, { version, policy, time, provenance }, { shard, shards }, record) => {
    const home = emissionShard(shards);
    if (home !== shard) throw new Error(`shard ${shard} was offered an emission policy, and ${home} emits`);
    const isKnown = emission.scheduled.has(version);
    return recordIfAny<EmissionEvent>(
      isKnown ? undefined : { type: 'EmissionScheduled', time, ...provenance, version, policy },
      record,
    );
  },
  EmitTokens: ({ emission }, { time, provenance }, { catalogue }, record) => {
    const next = nextEpoch(emission.scheduled.values(), emission.progress);
    if (next === undefined || next.endsAtMs > parseTime(time, 'time')) return { type: 'unchanged' };
    const isCapped = catalogue.emissionPolicies.cappedFrom !== undefined;
    return recordIfAny<EmissionEvent>(isCapped ? end(next, provenance) : emit(next, provenance), record);
  },
  BookEmission: ({ emission }, { version, epoch, provenance }, { catalogue }, record) => {
    const ended = emission.awaiting.get(nameOf(version, epoch));
    if (ended === undefined) return { type: 'unchanged' };
    const allowed = catalogue.allowances.epoch(version, epoch);
    // It rests on the registry's word: where that was not read yet, it is tried again.
    if (allowed === undefined) throw new Error(`epoch ${epoch} of policy ${version} is not known to be allowed`);
    return recordIfAny(emitAllowed(emission.scheduled.get(version)!, ended, allowed, provenance), record);
  },
};

function fieldsOf({ policy, epoch, endsAtMs, amount, remaining }: Epoch, provenance: Provenance) {
  return {
    ...{ time: writeInstant(endsAtMs), ...provenance, policy: policy.version, epoch, amount: amount.toString() },
    ...(remaining === undefined ? {} : { remaining: remaining.toString() }),
  };
}

function end(epoch: Epoch, provenance: Provenance): EpochEnded {
  return { type: 'EpochEnded', ...fieldsOf(epoch, provenance) };
}

function emit(epoch: Epoch, provenance: Provenance): TokensEmitted {
  const postings = give(epoch.policy, epoch.amount);
  return { type: 'TokensEmitted', ...fieldsOf(epoch, provenance), postings };
}

function emitAllowed(
  policy: CompiledEmissionPolicy,
  { time, epoch, remaining }: EpochEnded,
  { amount, cut }: { readonly amount: bigint; readonly cut: bigint },
  provenance: Provenance,
): TokensEmitted {
  return {
    ...{ type: 'TokensEmitted', time, ...provenance, policy: policy.version, epoch, amount: amount.toString() },
    ...(remaining === undefined ? {} : { remaining }),
    ...(cut === 0n ? {} : { cut: cut.toString() }),
    postings: amount === 0n ? [] : give(policy, amount),
  };
}

/** An epoch that has ended is put to the registry, and what fits is booked. */
export const workEmission: Work<'emission', EmissionState, EmissionCommand | AllowEmission, EmissionEvent> = {
  emission: {
    leftBy: { EpochEnded: ({ policy, epoch }) => nameOf(policy, epoch) },
    left: ({ emission }) => emission.awaiting.keys(),
    isLeft: ({ emission }, id) => emission.awaiting.has(id),
    steps: ({ emission }, id) => {
      const { policy: version, epoch, amount } = emission.awaiting.get(id)!;
      return [
        { shard: 'registry', command: { type: 'AllowEmission', version, epoch, amount: BigInt(amount) } },
        { command: { type: 'BookEmission', version, epoch } },
      ];
    },
    isAwaited: false,
  },
};

const WHOLE_BPS = 10_000;

/** From issuance to the treasury, and on to the recipients. @param amount above zero */
function give({ policy: { recipients } }: CompiledEmissionPolicy, amount: bigint): Posting[] {
  const rest = recipients.reduce((left, { bps }) => left - bps, WHOLE_BPS);
  const shares = splitAmount(
    amount,
    [...recipients.map(({ bps }) => bps), rest].map((bps) => BigInt(bps)),
  );
  const onward = recipients.flatMap(({ account }, i) =>
    account === TREASURY_EMISSION || shares[i] === 0n ? [] : [posting(TREASURY_EMISSION, account, shares[i]!)],
  );
  return [posting(ISSUANCE, TREASURY_EMISSION, amount), ...onward];
}

/** It acts at its instant, whatever becomes of it: what was minted too much is burned by whoever has it. */
export const correctEmission: Correct<EmissionEvent, unknown, 'acts-at-its-instant'> = {
  TokensEmitted: () => irreversible('acts-at-its-instant'),
};

export const emissionFlows: Flows<EmissionEvent> = {
  TokensEmitted: [
    [fundsAccounts.issuance, treasuryEmission],
    [treasuryEmission, treasuryFees],
    [treasuryEmission, stakingRewards],
  ],
};
