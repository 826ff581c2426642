/** The commands that wait for a shard, in the order in which they came. */
import type { RecordedEvent, UndoLog } from '#domain';
import type { Deciding } from './deciding.js';
import type { Draft } from './draft.js';
import { LaneBroken, refuse, SequencerBusy, type Lane, type Sequenced, type Waiting } from './lane.js';

const COMMANDS_MAX = 10_000;

export class CommandQueue<Command, Outcome> {
  private readonly waiting: Waiting<Command, Outcome>[] = [];
  private isClosed = false;

  /** @param max commands that may wait before SequencerBusy */
  constructor(
    private readonly shard: number,
    private readonly max = COMMANDS_MAX,
  ) {}

  get length(): number {
    return this.waiting.length;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Nothing more is taken; what waits goes on. */
  close(): void {
    this.isClosed = true;
  }

  /** Resolves once the command is answered. @throws LaneBroken, SequencerBusy, and whatever it is refused by */
  add(command: Command, lane: Lane | undefined): Promise<Sequenced<Outcome>> {
    if (lane?.broken === true || lane?.closed === true) return Promise.reject(new LaneBroken());
    if (this.isClosed || this.waiting.length >= this.max) {
      if (lane !== undefined) lane.closed = true;
      return Promise.reject(new SequencerBusy(this.shard));
    }
    return new Promise((resolve, reject) => this.waiting.push({ command, lane, resolve, reject }));
  }

  /**
   * Decides commands from the front until the page is full or none waits. They leave the queue together, at the end: where
   * this throws all of them wait still.
   *
   * @param isEnough asked after each command
   * @throws as {@link Deciding.take}
   */
  decideInto<State extends { readonly undo: UndoLog }, Event extends RecordedEvent>(
    deciding: Deciding<State, Command, Event, Outcome>,
    isEnough: () => boolean,
  ): void {
    let taken = 0;
    while (taken < this.waiting.length && deciding.take(this.waiting[taken]!)) {
      taken++;
      if (isEnough()) break;
    }
    this.waiting.splice(0, taken);
  }

  /** The commands of a draft that was taken back are the next to be decided. */
  putBack(draft: Draft<Command, Outcome>): void {
    this.waiting.unshift(...draft.decided.map(({ waiting }) => waiting));
  }

  refuseAll(by: unknown): void {
    for (const waiting of this.waiting.splice(0)) refuse(waiting, by);
  }
}
