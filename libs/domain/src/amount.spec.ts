import fc from 'fast-check';
import { formatAmount, MAX_AMOUNT, parseAmount, parsePositiveAmount, splitAmount } from './index.js';

describe('parseAmount', () => {
  it.each([
    ['0', 0n],
    ['12.5', 12_500_000_000_000_000_000n],
    ['0.000000000000000001', 1n],
    ['1000000000000000', MAX_AMOUNT],
  ])('reads %s', (text, atto) => {
    expect(parseAmount(text)).toBe(atto);
  });

  it.each([
    ['nineteen fraction digits', '0.0000000000000000001'],
    ['nineteen fraction digits that are zeros', '1.0000000000000000000'],
    ['a sign', '-1'],
    ['a plus sign', '+1'],
    ['an exponent', '1e3'],
    ['a number', 12.5],
    ['a bigint', 1n],
    ['nothing', ''],
    ['spaces', ' 1'],
    ['a line feed', '1\n'],
    ['leading zeros', '01'],
    ['a bare fraction', '.5'],
    ['a bare point', '1.'],
    ['digits of another script', '١٢'],
    ['hexadecimal', '0x10'],
    ['infinity', 'Infinity'],
    ['more than the limit', '1000000000000000.000000000000000001'],
    ['too many whole digits', '10000000000000000'],
    ['null', null],
    ['an array', ['1']],
  ])('refuses %s', (_, text) => {
    expect(() => parseAmount(text)).toThrow(expect.objectContaining({ code: 'AMOUNT_INVALID' }));
  });

  it.each<[string, unknown, RegExp]>([
    ['too many fraction digits', '0.0000000000000000001', /has 19 fraction digits; at most 18/],
    ['far too many fraction digits', `1.${'0'.repeat(60)}`, /has 60 fraction digits; at most 18/],
    ['too large a number', '1000000000000001', /above the limit of 10\^15/],
    ['far too large a number', '9'.repeat(200), /above the limit of 10\^15/],
    ['a negative amount', '-1', /never negative/],
    ['a typographic minus', '\u22121', /never negative/],
    ['a plus sign', '+1', /plus sign/],
    ['an exponent', '1.5E+3', /exponent/],
    ['a number', 12.5, /in quotes/],
    ['null', null, /in quotes/],
    ['nothing', '', /is empty/],
    ['a grouping comma', '1,200.50', /without separators/],
    ['several grouping commas', '1,200,000', /without separators/],
    ['a decimal comma', '1200,5', /point before the fraction/],
    ['an underscore', '1_000', /without separators/],
    ['an apostrophe', '1’000.5', /without separators/],
    ['a space before', ' 1', /without spaces/],
    ['a space within', '1 200', /without spaces/],
    ['a no-break space', '1\u00a0200', /without spaces/],
    ['a line feed', '1\n', /without spaces or line ends/],
    ['full-width digits', '１２', /digits 0 to 9/],
    ['digits of another script', '1.٥', /digits 0 to 9/],
    ['hexadecimal', '0x10', /decimal number/],
    ['leading zeros', '007', /leading zeros/],
    ['a bare fraction', '.5', /both sides of the point/],
    ['a bare point', '1.', /both sides of the point/],
    ['two points', '1.2.3', /more than one point/],
    ['letters', '12 AIR'.replace(' ', ''), /such as "12.5"/],
  ])('says of %s what is wrong with it', (_, text, message) => {
    expect(() => parseAmount(text)).toThrow(message);
  });

  it('names the field that it refuses', () => {
    expect(() => parseAmount('x', 'items[3].amount')).toThrow(expect.objectContaining({ path: 'items[3].amount' }));
  });

  it('reads back what formatAmount wrote', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_AMOUNT }), (atto) => {
        expect(parseAmount(formatAmount(atto))).toBe(atto);
      }),
    );
  });

  it('refuses zero where something must move', () => {
    expect(() => parsePositiveAmount('0.0')).toThrow(expect.objectContaining({ code: 'AMOUNT_INVALID' }));
  });
});

describe('formatAmount', () => {
  it('writes the shortest text, with a sign below zero', () => {
    expect([0n, 1n, -1n, 10n ** 18n, -25n * 10n ** 17n].map(formatAmount)).toEqual([
      '0',
      '0.000000000000000001',
      '-0.000000000000000001',
      '1',
      '-2.5',
    ]);
  });
});

describe('splitAmount', () => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 30n }), { minLength: 1, maxLength: 8 })
    .filter((all) => all.some((weight) => weight > 0n));

  it('sums exactly, within one atto of each quota, and gives nothing to a weight of zero', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), weights, (total, all) => {
        const shares = splitAmount(total, all);
        const sum = all.reduce((a, b) => a + b, 0n);
        expect(shares.reduce((a, b) => a + b, 0n)).toBe(total);
        shares.forEach((share, i) => {
          const excess = share * sum - total * all[i]!;
          expect(excess > -sum && excess < sum).toBe(true);
          if (all[i] === 0n) expect(share).toBe(0n);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('serves larger remainders first and equal ones in order', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 6n }), weights, (total, all) => {
        const sum = all.reduce((a, b) => a + b, 0n);
        const shares = splitAmount(total, all);
        const rounded = all.map((weight, i) => ({
          remainder: (total * weight) % sum,
          isUp: shares[i]! > (total * weight) / sum,
        }));
        rounded.forEach((one, i) => {
          rounded.forEach((other, j) => {
            if (!one.isUp || other.isUp) return;
            expect(one.remainder > other.remainder || (one.remainder === other.remainder && i < j)).toBe(true);
          });
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses what cannot be split', () => {
    expect(() => splitAmount(1n, [])).toThrow(RangeError);
    expect(() => splitAmount(1n, [0n, 0n])).toThrow(RangeError);
    expect(() => splitAmount(-1n, [1n])).toThrow(RangeError);
    expect(() => splitAmount(1n, [2n, -1n])).toThrow(RangeError);
  });
});
