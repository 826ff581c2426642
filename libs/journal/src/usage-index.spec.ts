import fc from 'fast-check';
import { CompactUsageIndex } from './index.js';

const digest = (n: number): string => n.toString(16).padStart(16, '0');

describe('the usage index', () => {
  it('is what a map is, through growth and removal', () => {
    const command = fc.record({ add: fc.boolean(), id: fc.nat(120), n: fc.nat() });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 600 }), (commands) => {
        const index = new CompactUsageIndex(8);
        const model = new Map<string, string>();
        for (const { add, id, n } of commands) {
          const name = `r${id}`;
          if (add && model.has(name)) expect(() => index.add('s', name, digest(n))).toThrow('already');
          else if (add) {
            index.add('s', name, digest(n));
            model.set(name, digest(n));
          } else {
            index.remove('s', name);
            model.delete(name);
          }
          expect(index.size).toBe(model.size);
        }
        for (let id = 0; id <= 120; id++) expect(index.find('s', `r${id}`)).toBe(model.get(`r${id}`));
      }),
    );
  });

  it('never takes one pair of source and id for another', () => {
    const index = new CompactUsageIndex();
    index.add('a', 'b:c', digest(1));
    expect(index.find('a:b', 'c')).toBeUndefined();
    expect(index.find('', 'ab:c')).toBeUndefined();
  });

  it('refuses a digest of another form, which it could not give back', () => {
    const index = new CompactUsageIndex();
    for (const wrong of ['', 'abc', 'G'.repeat(16), 'A'.repeat(16), 'a'.repeat(64)]) {
      expect(() => index.add('s', 'r', wrong)).toThrow(RangeError);
    }
    expect(index.size).toBe(0);
  });
});
