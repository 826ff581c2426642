/**
 * The sequencer: the one decider of a shard in this process. It keeps the shard's state in memory, drains waiting
 * commands into the next page, appends the page at the height it decided on, and answers every caller after the append.
 * While one append is under way the next commands gather: that is the whole of group commit.
 *
 * Other processes may write to the same shard. Whoever loses the race for a height takes its decisions back, reads the
 * pages it missed and decides again; a stale decision can never be appended.
 */
import type { DueItem, RecordedEvent, UndoLog } from '#domain';
import { Assurance } from './assurance.js';
import { CommandQueue } from './command-queue.js';
import { Deciding, tryOne, type ShardKind } from './deciding.js';
import { PageDemands } from './demands.js';
import type { Draft } from './draft.js';
import { DurableReaders } from './durable-readers.js';
import { decideDue, NotActed, type DueHindered } from './due-page.js';
import { isRefusal, refuse, type Lane, type SequencerHalted, type Sequenced, type ShardRefused } from './lane.js';
import { Listeners } from './listeners.js';
import { PageSeal, type BegunPage } from './page-seal.js';
import type { Page, PageHead, RegistryHead } from './page.js';
import { landPage, untilAvailable } from './patience.js';
import type { SequencerOptions } from './sequencer-options.js';
import { ShardCopy } from './shard-copy.js';
import { Standstill } from './standstill.js';
import { StoreUnavailable } from './store.js';
import { SureTime } from './sure-time.js';

export class Sequencer<State extends { readonly undo: UndoLog }, Command, Event extends RecordedEvent, Outcome> {
  readonly shard: number;
  private readonly copy: ShardCopy<State, Event>;
  private readonly queue: CommandQueue<Command, Outcome>;
  private running: Promise<void> | undefined;
  private readonly demands = new PageDemands();
  private readonly readers = new DurableReaders<State>();
  /** Those that do without a look at the store. */
  private readonly nearReaders = new DurableReaders<State>();
  private started = false;
  private stopping = false;
  private readonly standstill: Standstill;
  private readonly listeners: Listeners<Outcome>;
  /** The page whose append is under way. */
  private sending: Page | undefined;
  private readonly assurance: Assurance;
  private readonly pages: PageSeal;
  private readonly stop$ = new AbortController();
  private readonly time: SureTime;

  constructor(
    private readonly kind: ShardKind<State, Command, Event, Outcome>,
    private readonly options: SequencerOptions,
  ) {
    this.shard = options.shard;
    this.listeners = new Listeners(options);
    this.time = new SureTime(options.clock);
    this.assurance = new Assurance(this.time, options.picture, (step) => this.untilAvailable(step));
    this.queue = new CommandQueue(options.shard, options.queueMax);
    this.pages = new PageSeal(options.sealing, options.shard);
    this.standstill = new Standstill(options, (message, error) => {
      this.listeners.tellTrouble(message, error);
    });
    this.copy = new ShardCopy(kind, options.shard, options.store, (page) => {
      this.listeners.tellPage(page);
    });
  }

  /** The shard's state with every decision so far, durable or not. Read it only for hints, never to answer a caller. */
  get state(): State {
    return this.copy.state;
  }

  get height(): number {
    return this.copy.height;
  }

  /** The height of the registry that the newest page rests on; 0 before the first page. */
  get restsOn(): number {
    return this.copy.head?.registryHeight ?? 0;
  }

  /** Where the shard ends, as far as this process has it. */
  get newest(): RegistryHead {
    return this.copy.newest;
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
    return this.time.aheadUntil(this.copy.head);
  }

  /** Commands that wait now. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Why nothing is decided any more, if so: a page that cannot be followed, or a decision that cannot be recorded. */
  get halted(): SequencerHalted | undefined {
    return this.standstill.halted;
  }

  /** What is due and cannot act here, if so: until it has acted nothing else is decided. */
  get hindered(): DueHindered | undefined {
    return this.standstill.hindered;
  }

  /** Calls with what each due command came to, once its page is durable here. */
  onActed(listener: (outcome: Outcome) => void): void {
    this.listeners.onActed(listener);
  }

  /** The page beyond which the shard cannot be followed until a root key voids it. It is looked at again with each call. */
  get refused(): ShardRefused | undefined {
    return this.standstill.refused;
  }

