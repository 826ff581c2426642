/**
 * A concept for specs of what shards do by themselves: lamps that burn until an instant. A lamp that fails first burns
 * dim. When one goes out, the other shard is told, which is work that a crash may leave.
 */
import { SPEC_SEALING } from '#journal/testing';
import {
  ShardState,
  UndoableMap,
  createCodec,
  decideAndNote,
  leftByType,
  optional,
  plain,
  requestLayout,
  type Due,
  type EntryPosition,
  type Layouts,
  type Provenance,
  type Recorded,
  type Requested,
  type RecordEvent,
  type Work,
} from '#domain';
import {
  dueActs,
  eventTypes,
  readEvents,
  readPages,
  Sequencer,
  type JournalStore,
  type Page,
  type ShardKind,
} from '#journal';
import { DueWork, type Alarm } from '../src/due-work.js';
import { StoreClock } from '../src/store-clock.js';

export interface LampLit extends Recorded {
  readonly type: 'LampLit';
  readonly lamp: string;
  readonly untilMs: number;
  readonly dimMs?: number;
}

export interface LampChanged extends Recorded {
  readonly type: 'LampDimmed' | 'LampOut' | 'OutageNoted' | 'OutageTold';
  readonly lamp: string;
}

export type LampEvent = LampLit | LampChanged;

const changed = { lamp: plain, request: optional(requestLayout) } as const;

const lampLayouts = {
  LampLit: { lamp: plain, untilMs: plain, dimMs: optional(plain), request: optional(requestLayout) },
  LampDimmed: changed,
  LampOut: changed,
  OutageNoted: changed,
  OutageTold: changed,
} as const satisfies Layouts<LampLit> & Record<LampChanged['type'], typeof changed>;

export type LampCommand = Requested &
  (
    | { readonly type: 'Light'; readonly lamp: string; readonly untilMs: number; readonly dimMs?: number }
    | { readonly type: 'Dim' | 'PutOut' | 'NoteOutage' | 'CompleteOutage'; readonly lamp: string }
  );

/** Between two blinks of a lamp that blinks. */
const BLINK_MS = 1_000;

type LampDueKind = 'out' | 'dim';

export class LampState extends ShardState<LampDueKind> {
  readonly burning = new UndoableMap<string, 'bright' | 'dim'>(this.undo);
  /** Lamps of this shard that went out, of which the other shard may not know. */
  readonly untold = new UndoableMap<string, true>(this.undo);
  /** Lamps of the other shard that went out. */
  readonly noted = new UndoableMap<string, true>(this.undo);

  constructor() {
    super(() => true, Object.keys(DUE_LAMPS) as LampDueKind[]);
  }
}

/** At one instant a lamp is dimmed before it goes out. */
export const DUE_LAMPS: Due<LampDueKind, LampState, LampCommand> = {
  dim: (_state, { id }) => ({ type: 'Dim', lamp: id }),
  out: (_state, { id }) => ({ type: 'PutOut', lamp: id }),
};

export const workOf = (shard: number): Work<'telling', LampState, LampCommand, LampEvent> => ({
  telling: {
    leftBy: { LampOut: ({ lamp }) => lamp },
    left: ({ untold }) => untold.keys(),
    isLeft: ({ untold }, lamp) => untold.has(lamp),
    steps: (_state, lamp) => [
      { shard: 1 - shard, command: { type: 'NoteOutage', lamp } },
      { command: { type: 'CompleteOutage', lamp } },
    ],
    isAwaited: true,
  },
});

const CODEC = createCodec(lampLayouts);

type Outcome = { readonly type: 'entry'; readonly entry: EntryPosition } | { readonly type: 'unchanged' };

const EVENT_OF = {
  Dim: 'LampDimmed',
  PutOut: 'LampOut',
  NoteOutage: 'OutageNoted',
  CompleteOutage: 'OutageTold',
} as const;

