/**
 * What tables hold of the values of an event. Every function is total: the journal may hold whatever a decider of this or
 * an earlier release let through, and no value of it may stop a projection. What is no value of its kind is null, or 0.
 */
import { parseTime, type InstantText } from './time.js';

/**
 * A whole number of any size: a block's number, an amount of gas or wei.
 *
 * @pattern ^(0|[1-9][0-9]*)$
 */
export type WholeNumberText = string;

const DIGITS_MAX = 1_000;
const INTEGER = /^-?\d+$/;

/** A whole number in decimal text for a `numeric`. */
export function integerText(text: unknown): string | null {
  return typeof text === 'string' && text.length <= DIGITS_MAX && INTEGER.test(text) ? text : null;
}

/** A whole number for a `bigint`. */
export function integer(value: unknown): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null;
}

/** An amount of atto-tokens to calculate with. What is none moves nothing; the verifier names it. */
export function attoOf(text: unknown): bigint {
  const digits = integerText(text);
  return digits === null ? 0n : BigInt(digits);
}

/** Most instants are written so that PostgreSQL reads them as they are. */
const PLAIN_INSTANT =
  /^(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** An RFC 3339 instant for a `timestamptz(3)`; what is finer than a millisecond is cut off. Null for what is none. */
export function instantText(time: string): string | null {
  if (PLAIN_INSTANT.test(time)) return time;
  const ms = millisecondsOf(time);
  return ms === undefined ? null : postgresInstant(ms);
}

/** Milliseconds since 1970, of the years 1 to 9999, as RFC 3339 UTC with milliseconds. */
export const writeInstant = (ms: number): InstantText => postgresInstant(ms);

/** The UTC day of an RFC 3339 instant, for a `date`. Null for what is none. */
export function dayText(time: string): string | null {
  if (PLAIN_INSTANT.test(time)) return time.slice(0, 10);
  const ms = millisecondsOf(time);
  return ms === undefined ? null : postgresInstant(ms).replace(/T[^ ]*/, '');
}

/** An RFC 3339 instant as milliseconds since 1970. Undefined for what is none. */
export function millisecondsOf(time: string): number | undefined {
  try {
    return parseTime(time, 'time');
  } catch {
    return undefined;
  }
}

const DAY_MS = 86_400_000;
const DAYS_OF_400_YEARS = 146_097;
/** From 0000-03-01, where a leap day ends its year, to 1970-01-01. */
const DAYS_TO_1970 = 719_468;

/** As PostgreSQL writes years: the one before 1 is `0001 BC`, those after 9999 have no sign. */
function postgresInstant(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const { year, month, day } = civilFromDays(days);
  const rest = ms - days * DAY_MS;
  const time = [rest / 3_600_000, (rest / 60_000) % 60, (rest / 1_000) % 60].map((part) => padded(Math.floor(part), 2));
  const date = `${padded(year > 0 ? year : 1 - year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  return `${date}T${time.join(':')}.${padded(rest % 1_000, 3)}Z${year > 0 ? '' : ' BC'}`;
}

/** Source: Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days. */
function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const since = days + DAYS_TO_1970;
  const era = Math.floor(since / DAYS_OF_400_YEARS);
  const ofEra = since - era * DAYS_OF_400_YEARS;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

const padded = (number: number, digits: number): string => String(number).padStart(digits, '0');

const QUANTITY = /^\d{1,40}(?:\.\d{0,9})?$/;

/** Billionths of a unit from a meter's quantity, a decimal text of at most nine fraction digits. What is none counts 0. */
export function parseQuantity(quantity: unknown): bigint {
  if (typeof quantity !== 'string' || !QUANTITY.test(quantity)) return 0n;
  const point = quantity.indexOf('.');
  if (point === -1) return BigInt(quantity) * 1_000_000_000n;
  return BigInt(quantity.slice(0, point) + quantity.slice(point + 1).padEnd(9, '0'));
}

/** The decimal text of so many billionths. */
export function formatQuantity(billionths: bigint): string {
  const digits = billionths.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
