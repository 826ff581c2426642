/**
 * What one shard does by itself: what is due acts at its instant, and work that was left is finished. Both are read in the
 * shard's state and decided by commands that may be repeated, so any number of processes may do the same.
 */
import { systemAuthor, type LeavesWork, type ShardState, type WorkItem, type WorkKind } from '#domain';
import { CoalescedRuns } from './coalesced-runs.js';

/** Work of one kind that a sweep finishes at the same time. */
const AT_ONCE = 200;

/** What a command came to, as far as it says what is left to be done. */
export type WorkOutcome = LeavesWork & { readonly type: string; readonly replayed?: boolean };

/** A shard, as far as it does anything by itself. */
export interface Place<State extends ShardState, Command> {
  readonly shard: number;
  /** The registry's number, where steps lead there. */
  readonly registry?: number;
  readonly sequencer: {
    readonly state: State;
    readDurable<T>(read: (state: State) => T): Promise<T>;
    /** Lets everything act that is due; fails when something cannot. */
    actOnDue(): Promise<void>;
  };
  /** The kinds of what may be due here. */
  readonly dueKinds: readonly string[];
  readonly work: Readonly<Record<string, Omit<WorkKind<State, Command, never>, 'leftBy'>>>;
}

/** What a shard's work needs from outside. */
export interface Surroundings<Command> {
  /** Has a command decided in any shard, and what it leaves there done in the background. */
  readonly execute: (shard: number, command: Command) => Promise<WorkOutcome>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onTrouble: (message: string, details: { readonly err: unknown } & Readonly<Record<string, unknown>>) => void;
}

export class ShardWork<State extends ShardState, Command> {
  readonly shard: number;
  private readonly runs: ReadonlyMap<string, CoalescedRuns<string>>;
  private readonly acting = new CoalescedRuns<'due'>(() => this.place.sequencer.actOnDue());
  /** What is due could not act: it waits for the next sweep, or for whatever is decided before. */
  private isResting = false;

  constructor(
    private readonly place: Place<State, Command>,
    private readonly around: Surroundings<Command>,
  ) {
    this.shard = place.shard;
    const runs = Object.keys(place.work).map((kind) => {
      const run = new CoalescedRuns<string>((id, signal) => this.finish(kind, id, signal));
      return [kind, run] as const;
    });
    this.runs = new Map(runs);
  }

  /** The instant for which this process has to wake, milliseconds since 1970; undefined: none, or what is due is acting. */
  get wakesAtMs(): number | undefined {
    if (this.isResting || this.acting.isUnderWay('due')) return undefined;
    return this.place.sequencer.state.due.next?.atMs;
  }

  /** How much is left to be done, by kind of work and by kind of what is due and has not acted yet. */
  countLeft(): ReadonlyMap<string, number> {
    const { dueKinds, work, sequencer } = this.place;
    const counts = new Map(dueKinds.map((kind) => [kind, 0]));
    for (const { kind } of sequencer.state.due.upTo(this.around.now())) counts.set(kind, counts.get(kind)! + 1);
    for (const [kind, { left }] of Object.entries(work)) counts.set(kind, [...left(sequencer.state)].length);
    return counts;
  }

  /** Since when the oldest item that is due has not acted, milliseconds; 0: none is due. */
  get oldestDueMs(): number {
    const { next } = this.place.sequencer.state.due;
    return next === undefined ? 0 : Math.max(0, this.around.now() - next.atMs);
  }

  /** Lets everything act that is due, in order. It never fails: what does not act is left for the sweep. */
  actOnDue(): Promise<void> {
    return this.acting.request('due').catch((error: unknown) => {
      this.isResting = true;
      this.around.onTrouble('what is due is left for the next sweep', { err: error, shard: this.shard });
    });
  }

  /**
   * Finishes what a command left, in the background. Resolves when that is done for which its caller has to wait. It never
   * fails: what is not finished is left for the sweep.
   */
  async finishAfter({ left = [], replayed = false }: WorkOutcome): Promise<void> {
    // Who asks again may ask for what the process left that answered first.
    const items = replayed ? this.allLeft() : left.filter(({ kind, id }) => this.isLeft(kind, id));
    const finishing = items.map((item) => ({ item, done: this.finishOrTell(item) }));
    await Promise.all(finishing.filter(({ item }) => this.place.work[item.kind]!.isAwaited).map(({ done }) => done));
  }

  /** Does all that is found in the state, what is due first. */
  async sweep(signal: AbortSignal): Promise<void> {
    this.isResting = false;
    await this.actOnDue();
    await Promise.all([...this.runs].map(([kind, runs]) => this.sweepKind(kind, runs, signal)));
  }

  async stop(): Promise<void> {
    await Promise.all([this.acting.stop(), ...[...this.runs.values()].map((runs) => runs.stop())]);
  }

  private isLeft(kind: string, id: string): boolean {
    return this.place.work[kind]!.isLeft(this.place.sequencer.state, id);
  }

  private allLeft(): WorkItem[] {
    const { work, sequencer } = this.place;
    return Object.entries(work).flatMap(([kind, { left }]) => [...left(sequencer.state)].map((id) => ({ kind, id })));
  }

  private async finishOrTell({ kind, id }: WorkItem): Promise<void> {
    try {
      await this.runs.get(kind)!.request(id);
    } catch (error) {
      this.tellLeft(kind, [error]);
    }
  }

  private async sweepKind(kind: string, runs: CoalescedRuns<string>, signal: AbortSignal): Promise<void> {
    const { work, sequencer } = this.place;
    const ids = [...work[kind]!.left(sequencer.state)].filter((id) => !runs.isUnderWay(id));
    const errors: unknown[] = [];
    for (let from = 0; from < ids.length && !signal.aborted; from += AT_ONCE) {
      const results = await Promise.allSettled(ids.slice(from, from + AT_ONCE).map((id) => runs.request(id)));
      for (const result of results) if (result.status === 'rejected') errors.push(result.reason);
    }
    if (errors.length > 0) this.tellLeft(kind, errors);
  }

  /** No ids: names of parties belong into the journal, not into the log. */
  private tellLeft(kind: string, errors: readonly unknown[]): void {
    const details = { err: errors[0], shard: this.shard, kind, count: errors.length };
    this.around.onTrouble('work is left for the next sweep', details);
  }

  /** The state as it stands says whether to look; what is done rests on durable decisions only. */
  private async finish(kind: string, id: string, signal: AbortSignal): Promise<void> {
    const { sequencer, work } = this.place;
    const { isLeft, steps } = work[kind]!;
    while (this.isLeft(kind, id) && !signal.aborted) {
      const found = await sequencer.readDurable((state) => (isLeft(state, id) ? steps(state, id) : []));
      const context = { time: new Date(this.around.now()).toISOString(), provenance: systemAuthor(kind) };
      let isBroughtOn = false;
      for (const { shard = this.shard, command } of found) {
        const place = shard === 'registry' ? this.place.registry! : shard;
        const outcome = await this.around.execute(place, { ...command, ...context } as Command);
        isBroughtOn ||= outcome.type !== 'unchanged';
      }
      // What no step changes is finished by somebody else, or not to be finished now.
      if (!isBroughtOn) return;
    }
  }
}
