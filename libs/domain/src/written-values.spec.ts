import fc from 'fast-check';
import { dayText, instantText, integerText, parseQuantity } from './written-values.js';

/** As PostgreSQL writes the year of an ISO 8601 instant, which has a sign and six digits outside of 0000 to 9999. */
function fromDate(ms: number): string {
  const [, year, rest] = /^([+-]?\d+)(-\d\d-\d\dT.*)$/.exec(new Date(ms).toISOString())!;
  const number = Number(year);
  return `${String(number > 0 ? number : 1 - number).padStart(4, '0')}${rest}${number > 0 ? '' : ' BC'}`;
}

describe('instantText', () => {
  it('writes an instant of any zone and year as PostgreSQL reads it', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0000-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true }),
        fc.integer({ min: -23, max: 23 }),
        (date, hours) => {
          const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:30`;
          const offsetMs = (Math.abs(hours) * 60 + 30) * 60_000 * (hours < 0 ? -1 : 1);
          expect(instantText(`${date.toISOString().slice(0, -1)}${zone}`)).toBe(fromDate(date.getTime() - offsetMs));
        },
      ),
    );
  });

  it.each([
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00Z'],
    ['2024-02-29T23:59:59.9999Z', '2024-02-29T23:59:59.999Z'],
    ['0001-01-01T00:00:00+00:01', '0001-12-31T23:59:00.000Z BC'],
    ['0000-01-01T00:00:00+01:00', '0002-12-31T23:00:00.000Z BC'],
    ['9999-12-31T23:59:59.5-01:00', '10000-01-01T00:59:59.500Z'],
    ['2026-02-30T00:00:00Z', null],
    ['soon', null],
  ])('writes %s as %s', (time, written) => expect(instantText(time)).toBe(written));
});

it('dayText names the UTC day', () => {
  expect(dayText('2026-11-22T23:30:00-01:00')).toBe('2026-11-23');
  expect(dayText('0001-01-01T00:00:00+00:01')).toBe('0001-12-31 BC');
  expect(dayText('never')).toBeNull();
});

it('what is no number is none', () => {
  for (const value of ['1.5', '', 'x', '1'.repeat(1_001), 7, null]) expect(integerText(value)).toBeNull();
  expect(parseQuantity('1.5')).toBe(1_500_000_000n);
  for (const value of ['1.0000000001', '-1', 1.5]) expect(parseQuantity(value)).toBe(0n);
});
