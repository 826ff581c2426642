/** Instants are RFC 3339 UTC texts; the domain compares them as milliseconds since 1970 and reads no clock. */
import { commonRefusal } from './errors.js';

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * An instant in the form of RFC 3339, with or without an offset. An event may hold a day that the calendar lacks.
 *
 * @pattern RFC3339
 */
export type InstantText = string;

/**
 * Reads an RFC 3339 instant as milliseconds since 1970-01-01T00:00:00Z; finer digits are cut off.
 *
 * @throws DomainError `TIME_INVALID` for another form or a day that the calendar lacks
 */
export function parseTime(text: unknown, path: string): number {
  const match = typeof text === 'string' ? RFC3339.exec(text) : null;
  if (match === null) {
    throw commonRefusal('TIME_INVALID', 'Write the time as RFC 3339, such as 2026-11-22T10:00:00Z.', path);
  }
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const daysSince1970 = daysFromCivil(Number(year), Number(month), Number(day));
  const zoneInSeconds = zoneSeconds(zone);
  if (
    daysSince1970 === undefined ||
    zoneInSeconds === undefined ||
    Number(hour) > 23 ||
    Number(minute) > 59 ||
    Number(second) > 59
  ) {
    throw commonRefusal('TIME_INVALID', 'There is no such instant in the calendar.', path);
  }
  const seconds = daysSince1970 * 86_400 + Number(hour) * 3_600 + Number(minute) * 60 + Number(second) - zoneInSeconds;
  return seconds * 1_000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}

/** A UTC day stands for its first or its last millisecond. */
export type DayEdge = 'start' | 'end';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
/** The last instant that RFC 3339 can write in UTC. */
const LAST_INSTANT_MS = 253_402_300_799_999;

/**
 * Reads an RFC 3339 instant, or a plain date such as `2026-10-31`, which means the whole UTC day.
 *
 * @param edge which end of a plain date is meant
 * @returns milliseconds since 1970
 * @throws DomainError `TIME_INVALID`, also for an instant that lies in the year 10000 once its zone is counted in
 */
export function parseInstantOrDay(text: unknown, path: string, edge: DayEdge): number {
  if (typeof text === 'string' && DAY.test(text)) {
    return parseTime(`${text}T00:00:00Z`, path) + (edge === 'end' ? DAY_MS - 1 : 0);
  }
  const ms = parseTime(typeof text === 'string' ? resolveLeapSecond(text) : text, path);
  if (ms > LAST_INSTANT_MS) throw commonRefusal('TIME_INVALID', 'The time lies beyond the year 9999, in UTC.', path);
  return ms;
}

/** Whether a text that {@link parseInstantOrDay} takes names a whole day. */
export function isPlainDay(text: string): boolean {
  return DAY.test(text);
}

/**
 * Reads a time that is over: an RFC 3339 instant, or a plain date, which is over when the UTC day has ended.
 *
 * @param nowMs milliseconds since 1970
 * @returns milliseconds since 1970: of a day its last one
 * @throws DomainError `TIME_INVALID`, `TIME_IN_FUTURE`
 */
export function parsePastTime(text: string, path: string, nowMs: number): number {
  const ms = parseInstantOrDay(text, path, 'end');
  if (ms <= nowMs) return ms;
  const message = isPlainDay(text)
    ? `The day has not ended in UTC; ask for an instant of it that has passed, or leave ${path} out for now.`
    : 'The books cannot be read as of a time that is yet to come.';
  throw commonRefusal('TIME_IN_FUTURE', message, path);
}

/** The day after each leap second. Source: IERS, Bulletin C; complete for all days up to {@link LEAP_SECONDS_KNOWN_TO}. */
const DAYS_AFTER_LEAP_SECOND: ReadonlySet<string> = new Set([
  ...['1972-07-01', '1973-01-01', '1974-01-01', '1975-01-01', '1976-01-01', '1977-01-01', '1978-01-01'],
  ...['1979-01-01', '1980-01-01', '1981-07-01', '1982-07-01', '1983-07-01', '1985-07-01', '1988-01-01'],
  ...['1990-01-01', '1991-01-01', '1992-07-01', '1993-07-01', '1994-07-01', '1996-01-01', '1997-07-01'],
  ...['1999-01-01', '2006-01-01', '2009-01-01', '2012-07-01', '2015-07-01', '2017-01-01'],
]);
const LEAP_SECONDS_KNOWN_TO = '2027-01-01';

/**
 * A time in a leap second (`2016-12-31T23:59:60Z`, in any zone) as the same time in the second after it, which is how
 * POSIX clocks count it; any other text unchanged, so that a leap second which never was is refused as a time. After the
 * days that are known, the end of any June or December may have one: it is announced six months before.
 */
export function resolveLeapSecond(text: string): string {
  if (text.charCodeAt(17) !== 0x36) return text;
  const match = RFC3339.exec(text);
  if (match?.[6] !== '60') return text;
  const [, year, , , , , , fraction = ''] = match;
  let lastSecondMs: number;
  try {
    lastSecondMs = parseTime(`${text.slice(0, 17)}59${match[8] ?? ''}`, 'time');
  } catch {
    return text;
  }
  const nextDay = (lastSecondMs + 1_000) / 86_400_000;
  // A zone moves the day by one at most, so its year, too.
  for (let y = Number(year) - 1; y <= Number(year) + 1; y += 1) {
    for (const month of [1, 7]) {
      if (daysFromCivil(y, month, 1) !== nextDay) continue;
      const day = `${String(y).padStart(4, '0')}-0${month}-01`;
      const isReal = day > LEAP_SECONDS_KNOWN_TO || DAYS_AFTER_LEAP_SECOND.has(day);
      return isReal && y <= 9_999 ? `${day}T00:00:00${fraction && `.${fraction}`}Z` : text;
    }
  }
  return text;
}

function zoneSeconds(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  const seconds = hours * 3_600 + minutes * 60;
  return zone.startsWith('-') ? -seconds : seconds;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number | undefined {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const length = lengths[month - 1];
  if (length === undefined || day < 1 || day > length) return undefined;
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/**
 * A day of the calendar, UTC.
 *
 * @pattern DAY
 */
export type DayText = string;

/** Days from 1970-01-01 to a day `YYYY-MM-DD`. @throws DomainError `TIME_INVALID` */
export function daysSince1970(day: DayText): number {
  return parseTime(`${day}T00:00:00Z`, 'day') / DAY_MS;
}

/** The day `YYYY-MM-DD` so many days after 1970-01-01; the other way round of {@link daysSince1970}, by the same source. */
export function dayAfter1970(days: number): DayText {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9);
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
