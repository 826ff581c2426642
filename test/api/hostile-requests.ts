/**
 * Requests that a rude or careless client may send to an operation: values that fit its schema, values that do not, and
 * bytes that are no values at all. The same seed gives the same requests.
 */
import type { OpenAPIObject } from '@nestjs/swagger';
import { resolve, type Operation, type Parameter, type Schema } from './operations.js';

export interface FuzzRequest {
  readonly method: string;
  /** As it goes on the wire, query included. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** What exists: values that lead behind the first check. By the parameter's or the member's name; `*` fits any. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

/** Path segments, already encoded as a client would send them. */
const HOSTILE_SEGMENTS = [
  '%00',
  'a%00b',
  '%ff',
  '%zz',
  '%',
  '%c0%80',
  '%ed%a0%80',
  '..%2f..%2fetc',
  '%2e%2e',
  'a%3Ab%3Ac',
  'customer:acme:available:x',
  '0-1-99999999999',
  '0-999999999999999-9999',
  '99-1-1',
  '2147483648',
  '-1',
  '1e3',
  '0x10',
  'NaN',
  '__proto__',
  'constructor',
  'null',
  'x'.repeat(129),
  'x'.repeat(480),
  'x'.repeat(3_000),
  '%F0%9F%92%A9',
  '%E2%80%AE',
  "'%3B%20DROP%20TABLE%20x--",
  '%20',
];

const pack = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const HOSTILE_TEXTS = [
  '',
  '\0',
  'a\0b',
  '\ud800',
  '\u202e',
  '💩',
  '2026-02-30T10:00:00Z',
  '2026-02-30',
  '10000-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
  '9999-12-31',
  '2016-12-31T23:59:60Z',
  '99999999999999999999',
  '-1',
  '1.5',
  '1e308',
  '0x1f',
  'NaN',
  'Infinity',
  '9223372036854775808',
  '2147483648',
  '0.0000000000000000001',
  '1'.repeat(400),
  'x'.repeat(2_000),
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'null',
  'true',
  '0:999999999999999',
  '64:1',
  '99:1',
  '0:0',
  '::',
  '{{7*7}}',
  '%00',
  "' OR 1=1 --",
  '../../etc/passwd',
  '!!!',
  pack([]),
  pack({}),
  pack(['payouts', '2026-02-30T00:00:00.000Z', 'a', 'b']),
  pack(['payouts', '2026-02-28T00:00:00.000Z', 'a\0', 'b']),
  pack(['account-entries', '2026-02-28T00:00:00.000Z', 0, 2 ** 53, 2 ** 40]),
  pack(['account-entries', '2026-02-28T00:00:00.000Z', 0, 1, 2 ** 31 - 1]),
  pack(['breaks', '9999-12-31T23:59:59.999Z', 'x'.repeat(600)]),
  pack(['price-books', 2 ** 53 - 1]),
  pack(['parties', '\ud800']),
  pack(['trial-balance', 'a', 'b', 'c']),
  pack([1, 2, 3]),
];

const HOSTILE_JSON: readonly string[] = [
  'null',
  'true',
  '0',
  '-0',
  '1e400',
  '-1',
  '0.1',
  '0.99999999999999999',
  '9007199254740993',
  '1' + '0'.repeat(400),
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00x"',
  `"${'y'.repeat(10_000)}"`,
  '[]',
  '{}',
  '[[[]]]',
  '[null]',
  '{"a":{"b":[]}}',
  '{"constructor":{"a":1}}',
  '{"__proto__":{"a":1}}',
  '{"toString":1}',
  `[${'0,'.repeat(2_000)}0]`,
];

const HOSTILE_BODIES: readonly (string | Buffer)[] = [
  '',
  '{',
  '[]',
  '{}',
  'null',
  '"text"',
  '0',
  '[{}]',
  '[null]',
  '{"a":1,"a":2}',
  '{"constructor":{"a":1},"__proto__":{"b":2}}',
  `${'['.repeat(200)}${']'.repeat(200)}`,
  Buffer.from([0xff, 0xfe, 0x00]),
  Buffer.from('{"id":"\u00e9"}', 'latin1'),
  '\ufeff{}',
  `{"x":"${'z'.repeat(200_000)}"}`,
];

const HOSTILE_MEDIA_TYPES = [
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'x',
  'multipart/form-data',
];

export class RequestMaker {
  constructor(
    private readonly document: OpenAPIObject,
    private readonly known: KnownValues,
    private readonly random: () => number,
  ) {}

  make(operation: Operation): FuzzRequest {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => this.segment(name));
    const query = this.query(operation.parameters.filter((parameter) => parameter.in === 'query'));
    const { body, mediaType } = this.body(operation);
    const headers: Record<string, string> = { ...this.headers(operation) };
    if (mediaType !== undefined) headers['content-type'] = mediaType;
    return { method: operation.method, target: query === '' ? path : `${path}?${query}`, headers, body };
  }

  private segment(name: string): string {
    if (this.chance(0.45)) return this.pick(HOSTILE_SEGMENTS);
    return encodeURIComponent(this.pick([...(this.known[name] ?? []), ...(this.known['*'] ?? [])]));
  }

