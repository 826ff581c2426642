/** The page of what is due at one instant. */
import { systemAuthor, type Due, type DueItem, type DueQueue, type RecordedEvent, type UndoLog } from '#domain';
import { Deciding, type DueActs, type PagePlace, type ShardKind } from './deciding.js';
import { Draft } from './draft.js';

const DUE = systemAuthor('due');

/** What acts on the kinds of items in a table. */
export function dueActs<Kind extends string, State extends { readonly due: DueQueue<Kind> }, Command>(
  table: Due<Kind, State, Command>,
): DueActs<State, Command> {
  return {
    next: ({ due }) => due.next,
    instantOf: ({ due }, { kind, id }) => due.instantOf(kind, id),
    command: (state, item) => {
      const context = { time: new Date(item.atMs).toISOString(), provenance: DUE };
      return { ...table[item.kind as Kind](state, item), ...context } as Command;
    },
  };
}

/**
 * Something is due and could not act here, so nothing later may be decided: this process may not write what it would
 * record, or its command failed. Another process may let it act; it is tried again.
 */
export class DueHindered extends Error {
  readonly retriable = true;

  /** @param instant RFC 3339 UTC with milliseconds */
  constructor(
    shard: number,
    readonly instant: string,
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`shard ${shard} waits for what is due at ${instant}: ${why}`, { cause });
    this.name = 'DueHindered';
  }
}

/** A command left its item where it was, or was refused: it decides whether there is anything to do, and cannot refuse. */
export class NotActed extends Error {
  constructor({ kind }: DueItem, cause?: unknown) {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    super(`a due ${kind} is due as before its command${why}`, { cause });
    this.name = 'NotActed';
  }
}

/**
 * Decides what is due at an instant, in its order, until the page is full or nothing is left that is due then.
 *
 * @param atMs the instant, milliseconds since 1970
 * @param acted told of what each command came to once its page is durable
 * @throws NotActed; anything else as a decision that cannot be recorded. The state holds a part of the page then
 */
export function decideDue<State extends { readonly undo: UndoLog }, Command, Event extends RecordedEvent, Outcome>(
  kind: ShardKind<State, Command, Event, Outcome>,
  state: State,
  place: PagePlace,
  atMs: number,
  acted: (outcome: Outcome) => void,
): Draft<Command, Outcome> {
  const acts = kind.due!;
  const deciding = new Deciding(kind, state, place, new Draft<Command, Outcome>(true));
  for (let item = acts.next(state); item?.atMs === atMs; item = acts.next(state)) {
    let failure: unknown;
    const waiting = {
      command: acts.command(state, item),
      lane: undefined,
      resolve: ({ outcome }: { readonly outcome: Outcome }) => {
        acted(outcome);
      },
      reject: (error: unknown) => {
        failure = error;
      },
    };
    if (!deciding.take(waiting)) break;
    if (failure !== undefined || acts.instantOf(state, item) === atMs) throw new NotActed(item, failure);
  }
  return deciding.draft;
}