  /**
   * Folds the journal from its first page. Call once before {@link execute}; after a failure it may be called again.
   *
   * @throws Error when a page is unsound or cannot be followed
   */
  async start(): Promise<void> {
    try {
      await this.untilAvailable(() => this.copy.follow());
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.standstill.refuse(error);
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
    return this.demand(this.queue.add(command, lane));
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
   * Reads the state as this process has it, at a moment when every decision in it is durable, without a look at the store:
   * what other processes have appended may not be in it yet.
   *
   * @throws SequencerHalted when the journal cannot be followed
   */
  readNear<T>(read: (state: State) => T): Promise<T> {
    return this.demand(this.nearReaders.add(read));
  }

  /**
   * Decides commands as the shard stands and takes them back: what they would come to, one upon the other. Nothing is written. What is
   * due and has not acted yet has not acted for them either.
   *
   * @param attempt decides as often as it likes, at once; a command that throws leaves nothing to the next one
   * @throws whatever `attempt` throws; SequencerHalted
   */
  tryOut<T>(attempt: (decide: (command: Command) => Outcome, state: State) => T): Promise<T> {
    return this.readDurable((state) => {
      const place = { shard: this.shard, height: this.height + 1, recordedAt: this.time.above(this.copy.head) };
      const mark = state.undo.mark();
      try {
        return attempt((command) => tryOne(this.kind, state, place, command), state);
      } finally {
        // What cannot be taken back halts the shard, as for any page.
        try {
          state.undo.rollback(mark);
        } catch (error) {
          this.standstill.halt(error, 'decision');
        }
      }
    });
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
    this.queue.close();
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
      while (!(this.queue.isEmpty && this.readers.isEmpty && this.nearReaders.isEmpty && this.demands.isEmpty)) {
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
    const { standstill } = this;
    this.nearReaders.serve(this.copy.state, standstill.halted ?? standstill.refused);
    if (this.readers.isEmpty) return;
    if (standstill.halted === undefined) await this.follow();
    this.readers.serve(this.copy.state, standstill.halted ?? standstill.refused);
  }

  /** Decides one page, makes it durable and answers; or, where the journal has moved on, follows it. */
  private async advance(): Promise<void> {
    const { standstill } = this;
    if (standstill.halted !== undefined) {
      this.refuseAll(standstill.halted);
      return;
    }
    if (standstill.refused !== undefined) {
      await this.follow();
      if (standstill.refused !== undefined) this.refuseAll(standstill.refused);
    }
    if (this.queue.isEmpty && this.demands.isEmpty) return;
    if (!(await this.makeSure())) return;
    // Fixed before anything is decided: the page's time is the time that its commands were decided at.
    const begun = this.pages.begin(this.newest, this.time.above(this.copy.head));
    const isDemanded = this.demands.settle(this.copy.head, begun.registry.height, begun.recordedAt);
    if (this.queue.isEmpty && !isDemanded && !this.demands.isActing) return;
    const due = this.dueUpTo(begun.recordedAt);
    if (due !== undefined) {
      await this.letAct(begun, due);
      return;
    }
    standstill.noteNothingDue();
    this.demands.nothingDue();
    if (this.queue.isEmpty && !isDemanded) return;
    const draft = this.decideNext(begun.recordedAt);
    if (draft === undefined) return;
    await this.send(draft.isEmpty && !isDemanded ? undefined : this.pages.seal(begun, draft), draft);
  }

  /** What has to act before a page of this time may be decided. */
  private dueUpTo(recordedAt: string): DueItem | undefined {
    const next = this.kind.due?.next(this.copy.state);
    return next !== undefined && next.atMs <= Date.parse(recordedAt) ? next : undefined;
  }

  /**
   * Makes what is due at the earliest instant a page of its own, whose time is that instant. Where it cannot act, the shard
   * waits for a writer that can: whatever were decided now would stand behind what comes before it.
   */
  private async letAct(begun: BegunPage, { atMs }: DueItem): Promise<void> {
    const instant = new Date(atMs).toISOString();
    const { head, state } = this.copy;
    const recordedAt = head !== undefined && head.recordedAt > instant ? head.recordedAt : instant;
    const place = { shard: this.shard, height: begun.height, recordedAt };
    const outcomes: Outcome[] = [];
    let draft: Draft<Command, Outcome>;
    try {
      draft = decideDue(this.kind, state, place, atMs, (outcome) => outcomes.push(outcome));
    } catch (error) {
      if (!(error instanceof NotActed)) this.standstill.halt(error, 'decision');
      this.takeAllBack();
      if (this.halted === undefined) await this.beHindered(instant, error);
      return;
    }
    const page = this.pages.seal({ ...begun, recordedAt }, draft);
    const refusal = this.pages.refusalOfEvents(page);
    if (refusal !== undefined) {
      this.takeAllBack();
      await this.beHindered(instant, new Error(refusal));
      return;
    }
    if (!(await this.send(page, draft))) return;
    this.standstill.noteActed();
    for (const outcome of outcomes) this.listeners.tellActed(outcome);
  }

  private async beHindered(instant: string, cause: unknown): Promise<void> {
    const by = this.standstill.hinder(instant, cause);
    this.demands.failActing(by);
    if (this.stopping || this.stop$.signal.aborted) {
      this.refuseAll(by);
      return;
    }
    if (this.queue.isEmpty && this.demands.isEmpty) return;
    await this.standstill.pause(this.stop$.signal);
    await this.follow();
  }

  /**
   * Makes a page durable and answers those that wait for it; or, where the journal has moved on, follows it.
   *
   * @param page undefined: there is nothing to be recorded
   * @returns whether they were answered
   */
  private async send(page: Page | undefined, draft: Draft<Command, Outcome>): Promise<boolean> {
    const refusal = page === undefined ? undefined : this.pages.refusalOf(page);
    if (refusal !== undefined) {
      this.standstill.halt(new Error(refusal), 'writer');
      this.takeBack(draft);
      return false;
    }
    if (!this.assurance.mayBeSent(page, draft.isDue)) {
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
      if (isRefusal(error)) this.standstill.refuse(error);
      const by = this.halted ?? this.refused ?? error;
      for (const { waiting } of draft.decided) refuse(waiting, by);
      this.demands.fail(by);
      return false;
    }
    if (settled) {
      const position = { shard: this.shard, height: this.height };
      for (const { answer } of draft.decided) answer(position);
      return true;
    }
    this.takeBack(draft);
    if (this.halted === undefined) await this.follow();
    return false;
  }

  /** False when nothing can be decided now. */
  private async makeSure(): Promise<boolean> {
    try {
      await this.assurance.makeSure();
      return true;
    } catch (error) {
      this.refuseAll(error);
      return false;
    }
  }

  /** Refuses whatever waits now. */
  private refuseAll(by: unknown): void {
    this.queue.refuseAll(by);
    this.demands.fail(by);
  }

  /** Takes a draft back: its commands are the next to be decided. */
  private takeBack(draft: Draft<Command, Outcome>): void {
    this.takeAllBack();
    if (!draft.isDue) this.queue.putBack(draft);
  }

  /** Takes every decision back that is not durable. A state that cannot go back is not decided upon any more. */
  private takeAllBack(): void {
    try {
      this.copy.takeBack();
    } catch (error) {
      this.standstill.halt(error, 'decision');
    }
  }

  /** Takes commands from the queue until the page is full or none waits. Undefined when that halted the sequencer. */
  private decideNext(recordedAt: string): Draft<Command, Outcome> | undefined {
    const deciding = new Deciding(this.kind, this.copy.state, {
      shard: this.shard,
      height: this.height + 1,
      recordedAt,
    });
    // What a command made due at once acts before the next one is decided.
    const isDueNow = () => this.kind.due !== undefined && this.dueUpTo(recordedAt) !== undefined;
    try {
      this.queue.decideInto(deciding, () => isDueNow() || this.time.isLate(recordedAt));
    } catch (error) {
      // Nothing of the page is durable; whoever waits is still in the queue and is told next.
      this.standstill.halt(error, 'decision');
      this.takeAllBack();
      return undefined;
    }
    return deciding.draft;
  }

  /** Appends the next page. Returns false when another page stands there. */
  private async commit(page: Page, isDue: boolean): Promise<boolean> {
    this.sending = page;
    const terms = { time: this.time.boundsOf(page, this.copy.head, isDue) };
    if (!(await this.untilAvailable(() => landPage(this.options.store, page, terms)))) {
      if (page.count > 0) {
        this.listeners.tellTrouble(`shard ${this.shard} lost the race for height ${page.height}; deciding again`);
      }
      return false;
    }
    this.time.noteTaken();
    this.copy.add(page);
    return true;
  }

  /** Whether answers that need no page may be given: a refusal must not rest on what another writer has changed since. */
  private async isFresh(draft: Draft<Command, Outcome>): Promise<boolean> {
    if (draft.decided.length === 0) return true;
    const head = await this.untilAvailable(() => this.options.store.head(this.shard));
    return (head?.height ?? 0) <= this.height;
  }

  /** Reads what other writers appended. What cannot be followed halts the sequencer: its state would be doubtful. */
  private async follow(): Promise<void> {
    try {
      const isLost = this.refused?.isLost === true;
      await this.untilAvailable(() => (isLost ? this.copy.foldAnew() : this.copy.follow()));
      this.standstill.noteFollowed();
    } catch (error) {
      // While stopping, a store that stays away is no doubt about the journal.
      if (error instanceof StoreUnavailable) return;
      if (isRefusal(error)) this.standstill.refuse(error);
      else this.standstill.halt(error);
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
