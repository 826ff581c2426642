/**
 * The sequencer: the one decider of a shard in this process. It keeps the shard's state in memory, drains waiting
 * commands into the next page, appends the page at the height it decided on, and answers every caller after the append.
 * While one append is under way the next commands gather: that is the whole of group commit.
 *
 * Other processes may write to the same shard. Whoever loses the race for a height takes its decisions back, reads the
 * pages it missed and decides again; a stale decision can never be appended.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError, type EntryPosition, type JournalEvent, type OffsetRange, type UndoLog } from '#domain';
import {
  BODY_BYTES_MAX,
  FIRST_PREVIOUS_HASH,
  findChainFaults,
  findPageFaults,
  headOf,
  noUpcast,
  PAGE_EVENTS_MAX,
  readEvents,
  sealPage,
  type Page,
  type PageHead,
  type Upcast,
} from './page.js';
import { HeightTaken, readPages, StoreUnavailable, type JournalStore } from './store.js';

/** What a sequencer needs to know of its shard's kind. */
export interface ShardKind<State extends { readonly undo: UndoLog }, Command, Event extends JournalEvent, Outcome> {
  createState(): State;
  evolve(state: State, event: Event, position: EntryPosition): void;
  /** Decides one command; `record` makes an event happen at once. @throws DomainError when it is refused */
  decide(state: State, command: Command, record: (event: Event) => EntryPosition): Outcome;
  /** Kafka offsets that the command holds, if any. */
  offsetsOf?(command: Command): OffsetRange | undefined;
  applyOffsets?(state: State, range: OffsetRange): void;
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

/**
 * Commands that must not overtake one another (the slices of one partition): when one fails, those behind it are
 * refused too, so that offsets never pass over a slice that was not applied.
 */
export class Lane {
  broken = false;
}

/** Too many commands wait. Nothing was done; try again later. */
export class SequencerBusy extends Error {
  readonly retriable = true;
  readonly retryAfterSeconds = 1;

  constructor(shard: number) {
    super(`shard ${shard} has too many commands waiting`);
    this.name = 'SequencerBusy';
  }
}

/** A command in front of this one in its lane failed; offer both again, in order. */
export class LaneBroken extends Error {
  readonly retriable = true;

  constructor() {
    super('a command in front of this one failed');
    this.name = 'LaneBroken';
  }
}

interface Waiting<Command, Outcome> {
  readonly command: Command;
  readonly lane: Lane | undefined;
  readonly resolve: (result: Sequenced<Outcome>) => void;
  readonly reject: (error: unknown) => void;
}

/** Decisions of one page before its append; each caller is answered once the page is durable. */
interface Draft<Command, Outcome> {
  readonly lines: string[];
  bytes: number;
  readonly offsets: Map<string, OffsetRange>;
  readonly decided: { readonly waiting: Waiting<Command, Outcome>; readonly answer: (position: Position) => void }[];
}

export interface SequencerOptions {
  readonly shard: number;
  readonly store: JournalStore;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly upcast?: Upcast;
  /** Commands that may wait before {@link SequencerBusy}. */
  readonly queueMax?: number;
  readonly retryDelayMaxMs?: number;
  /** Told of every page that became durable here or was read while catching up. */
  readonly onPage?: (page: Page) => void;
  /** Told of trouble that the sequencer handles by itself: a lost race, a store that is away. */
  readonly onTrouble?: (message: string, error?: unknown) => void;
}

export class Sequencer<State extends { readonly undo: UndoLog }, Command, Event extends JournalEvent, Outcome> {
  readonly shard: number;
  private current: State;
  private head: PageHead | undefined;
  private readonly queue: Waiting<Command, Outcome>[] = [];
  private readonly readers: { readonly read: () => void; readonly reject: (error: unknown) => void }[] = [];
  private isDraining = false;
  private drained: Promise<void> = Promise.resolve();
  private stopping = false;
  private readonly stop$ = new AbortController();
  private readonly clock: () => number;
  private readonly queueMax: number;

  constructor(
    private readonly kind: ShardKind<State, Command, Event, Outcome>,
    private readonly options: SequencerOptions,
  ) {
    this.shard = options.shard;
    this.clock = options.clock ?? Date.now;
    this.queueMax = options.queueMax ?? 10_000;
    this.current = kind.createState();
  }

