import fc from 'fast-check';
import { denotesWholeNumber } from './json-faults.js';
import { readJson, readJsonText, type JsonRefusal, type JsonValue } from './strict-json.js';

const LEVELS = 16;

function read(text: string): JsonValue {
  const reading = readJsonText(text, LEVELS);
  if ('refused' in reading) throw new Error(`${reading.refused}: ${text}`);
  return reading;
}

const paths = (text: string) => read(text).faults.map(({ path }) => path.join('/'));

/** What a generated text says, kept beside it: the reference that the reader is held to. */
interface Model {
  readonly text: string;
  readonly value: unknown;
  readonly faults: readonly string[];
}

const FOREIGN = [
  ...['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable'],
  ...['toLocaleString', '__proto__', '__defineGetter__', '__defineSetter__', '__lookupGetter__', 'prototype'],
];

const blanks = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r\n ');
const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'then', 'length', 'a:b', '"', '\\', 'é', '\u{1f600}', '') },
  { weight: 1, arbitrary: fc.constantFrom(...FOREIGN) },
  { weight: 2, arbitrary: fc.string() },
);

/** One of the ways to write a text: plainly, or each UTF-16 unit as an escape. */
const spelled = (text: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    JSON.stringify(text),
    `"${Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`,
  );

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Numbers as a fraction of two integers would judge them. */
function isExactlyWhole(number: string): boolean {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const scale = BigInt(exponent) - BigInt(fraction.length);
  const digits = BigInt(whole + fraction);
  return scale >= 0n || digits % 10n ** -scale === 0n;
}

const digits = (max: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max });
const numbers = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constantFrom('0', '1', '9007199254740991', '9007199254740993'), fc.nat().map(String)),
    fc.option(
      fc.oneof(
        fc.constantFrom('0', '000', '99999999999999999'),
        digits(20).map((list) => list.join('')),
      ),
    ),
    fc.option(fc.integer({ min: -25, max: 25 })),
    fc.constantFrom('e', 'E'),
  )
  .map(([sign, whole, fraction, exponent, letter]) => {
    const text = `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`;
    return exponent === null ? text : `${text}${letter}${exponent}`;
  });

function asNumber(text: string): Model {
  const value = Number(text);
  return { text, value: Number.isSafeInteger(value) && !isExactlyWhole(text) ? Number.NaN : value, faults: [] };
}

const { tree } = fc.letrec<{ tree: Model }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    numbers.map(asNumber),
    fc.constantFrom('true', 'false', 'null').map((text) => ({ text, value: JSON.parse(text) as unknown, faults: [] })),
    names.chain((value) => spelled(value).map((text) => ({ text, value, faults: [] }))),
    fc.array(fc.tuple(blanks, tie('tree'), blanks), { maxLength: 4 }).map((items) => asArray(items)),
    fc
      .array(
        fc.tuple(
          blanks,
          names.chain((name) => spelled(name).map((text) => ({ name, text }))),
          blanks,
          tie('tree'),
        ),
        {
          maxLength: 5,
        },
      )
      .map((members) => asObject(members)),
  ),
}));

function asArray(items: readonly (readonly [string, Model, string])[]): Model {
  return {
    text: `[${items.map(([before, { text }, after]) => before + text + after).join(',')}]`,
    value: items.map(([, { value }]) => value),
    faults: items.flatMap(([, { faults }], index) => faults.map((path) => `${index}/${path}`)),
  };
}

function asObject(members: readonly (readonly [string, { name: string; text: string }, string, Model])[]): Model {
  const seen = new Set<string>();
  const value: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [, { name }, , member] of members) {
    if (seen.has(name) || FOREIGN.includes(name) || name === '__lookupSetter__') faults.push(name);
    seen.add(name);
    faults.push(...member.faults.map((path) => `${name}/${path}`));
    Object.defineProperty(value, name, { value: member.value, enumerable: true, configurable: true, writable: true });
  }
  const text = members.map(([a, name, b, member]) => `${a}${name.text}${b}:${a}${member.text}${b}`).join(',');
  return { text: `{${text}}`, value, faults };
}

