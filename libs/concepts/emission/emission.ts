/**
 * Emission: tokens that are minted at the end of each epoch of a published policy. The versions are published in the registry and
 * brought to one shard, which emits what is due by itself, epoch by epoch, however late it wakes.
 */
import {
  irreversible,
  parseTime,
  posting,
  recordIfAny,
  splitAmount,
  UndoableMap,
  writeInstant,
  type Correct,
  type Decide,
  type Due,
  type DueQueue,
  type EntryOutcome,
  type Evolve,
  type Flows,
  type Posting,
  type Provenance,
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
  type ScheduleEmission,
} from './emission-policy.js';
import type { EmissionEvent, EpochEnded, TokensEmitted } from './emission-events.js';
import { decayAmount, halvingAmount, inflationAmount, scaleCarry, type ScaledCarry } from './schedule.js';

const { treasuryEmission } = emissionAccounts;
const { treasuryFees, stakingRewards } = splitAccounts;

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

/** What epochs of inflation left: parts of an atto, of which there are 10,000 times `epochs`. */
interface Carried {
  readonly parts: bigint;
  readonly epochs: bigint;
}

const NOTHING_YET: Progress = { untilMs: Number.NEGATIVE_INFINITY };

/** The versions that the shard has, and how far it has emitted. */
export class EmissionPart {
  readonly scheduled: UndoableMap<number, CompiledEmissionPolicy>;
  /** Epochs that have ended and wait for the registry's word, by `version/epoch`. */
  readonly awaiting: UndoableMap<string, EpochEnded>;
  private readonly reached: UndoableMap<'progress', Progress>;
  private readonly left: UndoableMap<'carried', Carried>;

  constructor(undo: UndoLog) {
    this.scheduled = new UndoableMap(undo);
    this.awaiting = new UndoableMap(undo);
    this.reached = new UndoableMap(undo);
    this.left = new UndoableMap(undo);
  }

  get progress(): Progress {
    return this.reached.get('progress') ?? NOTHING_YET;
  }

  reach(progress: Progress): void {
    this.reached.set('progress', progress);
  }

  /** What earlier epochs carried, as a policy with so many epochs says it, and what it cannot say. */
  carriedTo(epochs: bigint): ScaledCarry {
    const { parts, epochs: before } = this.left.get('carried') ?? { parts: 0n, epochs };
    return scaleCarry(parts, before, epochs);
  }

  carry(carried: Carried): void {
    this.left.set('carried', carried);
  }
}

/** What a shard keeps of this concept. */
export interface EmissionState extends BookedMintsState {
  readonly emission: EmissionPart;
  readonly due: DueQueue<'emission-epoch'>;
}

/** An epoch that mints something; of inflation, as much as the supply says. */
export interface Epoch {
  readonly policy: CompiledEmissionPolicy;
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly endsAtMs: number;
  readonly amount?: bigint;
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
    if (minted.amount !== 0n) return { policy, epoch, endsAtMs, ...minted };
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
    case 'inflation':
      return {};
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
    if (event.carried !== undefined) {
      const { epochs } = inflationIn(state.emission, event.policy)!;
      state.emission.carry({ parts: BigInt(event.carried), epochs });
    }
    if (!state.emission.awaiting.has(name)) {
      goOn(state, event);
      return;
    }
    state.emission.awaiting.delete(name);
    state.bookedMints.add(BigInt(event.amount));
  },
};

/** The terms of a policy of inflation; undefined for one of another kind. */
function inflationIn({ scheduled }: EmissionPart, version: number) {
  const policy = scheduled.get(version);
  return policy?.kind === 'inflation' ? policy : undefined;
}

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
    const { amount } = next;
    return recordIfAny<EmissionEvent>(
      isCapped || amount === undefined ? end(next, provenance) : emit({ ...next, amount }, provenance),
      record,
    );
  },
  BookEmission: ({ emission }, { version, epoch, provenance }, { catalogue }, record) => {
    const ended = emission.awaiting.get(nameOf(version, epoch));
    if (ended === undefined) return { type: 'unchanged' };
    const allowed = catalogue.allowances.epoch(version, epoch);
    // It rests on the registry's word: where that was not read yet, it is tried again.
    if (allowed === undefined) throw new Error(`epoch ${epoch} of policy ${version} is not known to be allowed`);
    const policy = emission.scheduled.get(version)!;
    const known = allowed.supply === undefined ? {} : sayInflation(emission, version, allowed.supply);
    return recordIfAny({ ...emitAllowed(policy, ended, allowed, provenance), ...known }, record);
  },
};

function fieldsOf({ policy, epoch, endsAtMs, amount, remaining }: Epoch, provenance: Provenance) {
  return {
    ...{ time: writeInstant(endsAtMs), ...provenance, policy: policy.version, epoch },
    ...(amount === undefined ? {} : { amount: amount.toString() }),
    ...(remaining === undefined ? {} : { remaining: remaining.toString() }),
  };
}

function end(epoch: Epoch, provenance: Provenance): EpochEnded {
  return { type: 'EpochEnded', ...fieldsOf(epoch, provenance) };
}

function emit(epoch: Epoch & { readonly amount: bigint }, provenance: Provenance): TokensEmitted {
  const { policy, amount } = epoch;
  const fields = { ...fieldsOf(epoch, provenance), amount: amount.toString() };
  return { type: 'TokensEmitted', ...fields, postings: give(policy, amount) };
}

/** Of which supply an epoch of inflation is, and what it leaves. */
function sayInflation(
  emission: EmissionPart,
  version: number,
  supply: bigint,
): Pick<TokensEmitted, 'supply' | 'carried' | 'lost'> {
  const { bps, epochs } = inflationIn(emission, version)!;
  const before = emission.carriedTo(epochs);
  const { carried } = inflationAmount(supply, bps, epochs, before.carried);
  const lost = before.lost === 0n ? {} : { lost: before.lost.toString() };
  return { supply: supply.toString(), carried: carried.toString(), ...lost };
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

/** Epochs that have ended are put to the registry one after the other, and what fits is booked: the supply has what was minted before. */
export const workEmission: Work<'emission', EmissionState, EmissionCommand | AllowEmission, EmissionEvent> = {
  emission: {
    leftBy: { EpochEnded: () => ALL_ENDED },
    left: ({ emission }) => (emission.awaiting.size === 0 ? [] : [ALL_ENDED]),
    isLeft: ({ emission }) => emission.awaiting.size > 0,
    steps: ({ emission }) => {
      const ended = firstOf(emission.awaiting.values());
      const { policy: version, epoch } = ended;
      return [
        { shard: 'registry', command: { type: 'AllowEmission', version, epoch, amount: dueOf(emission, ended) } },
        { command: { type: 'BookEmission', version, epoch } },
      ];
    },
    isAwaited: false,
  },
};

/** There is one item: whichever of them has ended first. */
const ALL_ENDED = 'epochs';

/** Which ended first. @param ended some */
function firstOf(ended: Iterable<EpochEnded>): EpochEnded {
  return [...ended].reduce((first, one) => (parseTime(one.time, 'time') < parseTime(first.time, 'time') ? one : first));
}

function dueOf(emission: EmissionPart, { policy, epoch, amount }: EpochEnded): AllowEmission['amount'] {
  if (amount !== undefined) return BigInt(amount);
  const { effectiveAtMs, epochMs, bps, epochs } = inflationIn(emission, policy)!;
  return { sinceMs: effectiveAtMs + epoch * epochMs, bps, epochs, carried: emission.carriedTo(epochs).carried };
}

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
