/**
 * Splits a file into the JSON texts it holds, without parsing them: one per line, the elements of one array, or one value
 * over many lines. Memory is bounded by the longest value allowed.
 */
import { isUtf8 } from 'node:buffer';

/** A value's text, where it begins, and whether it was cut because it is too long. */
export interface JsonText {
  readonly line: number;
  readonly text: string;
  readonly fault?: 'too_large' | 'not_utf8' | 'unfinished';
}

export const VALUE_BYTES_MAX = 1024 * 1024;

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const isBlank = (byte: number): boolean => byte === 0x20 || byte === LINE_FEED || byte === 0x0d || byte === 0x09;
const isOpening = (byte: number): boolean => byte === 0x5b || byte === 0x7b;
const isClosing = (byte: number): boolean => byte === 0x5d || byte === 0x7d;

/** Yields every value of the file in order. Nothing is passed over but blanks and an array's own punctuation. */
export async function* readJsonTexts(bytes: AsyncIterable<Buffer>): AsyncIterable<JsonText> {
  let head = Buffer.alloc(0);
  let splitter: Splitter | undefined;
  for await (const chunk of bytes) {
    if (splitter !== undefined) {
      yield* splitter.push(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    splitter = chooseSplitter(head, false);
    if (splitter !== undefined) yield* splitter.push(withoutMark(head));
  }
  if (splitter === undefined) {
    splitter = chooseSplitter(head, true) ?? new LineSplitter();
    yield* splitter.push(withoutMark(head));
  }
  yield* splitter.end();
}

interface Splitter {
  push(chunk: Buffer): Iterable<JsonText>;
  end(): Iterable<JsonText>;
}

/** Decides by the first line that is not blank; undefined while that line is not complete. */
function chooseSplitter(head: Buffer, isWhole: boolean): Splitter | undefined {
  const text = withoutMark(head).toString('latin1').trimStart();
  if (text.startsWith('[')) return new StructureSplitter('array');
  const end = text.indexOf('\n');
  if (end === -1 && !isWhole && head.length <= VALUE_BYTES_MAX) return undefined;
  const first = (end === -1 ? text : text.slice(0, end)).trimEnd();
  // A value over many lines breaks after an opening bracket or a comma, where a line of JSON lines never ends.
  return /[[{,]$/.test(first) && end !== -1 ? new StructureSplitter('values') : new LineSplitter();
}

function withoutMark(head: Buffer): Buffer {
  return head.subarray(0, 3).equals(BYTE_ORDER_MARK) ? head.subarray(3) : head;
}

/** Collects the bytes of one value, up to the bound. */
class Gathering {
  private parts: Buffer[] = [];
  private bytes = 0;

  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes <= VALUE_BYTES_MAX) this.parts.push(part);
    else this.parts = [];
  }

  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  take(line: number, fault?: 'unfinished'): JsonText {
    const whole = Buffer.concat(this.parts);
    const isTooLarge = this.bytes > VALUE_BYTES_MAX;
    this.parts = [];
    this.bytes = 0;
    if (isTooLarge) return { line, text: '', fault: 'too_large' };
    const text = whole.toString('utf8').trim();
    if (!isUtf8(whole)) return { line, text, fault: 'not_utf8' };
    return fault === undefined ? { line, text } : { line, text, fault };
  }
}

/** Each line that is not blank is a value: a spoilt line spoils no other. */
class LineSplitter implements Splitter {
  private readonly gathering = new Gathering();
  private line = 1;

  *push(chunk: Buffer): Iterable<JsonText> {
    let start = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, start)) {
      this.gathering.add(chunk.subarray(start, at));
      yield* this.finish();
      this.line += 1;
      start = at + 1;
    }
    this.gathering.add(chunk.subarray(start));
  }

  *end(): Iterable<JsonText> {
    yield* this.finish();
  }

  private *finish(): Iterable<JsonText> {
    const value = this.gathering.take(this.line);
    if (value.text !== '' || value.fault !== undefined) yield value;
  }
}

/** Follows brackets and strings: values end where their brackets close, an array's elements also at commas. */
class StructureSplitter implements Splitter {
  private readonly gathering = new Gathering();
  private line = 1;
  private firstLine = 1;
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  private isInArray = false;
  private isPastArray = false;

  constructor(private readonly shape: 'array' | 'values') {}

  *push(chunk: Buffer): Iterable<JsonText> {
    let start = -1;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === LINE_FEED) this.line += 1;
      if (this.isInString) {
        this.followString(byte);
        continue;
      }
      const isBetween = start === -1 && this.gathering.isEmpty;
      if (isBetween && (isBlank(byte) || this.isPunctuation(byte))) continue;
      if (isBetween) {
        start = at;
        this.firstLine = this.line;
      } else if (start === -1) start = 0;
      if (this.depth === 0 && this.isInArray && (byte === COMMA || byte === 0x5d)) {
        this.gathering.add(chunk.subarray(start, at));
        yield this.gathering.take(this.firstLine);
        start = -1;
        this.isPunctuation(byte);
        continue;
      }
      if (byte === QUOTE) this.isInString = true;
      else if (isOpening(byte)) this.depth += 1;
      else if (isClosing(byte) && this.depth > 0) {
        this.depth -= 1;
        if (this.depth > 0) continue;
        this.gathering.add(chunk.subarray(start, at + 1));
        yield this.gathering.take(this.firstLine);
        start = -1;
      }
    }
    if (start !== -1) this.gathering.add(chunk.subarray(start));
    else if (!this.gathering.isEmpty) this.gathering.add(chunk);
  }

  *end(): Iterable<JsonText> {
    const isMissingEnd = this.shape === 'array' && !this.isPastArray;
    if (!this.gathering.isEmpty) yield this.gathering.take(this.firstLine, 'unfinished');
    else if (isMissingEnd) yield { line: this.line, text: '', fault: 'unfinished' };
  }

  private followString(byte: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === BACKSLASH) this.isEscaped = true;
    else if (byte === QUOTE) this.isInString = false;
  }

  /** An array's own brackets and commas, which belong to no value. */
  private isPunctuation(byte: number): boolean {
    if (this.shape !== 'array' || this.isPastArray) return false;
    if (!this.isInArray) {
      this.isInArray = byte === 0x5b;
      return this.isInArray;
    }
    if (byte === 0x5d) {
      this.isInArray = false;
      this.isPastArray = true;
      return true;
    }
    return byte === COMMA;
  }
}
