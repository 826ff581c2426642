import fc from 'fast-check';
import { parseTime } from './index.js';

describe('parseTime', () => {
  it('agrees with the platform for every instant of the calendar', () => {
    const instants = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        expect(parseTime(date.toISOString(), 'time')).toBe(date.getTime());
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['2026-11-22T10:00:00+02:00', '2026-11-22T08:00:00Z'],
    ['2026-11-22T10:00:00-00:30', '2026-11-22T10:30:00Z'],
    ['2026-11-22t10:00:00.123456789z', '2026-11-22T10:00:00.123Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2026-11-22T10:00:00.5Z', '2026-11-22T10:00:00.500Z'],
  ])('reads %s', (text, same) => {
    expect(parseTime(text, 'time')).toBe(Date.parse(same));
  });

  it.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+00:60',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-01-01',
    '1700000000',
    '',
    1_700_000_000,
    undefined,
  ])('refuses %s', (text) => {
    expect(() => parseTime(text, 'time')).toThrow(expect.objectContaining({ code: 'TIME_INVALID', path: 'time' }));
  });
});
