import { DomainError } from '#domain';
import { parseAsOf, parsePeriod } from './read-parameters.js';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');

const codeOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'none';
};

describe('a plain date', () => {
  it('in asOf means the whole day, UTC', () => {
    expect(parseAsOf('2026-10-31', NOW)).toBe('2026-10-31T23:59:59.999Z');
    expect(parseAsOf('2026-11-21', NOW)).toBe('2026-11-21T23:59:59.999Z');
  });

  it('in asOf is yet to come until the day has ended', () => {
    expect(codeOf(() => parseAsOf('2026-11-22', NOW))).toBe('TIME_IN_FUTURE');
    expect(codeOf(() => parseAsOf('2026-11-21', Date.parse('2026-11-21T23:59:59.998Z')))).toBe('TIME_IN_FUTURE');
    expect(parseAsOf('2026-11-21', Date.parse('2026-11-21T23:59:59.999Z'))).toBe('2026-11-21T23:59:59.999Z');
  });

  it('in from and to is included whole', () => {
    const day = { from: '2026-10-31T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' };
    expect(parsePeriod({ from: '2026-10-31', to: '2026-10-31' }, NOW)).toEqual(day);
  });

  it('in to is yet to come until the day has ended', () => {
    const ofTheDay = Date.parse('2026-11-21T23:59:59.998Z');
    expect(codeOf(() => parsePeriod({ to: '2026-11-22' }, NOW))).toBe('TIME_IN_FUTURE');
    expect(codeOf(() => parsePeriod({ to: '9999-12-31' }, NOW))).toBe('TIME_IN_FUTURE');
    expect(codeOf(() => parsePeriod({ to: '2026-11-21' }, ofTheDay))).toBe('TIME_IN_FUTURE');
    expect(parsePeriod({ to: '2026-11-21' }, ofTheDay + 1).to).toBe('2026-11-22T00:00:00.000Z');
  });
});

describe('an instant', () => {
  it('is itself: to is excluded, and every zone is counted in', () => {
    const period = { from: '2026-10-31T10:00:00+01:00', to: '2026-10-31T12:00:00.5Z' };
    expect(parsePeriod(period, NOW)).toEqual({
      from: '2026-10-31T09:00:00.000Z',
      to: '2026-10-31T12:00:00.500Z',
    });
    // A period may be under way.
    expect(parsePeriod({ to: '2026-11-23T00:00:00Z' }, NOW).to).toBe('2026-11-23T00:00:00.000Z');
    expect(parseAsOf('2026-11-22T10:00:00Z', NOW)).toBe('2026-11-22T10:00:00.000Z');
    expect(codeOf(() => parseAsOf('2026-11-22T10:00:00.001Z', NOW))).toBe('TIME_IN_FUTURE');
  });

  it('before all pages is answered like the first', () => {
    expect(parseAsOf('0000-01-01T00:00:00Z', NOW)).toBe('1970-01-01T00:00:00.000Z');
    expect(parseAsOf('0000-01-01', NOW)).toBe('1970-01-01T00:00:00.000Z');
    expect(parsePeriod({ from: '0001-01-01T00:00:00+23:59' }, NOW).from).toBe('1970-01-01T00:00:00.000Z');
  });

  it.each([
    '2026-02-30T10:00:00Z',
    '2026-02-30',
    '2026-13-01',
    '10000-01-01T00:00:00Z',
    '10000-01-01',
    '9999-12-31T23:59:59-23:59',
    '-000001-01-01T00:00:00Z',
    '2026-11-22T10:00:00',
    '2026-11-22T24:00:00Z',
    '2026-11',
    'yesterday',
    '2026-11-22T10:00:00\0Z',
    '\0',
    '',
  ])('%j is none', (text) => {
    expect(codeOf(() => parseAsOf(text, NOW))).toBe('TIME_INVALID');
    expect(codeOf(() => parsePeriod({ from: text }, NOW))).toBe('TIME_INVALID');
    expect(codeOf(() => parsePeriod({ to: text }, NOW))).toBe('TIME_INVALID');
  });
});
