/**
 * The sequencer: the one decider of a shard in this process. It keeps the shard's state in memory, drains waiting
 * commands into the next page, appends the page at the height it decided on, and answers every caller after the append.
 * While one append is under way the next commands gather: that is the whole of group commit.
 *
 * Other processes may write to the same shard. Whoever loses the race for a height takes its decisions back, reads the
 * pages it missed and decides again; a stale decision can never be appended.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedEvent, UndoLog } from '#domain';
import { Deciding, type ShardKind } from './deciding.js';
import type { Draft } from './draft.js';
import { PageRefused } from './authority.js';
import {
  LaneBroken,
  refuse,
  SequencerBusy,
  SequencerHalted,
  ShardRefused,
  type Lane,
  type Sequenced,
  type Waiting,
} from './lane.js';
import {
  findChainFaults,
  findPageFaults,
  FIRST_PREVIOUS_HASH,
  headOf,
  readEvents,
  sealPage,
  type Page,
  type PageContent,
  type PageHead,
  type RegistryHead,
} from './page.js';
import type { SigningKey } from '#signing';
import { HeightTaken, readPages, StoreUnavailable, type JournalStore } from './store.js';

/** What decisions rest on beside the shard's own state, and how old this process's picture of it is. */
export interface Picture {
  /** Milliseconds since the last confirmed look at it began. */
  readonly ageMs: number;
  /** Looks again. @throws StoreUnavailable */
  refresh(): Promise<void>;
}

/** What pages are sealed with. */
export interface Sealing {
  /** The journal's id. */
  readonly journal: string;
  readonly key: SigningKey;
  /** The page of the registry that decisions made now rest on; the registry itself rests on its own last page. */
  readonly registry?: () => RegistryHead;
  /** Why this writer may not write a page that it has just sealed; undefined: it may. */
  readonly refuse?: (page: Page) => string | undefined;
}

/** A page is sent only when the picture that it was decided on is at most so old. */
const PICTURE_AGE_MAX_MS = 1_000;

export interface SequencerOptions {
  readonly shard: number;
  readonly store: JournalStore;
  readonly sealing: Sealing;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Commands that may wait before {@link SequencerBusy}. */
  readonly queueMax?: number;
  readonly retryDelayMaxMs?: number;
  /** What the shard's decisions rest on beside its own state; none where they rest on nothing else. */
  readonly picture?: Picture;
  /** Told of every page that became durable here or was read while catching up, in order. What it throws is trouble. */
  readonly onPage?: (page: Page) => void;
  /** Told when nothing is decided any more, see {@link Sequencer.halted}. */
  readonly onHalt?: (halted: SequencerHalted) => void;
  /** Told of trouble that the sequencer handles by itself: a lost race, a store that is away. */
  readonly onTrouble?: (message: string, error?: unknown) => void;
}

