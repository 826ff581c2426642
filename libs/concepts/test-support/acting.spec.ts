import { DueQueue, UndoLog } from '#domain';
import { actOnDue, finishLeft, type ActingShard } from './acting.js';

interface Lamps extends ActingShard {
  readonly due: DueQueue<'lapse'>;
}

function lamps(): Lamps {
  return { due: new DueQueue(new UndoLog(), ['lapse']), act: ({ id }) => ({ put: id }), work: [] };
}

/** Lamps go out, unless they burn for ever. */
function act(shards: readonly Lamps[], nowMs: number): string[] {
  const acted: string[] = [];
  for (const { shard, command } of actOnDue(shards, nowMs)) {
    const { put, time } = command as { put: string; time: string };
    const { due } = shards[shard]!;
    if (put !== 'for ever') due.remove('lapse', put);
    if (put === 'lights another') due.set('lapse', 'other', 3);
    acted.push(`${shard} ${put} ${Date.parse(time)}`);
  }
  return acted;
}

describe('when time has passed', () => {
  it('everything acts that is due, in order over all shards, also what falls due by that', () => {
    const [first, second] = [lamps(), lamps()];
    second.due.set('lapse', 'lights another', 1);
    first.due.set('lapse', 'b', 2);
    second.due.set('lapse', 'c', 4);
    first.due.set('lapse', 'later', 6);
    const shards = [first, second];
    expect(act(shards, 5)).toEqual(['1 lights another 1', '0 b 2', '1 other 3', '1 c 4']);
    expect(act(shards, 5)).toEqual([]);
    expect(act(shards, 6)).toEqual(['0 later 6']);
  });

  it('what does not act fails its history', () => {
    const one = lamps();
    one.due.set('lapse', 'for ever', 1);
    expect(() => act([one], 1)).toThrow('lapse for ever is due at 1 and did not act');
  });
});

describe('work that is left', () => {
  it('is brought on step by step, wherever each is decided, until nothing is left of it', () => {
    const left = new Map([
      ['a', 2],
      ['b', 1],
    ]);
    const steps = (id: string) => [{ shard: 1, command: { tell: id } }, { command: { done: id } }];
    const work = [{ kind: 'telling', left: () => left.keys(), isLeft: (id: string) => left.has(id), steps }];
    const shards = [{ ...lamps(), work }, lamps()];
    const done: unknown[] = [];
    for (const { shard, command } of finishLeft(shards, 0, () => 'now')) {
      const { done: id } = command as { done?: string };
      if (id !== undefined && left.get(id) === 1) left.delete(id);
      else if (id !== undefined) left.set(id, 1);
      done.push([shard, command]);
    }
    const context = { time: 'now', provenance: { actor: 'system:telling', origin: 'system:telling' } };
    const round = (id: string) => [
      [1, { ...context, tell: id }],
      [0, { ...context, done: id }],
    ];
    expect(done).toEqual([...round('a'), ...round('a'), ...round('b')]);
  });
});