function hasEffect(state: LampState, { type, lamp }: Exclude<LampCommand, { readonly type: 'Light' }>): boolean {
  if (type === 'Dim') return state.burning.get(lamp) === 'bright';
  if (type === 'PutOut') return state.burning.has(lamp);
  return type === 'NoteOutage' ? !state.noted.has(lamp) : state.untold.has(lamp);
}

function decide(state: LampState, command: LampCommand, record: RecordEvent<LampEvent>): Outcome {
  const { time, provenance, lamp } = command;
  if (command.type === 'Light') {
    const { untilMs, dimMs } = command;
    const dim = dimMs === undefined ? {} : { dimMs };
    return { type: 'entry', entry: record({ type: 'LampLit', time, ...provenance, lamp, untilMs, ...dim }) };
  }
  if (!hasEffect(state, command)) return { type: 'unchanged' };
  return { type: 'entry', entry: record({ type: EVENT_OF[command.type], time, ...provenance, lamp }) };
}

function evolve(state: LampState, event: LampEvent): void {
  const { lamp } = event;
  if (event.type === 'LampLit') {
    state.burning.set(lamp, 'bright');
    state.due.set('out', lamp, event.untilMs);
    if (event.dimMs !== undefined) state.due.set('dim', lamp, event.dimMs);
  } else if (event.type === 'LampDimmed') {
    const isBlinking = lamp.startsWith('blinking');
    state.burning.set(lamp, isBlinking ? 'bright' : 'dim');
    // What acts at an instant may make itself due again.
    if (isBlinking) state.due.set('dim', lamp, Date.parse(event.time) + BLINK_MS);
    else state.due.remove('dim', lamp);
  } else if (event.type === 'LampOut') {
    state.burning.delete(lamp);
    state.due.remove('out', lamp);
    state.due.remove('dim', lamp);
    state.untold.set(lamp, true);
  } else if (event.type === 'OutageNoted') state.noted.set(lamp, true);
  else state.untold.delete(lamp);
}

function lampShard(
  shard: number,
  isStuck: (lamp: string) => boolean,
): ShardKind<LampState, LampCommand, LampEvent, Outcome> {
  const leftBy = leftByType(workOf(shard));
  return {
    codec: CODEC,
    due: dueActs<LampDueKind, LampState, LampCommand>(DUE_LAMPS),
    createState: () => new LampState(),
    evolve,
    decide: (state, command, record) => {
      if (command.type !== 'Light' && isStuck(command.lamp)) throw new Error(`${command.lamp} is stuck`);
      return decideAndNote(leftBy, record, (noting) => decide(state, command, noting));
    },
  };
}

/** A clock that a spec moves, and alarms that ring while it does. */
export class SpecAlarm implements Alarm {
  /** Milliseconds that passed: a clock that is set does not change it. */
  passedMs = 0;
  private readonly waiting = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  constructor(private startMs: number) {}

  now(): number {
    return this.startMs + this.passedMs;
  }

  after(ms: number, wake: () => void): () => void {
    const alarm = { atMs: this.passedMs + ms, wake };
    this.waiting.add(alarm);
    return () => this.waiting.delete(alarm);
  }

  /** For how long the next alarm waits, milliseconds. */
  get nextMs(): number | undefined {
    const instants = [...this.waiting].map(({ atMs }) => atMs - this.passedMs);
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  pass(ms: number): void {
    const endMs = this.passedMs + ms;
    for (;;) {
      const [next] = [...this.waiting].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.waiting.delete(next);
      this.passedMs = next.atMs;
      next.wake();
    }
    this.passedMs = endMs;
  }

  /** Somebody sets the clock. */
  set(byMs: number): void {
    this.startMs += byMs;
  }
}

const WHO: Provenance = { actor: 'key:admin', origin: 'request:spec' };

export interface LampProcessOptions {
  /** How far its clock is ahead, milliseconds. */
  readonly aheadMs?: number;
  /** Its clock is compared with that of the store. */
  readonly isCompared?: boolean;
  /** What its writer is admitted for. */
  readonly mayWrite?: (type: string) => boolean;
  /** It is admitted for nothing. */
  readonly isDismissed?: boolean;
}

/** A process that serves two shards of lamps. */
export class LampProcess {
  readonly warnings: object[] = [];
  /** What its sequencers told. */
  readonly troubles: string[] = [];
  /** Lamps on which no command acts. */
  readonly stuck = new Set<string>();
  readonly work: DueWork<LampCommand>;
  /** What its clock told, once for each change. */
  readonly told: string[] = [];
  readonly clock: StoreClock;
  /** How far its clock is ahead, milliseconds: somebody may set it. */
  aheadMs: number;
  readonly shards: readonly Sequencer<LampState, LampCommand, LampEvent, Outcome>[];

