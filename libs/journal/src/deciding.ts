/** Deciding one page: command by command, each whole or not at all. */
import {
  DomainError,
  UndoFailed,
  type AppliedOffsets,
  type DueItem,
  type EntryPosition,
  type EventCodec,
  type RecordedEvent,
  type UndoLog,
} from '#domain';
import { Draft } from './draft.js';
import { LaneBroken, refuse, type Position, type Waiting } from './lane.js';
import { BODY_BYTES_MAX } from './page.js';

/** What a sequencer needs to know of its shard's kind. */
export interface ShardKind<State extends { readonly undo: UndoLog }, Command, Event extends RecordedEvent, Outcome> {
  /** How the shard's events are written. */
  readonly codec: EventCodec;
  createState(): State;
  evolve(state: State, event: Event, position: EntryPosition): void;
  /**
   * Decides one command; `record` makes an event happen at once.
   *
   * @param recordedAt the page's time, RFC 3339 UTC with milliseconds: what is in force or over is so at this time
   * @throws DomainError when it is refused
   */
  decide(state: State, command: Command, record: (event: Event) => EntryPosition, recordedAt: string): Outcome;
  /** What acts by itself when its instant comes; absent where nothing does. */
  readonly due?: DueActs<State, Command>;
  /** Kafka offsets that the command holds, if any. */
  offsetsOf?(command: Command): AppliedOffsets | undefined;
  applyOffsets?(state: State, range: AppliedOffsets): void;
  /** A page is durable whose events the state has folded; for what depends on when they were recorded. */
  recorded?(state: State, page: { readonly height: number; readonly recordedAt: string }): void;
  /** The offset after the last one applied; what lies below is not recorded again. */
  nextOffset?(state: State, name: string, partition: number): number;
}

/** What acts by itself in a shard. */
export interface DueActs<State, Command> {
  /** What is due first, in the future or not. */
  next(state: State): DueItem | undefined;
  /** When an item is due, milliseconds since 1970; undefined: it is not, or not any more. */
  instantOf(state: State, item: DueItem): number | undefined;
  /** The command that acts on an item. Its time is the item's instant, its author the system. */
  command(state: State, item: DueItem): Command;
}

/** The page that is decided. */
export interface PagePlace extends Position {
  /** RFC 3339 UTC with milliseconds. */
  readonly recordedAt: string;
}

export class Deciding<State extends { readonly undo: UndoLog }, Command, Event extends RecordedEvent, Outcome> {
  constructor(
    private readonly kind: ShardKind<State, Command, Event, Outcome>,
    private readonly state: State,
    private readonly place: PagePlace,
    readonly draft = new Draft<Command, Outcome>(),
  ) {}

  /**
   * Returns false when the command's events do not fit: it waits for the next page.
   *
   * @throws RecordingFailed, UndoFailed: the state is doubtful, and the fault lies in the program
   */
  take(waiting: Waiting<Command, Outcome>): boolean {
    const { command, lane } = waiting;
    const { draft } = this;
    const { undo } = this.state;
    const mark = { undo: undo.mark(), draft: draft.mark() };
    const takeBack = () => {
      undo.rollback(mark.undo);
      draft.takeBack(mark.draft);
    };
    if (lane?.broken === true) {
      waiting.reject(new LaneBroken());
      return true;
    }
    if (lane !== undefined && draft.brokenLanes.has(lane)) {
      draft.decided.push({ waiting, answer: () => refuse(waiting, new LaneBroken()) });
      return true;
    }
    try {
      const outcome = this.kind.decide(this.state, command, (event) => this.record(event), this.place.recordedAt);
      if (draft.isOverfull) {
        const { size } = draft;
        takeBack();
        if (!draft.isEmpty) return false;
        throw new RangeError(`one command makes ${size} bytes of events; a page holds ${BODY_BYTES_MAX}`);
      }
      this.recordOffsets(command);
      draft.decided.push({ waiting, answer: (position) => waiting.resolve({ outcome, position }) });
    } catch (error) {
      if (error instanceof RecordingFailed || error instanceof UndoFailed) throw error;
      takeBack();
      if (error instanceof DomainError) {
        // It may rest on decisions of this very page, so it is told when they are durable.
        draft.decided.push({ waiting, answer: () => refuse(waiting, error) });
        if (lane !== undefined) draft.brokenLanes.add(lane);
      } else {
        // A bug is told at once.
        refuse(waiting, error);
      }
    }
    return true;
  }

  private record(event: Event): EntryPosition {
    const { draft, place } = this;
    const position = { shard: place.shard, height: place.height, index: draft.lines.length };
    // For every event: without a closure of its own, and without a spread.
    try {
      const line = this.kind.codec.encode(event);
      this.kind.evolve(this.state, event, position);
      draft.addLine(line);
    } catch (error) {
      throw new RecordingFailed(error);
    }
    return position;
  }

  /** Notes the part of the command's range that is new; a redelivered range is silent. */
  private recordOffsets(command: Command): void {
    try {
      const range = this.kind.offsetsOf?.(command);
      if (range === undefined) return;
      const next = this.kind.nextOffset?.(this.state, range.name, range.partition) ?? 0;
      if (range.to <= next) return;
      const { name, partition, to, fingerprint } = range;
      const applied = { name, partition, from: Math.max(range.from, next), to, fingerprint };
      this.draft.addRange(applied);
      this.kind.applyOffsets?.(this.state, applied);
    } catch (error) {
      throw new RecordingFailed(error);
    }
  }
}

/** Decides one command and leaves what it changed in the state: whoever asks takes that back. @throws what the decision throws */
export function tryOne<State extends { readonly undo: UndoLog }, Command, Event extends RecordedEvent, Outcome>(
  kind: ShardKind<State, Command, Event, Outcome>,
  state: State,
  { shard, height, recordedAt }: PagePlace,
  command: Command,
): Outcome {
  const mark = state.undo.mark();
  let index = 0;
  const record = (event: Event): EntryPosition => {
    const position = { shard, height, index: index++ };
    kind.evolve(state, event, position);
    return position;
  };
  try {
    return kind.decide(state, command, record, recordedAt);
  } catch (error) {
    state.undo.rollback(mark);
    throw error;
  }
}

/** A decision was made and could not be recorded or folded: the state may hold a part of it. */
class RecordingFailed extends Error {
  constructor(cause: unknown) {
    super(`a decision could not be recorded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'RecordingFailed';
  }
}
