/**
 * How values of events are written into PostgreSQL. Every function is total: the journal may hold whatever a decider of
 * this or an earlier release let through, and no value of it may stop a projection. PostgreSQL's texts lack NUL and lone
 * surrogates, its instants some years and digits, its index keys length; what cannot be written is null.
 */
import { createHash } from 'node:crypto';
import { parseTime } from '#domain';

const ESCAPED = /[\\\t\n\r\0]/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\u2400',
};

/** Null in the text form of COPY. */
export const COPY_NULL = '\\N';

/** A text as a field of COPY. UTF-8 itself turns a lone surrogate into U+FFFD. */
export function copyText(text: string): string {
  return ESCAPED.test(text) ? text.replace(/[\\\t\n\r\0]/g, (character) => ESCAPES[character]!) : text;
}

const UNWRITABLE = /[\0\ud800-\udfff]/;

/** Unicode has a picture of NUL, and U+FFFD for a surrogate without its other half. The journal keeps the exact text. */
export function plainText(text: string): string {
  return UNWRITABLE.test(text) ? text.replaceAll('\0', '\u2400').replace(/\p{Cs}/gu, '\ufffd') : text;
}

/** A key of PostgreSQL's indexes, all its columns together, has at most 2,704 bytes. */
const KEY_LENGTH_MAX = 256;
const KEY_LENGTH_KEPT = 200;

/** A text for an indexed column: as {@link plainText}; the end of a long one gives way to a digest of the whole. */
export function keyText(text: string): string {
  if (text.length <= KEY_LENGTH_MAX) return plainText(text);
  const digest = createHash('sha256').update(text, 'utf16le').digest('hex');
  return `${plainText(text.slice(0, KEY_LENGTH_KEPT))}…${digest.slice(0, 32)}`;
}

/** A value for a `jsonb` column. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'string') return plainText(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const entries = Object.entries(part);
    return entries.some(([name]) => UNWRITABLE.test(name))
      ? Object.fromEntries(entries.map(([name, member]) => [plainText(name), member]))
      : part;
  });
}

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
  return ms === undefined ? null : toPostgresInstant(ms);
}

/** The UTC day of an RFC 3339 instant, for a `date`. Null for what is none. */
export function dayText(time: string): string | null {
  if (PLAIN_INSTANT.test(time)) return time.slice(0, 10);
  const ms = millisecondsOf(time);
  return ms === undefined ? null : toPostgresInstant(ms).replace(/T[^ ]*/, '');
}

function millisecondsOf(time: string): number | undefined {
  try {
    return parseTime(time, 'time');
  } catch {
    return undefined;
  }
}

/** ISO 8601 writes the year before 1 as 0000 and those after 9999 with a sign, PostgreSQL as `0001 BC` and without. */
function toPostgresInstant(ms: number): string {
  const iso = new Date(ms).toISOString();
  if (iso.startsWith('0000')) return `0001${iso.slice(4)} BC`;
  if (iso.startsWith('-')) return `${String(Number(iso.slice(1, 7)) + 1).padStart(4, '0')}${iso.slice(7)} BC`;
  return iso.startsWith('+') ? String(Number(iso.slice(1, 7))) + iso.slice(7) : iso;
}

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