  constructor(
    readonly store: JournalStore,
    readonly alarm: SpecAlarm,
    { aheadMs = 0, isCompared = false, mayWrite = () => true, isDismissed = false }: LampProcessOptions = {},
  ) {
    this.aheadMs = aheadMs;
    const wallMs = () => alarm.now() + this.aheadMs;
    const tell = (line: string) => void this.told.push(line);
    this.clock = new StoreClock({
      ask: () => store.now(),
      logger: { error: tell, info: tell, warn: () => undefined } as never,
      clocks: { wallMs, monotonicMs: () => alarm.passedMs },
    });
    this.work = new DueWork<LampCommand>({
      execute: async (shard, command) => (await this.shards[shard]!.execute(command)).outcome,
      lookAround: async () => {
        await Promise.all(this.shards.map((shard) => shard.readDurable(() => undefined)));
      },
      logger: { warn: (details: object) => void this.warnings.push(details), debug: () => undefined } as never,
      alarm,
    });
    this.shards = [0, 1].map((shard) => {
      const onPage = () => {
        this.work.pageRead(shard);
      };
      const refuse = ({ body }: Page) => {
        if (isDismissed) return 'not admitted';
        const foreign = eventTypes(body).find((type) => !mayWrite(type));
        return foreign === undefined ? undefined : `not admitted for ${foreign}`;
      };
      const kind = lampShard(shard, (lamp) => this.stuck.has(lamp));
      return new Sequencer(kind, {
        ...{ shard, store, onPage, retryDelayMaxMs: 1 },
        sealing: { ...SPEC_SEALING, refuse },
        clock: isCompared ? this.clock : wallMs,
        onTrouble: (message) => void this.troubles.push(message),
      });
    });
    for (const [shard, sequencer] of this.shards.entries()) {
      sequencer.onActed((outcome) => {
        this.work.acted(shard, outcome);
      });
      this.work.serve({ shard, sequencer, dueKinds: Object.keys(DUE_LAMPS), work: workOf(shard) });
    }
  }

  async start(): Promise<this> {
    for (const shard of this.shards) await shard.start();
    this.work.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.work.stop();
    for (const shard of this.shards) await shard.stop();
  }

  async light(shard: number, lamp: string, untilMs: number, dimMs?: number): Promise<void> {
    const time = new Date(this.alarm.now()).toISOString();
    const dim = dimMs === undefined ? {} : { dimMs };
    await this.shards[shard]!.execute({ type: 'Light', lamp, untilMs, ...dim, time, provenance: WHO });
  }
}

/** A page's time and what it says of the lamps of its own shard: event and lamp. */
export function tellPage(page: Page): { readonly recordedAt: string; readonly events: readonly LampEvent[] } {
  return { recordedAt: page.recordedAt, events: [...readEvents(page, CODEC)].map(({ event }) => event as LampEvent) };
}

/** What a shard's journal says of its own lamps: event, lamp, time and author. */
export async function tale(store: JournalStore, shard: number, types = /^Lamp/): Promise<string[]> {
  const lines: string[] = [];
  for await (const page of readPages(store, shard)) {
    for (const { type, lamp, time, actor } of tellPage(page).events) {
      if (types.test(type)) lines.push(`${type} ${lamp} ${time} ${actor}`);
    }
  }
  return lines;
}