  /** The shard's state with every decision so far, durable or not. Read it only for hints, never to answer a caller. */
  get state(): State {
    return this.current;
  }

  get height(): number {
    return this.head?.height ?? 0;
  }

  /** Commands that wait now. */
  get waiting(): number {
    return this.queue.length;
  }

  /**
   * Reads the state at a moment when every decision in it is durable and every page that other processes appended before
   * the call is in it. What it sees can never be taken back.
   */
  readDurable<T>(read: (state: State) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.readers.push({ read: () => resolve(read(this.current)), reject });
      this.wake();
    });
  }

  /** Folds the journal from its first page. Call once before {@link execute}. */
  async start(): Promise<void> {
    await this.untilAvailable(() => this.catchUp());
  }

  /**
   * Decides a command in its turn and answers when its page is durable. A refused command throws its DomainError, also
   * only when everything it was decided upon is durable.
   *
   * @throws DomainError, SequencerBusy, LaneBroken
   */
  execute(command: Command, lane?: Lane): Promise<Sequenced<Outcome>> {
    if (this.stopping || this.queue.length >= this.queueMax) {
      if (lane !== undefined) lane.broken = true;
      return Promise.reject(new SequencerBusy(this.shard));
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ command, lane, resolve, reject });
      this.wake();
    });
  }

  /** Finishes what waits, then refuses everything. A store that stays away is given up after `graceMs`. */
  async stop(graceMs = 5_000): Promise<void> {
    this.stopping = true;
    const timer = setTimeout(() => this.stop$.abort(), graceMs);
    try {
      await this.drained;
    } finally {
      clearTimeout(timer);
      this.stop$.abort();
    }
  }

  private wake(): void {
    if (this.isDraining) return;
    this.isDraining = true;
    this.drained = this.drain();
  }

  private async drain(): Promise<void> {
    // The turn of the event loop in which the first command came may bring more: let them join the page.
    await new Promise(setImmediate);
    while (this.queue.length > 0 || this.readers.length > 0) {
      await this.serveReaders();
      const draft = this.decideNext();
      if (draft.lines.length === 0 && draft.offsets.size === 0) {
        this.answer(draft);
        continue;
      }
      try {
        await this.commit(draft);
      } catch (error) {
        this.current.undo.rollback();
        for (const { waiting } of draft.decided) fail(waiting, error);
      }
    }
    // In the same turn as the last look at the queue: a command that comes next must find nobody draining.
    this.isDraining = false;
  }

  /** Between two pages nothing in the state is undecided. */
  private async serveReaders(): Promise<void> {
    if (this.readers.length === 0) return;
    try {
      await this.untilAvailable(() => this.catchUp());
    } catch (error) {
      for (const { reject } of this.readers.splice(0)) reject(error);
      return;
    }
    for (const { read, reject } of this.readers.splice(0)) {
      try {
        read();
      } catch (error) {
        reject(error);
      }
    }
  }

  /** Takes commands from the queue until the page is full or none waits. */
  private decideNext(): Draft<Command, Outcome> {
    const draft: Draft<Command, Outcome> = { lines: [], bytes: 0, offsets: new Map(), decided: [] };
    let taken = 0;
    for (; taken < this.queue.length && draft.lines.length < PAGE_EVENTS_MAX; taken++) {
      if (!this.decideOne(draft, this.queue[taken]!)) break;
    }
    this.queue.splice(0, taken);
    return draft;
  }

  /** Returns false when the command's events do not fit: it waits for the next page. */
  private decideOne(draft: Draft<Command, Outcome>, waiting: Waiting<Command, Outcome>): boolean {
    const { undo } = this.current;
    const mark = { undo: undo.mark(), lines: draft.lines.length, bytes: draft.bytes };
    const takeBack = () => {
      undo.rollback(mark.undo);
      draft.lines.length = mark.lines;
      draft.bytes = mark.bytes;
    };
    if (waiting.lane?.broken === true) {
      waiting.reject(new LaneBroken());
      return true;
    }
    try {
      const outcome = this.kind.decide(this.current, waiting.command, (event) => this.record(draft, event));
      if (draft.bytes > BODY_BYTES_MAX) {
        takeBack();
        if (mark.lines > 0) return false;
        throw new RangeError(`one command makes ${draft.bytes} bytes of events; a page holds ${BODY_BYTES_MAX}`);
      }
      const range = this.kind.offsetsOf?.(waiting.command);
      if (range !== undefined) this.recordOffsets(draft, range);
      draft.decided.push({ waiting, answer: (position) => waiting.resolve({ outcome, position }) });
    } catch (error) {
      takeBack();
      // A refusal may rest on decisions of this very page, so it is told when they are durable; a bug is told at once.
      if (error instanceof DomainError) draft.decided.push({ waiting, answer: () => fail(waiting, error) });
      else fail(waiting, error);
    }
    return true;
  }

  private record(draft: Draft<Command, Outcome>, event: Event): EntryPosition {
    const position = { shard: this.shard, height: this.height + 1, index: draft.lines.length };
    const line = JSON.stringify(event);
    this.kind.evolve(this.current, event, position);
    draft.lines.push(line);
    draft.bytes += Buffer.byteLength(line) + 1;
    return position;
  }

  private recordOffsets(draft: Draft<Command, Outcome>, range: OffsetRange): void {
    const key = `${range.topic}/${range.partition}`;
    const before = draft.offsets.get(key);
    draft.offsets.set(key, before === undefined ? range : { ...range, from: before.from });
    this.kind.applyOffsets?.(this.current, range);
  }

  /** Appends the draft as the next page; on a lost race the commands go back to the front of the queue. */
  private async commit(draft: Draft<Command, Outcome>): Promise<void> {
    const page = this.seal(draft);
    const landed = await this.untilAvailable(() => this.tryAppend(page));
    if (landed) {
      this.current.undo.clear();
      this.head = headOf(page);
      this.options.onPage?.(page);
      this.answer(draft);
      return;
    }
    this.options.onTrouble?.(`shard ${this.shard} lost the race for height ${page.height}; deciding again`);
    this.current.undo.rollback();
    this.queue.unshift(...draft.decided.map(({ waiting }) => waiting));
    await this.untilAvailable(() => this.catchUp());
  }

  private seal(draft: Draft<Command, Outcome>): Page {
    const now = new Date(this.clock()).toISOString();
    return sealPage(
      {
        shard: this.shard,
        height: this.height + 1,
        recordedAt: this.head !== undefined && this.head.recordedAt > now ? this.head.recordedAt : now,
        previousHash: this.head?.hash ?? FIRST_PREVIOUS_HASH,
        offsets: [...draft.offsets.values()].sort((a, b) =>
          a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
        ),
      },
      draft.lines,
    );
  }

  private async tryAppend(page: Page): Promise<boolean> {
    try {
      await this.options.store.append(page);
      return true;
    } catch (error) {
      if (!(error instanceof HeightTaken)) throw error;
      // An earlier attempt whose answer was lost may have landed: then the page meets itself.
      const [standing] = await this.options.store.read(this.shard, page.height, 1);
      return standing?.hash === page.hash;
    }
  }

  private async catchUp(): Promise<void> {
    for await (const page of readPages(this.options.store, this.shard, this.height + 1)) {
      const faults = [...findPageFaults(page), ...findChainFaults(this.head, page)];
      if (faults.length > 0)
        throw new Error(`page ${page.height} of shard ${this.shard} is unsound: ${faults.join('; ')}`);
      for (const { event, position } of readEvents(page, this.options.upcast ?? noUpcast)) {
        this.kind.evolve(this.current, event as Event, position);
      }
      for (const range of page.offsets) this.kind.applyOffsets?.(this.current, range);
      this.current.undo.clear();
      this.head = headOf(page);
      this.options.onPage?.(page);
    }
  }

  /** Repeats an idempotent step with growing pauses while the store is away. */
  private async untilAvailable<T>(step: () => Promise<T>): Promise<T> {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, this.options.retryDelayMaxMs ?? 2_000)) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || this.stop$.signal.aborted) throw error;
        this.options.onTrouble?.(`shard ${this.shard} waits for its store`, error);
        await delay(pauseMs, undefined, { signal: this.stop$.signal }).catch(() => undefined);
      }
    }
  }

  private answer(draft: Draft<Command, Outcome>): void {
    const position = { shard: this.shard, height: this.height };
    for (const { answer } of draft.decided) answer(position);
  }
}

function fail(
  waiting: { readonly lane: Lane | undefined; readonly reject: (error: unknown) => void },
  error: unknown,
): void {
  if (waiting.lane !== undefined) waiting.lane.broken = true;
  waiting.reject(error);
}
