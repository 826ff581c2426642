/**
 * Reads a JSON text by its letters, where `JSON.parse` has forgotten too much: which names stand twice in one object,
 * which members have names that JavaScript's own objects answer to, and which numbers only become whole by rounding.
 */

/** Names and indexes from the outermost value inwards. */
export type JsonPath = readonly (string | number)[];

/** A member whose name stands twice in its object, or is one that every JavaScript object answers to. */
export interface JsonFault {
  readonly path: JsonPath;
  /** What to do about it. */
  readonly message: string;
}

export interface JsonFaults {
  readonly faults: readonly JsonFault[];
  /** Numbers whose nearest JavaScript number is whole although they are not. */
  readonly roundings: readonly JsonPath[];
}

/** So many faults are told of a value, or of each element of an array: it is refused for the first one. */
const FAULTS_MAX = 50;

/**
 * Names that every object answers to (`constructor`, `toString`, `__proto__` …) and `prototype`. What copies or inspects
 * objects by name mistakes such a member for the object's own machinery, so none may come in from outside.
 */
const FOREIGN_NAMES: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/** Whether a member may not be named so, at any depth of what comes from outside. */
export function isForeignName(name: string): boolean {
  return FOREIGN_NAMES.has(name);
}

/** What is said of a member with such a name. */
export const FOREIGN_NAME_MESSAGE = 'is a name that no member may have; remove it or name it otherwise';

/**
 * Whether a JSON number denotes a whole number exactly, judged by its digits: `1.0` and `12e2` do, `1.5` and
 * `0.99999999999999999` do not.
 */
export function denotesWholeNumber(number: string): boolean {
  const match = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number);
  if (match === null) return false;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  let significant = digits.length;
  while (significant > 0 && digits.charCodeAt(significant - 1) === 0x30) significant -= 1;
  if (significant === 0) return true;
  return whole.length + Number(exponent) >= significant;
}

/**
 * Every fault of a text, in its order.
 *
 * @param text valid JSON (`JSON.parse` took it), of bounded depth: reading it is recursive
 */
export function findJsonFaults(text: string): JsonFaults {
  const reader = new FaultReader(text);
  reader.readValue();
  return reader;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

class FaultReader implements JsonFaults {
  readonly faults: JsonFault[] = [];
  readonly roundings: JsonPath[] = [];
  private readonly path: (string | number)[] = [];
  private at = 0;
  /** Faults told of the present element of the outermost array. */
  private told = 0;

  constructor(private readonly text: string) {}

  readValue(): void {
    const code = this.skipBlanks();
    if (code === OPEN_BRACE) this.readObject();
    else if (code === OPEN_BRACKET) this.readArray();
    else if (code === QUOTE) this.readText();
    else this.readWord();
  }

  private readObject(): void {
    const seen = new Set<string>();
    this.at += 1;
    while (this.skipBlanks() !== CLOSE_BRACE) {
      if (this.code() === COMMA) {
        this.at += 1;
        this.skipBlanks();
      }
      const name = this.readText();
      this.path.push(name);
      if (seen.has(name)) this.report('stands twice in one object; send it once');
      else if (isForeignName(name)) this.report(FOREIGN_NAME_MESSAGE);
      seen.add(name);
      this.skipBlanks();
      this.at += 1;
      this.readValue();
      this.path.pop();
    }
    this.at += 1;
  }

  private readArray(): void {
    let index = 0;
    this.at += 1;
    while (this.skipBlanks() !== CLOSE_BRACKET) {
      if (this.code() === COMMA) this.at += 1;
      if (this.path.length === 0) this.told = 0;
      this.path.push(index);
      this.readValue();
      this.path.pop();
      index += 1;
    }
    this.at += 1;
  }

  /** The text at a quote, its escapes resolved: `"\u0061"` is the name `a`. */
  private readText(): string {
    const start = this.at;
    this.at += 1;
    let isPlain = true;
    while (this.code() !== QUOTE) {
      if (this.code() === BACKSLASH) {
        isPlain = false;
        this.at += 1;
      }
      this.at += 1;
    }
    this.at += 1;
    return isPlain ? this.text.slice(start + 1, this.at - 1) : (JSON.parse(this.text.slice(start, this.at)) as string);
  }

  /** A number, `true`, `false` or `null`. */
  private readWord(): void {
    const start = this.at;
    while (this.at < this.text.length && /[\w.+-]/.test(this.text[this.at]!)) this.at += 1;
    const word = this.text.slice(start, this.at);
    if (Number.isSafeInteger(Number(word)) && !denotesWholeNumber(word)) this.roundings.push([...this.path]);
  }

  private skipBlanks(): number {
    let code = this.code();
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      this.at += 1;
      code = this.code();
    }
    return code;
  }

  private code(): number {
    return this.text.charCodeAt(this.at);
  }

  private report(message: string): void {
    this.told += 1;
    if (this.told <= FAULTS_MAX) this.faults.push({ path: [...this.path], message });
  }
}
