import fc from 'fast-check';
import { isZone, readInstant, showInstant } from './zoned.js';

const ZONES = ['UTC', 'Asia/Tokyo', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'];
const NOW = Date.parse('2026-11-27T12:00:00Z');

describe('an instant', () => {
  it('that a zone shows once is the same when it is read again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2012, 0), max: Date.UTC(2030, 0) }),
        fc.constantFrom(...ZONES),
        (ms, zone) => {
          const second = Math.floor(ms / 1_000) * 1_000;
          const shown = showInstant(new Date(second).toISOString(), zone);
          const read = Date.parse(readInstant(shown, zone, NOW)!);
          // When clocks are put back an hour, or half of one, a text names two instants.
          expect([0, 1_800_000, 3_600_000]).toContain(second - read);
          expect(showInstant(new Date(read).toISOString(), zone)).toBe(shown);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['now', 'UTC', null],
    ['', 'UTC', null],
    ['2026-10-31', 'UTC', '2026-10-31T23:59:59.999Z'],
    ['2026-10-31', 'Asia/Tokyo', '2026-10-31T14:59:59.999Z'],
    ['2026-10-31 23:59:59', 'Asia/Tokyo', '2026-10-31T14:59:59.000Z'],
    ['2026-10-31T14:59:59Z', 'Asia/Tokyo', '2026-10-31T14:59:59.000Z'],
    ['end of last month', 'UTC', '2026-10-31T23:59:59.999Z'],
    ['end of last year', 'America/New_York', '2026-01-01T04:59:59.999Z'],
    ['yesterday', 'Asia/Tokyo', '2026-11-26T14:59:59.999Z'],
    ['2026-02-30', 'UTC', undefined],
    ['2026-10-31 24:00', 'UTC', undefined],
    ['soon', 'UTC', undefined],
  ])('is read from "%s" in %s', (text, zone, instant) => {
    expect(readInstant(text, zone, NOW)).toBe(instant);
  });

  it('is shown with its zone, and a zone must be one', () => {
    expect(showInstant('2026-10-31T14:59:59.123Z', 'Asia/Tokyo')).toBe('2026-10-31 23:59:59 Asia/Tokyo');
    expect(showInstant('2026-10-31T14:59:59.123Z', 'UTC', { milliseconds: true })).toBe('2026-10-31 14:59:59.123 UTC');
    expect([isZone('Asia/Tokyo'), isZone('Mars/Olympus')]).toEqual([true, false]);
  });

  it('is the earlier one where a clock that is put back shows a time twice, by an hour as by half of one', () => {
    expect(readInstant('2015-04-05 01:30:00', 'Australia/Lord_Howe', NOW)).toBe('2015-04-04T14:30:00.000Z');
    expect(readInstant('2026-11-01 01:30:00', 'America/New_York', NOW)).toBe('2026-11-01T05:30:00.000Z');
  });

  it('takes a day for its first or its last millisecond, whichever is asked for, also where midnight was skipped', () => {
    const now = Date.parse('2026-11-27T12:00:00Z');
    expect(readInstant('2026-10-31', 'Asia/Tokyo', now, 'start')).toBe('2026-10-30T15:00:00.000Z');
    expect(readInstant('2026-10-31', 'Asia/Tokyo', now)).toBe('2026-10-31T14:59:59.999Z');
    // Beirut goes from 23:59:59 to 01:00:00.
    expect(readInstant('2026-03-29', 'Asia/Beirut', now, 'start')).toBe('2026-03-28T22:00:00.000Z');
    expect(readInstant('yesterday', 'UTC', now, 'start')).toBe('2026-11-26T00:00:00.000Z');
  });
});
