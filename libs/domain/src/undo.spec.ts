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
      fc.oneof(
        { weight: 5, arbitrary: fc.constant('push') },
        { weight: 5, arbitrary: fc.constantFrom('take', 'replace') },
        { weight: 1, arbitrary: fc.constantFrom('keep', 'back') },
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
        all.forEach((step, n) => {
          if (step === 'push') queue.push(n);
          if (step === 'push') model.push(n);
          if (step === 'take') expect(queue.takeOldest()).toBe(model.shift());
          if (step === 'replace' && model.length > 0) queue.replaceOldest(n);
          if (step === 'replace' && model.length > 0) model[0] = n;
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
