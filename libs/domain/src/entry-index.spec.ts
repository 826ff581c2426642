import fc from 'fast-check';
import { EntryIndex, UndoLog } from './index.js';

const SHARD = 2;
const KINDS = { holder: Uint32Array, ends: Float64Array, state: Uint8Array } as const;
type Row = Record<keyof typeof KINDS, number>;
const at = (height: number, index = 0) => ({ shard: SHARD, height, index });

describe('an index of entries', () => {
  it('is what a map is, after any steps and any taking back', () => {
    const step = fc.record({
      what: fc.oneof(
        { weight: 8, arbitrary: fc.constant('add' as const) },
        { weight: 6, arbitrary: fc.constant('set' as const) },
        { weight: 1, arbitrary: fc.constantFrom('keep' as const, 'back' as const) },
      ),
      any: fc.nat(9_999),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.boolean(), (steps, isLong) => {
        const undo = new UndoLog();
        const index = new EntryIndex(undo, KINDS);
        let model = new Map<string, Row>();
        // Height, index, and which one of the entry's own.
        let place: readonly [number, number, number] = [1, -1, 0];
        let kept: readonly [typeof model, typeof place] = [new Map(), place];
        const add = (any: number) => {
          const [height, last, part] = place;
          if (any % 7 === 0 && model.size > 0) place = [height, last, part + 1];
          else place = any % 3 === 0 ? [height + 1 + (any % 5), 0, 0] : [height, last + 1 + (any % 2), 0];
          const row = { holder: 2 ** 32 - 1 - any, ends: any % 2 === 0 ? Infinity : 1e14 + any, state: any % 256 };
          index.add(at(place[0], place[1]), row);
          model.set(`${SHARD}-${place[0]}-${place[1]}${place[2] === 0 ? '' : `.${place[2]}`}`, row);
        };
        // So that rows fill more than one block.
        if (isLong) for (let n = 0; n < 1_020; n++) add(n);
        undo.clear();
        kept = [new Map(model), place];
        for (const { what, any } of steps) {
          if (what === 'add') add(any);
          else if (what === 'keep') {
            undo.clear();
            kept = [new Map(model), place];
          } else if (what === 'back') {
            undo.rollback();
            [model, place] = [new Map(kept[0]), kept[1]];
          } else if (model.size > 0) {
            const id = [...model.keys()].at(-1 - (any % Math.min(model.size, 60)))!;
            index.set(index.rowOf(id)!, 'state', any % 256);
            model.set(id, { ...model.get(id)!, state: any % 256 });
          }
        }
        expect([...index]).toEqual([...model].map(([id, row]) => ({ id, ...row })));
        expect(index.size).toBe(model.size);
        for (const [id, row] of [...model].slice(-50)) {
          expect(index.get(index.rowOf(id)!, 'ends')).toBe(row.ends);
        }
      }),
    );
  });

  it.each([
    ...['2-7-1', '2-6-0', '2-8-0', '1-7-0', '2-07-0', '2-7-00', '2-6-1048576', '2-7', 'x', ''],
    ...['2-7-0.0', '2-7-0.2', '2-7-0.01', '2-6-0.1', '2-999999999999999-0'],
  ])('has no row of %s', (id) => {
    const index = new EntryIndex(new UndoLog(), { state: Uint8Array });
    expect(index.rowOf(id)).toBeUndefined();
    index.add(at(7), { state: 1 });
    index.add(at(7), { state: 2 });
    expect(index.rowOf(id)).toBeUndefined();
    expect([index.rowOf('2-7-0'), index.rowOf('2-7-0.1')]).toEqual([0, 1]);
  });

  it('refuses an entry that stands before another', () => {
    const index = new EntryIndex(new UndoLog(), { state: Uint8Array });
    index.add(at(7, 1), { state: 0 });
    expect(() => {
      index.add(at(7), { state: 0 });
    }).toThrow(RangeError);
  });
});
