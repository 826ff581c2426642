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
} from '#domain';
import { splitAccounts } from '../rating/split-policy.js';
import { fundsAccounts, ISSUANCE } from '../supply/funds.js';
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

/** An epoch has ended, at the entry's own time, and its tokens are minted. */
export interface TokensEmitted extends Recorded {
  readonly type: 'TokensEmitted';
  /** The version of the policy. */
  readonly policy: number;
  /** From 0 at the version's `effectiveAt`. */
  readonly epoch: number;
  readonly amount: PositiveAttoText;
  /** Of a policy that decays: what later epochs may mint. */
  readonly remaining?: AttoText;
  readonly postings: readonly Posting[];
}

export type EmissionEvent = EmissionScheduled | TokensEmitted;

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
  },
} as const satisfies Layouts<EmissionEvent>;

/** An epoch has ended. */
interface EmitTokens {
  readonly type: 'EmitTokens';
  readonly time: string;
  readonly provenance: Provenance;
}

export type EmissionCommand = ScheduleEmission | EmitTokens;

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
  private readonly reached: UndoableMap<'progress', Progress>;

  constructor(undo: UndoLog) {
    this.scheduled = new UndoableMap(undo);
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
export interface EmissionState {
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
  TokensEmitted: (state, { time, remaining }) => {
    const { progress } = state.emission;
    const left = remaining === undefined ? progress.remaining : BigInt(remaining);
    state.emission.reach({ untilMs: parseTime(time, 'time'), ...(left === undefined ? {} : { remaining: left }) });
    awaitNextEpoch(state);
  },
};

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
  { readonly shard: number; readonly shards: number },
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
  EmitTokens: ({ emission }, { time, provenance }, _context, record) => {
    const next = nextEpoch(emission.scheduled.values(), emission.progress);
    const isOver = next !== undefined && next.endsAtMs <= parseTime(time, 'time');
    return recordIfAny(isOver ? emit(next, provenance) : undefined, record);
  },
};

const WHOLE_BPS = 10_000;

function emit({ policy, epoch, endsAtMs, amount, remaining }: Epoch, provenance: Provenance): TokensEmitted {
  const { recipients } = policy.policy;
  const rest = recipients.reduce((left, { bps }) => left - bps, WHOLE_BPS);
  const shares = splitAmount(
    amount,
    [...recipients.map(({ bps }) => bps), rest].map((bps) => BigInt(bps)),
  );
  const onward = recipients.flatMap(({ account }, i) =>
    account === TREASURY_EMISSION || shares[i] === 0n ? [] : [posting(TREASURY_EMISSION, account, shares[i]!)],
  );
  return {
    type: 'TokensEmitted',
    time: writeInstant(endsAtMs),
    ...provenance,
    policy: policy.version,
    epoch,
    amount: amount.toString(),
    ...(remaining === undefined ? {} : { remaining: remaining.toString() }),
    postings: [posting(ISSUANCE, TREASURY_EMISSION, amount), ...onward],
  };
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
