/**
 * JSON from outside, bytes to value: the one reader of request bodies, Kafka messages and imported files. `JSON.parse`
 * alone is lenient where money must not be: it rounds numbers, lets the last of two equal names win and turns bytes that
 * are no UTF-8 into U+FFFD. Source of the rules: RFC 8259 and I-JSON (RFC 7493, sections 2.1 to 2.3).
 *
 * One pass over what stands outside texts decides whether the slower {@link findJsonFaults} is needed at all: it is not
 * for what honest producers send.
 */
import { Buffer, isUtf8 } from 'node:buffer';
import { denotesWholeNumber, findJsonFaults, isForeignName, type JsonFault, type JsonPath } from './json-faults.js';
import { type ProblemPart, RequestError } from './problem.js';
import { joinPath } from './validation.js';

export interface JsonValue {
  /**
   * What the text says. A number that rounding would turn into a whole one (`0.99999999999999999`) is NaN, which no
   * check of a number takes; every other number is what `JSON.parse` makes of it.
   */
  readonly value: unknown;
  /** Members that may not be there, in the order of the text; of those in one element of an array at most 50. */
  readonly faults: readonly JsonFault[];
}

export interface JsonRefusal {
  readonly refused: 'MALFORMED_JSON' | 'JSON_TOO_DEEP';
  /** Ends the sentence "The body …"; quotes nothing of it. */
  readonly reason: string;
}

/**
 * Reads bytes as one JSON value.
 *
 * @param levels deepest nesting of arrays and objects; what comes after is recursive and must not overflow its stack
 */
export function readJson(bytes: Buffer, levels: number): JsonValue | JsonRefusal {
  // Undecodable bytes would silently become U+FFFD: two different messages could then carry the same id.
  if (!isUtf8(bytes)) return { refused: 'MALFORMED_JSON', reason: 'is not UTF-8 text; send JSON encoded as UTF-8' };
  return read(bytes, bytes.toString('utf8'), levels);
}

/** As {@link readJson}, for a text that was decoded already. */
export function readJsonText(text: string, levels: number): JsonValue | JsonRefusal {
  return read(Buffer.from(text, 'utf8'), text, levels);
}

/** @param bytes of the text; they are surveyed in its place, which is faster */
function read(bytes: Buffer, text: string, levels: number): JsonValue | JsonRefusal {
  const surveyed = survey(bytes, levels);
  if (surveyed === undefined) {
    return { refused: 'JSON_TOO_DEEP', reason: `nests deeper than ${levels} levels; send it flatter` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch (error) {
    return { refused: 'MALFORMED_JSON', reason: `is not valid JSON (${reasonOf(error)}); check it and send it again` };
  }
  // Of two equal names one member is left, so the members are fewer than the colons.
  if (!surveyed.hasRounding && countMembers(value) === surveyed.colons) return { value, faults: [] };
  const { faults, roundings } = findJsonFaults(text);
  for (const path of roundings) value = spoil(value, path);
  return { value, faults };
}

/** V8 quotes part of the text in its message; the position alone says enough. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return (
    /at position \d+/.exec(message)?.[0] ??
    (message.startsWith('Unexpected end') ? 'it ends too early' : 'syntax error')
  );
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const SMALL_E = 0x65;
const LETTER_CASE = 0x20;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

interface Survey {
  readonly colons: number;
  readonly hasRounding: boolean;
}

/**
 * Looks at what stands outside texts, before anything is parsed; undefined when it nests too deep. All that it looks for
 * is ASCII, and no byte of another character is.
 */
function survey(bytes: Buffer, levels: number): Survey | undefined {
  const { length } = bytes;
  let colons = 0;
  let depth = 0;
  let hasRounding = false;
  for (let at = 0; at < length; at += 1) {
    const code = bytes[at]!;
    if (code === QUOTE) {
      at = endOfText(bytes, at);
    } else if (code === COLON) {
      colons += 1;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      if (depth > levels) return undefined;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
    } else if (code === DOT || ((code | LETTER_CASE) === SMALL_E && at > 0 && isDigit(bytes[at - 1]!))) {
      hasRounding ||= isRoundedToWhole(bytes, at);
      at = endOfNumber(bytes, at) - 1;
    }
  }
  return { colons, hasRounding };
}

/** Where the text that begins with a quote ends: at its closing quote, or with everything. */
function endOfText(bytes: Buffer, quote: number): number {
  const { length } = bytes;
  let at = quote + 1;
  for (; at < length; at += 1) {
    const code = bytes[at]!;
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return at;
}

/** Whether the number around a dot or an exponent becomes a whole one only by rounding. */
function isRoundedToWhole(bytes: Buffer, at: number): boolean {
  let start = at;
  while (start > 0 && isOfNumber(bytes[start - 1]!)) start -= 1;
  const number = bytes.toString('latin1', start, endOfNumber(bytes, at));
  return Number.isSafeInteger(Number(number)) && !denotesWholeNumber(number);
}

function endOfNumber(bytes: Buffer, at: number): number {
  let end = at + 1;
  while (end < bytes.length && isOfNumber(bytes[end]!)) end += 1;
  return end;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function isOfNumber(code: number): boolean {
  return isDigit(code) || code === DOT || code === 0x2b || code === 0x2d || (code | LETTER_CASE) === SMALL_E;
}

/** Members of all objects in a value. NaN, which equals no count, once one has a foreign name. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      if (typeof item === 'object' && item !== null) members += countMembers(item);
    }
    return members;
  }
  for (const name in value) {
    if (isForeignName(name)) return Number.NaN;
    members += 1;
    const item = (value as Record<string, unknown>)[name];
    if (typeof item === 'object' && item !== null) members += countMembers(item);
  }
  return members;
}

/** The value with NaN where a number stood. Among equal names the place may be gone; their fault then refuses the value. */
function spoil(value: unknown, path: JsonPath): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return typeof value === 'number' ? Number.NaN : value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value;
  const parent = value as Record<string | number, unknown>;
  // A member named __proto__ is assigned to no object: the value is refused for its name.
  if (typeof step === 'number' || !isForeignName(step)) parent[step] = spoil(parent[step], rest);
  return value;
}

/** The refusal of a value for its members, with every path. */
export function faultyMembers(faults: readonly JsonFault[]): RequestError {
  const parts: ProblemPart[] = faults.map(({ path, message }) => ({
    path: path.reduce<string>((parent, step) => joinPath(parent, String(step)), ''),
    message,
  }));
  return new RequestError('VALIDATION_FAILED', 'The request is not valid; mend what "errors" names.', parts);
}
