/**
 * How texts of events are written into PostgreSQL. Every function is total: the journal may hold whatever a decider of
 * this or an earlier release let through, and no text of it may stop a projection. PostgreSQL's texts lack NUL and lone
 * surrogates, its index keys length. Numbers and instants: `written-values.ts` of the domain.
 */
import { createHash } from 'node:crypto';

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

/** SHA-256, hex. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