describe('a text of JSON', () => {
  it('says what its letters say: equal names, foreign names and roundings are found wherever they stand', () => {
    fc.assert(
      fc.property(tree, blanks, (model, blank) => {
        const reading = read(blank + model.text + blank);
        expect(reading.faults.map(({ path }) => path.join('/'))).toEqual(model.faults);
        if (model.faults.length === 0) expect(reading.value).toEqual(model.value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is taken exactly when JSON.parse takes it, whatever else it is', () => {
    const spoiled = fc.tuple(tree, fc.nat(), fc.string({ maxLength: 3 })).map(([{ text }, at, junk]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + junk + text.slice(place + (at % 3));
    });
    fc.assert(
      fc.property(fc.oneof(spoiled, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const isValid = parses(text);
        expect('refused' in readJsonText(text, LEVELS)).toBe(!isValid);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['{"a":1,"a":1}', ['a']],
    ['{"a":1,"\\u0061":2}', ['a']],
    ['{"data":{"meters":{"x":"1","y":"2","x":"1"}}}', ['data/meters/x']],
    ['[{"id":1},{"id":1,"id":2}]', ['1/id']],
    ['{"a":{"b":1,"b":2},"a":3}', ['a/b', 'a']],
    ['{"":1,"":2}', ['']],
    ['{"a:1":1,"b\\":1":2}', []],
    ['{"\\ud800":1,"\\ud801":2}', []],
  ])('names what stands twice in %s', (text, expected) => {
    expect(paths(text)).toEqual(expected);
  });

  it.each(FOREIGN)('has no member named %s, at any depth and however it is written', (name) => {
    const escaped = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`;
    expect(paths(`{"${name}":1}`)).toEqual([name]);
    expect(paths(`[0,{"a":[{"${escaped}":{}}]}]`)).toEqual([`1/a/0/${name}`]);
    expect(paths(`{"a":"${name}"}`)).toEqual([]);
  });

  it('names the faults of every element, however many elements have some', () => {
    const text = `[${Array.from({ length: 300 }, () => '{"a":1,"a":2}').join(',')}]`;
    expect(new Set(read(text).faults.map(({ path }) => path[0])).size).toBe(300);
    expect(read(`{"x":{${Array.from({ length: 200 }, () => '"a":1').join(',')}}}`).faults).toHaveLength(50);
  });
});

describe('a number', () => {
  it.each([
    ['0.99999999999999999', Number.NaN],
    ['9007199254740991.4', Number.NaN],
    ['1e-400', Number.NaN],
    ['1.00000000000000000000001', Number.NaN],
    ['-0.00000000000000000000000000001e-400', Number.NaN],
    ['1.0', 1],
    ['12e2', 1200],
    ['1200000e-3', 1200],
    ['0.0e-9999999999', 0],
    ['-0', -0],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740992],
    ['1e400', Number.POSITIVE_INFINITY],
    ['0.7', 0.7],
  ])('%s is read as %d', (text, value) => {
    expect(read(text).value).toBe(value);
    expect(read(`{"a":[true,${text}]}`).value).toEqual({ a: [true, value] });
  });

  it('is judged by its digits, as exact arithmetic judges it', () => {
    fc.assert(fc.property(numbers, (text) => expect(denotesWholeNumber(text)).toBe(isExactlyWhole(text))));
  });
});

describe('bytes', () => {
  const refusal = (bytes: readonly number[]) => readJson(Buffer.from(bytes), LEVELS) as JsonRefusal;

  it.each([
    ['a byte that begins nothing', [0x22, 0xff, 0x22]],
    ['half a character', [0x22, 0xc3, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a character beyond Unicode', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
    ['UTF-16', [0x7b, 0x00, 0x7d, 0x00]],
    ['a raw control character in a text', [0x22, 0x01, 0x22]],
  ])('with %s are refused', (_, bytes) => {
    expect(refusal(bytes).refused).toBe('MALFORMED_JSON');
  });

  it('may nest as deep as allowed, and brackets in texts do not count', () => {
    const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}"[[[[\\"{{"${'}]'.repeat(levels / 2)}`;
    expect(readJson(Buffer.from(nested(LEVELS)), LEVELS)).toHaveProperty('value');
    expect(readJson(Buffer.from(nested(LEVELS + 2)), LEVELS)).toMatchObject({ refused: 'JSON_TOO_DEEP' });
    expect(readJson(Buffer.from('['.repeat(1_000_000)), LEVELS)).toMatchObject({ refused: 'JSON_TOO_DEEP' });
  });
});
