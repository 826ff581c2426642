/** Commands that wait for a sequencer, and the order that some of them must keep. */
import { PageRefused } from './authority.js';
import { ShardLost } from './head-watch.js';

/** A command in front of this one in its lane failed; offer both again, in order. */
export class LaneBroken extends Error {
  readonly retriable = true;

  constructor() {
    super('a command in front of this one failed');
    this.name = 'LaneBroken';
  }
}

/** Too many commands wait, or the sequencer stops. Nothing was done; try again later. */
export class SequencerBusy extends Error {
  readonly retriable = true;
  readonly retryAfterSeconds = 1;

  constructor(shard: number) {
    super(`shard ${shard} has too many commands waiting`);
    this.name = 'SequencerBusy';
  }
}

/** Trouble of a shard that a root key can end. */
export type Refusal = PageRefused | ShardLost;

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof PageRefused || error instanceof ShardLost;
}

/**
 * Nothing is decided in the shard until a root key says what becomes of it; then it goes on by itself. Either a page stands
 * there that does not count, since somebody wrote it who may not, or pages are missing that somebody remembers.
 */
export class ShardRefused extends Error {
  readonly retriable = true;
  readonly retryAfterSeconds = 30;
  /** The page that does not count. */
  readonly page: PageRefused['page'] | undefined;

  /** Pages are missing: what a process has folded of the shard may be gone. */
  readonly isLost: boolean;

  constructor(cause: Refusal) {
    const isLost = cause instanceof ShardLost;
    super(isLost ? cause.message : `${cause.message}; "airtime journal void-page" declares it void`, { cause });
    this.name = 'ShardRefused';
    this.isLost = isLost;
    this.page = isLost ? undefined : cause.page;
  }
}

const HALTED = {
  journal: 'its journal cannot be followed; run "airtime verify"',
  decision: 'a decision could not be recorded; nothing of it was written, and the log says why: start a mended version',
  writer: 'this process may not write it; "airtime writers list" shows who may',
} as const;

/**
 * This process decides nothing more in the shard: its journal holds what cannot be followed, or a decision could not be
 * recorded or taken back. Nothing was done, and nothing will be until it restarts.
 */
export class SequencerHalted extends Error {
  readonly retriable = false;

  constructor(
    shard: number,
    cause: unknown,
    readonly what: keyof typeof HALTED = 'journal',
  ) {
    const why = HALTED[what];
    super(`shard ${shard} is halted, since ${why}`, { cause });
    this.name = 'SequencerHalted';
  }
}

/**
 * Commands that must not overtake one another (the slices of one partition): when one fails, those behind it are
 * refused too, so that offsets never pass over a slice that was not applied. A broken lane stays broken: offer what was
 * refused again in a new one.
 */
export class Lane {
  /** A command was refused: those that wait behind it are refused as well. */
  broken = false;
  /** A command was not even taken: no other is taken any more, while those that wait in front of it go on. */
  closed = false;
}

/** A command and whoever waits for its answer. */
export interface Waiting<Command, Outcome> {
  readonly command: Command;
  readonly lane: Lane | undefined;
  readonly resolve: (result: Sequenced<Outcome>) => void;
  readonly reject: (error: unknown) => void;
}

/** Where a shard stood when a command was answered. */
export interface Position {
  readonly shard: number;
  readonly height: number;
}

export interface Sequenced<Outcome> {
  readonly outcome: Outcome;
  readonly position: Position;
}

/** Refuses a waiting command and breaks its lane. */
export function refuse(waiting: Pick<Waiting<unknown, never>, 'lane' | 'reject'>, error: unknown): void {
  if (waiting.lane !== undefined) waiting.lane.broken = true;
  waiting.reject(error);
}
