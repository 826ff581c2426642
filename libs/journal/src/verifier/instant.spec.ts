import fc from 'fast-check';
import { parseTime } from '#domain';
import { instantOf } from './instant.js';

const decided = (text: string): number | undefined => {
  try {
    return parseTime(text, 'time');
  } catch {
    return undefined;
  }
};

describe('the verifier’s own reading of an instant', () => {
  it('is the one that decisions use, for any text of the form', () => {
    const digits = (max: number, length: number) =>
      fc.integer({ min: 0, max }).map((number) => `${number}`.padStart(length, '0'));
    const zone = fc.oneof(
      fc.constantFrom('Z', 'z'),
      fc.tuple(fc.constantFrom('+', '-'), digits(25, 2), digits(61, 2)).map(([s, h, m]) => `${s}${h}:${m}`),
    );
    const fraction = fc.oneof(
      fc.constant(''),
      digits(999_999_999, 9).map((all) => `.${all}`),
      fc.constant('.5'),
    );
    const parts = [digits(9_999, 4), digits(13, 2), digits(32, 2), fc.constantFrom('T', 't'), digits(24, 2)] as const;
    const form = fc.tuple(...parts, digits(60, 2), digits(60, 2), fraction, zone);
    fc.assert(
      fc.property(form, ([year, month, day, t, hour, minute, second, rest, offset]) => {
        const text = `${year}-${month}-${day}${t}${hour}:${minute}:${second}${rest}${offset}`;
        expect(instantOf(text)).toBe(decided(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each(['2024-02-29T00:00:00Z', '2026-02-29T00:00:00Z', '0000-01-01T00:00:00Z', 'yesterday', '2026-11-22'])(
    'of %s is what decisions make of it',
    (text) => {
      expect(instantOf(text)).toBe(decided(text));
    },
  );
});
