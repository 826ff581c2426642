import fc from 'fast-check';
import { attoOf, plainOf, readShown, showAmount, thousandthsOf } from './decimal.js';

const AMOUNT = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });

describe('an amount', () => {
  it('is shown whole, and read again is the same', () => {
    fc.assert(
      fc.property(AMOUNT, (atto) => {
        expect(readShown(showAmount(atto).text)).toBe(atto);
        expect(attoOf(plainOf(atto))).toBe(atto);
      }),
      { numRuns: 1_000 },
    );
  });

  it('that is cut to fewer decimals never shows more than there is, and says that it is cut', () => {
    fc.assert(
      fc.property(AMOUNT, fc.integer({ min: 2, max: 18 }), (atto, decimals) => {
        const { text, isCut } = showAmount(atto, decimals);
        expect(readShown(text) <= atto).toBe(true);
        expect(isCut).toBe(readShown(text) !== atto);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['0', '0'],
    ['1234.5', '1\u202f234.50'],
    ['-0.000000000000000001', '\u22120.000000000000000001'],
    ['1000000', '1\u202f000\u202f000.00'],
  ])('%s is shown as %s', (plain, shown) => {
    expect(showAmount(attoOf(plain))).toEqual({ text: shown, isCut: false });
  });

  it('of another form is none', () => {
    for (const text of ['', '1.', '1,5', '1e3', '0.0000000000000000001', '+1'])
      expect(() => attoOf(text)).toThrow(RangeError);
  });

  it('above zero has a bar, and none is longer than the whole', () => {
    expect([0n, 1n, 5n, 10n, 20n].map((part) => thousandthsOf(part * 1_000_000n, 10_000_000n))).toEqual([
      0, 100, 500, 1000, 1000,
    ]);
    expect(thousandthsOf(1n, 10n ** 30n)).toBe(1);
  });
});
