/**
 * The sequencer: the one decider of a shard in this process. It keeps the shard's state in memory, drains waiting
 * commands into the next page, appends the page at the height it decided on, and answers every caller after the append.
 * While one append is under way the next commands gather: that is the whole of group commit.
 *
 * Other processes may write to the same shard. Whoever loses the race for a height takes its decisions back, reads the
 * pages it missed and decides again; a stale decision can never be appended.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { DueItem, RecordedEvent, UndoLog } from '#domain';
import { Deciding, type ShardKind } from './deciding.js';
import { PageDemands } from './demands.js';
import type { Draft } from './draft.js';
import { DurableReaders } from './durable-readers.js';
import { decideDue, DueHindered, NotActed } from './due-page.js';
import {
  isRefusal,
  LaneBroken,
  refuse,
  SequencerBusy,
  SequencerHalted,
  ShardRefused,
  type Lane,
  type Refusal,
  type Sequenced,
  type Waiting,
} from './lane.js';
import {
  assertFollows,
  FIRST_PREVIOUS_HASH,
  headOf,
  readEvents,
  sealPage,
  type Page,
  type PageContent,
  type PageHead,
  type RegistryHead,
} from './page.js';
import { FreshPicture } from './fresh-picture.js';
import type { SequencerOptions } from './sequencer-options.js';
import { SureTime } from './sure-time.js';
import { Listeners } from './listeners.js';
import { landPage, untilAvailable } from './patience.js';
import { readPages, StoreUnavailable } from './store.js';

/** Between two looks whether another writer has let act what is due and may not act here. */
const DUE_PAUSE_MIN_MS = 20;
const DUE_PAUSE_MAX_MS = 250;

export class Sequencer<State extends { readonly undo: UndoLog }, Command, Event extends RecordedEvent, Outcome> {
  readonly shard: number;
  private current: State;
  private head: PageHead | undefined;
  private readonly queue: Waiting<Command, Outcome>[] = [];
  private running: Promise<void> | undefined;
  private readonly demands = new PageDemands();
  private readonly readers = new DurableReaders<State>();
  private started = false;
  private stopping = false;
  private haltedBy: SequencerHalted | undefined;
  private refusedAt: ShardRefused | undefined;
  private hinderedBy: DueHindered | undefined;
  private duePauseMs = DUE_PAUSE_MIN_MS;
  private readonly listeners: Listeners<Outcome>;
  /** The page whose append is under way. */
  private sending: Page | undefined;
  private readonly picture: FreshPicture;
  private readonly stop$ = new AbortController();
  private readonly time: SureTime;
  private readonly queueMax: number;

