/**
 * Work to be found: what a command could not finish, since it needs more than one page or another shard. It is looked
 * for in the state and never remembered, so that whoever folds the pages finds what a crash left. Looking is repeated
 * now and then; after a command that left some it is done at once.
 */
import { lookupTable, type RecordEvent, type Typed } from './dispatch.js';
import type { EntryPosition, Ordered } from './entry.js';

/** A command that brings some work on, and the shard that decides it: by default the one in which the work was found. */
export interface WorkStep<Command> {
  readonly shard?: number | 'registry';
  readonly command: Ordered<Command>;
}

/** One kind of work. Everything is by id, unique within the kind and the shard. */
export interface WorkKind<State, Command, Event extends Typed> {
  /** What each event may leave to be done. A hint, for speed only: all work is found without it. */
  readonly leftBy: {
    readonly [Type in Event['type']]?: (
      event: Extract<Event, { readonly type: Type }>,
      position: EntryPosition,
    ) => string | undefined;
  };
  /** All that is left. */
  readonly left: (state: State) => Iterable<string>;
  readonly isLeft: (state: State, id: string) => boolean;
  /**
   * What finishes it, or brings it on by a part: each step is decided when the one before is durable, and all of them are
   * idempotent. Asked of a state in which everything is durable.
   */
  readonly steps: (state: State, id: string) => readonly WorkStep<Command>[];
  /** Whether the request that left it is answered only when it is done. */
  readonly isAwaited: boolean;
}

/** Kinds of work by their names. The name says who acts, `system:<name>`. */
export type Work<Kind extends string, State, Command, Event extends Typed> = Readonly<
  Record<Kind, WorkKind<State, Command, Event>>
>;

export interface WorkItem {
  readonly kind: string;
  readonly id: string;
}

/** What a decided command may have left to be done in its shard. */
export interface LeavesWork {
  readonly left?: readonly WorkItem[];
}

type FindLeft = (event: Typed, position: EntryPosition) => string | undefined;

/** By the type of an event, the kinds of work that it may leave. */
export type LeftBy = Readonly<Record<string, readonly { readonly kind: string; readonly find: FindLeft }[]>>;

/** Turns a table of work around. */
export function leftByType(
  work: Readonly<Record<string, { readonly leftBy: Readonly<Record<string, unknown>> }>>,
): LeftBy {
  const byType: Record<string, { kind: string; find: FindLeft }[]> = {};
  for (const [kind, { leftBy }] of Object.entries(work)) {
    for (const [type, find] of Object.entries(leftBy)) (byType[type] ??= []).push({ kind, find: find as FindLeft });
  }
  return lookupTable(byType);
}

/** Decides a command and says with its outcome what work the events that it recorded may have left. */
export function decideAndNote<Event extends Typed, Outcome extends object>(
  leftBy: LeftBy,
  record: RecordEvent<Event>,
  decide: (record: RecordEvent<Event>) => Outcome,
): Outcome & LeavesWork {
  let left: WorkItem[] | undefined;
  const outcome = decide((event) => {
    const position = record(event);
    const kinds = leftBy[event.type];
    if (kinds === undefined) return position;
    for (const { kind, find } of kinds) {
      const id = find(event, position);
      if (id !== undefined) (left ??= []).push({ kind, id });
    }
    return position;
  });
  return left === undefined ? outcome : { ...outcome, left };
}
