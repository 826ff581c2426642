import fc from 'fast-check';
import { ListCursor, RequestError } from './index.js';

const pack = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');

describe('list cursors', () => {
  const list = new ListCursor('things', ['text', 'int8']);
  const dated = new ListCursor('dated', ['instant', 'int4']);

  it('come back as they went, whatever the key', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('\0'));
    fc.assert(
      fc.property(text, fc.maxSafeNat(), (name, number) => {
        const cursor = list.encode([name, number]);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(list.after(cursor)).toEqual([name, number]);
      }),
    );
  });

  it.each([
    ['garbage', '!!!'],
    ['nothing', ''],
    ['a NUL', 'abc\0'],
    ['another list’s cursor of the same shape', new ListCursor('others', ['text', 'int8']).encode(['a', 1])],
    ['a forged key without a list', pack(['a', 1])],
    ['a shorter key', pack(['things', 'a'])],
    ['a longer key', pack(['things', 'a', 1, 1])],
    ['a NUL inside', pack(['things', 'a\0', 1])],
    ['half a character inside', pack(['things', 'a\ud800', 1])],
    ['a text without end', pack(['things', 'a'.repeat(5_000), 1])],
    ['a fraction', pack(['things', 'a', 1.5])],
    ['a number below zero', pack(['things', 'a', -1])],
    ['a number that is none', '["things","a",1e999]'],
    ['a number beyond the safe ones', pack(['things', 'a', 2 ** 53])],
    ['no list at all', pack({})],
    ['null', pack(null)],
    ['more than any list gives', 'A'.repeat(20_000)],
  ])('refuse %s', (_, cursor) => {
    expect(() => list.after(cursor)).toThrow(RequestError);
    expect(() => list.after(cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }) as Error);
  });

  it.each(['2026-02-30T10:00:00.000Z', '2026-13-01T10:00:00.000Z', '2026-01-01T24:00:00.000Z', 'yesterday'])(
    'refuse %s as an instant',
    (time) => {
      expect(() => dated.after(pack(['dated', time, 1]))).toThrow(RequestError);
    },
  );

  it('refuse a place beyond four bytes where one is kept in four', () => {
    const time = '2026-11-22T10:00:00.000Z';
    expect(dated.after(pack(['dated', time, 2 ** 31 - 1]))).toEqual([time, 2 ** 31 - 1]);
    expect(() => dated.after(pack(['dated', time, 2 ** 31]))).toThrow(RequestError);
  });

  it('lead on as long as there is one row more than asked for', () => {
    const rows = [1, 2, 3].map((id) => ({ id, name: `n${id}` }));
    const keyOf = ({ name, id }: { name: string; id: number }): [string, number] => [name, id];
    const first = list.answer(rows, 2, keyOf);
    expect(first.items).toEqual(rows.slice(0, 2));
    expect(list.after(first.nextCursor ?? '')).toEqual(['n2', 2]);
    expect(list.answer(rows, 3, keyOf).nextCursor).toBeNull();
    expect(list.answer([], 3, () => ['x', 1]).nextCursor).toBeNull();
  });
});
