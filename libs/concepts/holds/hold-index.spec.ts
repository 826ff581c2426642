import { UndoLog } from '#domain';
import { HoldIndex } from './hold-index.js';

const at = (height: number) => ({ shard: 2, height, index: 0 });

describe('the index of holds', () => {
  it('knows whose each hold was and what became of it, and takes that back', () => {
    const undo = new UndoLog();
    const index = new HoldIndex(undo);
    index.add(at(7), 'acme');
    index.add(at(8), 'other');
    undo.clear();
    const before = [...index];
    expect(before).toEqual([
      { id: '2-7-0', customer: 'acme', state: 'open' },
      { id: '2-8-0', customer: 'other', state: 'open' },
    ]);
    index.end('2-7-0', 'expired');
    index.end('2-7-0', 'captured');
    index.end('2-8-0', 'released');
    index.add(at(9), 'third');
    index.add(at(10), 'acme');
    expect([...index].map(({ customer, state }) => [customer, state])).toEqual([
      ...[
        ['acme', 'captured'],
        ['other', 'released'],
      ],
      ...[
        ['third', 'open'],
        ['acme', 'open'],
      ],
    ]);
    undo.rollback();
    expect([...index]).toEqual(before);
    expect(index.find('2-9-0')).toBeUndefined();
    index.add(at(9), 'fourth');
    expect(index.find('2-9-0')).toEqual({ customer: 'fourth', state: 'open' });
  });

  it('ends no hold that there is not', () => {
    const index = new HoldIndex(new UndoLog());
    expect(() => {
      index.end('2-7-0', 'released');
    }).toThrow('there is no hold 2-7-0');
  });
});