  constructor(
    private readonly kind: ShardKind<State, Command, Event, Outcome>,
    private readonly options: SequencerOptions,
  ) {
    this.shard = options.shard;
    this.listeners = new Listeners(options);
    this.picture = new FreshPicture(options.picture);
    this.time = new SureTime(options.clock);
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
   * Whether a head of the shard, as the store showed it, is not what this process has: another one has written, or the
   * shard has no head that may be shown. {@link readDurable} then looks at it.
   */
  isBehind(head: PageHead | undefined): boolean {
    return head === undefined ? this.height > 0 : head.height > this.height && head.hash !== this.sending?.hash;
  }

  /** The time up to which the shard is ahead of the clock, RFC 3339 UTC: its pages follow a millisecond apart until then. */
  get aheadUntil(): string | undefined {
    return this.time.aheadUntil(this.head);
  }

  /** Commands that wait now. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Why nothing is decided any more, if so: a page that cannot be followed, or a decision that cannot be recorded. */
  get halted(): SequencerHalted | undefined {
    return this.haltedBy;
  }

  /** What is due and cannot act here, if so: until it has acted nothing else is decided. */
  get hindered(): DueHindered | undefined {
    return this.hinderedBy;
  }

  /** Calls with what each due command came to, once its page is durable here. */
  onActed(listener: (outcome: Outcome) => void): void {
    this.listeners.onActed(listener);
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
      if (!isRefusal(error)) throw error;
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
    return this.demand(this.readers.add(read));
  }

  /**
   * Makes sure that the newest page rests on this height of the registry or a later one, which this process has read: where
   * it does not, a page without events is appended. Whoever was dismissed before that height can then write nothing more.
   *
   * @throws SequencerHalted, ShardRefused; StoreUnavailable while stopping
   */
  restOn(height: number): Promise<void> {
    return this.demand(this.demands.restOn(height));
  }

  /**
   * Makes sure that no page with this time or an earlier one can be appended any more: where the newest page is not later,
   * what is due acts and a page without events is appended.
   *
   * @param instant RFC 3339 UTC with milliseconds
   * @throws InstantNotOver by this process's clock; SequencerHalted, ShardRefused; StoreUnavailable while stopping
   */
  closeUpTo(instant: string): Promise<void> {
    return this.demand(this.demands.closeUpTo(instant));
  }

  /**
   * Lets everything act that is due by now, each instant in pages of its own.
   *
   * @throws DueHindered when something cannot act here; SequencerHalted, ShardRefused; StoreUnavailable while stopping
   */
  actOnDue(): Promise<void> {
    return this.demand(this.demands.actOnDue());
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

  private demand<T>(demanded: Promise<T>): Promise<T> {
    this.running ??= this.drain();
    return demanded;
  }

  private async drain(): Promise<void> {
    try {
      // The turn of the event loop in which the first command came may bring more: let them join the page.
      await new Promise(setImmediate);
      while (this.queue.length > 0 || !this.readers.isEmpty || !this.demands.isEmpty) {
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
    if (this.readers.isEmpty) return;
    if (this.haltedBy === undefined) await this.follow();
    this.readers.serve(this.current, this.haltedBy ?? this.refusedAt);
  }

  /** Decides one page, makes it durable and answers; or, where the journal has moved on, follows it. */
  private async advance(): Promise<void> {
    if (this.haltedBy !== undefined) {
      this.refuseAll(this.haltedBy);
      return;
    }
    if (this.refusedAt !== undefined) {
      await this.follow();
      if (this.refusedAt !== undefined) this.refuseAll(this.refusedAt);
    }
    if (this.queue.length === 0 && this.demands.isEmpty) return;
    if (!(await this.makeSure())) return;
    // Fixed before anything is decided: the page's time is the time that its commands were decided at.
    const content = this.begin();
    const isDemanded = this.demands.settle(this.head, content.registry.height, content.recordedAt);
    if (this.queue.length === 0 && !isDemanded && !this.demands.isActing) return;
    const due = this.dueUpTo(content.recordedAt);
    if (due !== undefined) {
      await this.letAct(content, due);
      return;
    }
    this.hinderedBy = undefined;
    this.duePauseMs = DUE_PAUSE_MIN_MS;
    this.demands.nothingDue();
    if (this.queue.length === 0 && !isDemanded) return;
    const draft = this.decideNext(content.recordedAt);
    if (draft !== undefined)
      await this.send(draft.isEmpty && !isDemanded ? undefined : this.seal(content, draft), draft);
  }

  /** What has to act before a page of this time may be decided. */
  private dueUpTo(recordedAt: string): DueItem | undefined {
    const next = this.kind.due?.next(this.current);
    return next !== undefined && next.atMs <= Date.parse(recordedAt) ? next : undefined;
  }

  /**
   * Makes what is due at the earliest instant a page of its own, whose time is that instant. Where it cannot act, the shard
   * waits for a writer that can: whatever were decided now would stand behind what comes before it.
   */
  private async letAct(content: Omit<PageContent, 'offsets'>, { atMs }: DueItem): Promise<void> {
    const instant = new Date(atMs).toISOString();
    const recordedAt = this.head !== undefined && this.head.recordedAt > instant ? this.head.recordedAt : instant;
    const place = { shard: this.shard, height: content.height, recordedAt };
    const outcomes: Outcome[] = [];
    let draft: Draft<Command, Outcome>;
    try {
      draft = decideDue(this.kind, this.current, place, atMs, (outcome) => outcomes.push(outcome));
    } catch (error) {
      if (!(error instanceof NotActed)) this.halt(new SequencerHalted(this.shard, error, 'decision'));
      this.takeAllBack();
      if (this.haltedBy === undefined) await this.beHindered(new DueHindered(this.shard, instant, error));
      return;
    }
    const page = this.seal({ ...content, recordedAt }, draft);
    const refusal = this.options.sealing.refuse?.(page);
    if (refusal !== undefined && this.options.sealing.refuse?.({ ...page, body: Buffer.alloc(0) }) === undefined) {
      this.takeAllBack();
      await this.beHindered(new DueHindered(this.shard, instant, new Error(refusal)));
      return;
    }
    if (!(await this.send(page, draft))) return;
    this.hinderedBy = undefined;
    for (const outcome of outcomes) this.listeners.tellActed(outcome);
  }

  private async beHindered(by: DueHindered): Promise<void> {
    if (this.hinderedBy?.instant !== by.instant) this.listeners.tellTrouble(by.message, by.cause);
    this.hinderedBy = by;
    this.demands.failActing(by);
    if (this.stopping || this.stop$.signal.aborted) {
      this.refuseAll(by);
      return;
    }
    if (this.queue.length === 0 && this.demands.isEmpty) return;
    await delay(this.duePauseMs, undefined, { signal: this.stop$.signal }).catch(() => undefined);
    this.duePauseMs = Math.min(this.duePauseMs * 2, DUE_PAUSE_MAX_MS);
    await this.follow();
  }

  /**
   * Makes a page durable and answers those that wait for it; or, where the journal has moved on, follows it.
   *
   * @param page undefined: there is nothing to be recorded
   * @returns whether they were answered
   */
  private async send(page: Page | undefined, draft: Draft<Command, Outcome>): Promise<boolean> {
    const refusal = page === undefined ? undefined : this.options.sealing.refuse?.(page);
    if (refusal !== undefined) {
      this.halt(new SequencerHalted(this.shard, new Error(refusal), 'writer'));
      this.takeBack(draft);
      return false;
    }
    // As late as can be: what follows is the sending.
    const { isFresh } = this.picture;
    if (isFresh) this.picture.noteFresh();
    else this.picture.noteStale();
    if (!isFresh || !this.time.mayBeSent(page, draft.isDue)) {
      // The process was stopped since the look. What it decided may rest on what is over: it looks and decides anew.
      this.takeBack(draft);
      return false;
    }
    let settled: boolean;
    try {
      settled = page === undefined ? await this.isFresh(draft) : await this.commit(page, draft.isDue);
    } catch (error) {
      if (this.time.isTriedAgain(error)) {
        this.takeBack(draft);
        return false;
      }
      this.takeAllBack();
      // Another's page stands there that does not count: nothing of this one was written.
      if (isRefusal(error)) this.refuseBy(error);
      for (const { waiting } of draft.decided) refuse(waiting, this.haltedBy ?? this.refusedAt ?? error);
      this.demands.fail(this.haltedBy ?? this.refusedAt ?? error);
      return false;
    }
    if (settled) {
      const position = { shard: this.shard, height: this.height };
      for (const { answer } of draft.decided) answer(position);
      return true;
    }
    this.takeBack(draft);
    if (this.haltedBy === undefined) await this.follow();
    return false;
  }

  /** Looks again where the picture is too old, or the clock is not sure. False when nothing can be decided now. */
  private async makeSure(): Promise<boolean> {
    try {
      if (!this.time.isSure) await this.untilAvailable(() => this.time.assure());
      if (!this.picture.isFresh) await this.untilAvailable(() => this.picture.refresh());
      return true;
    } catch (error) {
      this.refuseAll(error);
      return false;
    }
  }

  /** Refuses whatever waits now. */
  private refuseAll(by: unknown): void {
    for (const waiting of this.queue.splice(0)) refuse(waiting, by);
    this.demands.fail(by);
  }

  /** Takes a draft back: its commands are the next to be decided. */
  private takeBack(draft: Draft<Command, Outcome>): void {
    this.takeAllBack();
    if (!draft.isDue) this.queue.unshift(...draft.decided.map(({ waiting }) => waiting));
  }

  /** Takes every decision back that is not durable. A state that cannot go back is not decided upon any more. */
  private takeAllBack(): void {
    try {
      this.current.undo.rollback();
    } catch (error) {
      this.halt(new SequencerHalted(this.shard, error, 'decision'));
    }
  }

  private refuseBy(error: Refusal): void {
    const isNew = this.refusedAt === undefined;
    this.refusedAt = new ShardRefused(error);
    if (isNew) this.listeners.tellTrouble(this.refusedAt.message, error);
  }

  private halt(by: SequencerHalted): void {
    if (this.haltedBy !== undefined) return;
    this.haltedBy = by;
    this.options.onHalt?.(by);
    this.listeners.tellTrouble(by.message, by.cause);
  }

  /** Takes commands from the queue until the page is full or none waits. Undefined when that halted the sequencer. */
  private decideNext(recordedAt: string): Draft<Command, Outcome> | undefined {
    const deciding = new Deciding(this.kind, this.current, { shard: this.shard, height: this.height + 1, recordedAt });
    let taken = 0;
    try {
      while (taken < this.queue.length && deciding.take(this.queue[taken]!)) {
        taken++;
        // What a command made due at once acts before the next one is decided.
        if (this.kind.due !== undefined && this.dueUpTo(recordedAt) !== undefined) break;
        if (this.time.isLate(recordedAt)) break;
      }
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
  private async commit(page: Page, isDue: boolean): Promise<boolean> {
    this.sending = page;
    const terms = { time: this.time.boundsOf(page, this.head, isDue) };
    if (!(await this.untilAvailable(() => landPage(this.options.store, page, terms)))) {
      if (page.count > 0) {
        this.listeners.tellTrouble(`shard ${this.shard} lost the race for height ${page.height}; deciding again`);
      }
      return false;
    }
    this.current.undo.clear();
    this.time.noteTaken();
    this.head = headOf(page);
    this.listeners.tellPage(page);
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
    const previousHash = head?.hash ?? FIRST_PREVIOUS_HASH;
    return {
      journal,
      shard: this.shard,
      height: this.height + 1,
      recordedAt: this.time.above(head),
      previousHash,
      registry: registry?.() ?? { height: this.height, hash: previousHash },
    };
  }

  private seal(content: Omit<PageContent, 'offsets'>, draft: Draft<Command, Outcome>): Page {
    return sealPage({ ...content, offsets: draft.offsets() }, draft.lines, this.options.sealing.key);
  }

  /** Reads what other writers appended. What cannot be followed halts the sequencer: its state would be doubtful. */
  private async follow(): Promise<void> {
    try {
      await this.untilAvailable(() => this.catchUp());
      this.refusedAt = undefined;
    } catch (error) {
      // While stopping, a store that stays away is no doubt about the journal.
      if (error instanceof StoreUnavailable) return;
      if (isRefusal(error)) this.refuseBy(error);
      else this.halt(new SequencerHalted(this.shard, error));
    }
  }

  private async catchUp(): Promise<void> {
    if (this.refusedAt?.isLost === true) {
      // What was lost cannot be taken out of a state: it is folded anew.
      await this.options.store.head(this.shard);
      this.current = this.kind.createState();
      this.head = undefined;
    }
    for await (const page of readPages(this.options.store, this.shard, this.height + 1)) {
      assertFollows(this.head, page);
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
      this.listeners.tellPage(page);
    }
  }

  private untilAvailable<T>(step: () => Promise<T>): Promise<T> {
    return untilAvailable(step, {
      signal: this.stop$.signal,
      pauseMaxMs: this.options.retryDelayMaxMs,
      onAway: (error) => {
        this.listeners.tellTrouble(`shard ${this.shard} waits for its store`, error);
      },
    });
  }
}
