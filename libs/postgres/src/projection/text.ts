/** How values of events are written into PostgreSQL: its texts lack one character, its instants some years and digits. */
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

/** A text as a field of COPY. */
export function copyText(text: string): string {
  return ESCAPED.test(text) ? text.replace(/[\\\t\n\r\0]/g, (character) => ESCAPES[character]!) : text;
}

/** PostgreSQL's texts cannot hold the character NUL; Unicode has a picture of it. The journal keeps the exact text. */
export function plainText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\u2400') : text;
}

/** A value for a `jsonb` column. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? plainText(part) : part));
}

/** Most instants are written so that PostgreSQL reads them as they are. */
const PLAIN_INSTANT = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

/** An RFC 3339 instant for a `timestamptz(3)`; what is finer than a millisecond is cut off. */
export function instantText(time: string): string {
  return PLAIN_INSTANT.test(time) ? time : toPostgresInstant(parseTime(time, 'time'));
}

/** The UTC day of an RFC 3339 instant, for a `date`. */
export function dayText(time: string): string {
  if (PLAIN_INSTANT.test(time)) return time.slice(0, 10);
  const instant = toPostgresInstant(parseTime(time, 'time'));
  return instant.replace(/T[^ ]*/, '');
}

/** ISO 8601 writes the year before 1 as 0000 and those after 9999 with a sign, PostgreSQL as `0001 BC` and without. */
function toPostgresInstant(ms: number): string {
  const iso = new Date(ms).toISOString();
  if (iso.startsWith('0000')) return `0001${iso.slice(4)} BC`;
  if (iso.startsWith('-')) return `${String(Number(iso.slice(1, 7)) + 1).padStart(4, '0')}${iso.slice(7)} BC`;
  return iso.startsWith('+') ? String(Number(iso.slice(1, 7))) + iso.slice(7) : iso;
}

/** Billionths of a unit from a meter's quantity, a decimal text of at most nine fraction digits. */
export function parseQuantity(quantity: string): bigint {
  const point = quantity.indexOf('.');
  if (point === -1) return BigInt(quantity) * 1_000_000_000n;
  return BigInt(quantity.slice(0, point) + quantity.slice(point + 1).padEnd(9, '0'));
}

/** The decimal text of so many billionths. */
export function formatQuantity(billionths: bigint): string {
  const digits = billionths.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