  private query(parameters: readonly Parameter[]): string {
    const parts: string[] = [];
    for (const { name, required, schema } of parameters) {
      if (!required && this.chance(0.6)) continue;
      const value = () => (this.chance(0.5) ? this.pick(HOSTILE_TEXTS) : this.fittingText(name, schema));
      parts.push(`${name}=${encode(value())}`);
      if (this.chance(0.1)) parts.push(`${name}=${encode(value())}`);
      if (this.chance(0.04)) parts.push(`${name}[]=${encode(value())}`, `${name}[a]=1`);
    }
    if (this.chance(0.08)) {
      parts.push(
        this.pick(['__proto__=1', 'constructor=1', 'unknown=1', '%00=%00', '%zz', '=', '&&', 'a[b][c]=1', 'asof=now']),
      );
    }
    return parts.join('&');
  }

  private headers(operation: Operation): Record<string, string> {
    const headers: Record<string, string> = {};
    if (operation.method !== 'GET' && this.chance(0.85)) {
      headers['idempotency-key'] = this.chance(0.9)
        ? `fuzz-${Math.floor(this.random() * 1e9)}`
        : this.pick(['x'.repeat(300), 'a b', '\u00e9', 'constructor', '__proto__', '-']);
    }
    if (this.chance(0.05)) headers['accept'] = this.pick(['text/html', '*/*;q=0', 'x']);
    if (this.chance(0.05)) headers['traceparent'] = this.pick(['00', 'x'.repeat(500), '00-0-0-0']);
    if (this.chance(0.05)) headers['x-request-id'] = this.pick(['x'.repeat(500), '\u00e9', '{}']);
    return headers;
  }

  private body(operation: Operation): { body: Buffer | undefined; mediaType: string | undefined } {
    if (operation.bodies.length === 0) {
      // A call that takes none may be sent one.
      if (operation.method === 'GET' || this.chance(0.8)) return { body: undefined, mediaType: undefined };
      return { body: Buffer.from(this.pick(HOSTILE_BODIES)), mediaType: 'application/json' };
    }
    const { mediaType, schema } = this.pick(operation.bodies);
    const type = this.chance(0.93) ? mediaType : this.pick(HOSTILE_MEDIA_TYPES);
    if (this.chance(0.15)) return { body: Buffer.from(this.pick(HOSTILE_BODIES)), mediaType: type };
    let text = this.json('', schema, this.chance(0.35) ? 0 : 0.12);
    if (this.chance(0.03)) text = text.slice(0, Math.floor(this.random() * text.length));
    return { body: Buffer.from(text), mediaType: type };
  }

  /** JSON text that fits the schema, but for a part of its members. */
  private json(name: string, given: Schema, hostility: number): string {
    if (name !== '' && this.chance(hostility)) return this.pick(HOSTILE_JSON);
    const schema = resolve(this.document, given);
    if (schema.oneOf !== undefined) return this.json(name, this.pick(schema.oneOf), hostility);
    if (schema.allOf !== undefined) return this.json(name, schema.allOf[0]!, hostility);
    if (schema.enum !== undefined) return JSON.stringify(this.pick(schema.enum));
    switch (schema.type ?? 'string') {
      case 'array':
        return `[${Array.from({ length: 1 + Math.floor(this.random() * 3) }, () => this.json(`${name}[]`, schema.items ?? {}, hostility)).join(',')}]`;
      case 'object':
        return this.object(name, schema, hostility);
      case 'number':
      case 'integer':
        return JSON.stringify(schema.example ?? this.pick([0, 1, 31337, 10_000]));
      case 'boolean':
        return String(this.chance(0.5));
      default:
        return JSON.stringify(this.fittingText(name, schema));
    }
  }

  private object(name: string, schema: Schema, hostility: number): string {
    if (schema.properties === undefined) {
      // Free members, such as meters: the example shows their form.
      if (typeof schema.example === 'object' && !this.chance(hostility * 2)) return JSON.stringify(schema.example);
      const value = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
      const member = this.pick(['input_tokens', 'odd', 'constructor', '__proto__', 'x'.repeat(100), '\0']);
      return `{${JSON.stringify(member)}:${this.json(`${name}.${member}`, value, hostility)}}`;
    }
    const members = Object.entries(schema.properties)
      .filter(([member]) => schema.required?.includes(member) === true || this.chance(0.5))
      .filter(() => !this.chance(hostility / 4))
      .map(([member, value]) => `${JSON.stringify(member)}:${this.json(member, value, hostility)}`);
    if (this.chance(hostility / 2))
      members.push(`"${this.pick(['unknown', 'constructor', '__proto__', 'type'])}":${this.pick(HOSTILE_JSON)}`);
    return `{${members.join(',')}}`;
  }

  private fittingText(name: string, schema: Schema): string {
    const known = this.known[name.replace('[]', '')];
    if (known !== undefined && this.chance(0.8)) return this.pick(known);
    if (schema.enum !== undefined) return String(this.pick(schema.enum));
    const given = [schema.example, schema.default].filter((value) => value !== undefined).flat();
    if (given.length > 0) return String(this.pick(given));
    if (schema.type === 'integer' || schema.type === 'number')
      return String(this.pick([schema.minimum ?? 0, schema.maximum ?? 10]));
    return this.pick(this.known['*'] ?? ['x']);
  }

  private chance(part: number): boolean {
    return this.random() < part;
  }

  private pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)]!;
  }
}

/** As a browser would, and a lone surrogate as the bytes that some clients make of it. */
function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80';
  }
}
