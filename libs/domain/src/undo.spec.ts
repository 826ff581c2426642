import fc from 'fast-check';
import { UndoableQueue, UndoLog } from './index.js';

describe('an undo log', () => {
  it('takes back to a mark and no further', () => {
    const undo = new UndoLog();
    const map = new Map<string, number | undefined>([['a', 1]]);
    undo.set(map, 'a', 2);
    const mark = undo.mark();
    undo.delete(map, 'a');
    undo.set(map, 'b', undefined);
    undo.set(map, 'b', 3);
    undo.rollback(mark);
    expect(map).toEqual(new Map([['a', 2]]));
    undo.rollback();
    expect(map).toEqual(new Map([['a', 1]]));
  });

  it('keeps everything once it is cleared', () => {
    const undo = new UndoLog();
    const map = new Map<string, number>();
    undo.set(map, 'a', 1);
    undo.clear();
    undo.rollback();
    expect(map.get('a')).toBe(1);
  });
});

describe('a queue that can be taken back', () => {
  it('is what an array is, after any steps and any taking back', () => {
    const steps = fc.array(
      fc.tuple(
        fc.oneof(
          { weight: 6, arbitrary: fc.constant('push') },
          { weight: 5, arbitrary: fc.constantFrom('take', 'replace', 'insert', 'remove') },
          { weight: 1, arbitrary: fc.constantFrom('keep', 'back') },
        ),
        fc.nat(1_000),
      ),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 2_000 }), (all, filled) => {
        const undo = new UndoLog();
        const queue = new UndoableQueue<number>(undo);
        let model: number[] = [];
        let kept: number[] = [];
        for (let i = 0; i < filled; i++) queue.push(i);
        for (let i = 0; i < filled; i++) queue.takeOldest();
        undo.clear();
        all.forEach(([step, any], n) => {
          const place = model.length === 0 ? 0 : any % model.length;
          if (step === 'push') queue.push(n);
          if (step === 'push') model.push(n);
          if (step === 'take') expect(queue.takeOldest()).toBe(model.shift());
          if (step === 'replace' && model.length > 0) queue.replace(place, n);
          if (step === 'replace' && model.length > 0) model[place] = n;
          if (step === 'insert') queue.insert(any % (model.length + 1), n);
          if (step === 'insert') model.splice(any % (model.length + 1), 0, n);
          if (step === 'remove' && model.length > 0) expect([queue.remove(place)]).toEqual(model.splice(place, 1));
          if (step === 'keep') undo.clear();
          if (step === 'keep') kept = [...model];
          if (step === 'back') undo.rollback();
          if (step === 'back') model = [...kept];
          expect([...queue]).toEqual(model);
          expect(queue.size).toBe(model.length);
        });
      }),
    );
  });

  it('refuses a place that it has not', () => {
    const queue = new UndoableQueue<string>(new UndoLog());
    queue.push('a');
    expect(() => queue.replace(1, 'b')).toThrow(RangeError);
    expect(() => queue.remove(-1)).toThrow(RangeError);
    expect(() => {
      queue.insert(2, 'b');
    }).toThrow(RangeError);
    expect([...queue]).toEqual(['a']);
  });

  it('gives back the memory of what was taken and still takes it back', () => {
    const undo = new UndoLog();
    const queue = new UndoableQueue<number>(undo);
    for (let i = 0; i < 5_000; i++) queue.push(i);
    undo.clear();
    for (let i = 0; i < 4_500; i++) queue.takeOldest();
    expect([queue.size, queue.at(0)]).toEqual([500, 4_500]);
    undo.rollback();
    expect([...queue]).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  });
});
