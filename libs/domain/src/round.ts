/**
 * Rounds: one consistent cut over all shards, and what is done with it. A round is opened in the registry; every holder
 * shard cuts its part; the registry plans from all the cuts; where the plan concerns the shards, each applies its part,
 * and the registry closes the round. Every step is an entry of the journal, written before the next one is taken and
 * idempotent by the round's id. So a round is carried on at the step that is missing, by any process, whoever opened it,
 * and any number of processes may take the same step at once.
 *
 * A concept describes its rounds as a {@link Round}; one driver (`libs/wiring`) takes the steps.
 */
import type { Typed } from './dispatch.js';
import type { EntryPosition, Provenance, Requested, ShardHead } from './entry.js';

/** What a round reads: the state of the registry, and of a holder shard. */
export interface RoundStates {
  readonly registry: unknown;
  readonly holders: unknown;
}

/** What a round's steps ask of the registry, and of a holder shard. */
export interface RoundCommands {
  readonly registry: Typed;
  readonly holders: Typed;
}

/** What every command of a round is given by whoever takes the step. */
export type RoundStep = Pick<Requested, 'time' | 'provenance'>;

/** A round whose next step is the driver's, as the registry's state shows it. */
export interface RoundUnderWay<About> {
  readonly id: string;
  /** `opened`: cuts or the plan are missing; `planned`: shards have still to apply it, or its close is missing. */
  readonly stage: 'opened' | 'planned';
  /** The entry of the registry that opened it. */
  readonly openedAt: EntryPosition;
  /** What the registry keeps of it, from which the concept makes its commands. */
  readonly about: About;
}

/** A shard's cut and where it stands. */
export interface RoundCut<Cut> {
  readonly cut: Cut;
  readonly entry: EntryPosition;
}

/** How far a shard is with what takes it several entries, and what the next of them needs of its earlier pages. */
export interface CutProgress {
  /** Entries so far: each step adds to them. */
  readonly steps: number;
  /** The shard's pages after an instant, up to an entry, are to be read again. */
  readonly readAgain?: { readonly afterMs: number; readonly before: EntryPosition };
}

/** A cut that takes several entries, or needs what the shard was at a past instant and its state no longer tells. */
export interface GradualCut<States extends RoundStates> {
  progress(state: States['holders'], id: string): CutProgress;
  /** What an entry adds to what is read again. */
  weigh(event: Typed): bigint;
}

/** A cut that is of a past instant: what the shard's state had then, whatever it has done since. */
export interface PastCut<States extends RoundStates, About> {
  /** RFC 3339 UTC with milliseconds. The shard is closed up to it before it is read back. */
  instant(about: About): string;
  /** By account, atto-tokens: what the pages after the instant have moved is taken out of a copy. */
  balances(state: States['holders']): ReadonlyMap<string, bigint>;
}

/** What the next step of a cut is given: how many there were, and what {@link GradualCut.weigh} came to. */
export interface CutStep {
  readonly steps: number;
  /** Absent: nothing was to be read again. */
  readonly readAgain?: bigint;
  /** The shard's balances at the instant of a {@link PastCut}; absent: it is cut as it stands. */
  readonly balances?: ReadonlyMap<string, bigint>;
}

/** How a plan is brought to the holder shards, and ended. */
export interface RoundApplication<States extends RoundStates, Commands extends RoundCommands, About> {
  /**
   * What a shard does of the plan; undefined: nothing. Idempotent by the round's id, and for ever so.
   *
   * @param done what {@link RoundApplication.progress} says; 0 where there is none
   */
  command(about: About, shard: number, shards: number, step: RoundStep, done: number): Commands['holders'] | undefined;
  /** Absent: one command applies it all. How far the shard is otherwise: each command takes it further. */
  progress?(state: States['holders'], id: string): number;
  isApplied(state: States['holders'], id: string): boolean;
  /** Ends the round; given once every shard has applied its part. */
  close(about: About, step: RoundStep): Commands['registry'];
}

/**
 * One kind of round. Its concept keeps cuts and applications by id for ever: a process that was stopped for hours may
 * give the commands of a round that is long over, and they must then change nothing.
 *
 * @typeParam Process the service that carries these rounds on
 * @typeParam Outside what that service brings from outside the journal, where the plan needs any
 */
export interface Round<
  States extends RoundStates,
  Commands extends RoundCommands,
  About,
  Cut,
  Process extends string = string,
  Outside = undefined,
> {
  readonly drivenBy: Process;
  /** On whose behalf the steps are taken. */
  readonly provenance: Provenance;
  /** The rounds whose next step is the driver's; one that something else carries on after its plan is none any more. */
  underWay(state: States['registry']): readonly RoundUnderWay<About>[];
  /** Freezes a shard's part, or the next piece of it. A shard that has cut the round already changes nothing. */
  cut(about: About, step: RoundStep, next: CutStep): Commands['holders'];
  /** Absent: the shard is cut as it stands. */
  readonly past?: PastCut<States, About>;
  /** Absent: one entry is the cut. */
  readonly gradually?: GradualCut<States>;
  /** What the cut came to in a shard. */
  findCut(state: States['holders'], id: string): RoundCut<Cut> | undefined;
  /**
   * Plans from all the cuts. Refused with a `DomainError` when the round is not `opened` any more.
   *
   * @param cuts by the number of the shard
   * @param heads of each shard at its cut, then of the registry at the opening
   */
  plan(
    about: About,
    cuts: readonly Cut[],
    heads: readonly ShardHead[],
    step: RoundStep,
    outside: Outside,
  ): Commands['registry'];
  /** Absent where the plan is the last step that all rounds have in common. */
  readonly application?: RoundApplication<States, Commands, About>;
}
