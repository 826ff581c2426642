import fc from 'fast-check';
import { parseTime, resolveLeapSecond } from './index.js';

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

describe('a leap second', () => {
  it.each([
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['2016-12-31T23:59:60.25Z', '2017-01-01T00:00:00.25Z'],
    ['2017-01-01T00:59:60+01:00', '2017-01-01T00:00:00Z'],
    ['2016-12-31T18:59:60-05:00', '2017-01-01T00:00:00Z'],
    ['2017-01-01T05:29:60.123456789+05:30', '2017-01-01T00:00:00.123456789Z'],
    ['2015-06-30t23:59:60z', '2015-07-01T00:00:00Z'],
    ['1972-06-30T23:59:60Z', '1972-07-01T00:00:00Z'],
  ])('%s is the instant after it, %s', (text, after) => {
    expect(resolveLeapSecond(text)).toBe(after);
  });

  it.each([
    '2016-12-31T23:59:60+01:00',
    '2016-12-31T22:59:60Z',
    '2016-12-30T23:59:60Z',
    '2016-06-30T23:59:60Z',
    '2018-12-31T23:59:60Z',
    '2026-06-30T23:59:60Z',
    '2026-12-31T23:59:60Z',
    '2026-11-22T10:00:60Z',
    '2027-03-31T23:59:60Z',
    '9999-12-31T23:59:60Z',
    '2016-12-31T23:59:61Z',
    '2016-13-31T23:59:60Z',
    '2016-12-31T23:59:60',
  ])('that never was is no time: %s', (text) => {
    expect(resolveLeapSecond(text)).toBe(text);
    expect(() => parseTime(text, 'time')).toThrow();
  });

  it('may come at the end of any June or December that is not known yet', () => {
    expect(resolveLeapSecond('2031-06-30T23:59:60Z')).toBe('2031-07-01T00:00:00Z');
  });

  it('changes no other text', () => {
    for (const text of ['2026-11-22T10:00:06Z', '2026-11-22', '', 'x'.repeat(17) + '6']) {
      expect(resolveLeapSecond(text)).toBe(text);
    }
  });
});
