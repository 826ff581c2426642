/**
 * Closed tables from an event's or a command's `type` to what it does. A concept makes its own rows; a shard puts them
 * together, and the compiler names the row that is missing.
 */
import type { Flow } from './account.js';
import { irreversible, type CommonReason, type Irreversible, type Posted, type Reversal } from './correction.js';
import type { AnsweredRequest, EntryPosition, RequestIdentity } from './entry.js';
import { entryId, findAnswer } from './entry.js';
import type { ShardState } from './shard-state.js';

/** Anything that says by `type` what it is. */
export interface Typed {
  readonly type: string;
}

/** Makes an event happen at once, so that the next decision of the same page sees it, and says where it stands. */
export type RecordEvent<Event> = (event: Event) => EntryPosition;

/** What each event changes in a state. */
export type Evolve<Event extends Typed, State> = {
  readonly [Type in Event['type']]: (
    state: State,
    event: Extract<Event, { readonly type: Type }>,
    position: EntryPosition,
  ) => void;
};

/** What each command becomes. A row throws `DomainError` when it refuses; it has recorded nothing then. */
export type Decide<Command extends Typed, State, Context, Event, Outcome> = {
  readonly [Type in Command['type']]: (
    state: State,
    command: Extract<Command, { readonly type: Type }>,
    context: Context,
    record: RecordEvent<Event>,
  ) => Outcome;
};

/**
 * How each event that moves value is corrected, as the state stands, or why not. An event without postings has no row.
 * A row changes nothing: `evolve` of what it returns does.
 */
export type Correct<Event extends Typed, State, Reason extends string = never> = {
  readonly [Type in Extract<Event, Posted>['type']]: (
    state: State,
    event: Extract<Event, { readonly type: Type }>,
    position: EntryPosition,
  ) => Reversal | Irreversible<Reason>;
};

/** Between which kinds of accounts the postings of each event may move value; a balanced entry can still be unlawful. */
export type Flows<Event extends Typed> = Readonly<Record<Extract<Event, Posted>['type'], readonly Flow[]>>;

/**
 * For commands that become exactly one event each; a row gives the place of the entry that said so before, if any.
 * `recordedAt` is the page's time, RFC 3339 UTC with milliseconds.
 */
export type DecideEvent<Command extends Typed, State, Event> = {
  readonly [Type in Command['type']]: (
    state: State,
    command: Extract<Command, { readonly type: Type }>,
    recordedAt: string,
  ) => Event | EntryPosition;
};

/**
 * A table without what every object inherits: a journal may hold any text as a type, `toString` too, and such a type is
 * in no table.
 */
export function lookupTable<Table extends object>(rows: Table): Readonly<Table> {
  return Object.freeze(Object.assign(Object.create(null) as object, rows)) as Readonly<Table>;
}

/** Applies one event. A type that the table lacks, of a later release or another shard's, changes nothing. */
export function evolveBy<Event extends Typed, State>(
  table: Evolve<Event, State>,
  state: State,
  event: Typed,
  position: EntryPosition,
): void {
  const evolve = table[event.type as Event['type']] as
    ((state: State, event: Typed, position: EntryPosition) => void) | undefined;
  if (evolve !== undefined) evolve(state, event, position);
}

/** Decides one command. @throws DomainError when it is refused as a whole; nothing was recorded then */
export function decideBy<Command extends Typed, State, Context, Event, Outcome>(
  table: Decide<Command, State, Context, Event, Outcome>,
  state: State,
  command: Command,
  context: Context,
  record: RecordEvent<Event>,
): Outcome {
  const decide = table[command.type as Command['type']] as (
    state: State,
    command: Command,
    context: Context,
    record: RecordEvent<Event>,
  ) => Outcome;
  return decide(state, command, context, record);
}

/**
 * Says how an entry is corrected; {@link ShardState.correct} does it. An entry is corrected once: a second correction is
 * refused by the entry's place, `corrected-already`.
 */
export function correctBy<
  Event extends Typed,
  State extends Pick<ShardState, 'findOverdrawn' | 'corrections'>,
  Reason extends string,
>(
  table: Correct<Event, State, Reason>,
  state: State,
  event: Typed,
  position: EntryPosition,
): Reversal | Irreversible<Reason | CommonReason> {
  const correct = table[event.type as Extract<Event, Posted>['type']] as
    ((state: State, event: Typed, position: EntryPosition) => Reversal | Irreversible<Reason>) | undefined;
  if (correct === undefined) return irreversible('no-correction');
  if (state.corrections.has(entryId(position))) return irreversible('corrected-already');
  const correction = correct(state, event, position);
  if (correction.type === 'irreversible') return correction;
  return state.findOverdrawn(correction.postings) === undefined ? correction : irreversible('funds-gone');
}

/** What a command came to, apart from the position that the sequencer adds. */
export type EntryOutcome =
  | { readonly type: 'entry'; readonly entry: EntryPosition; readonly replayed: boolean }
  | { readonly type: 'unchanged' };

/** Records the event, where there is one. */
export function recordIfAny<Event>(event: Event | undefined, record: RecordEvent<Event>): EntryOutcome {
  return event === undefined ? { type: 'unchanged' } : { type: 'entry', entry: record(event), replayed: false };
}

/** Decides a request once: a repetition gets the entry that it became. @throws DomainError `IDEMPOTENCY_CONFLICT` */
export function decideOnce(
  { answers }: { readonly answers: ReadonlyMap<string, AnsweredRequest> },
  request: RequestIdentity | undefined,
  decide: () => EntryPosition,
): EntryOutcome {
  const known = findAnswer(answers, request);
  if (known !== undefined) return { type: 'entry', entry: known.position, replayed: true };
  return { type: 'entry', entry: decide(), replayed: false };
}
