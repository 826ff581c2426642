/** What shards do by themselves, command by command, on states that decide at once. */
import { systemAuthor, type Due, type DueItem, type DueQueue, type ShardState } from '#domain';

/** A command of one shard. */
export interface Act {
  readonly shard: number;
  readonly command: object;
}

/** A shard with its tables, whatever its state is. */
export interface ActingShard {
  readonly due: DueQueue;
  readonly act: (item: DueItem) => object;
  readonly work: readonly {
    readonly kind: string;
    readonly left: () => Iterable<string>;
    readonly isLeft: (id: string) => boolean;
    readonly steps: (id: string) => readonly { readonly shard?: number | 'registry'; readonly command: object }[];
  }[];
}

/** As much of a table of work as is needed here, wherever its steps lead. */
type WorkTable<State> = Readonly<
  Record<
    string,
    {
      readonly left: (state: State) => Iterable<string>;
      readonly isLeft: (state: State, id: string) => boolean;
      readonly steps: (
        state: State,
        id: string,
      ) => readonly { readonly shard?: number | 'registry'; readonly command: object }[];
    }
  >
>;

export function actingShard<State extends ShardState, Command>(
  state: State,
  due: Due<string, State, Command>,
  work: WorkTable<State>,
): ActingShard {
  return {
    due: state.due,
    act: (item) => due[item.kind]!(state, item),
    work: Object.entries(work).map(([kind, { left, isLeft, steps }]) => ({
      kind,
      left: () => left(state),
      isLeft: (id) => isLeft(state, id),
      steps: (id) => steps(state, id),
    })),
  };
}

/**
 * What acts on everything that is due up to an instant, in the order of the instants over all shards, also what only
 * falls due by what acted before.
 *
 * @throws Error when a command left its item where it was
 */
export function* actOnDue(shards: readonly ActingShard[], nowMs: number): Iterable<Act> {
  for (;;) {
    const [first] = [...shards.entries()]
      .flatMap(([shard, { due, act }]) => (due.next === undefined ? [] : [{ shard, due, act, item: due.next }]))
      .sort((a, b) => a.item.atMs - b.item.atMs);
    if (first === undefined || first.item.atMs > nowMs) return;
    const { shard, due, act, item } = first;
    const { kind, id, atMs } = item;
    const context = { time: new Date(atMs).toISOString(), provenance: systemAuthor('due') };
    yield { shard, command: { ...context, ...act(item) } };
    if (due.instantOf(kind, id) === atMs) throw new Error(`${kind} ${id} is due at ${atMs} and did not act`);
  }
}

/** Finishes what is left in a shard, of all kinds or one piece of it. */
export function* finishLeft(
  shards: readonly ActingShard[],
  shard: number,
  stamp: () => string,
  one?: { readonly kind: string; readonly id: string },
): Iterable<Act> {
  for (const { kind, left, isLeft, steps } of shards[shard]!.work) {
    if (one !== undefined && one.kind !== kind) continue;
    for (const id of one === undefined ? [...left()] : [one.id]) {
      while (isLeft(id)) {
        for (const step of steps(id)) {
          const context = { time: stamp(), provenance: systemAuthor(kind) };
          // The registry is the last of the shards.
          const place = step.shard === 'registry' ? shards.length - 1 : step.shard;
          yield { shard: place ?? shard, command: { ...context, ...step.command } };
        }
      }
    }
  }
}