export class Sequencer<State extends { readonly undo: UndoLog }, Command, Event extends RecordedEvent, Outcome> {
  readonly shard: number;
  private readonly current: State;
  private head: PageHead | undefined;
  private readonly queue: Waiting<Command, Outcome>[] = [];
  private running: Promise<void> | undefined;
  /** Who waits until the newest page rests on a height of the registry. */
  private resting: {
    readonly height: number;
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  private readonly readers: { readonly read: () => void; readonly reject: (error: unknown) => void }[] = [];
  private started = false;
  private stopping = false;
  private haltedBy: SequencerHalted | undefined;
  private refusedAt: ShardRefused | undefined;
  /** The page whose append is under way. */
  private sending: Page | undefined;
  /** Drafts in a row that were too old when they were to be sent. */
  private staleDrafts = 0;
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

  /** Where the shard ends, as far as this process has it. */
  get newest(): RegistryHead {
    return { height: this.height, hash: this.head?.hash ?? FIRST_PREVIOUS_HASH };
  }

  /**
   * Whether a head of the shard, as the store showed it, is beyond what this process has: another one has written.
   * {@link readDurable} then reads it.
   */
  isBehind(head: PageHead | undefined): boolean {
    return head !== undefined && head.height > this.height && head.hash !== this.sending?.hash;
  }

  /** Commands that wait now. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Why nothing is decided any more, if so: a page that cannot be followed, or a decision that cannot be recorded. */
  get halted(): SequencerHalted | undefined {
    return this.haltedBy;
  }

  /** The page beyond which the shard cannot be followed until a root key voids it. It is looked at again with each call. */
  get refused(): ShardRefused | undefined {
    return this.refusedAt;
  }

  /**
   * Folds the journal from its first page. Call once before {@link execute}; after a failure it may be called again.
   *
   * @throws Error when a page is unsound or cannot be followed
   */
  async start(): Promise<void> {
    try {
      await this.untilAvailable(() => this.catchUp());
    } catch (error) {
      if (!(error instanceof PageRefused)) throw error;
      this.refuseBy(error);
    }
    this.started = true;
  }

  /**
   * Decides a command in its turn and answers when its page is durable. A refused command throws its DomainError, also
   * only when everything it was decided upon is durable.
   *
   * @throws DomainError, SequencerBusy, SequencerHalted, LaneBroken; StoreUnavailable only while stopping, and then the
   *   outcome is unknown
   */
  execute(command: Command, lane?: Lane): Promise<Sequenced<Outcome>> {
    if (!this.started) return Promise.reject(new Error(`shard ${this.shard} is asked to decide before it has started`));
    if (lane?.broken === true || lane?.closed === true) return Promise.reject(new LaneBroken());
    if (this.stopping || this.queue.length >= this.queueMax) {
      if (lane !== undefined) lane.closed = true;
      return Promise.reject(new SequencerBusy(this.shard));
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ command, lane, resolve, reject });
      this.running ??= this.drain();
    });
  }

  /**
   * Reads the state at a moment when every decision in it is durable and every page that other processes appended before
   * the call is in it: what it sees can never be taken back. Relays and settlement act on nothing less.
   *
   * @throws SequencerHalted when the journal cannot be followed
   */
  readDurable<T>(read: (state: State) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.readers.push({ read: () => resolve(read(this.current)), reject });
      this.running ??= this.drain();
    });
  }

  /**
   * Makes sure that the newest page rests on this height of the registry or a later one, which this process has read: where
   * it does not, a page without events is appended. Whoever was dismissed before that height can then write nothing more.
   *
   * @throws SequencerHalted, ShardRefused; StoreUnavailable while stopping
   */
  restOn(height: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.resting.push({ height, resolve, reject });
      this.running ??= this.drain();
    });
  }

  /** Finishes what waits, then refuses everything. A store that stays away is given up after `graceMs`. */
  async stop(graceMs = 5_000): Promise<void> {
    this.stopping = true;
    const timer = setTimeout(() => this.stop$.abort(), graceMs);
    try {
      await this.running;
    } finally {
      clearTimeout(timer);
      this.stop$.abort();
    }
  }

  private async drain(): Promise<void> {
    try {
      // The turn of the event loop in which the first command came may bring more: let them join the page.
      await new Promise(setImmediate);
      while (this.queue.length > 0 || this.readers.length > 0 || this.resting.length > 0) {
        await this.serveReaders();
        await this.advance();
      }
    } finally {
      // In the same turn as the last look at the queue: a command that comes later begins the next drain.
      this.running = undefined;
    }
  }

  /** Between two pages nothing in the state is undecided. */
  private async serveReaders(): Promise<void> {
    if (this.readers.length === 0) return;
    if (this.haltedBy === undefined) await this.follow();
    for (const { read, reject } of this.readers.splice(0)) {
      try {
        const hindrance = this.haltedBy ?? this.refusedAt;
        if (hindrance !== undefined) throw hindrance;
        read();
      } catch (error) {
        reject(error);
      }
    }
  }

  /** Decides one page, makes it durable and answers; or, where the journal has moved on, follows it. */
  private async advance(): Promise<void> {
    if (this.haltedBy !== undefined) {
      for (const waiting of this.queue.splice(0)) refuse(waiting, this.haltedBy);
      this.failResting(this.haltedBy);
      return;
    }
    if (this.refusedAt !== undefined) {
      await this.follow();
      if (this.refusedAt !== undefined) {
        for (const waiting of this.queue.splice(0)) refuse(waiting, this.refusedAt);
        this.failResting(this.refusedAt);
      }
    }
    const mustRest = this.mustRest();
    if ((this.queue.length === 0 && !mustRest) || !(await this.makePictureFresh())) return;
    // Fixed before anything is decided: the page's time is the time that its commands were decided at.
    const content = this.begin();
    const draft = this.decideNext();
    if (draft === undefined) return;
    const page = draft.isEmpty && !mustRest ? undefined : this.seal(content, draft);
    const refusal = page === undefined ? undefined : this.options.sealing.refuse?.(page);
    if (refusal !== undefined) {
      this.halt(new SequencerHalted(this.shard, new Error(refusal), 'writer'));
      this.takeBack(draft);
      return;
    }
    // As late as can be: what follows is the sending.
    if (!this.isPictureFresh()) {
      // The process was stopped since the look. What it decided may rest on what is over: it looks and decides anew.
      this.staleDrafts++;
      this.takeBack(draft);
      return;
    }
    this.staleDrafts = 0;
    let settled: boolean;
    try {
      settled = page === undefined ? await this.isFresh(draft) : await this.commit(page);
    } catch (error) {
      this.takeAllBack();
      // Another's page stands there that does not count: nothing of this one was written.
      if (error instanceof PageRefused) this.refuseBy(error);
      for (const { waiting } of draft.decided) refuse(waiting, this.haltedBy ?? this.refusedAt ?? error);
      this.failResting(this.haltedBy ?? this.refusedAt ?? error);
      return;
    }
    if (settled) {
      const position = { shard: this.shard, height: this.height };
      for (const { answer } of draft.decided) answer(position);
      return;
    }
    this.takeBack(draft);
    if (this.haltedBy === undefined) await this.follow();
  }

  private isPictureFresh(): boolean {
    // A store whose answers take longer than the bound would let nothing pass: after several looks it is given more.
    const ageMaxMs = PICTURE_AGE_MAX_MS * 2 ** Math.max(0, this.staleDrafts - 2);
    return this.options.picture === undefined || this.options.picture.ageMs <= ageMaxMs;
  }

  /** Looks again where the picture is too old. False when that was given up because the sequencer stops. */
  private async makePictureFresh(): Promise<boolean> {
    if (this.isPictureFresh()) return true;
    try {
      await this.untilAvailable(() => this.options.picture!.refresh());
      return true;
    } catch (error) {
      for (const waiting of this.queue.splice(0)) refuse(waiting, error);
      this.failResting(error);
      return false;
    }
  }

  /** Takes a draft back: its commands are the next to be decided. */
  private takeBack(draft: Draft<Command, Outcome>): void {
    this.takeAllBack();
    this.queue.unshift(...draft.decided.map(({ waiting }) => waiting));
  }

  /** Takes every decision back that is not durable. A state that cannot go back is not decided upon any more. */
  private takeAllBack(): void {
    try {
      this.current.undo.rollback();
    } catch (error) {
      this.halt(new SequencerHalted(this.shard, error, 'decision'));
    }
  }

  /** Whether somebody waits for a page that rests on more than the newest one does. */
  private mustRest(): boolean {
    if (this.resting.length === 0) return false;
    const reached = this.head?.registryHeight ?? 0;
    for (const { height, resolve } of this.resting) if (height <= reached) resolve();
    this.resting = this.resting.filter(({ height }) => height > reached);
    const { height = 0 } = this.options.sealing.registry?.() ?? {};
    for (const one of this.resting) {
      if (one.height > height) one.reject(new RangeError(`height ${one.height} of the registry is not read yet`));
    }
    this.resting = this.resting.filter((one) => one.height <= height);
    return this.resting.length > 0;
  }

  private failResting(error: unknown): void {
    for (const { reject } of this.resting.splice(0)) reject(error);
  }

  private refuseBy(error: PageRefused): void {
    const isNew = this.refusedAt === undefined;
    this.refusedAt = new ShardRefused(error);
    if (isNew) this.tellTrouble(this.refusedAt.message, error);
  }

  private halt(by: SequencerHalted): void {
    if (this.haltedBy !== undefined) return;
    this.haltedBy = by;
    this.options.onHalt?.(by);
    this.tellTrouble(by.message, by.cause);
  }

  /** Takes commands from the queue until the page is full or none waits. Undefined when that halted the sequencer. */
  private decideNext(): Draft<Command, Outcome> | undefined {
    const deciding = new Deciding(this.kind, this.current, { shard: this.shard, height: this.height + 1 });
    let taken = 0;
    try {
      while (taken < this.queue.length && deciding.take(this.queue[taken]!)) taken++;
    } catch (error) {
      // Nothing of the page is durable; whoever waits is still in the queue and is told next.
      this.halt(new SequencerHalted(this.shard, error, 'decision'));
      this.takeAllBack();
      return undefined;
    }
    this.queue.splice(0, taken);
    return deciding.draft;
  }

  /** Appends the next page. Returns false when another page stands there. */
  private async commit(page: Page): Promise<boolean> {
    this.sending = page;
    if (!(await this.untilAvailable(() => this.tryAppend(page)))) {
      this.tellTrouble(`shard ${this.shard} lost the race for height ${page.height}; deciding again`);
      return false;
    }
    this.current.undo.clear();
    this.head = headOf(page);
    this.tellPage(page);
    return true;
  }

  /** Whether answers that need no page may be given: a refusal must not rest on what another writer has changed since. */
  private async isFresh(draft: Draft<Command, Outcome>): Promise<boolean> {
    if (draft.decided.length === 0) return true;
    const head = await this.untilAvailable(() => this.options.store.head(this.shard));
    return (head?.height ?? 0) <= this.height;
  }

  private begin(): Omit<PageContent, 'offsets'> {
    const { head, options } = this;
    const { journal, registry } = options.sealing;
    const now = new Date(this.clock()).toISOString();
    const previousHash = head?.hash ?? FIRST_PREVIOUS_HASH;
    return {
      journal,
      shard: this.shard,
      height: this.height + 1,
      recordedAt: head !== undefined && head.recordedAt > now ? head.recordedAt : now,
      previousHash,
      registry: registry?.() ?? { height: this.height, hash: previousHash },
    };
  }

  private seal(content: Omit<PageContent, 'offsets'>, draft: Draft<Command, Outcome>): Page {
    return sealPage({ ...content, offsets: draft.offsets() }, draft.lines, this.options.sealing.key);
  }

  private async tryAppend(page: Page): Promise<boolean> {
    try {
      await this.options.store.append(page);
      return true;
    } catch (error) {
      if (!(error instanceof HeightTaken)) throw error;
      const [standing] = await this.options.store.read(this.shard, page.height, 1);
      // Without this a store that lags behind, or lost pages, would be asked without a pause.
      if (standing === undefined) {
        throw new StoreUnavailable(`it refuses height ${page.height} of shard ${this.shard} and shows no page there`);
      }
      // An earlier attempt whose answer was lost may have landed: then the page meets itself. Two writers never seal
      // the same bytes for different callers, since every entry names its request or its Kafka offset.
      return standing.hash === page.hash;
    }
  }

  /** Reads what other writers appended. What cannot be followed halts the sequencer: its state would be doubtful. */
  private async follow(): Promise<void> {
    try {
      await this.untilAvailable(() => this.catchUp());
      this.refusedAt = undefined;
    } catch (error) {
      // While stopping, a store that stays away is no doubt about the journal.
      if (error instanceof StoreUnavailable) return;
      if (error instanceof PageRefused) this.refuseBy(error);
      else this.halt(new SequencerHalted(this.shard, error));
    }
  }

  private async catchUp(): Promise<void> {
    for await (const page of readPages(this.options.store, this.shard, this.height + 1)) {
      const faults = [...findPageFaults(page), ...findChainFaults(this.head, page)];
      if (faults.length > 0)
        throw new Error(`page ${page.height} of shard ${this.shard} is unsound: ${faults.join('; ')}`);
      try {
        for (const { event, position } of readEvents(page, this.kind.codec)) {
          this.kind.evolve(this.current, event as Event, position);
        }
        for (const range of page.offsets) this.kind.applyOffsets?.(this.current, range);
      } catch (error) {
        this.current.undo.rollback();
        throw new Error(`page ${page.height} of shard ${this.shard} cannot be followed`, { cause: error });
      }
      this.current.undo.clear();
      this.head = headOf(page);
      this.tellPage(page);
    }
  }

  /** Repeats an idempotent step with growing pauses while the store is away. */
  private async untilAvailable<T>(step: () => Promise<T>): Promise<T> {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, this.options.retryDelayMaxMs ?? 2_000)) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || this.stop$.signal.aborted) throw error;
        this.tellTrouble(`shard ${this.shard} waits for its store`, error);
        await delay(Math.min(pauseMs, this.options.retryDelayMaxMs ?? pauseMs), undefined, {
          signal: this.stop$.signal,
        }).catch(() => undefined);
      }
    }
  }

  /** A page is durable whatever its listener makes of it. */
  private tellPage(page: Page): void {
    try {
      this.options.onPage?.(page);
    } catch (error) {
      this.tellTrouble(`a listener of shard ${this.shard} failed at page ${page.height}`, error);
    }
  }

  private tellTrouble(message: string, error?: unknown): void {
    try {
      this.options.onTrouble?.(message, error);
    } catch {
      // Whoever reports trouble must not make more of it.
    }
  }
}
