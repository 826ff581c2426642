import fc from 'fast-check';
import { decodeCursor, encodeCursor, listAnswer, RequestError } from './index.js';

describe('list cursors', () => {
  it('come back as they went, whatever the key', () => {
    fc.assert(
      fc.property(fc.string(), fc.maxSafeInteger(), (text, number) => {
        const cursor = encodeCursor([text, number]);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor(cursor, ['string', 'number'])).toEqual([text, number]);
      }),
    );
  });

  it.each([
    ['garbage', '!!!'],
    ['another list’s cursor', encodeCursor([1, 'a'])],
    ['a shorter key', encodeCursor(['a'])],
    ['a fraction', encodeCursor(['a', 1.5])],
    ['no list at all', Buffer.from('{}').toString('base64url')],
  ])('refuse %s', (_, cursor) => {
    expect(() => decodeCursor(cursor, ['string', 'number'])).toThrow(RequestError);
  });

  it('lead on as long as there is one row more than asked for', () => {
    const rows = [{ id: 1 }, { id: 2 }, { id: 3 }];
    const first = listAnswer(rows, 2, ({ id }) => [id]);
    expect(first.items).toEqual([{ id: 1 }, { id: 2 }]);
    expect(decodeCursor(first.nextCursor ?? '', ['number'])).toEqual([2]);
    expect(listAnswer(rows, 3, ({ id }) => [id]).nextCursor).toBeNull();
    expect(listAnswer([], 3, () => ['x']).nextCursor).toBeNull();
  });
});
