import { jest } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { callEvent } from '#testing';
import { ADMIN_KEY, CUSTOMERS, LedgerWorld, type LedgerService } from '../test-support/ledger-world.js';

jest.setTimeout(120_000);

const [FIRST] = CUSTOMERS as [string, string, string];
const FOREIGN = [...Object.getOwnPropertyNames(Object.prototype), 'prototype'];
const JSON_TYPE = 'application/json';
const SINGLE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

let world: LedgerWorld;
let ledger: LedgerService;
let url: string;
let numbered = 0;

beforeAll(async () => {
  world = await LedgerWorld.start();
  ({ ledger } = await world.newLedger());
  url = await ledger.app.getUrl();
  await ledger.mint(FIRST, '1000');
});

afterAll(() => world.stop());

const newId = () => `usage-${++numbered}`;
/** The text of a good event, spoilt by replacing a part of it. */
const event = (id = newId(), over: object = {}) => JSON.stringify(callEvent(id, FIRST, '1', over));
const spoilt = (from: string | RegExp, to: string) => {
  const text = event();
  const other = text.replace(from, to);
  if (other === text) throw new Error(`nothing to spoil: ${String(from)}`);
  return other;
};

interface Reply {
  readonly status: number;
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** Sends bytes and headers as they are, also headers that stand twice. */
function send(path: string, body: string, headers: Record<string, string | string[]>, method = 'POST'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      new URL(path, url),
      { method, headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown }));
      },
    );
    sent.on('error', reject).end(body);
  });
}

const usage = (body: string, type: string, headers: Record<string, string | string[]> = {}) =>
  send('/v1/usage', body, { 'content-type': type, ...headers });

const inexact = ['0.99999999999999999', '9007199254740991.4', '1e-400', '9007199254740993', '1e400', '1.5', '-1'];

describe('one bad event', () => {
  const bad: [string, () => string][] = [
    ...FOREIGN.flatMap((name): [string, () => string][] => [
      [`a meter named ${name}`, () => spoilt('{"calls":"1"}', `{"${name}":{"a":1}}`)],
      [`a meter named ${name} beside one that is priced`, () => spoilt('{"calls":"1"}', `{"calls":"1","${name}":"1"}`)],
      [`data named ${name}`, () => spoilt('"data":{', `"data":{"x":[{"${name}":null}],`)],
      [`an attribute named ${name}`, () => spoilt('{"specversion"', `{"${name}":"x","specversion"`)],
    ]),
    ['an id twice', () => spoilt('"id":', '"id":"other","id":')],
    ['an id twice, once by escapes', () => spoilt('"id":', '"\\u0069\\u0064":"other","id":')],
    ['a meter twice', () => spoilt('"calls":"1"', '"calls":"1","calls":"1"')],
    ['no subject', () => spoilt(/"subject":"[^"]*",/, '')],
    ...inexact.map((text): [string, () => string] => [`a quantity of ${text}`, () => spoilt('"1"', text)]),
    ...['\\ud800', '\\udc00a', '\\u0000', '\\u001b', '\\u007f', '\\u0085', '\\uffff', '\\ufdd0', ''].map(
      (text): [string, () => string] => [`the id "${text}"`, () => spoilt(/"id":"[^"]*"/, `"id":"${text}"`)],
    ),
    ['null', () => 'null'],
    ['an array', () => '[]'],
  ];

  it('is VALIDATION_FAILED alone: the others of its batch are charged', async () => {
    const answers: unknown[] = [];
    for (const [what, make] of bad) {
      const { status, body } = await usage(`[${event()},${make()},${event()}]`, BATCH);
      const { accepted, rejected } = body as { accepted: number; rejected?: { index: number; code: string }[] };
      answers.push([what, status, accepted, rejected?.map(({ index, code }) => `${index} ${code}`)]);
    }
    expect(answers).toEqual(bad.map(([what]) => [what, 200, 2, ['1 VALIDATION_FAILED']]));
    const all = await usage(`[${[event(), ...bad.map(([, make]) => make())].join(',')}]`, BATCH);
    expect([all.status, all.body.accepted, all.body.rejected.length]).toEqual([200, 1, bad.length]);
  });

  it('is answered with its problem when it comes alone', async () => {
    for (const [what, make] of bad.slice(0, -2)) {
      const { status, body } = await usage(make(), SINGLE);
      expect([what, status, body.code]).toEqual([what, 400, 'VALIDATION_FAILED']);
    }
  });
});

describe('a good event', () => {
  it.each(['1.0', '1', '10e-1', '1.000000000', '"1.0"'])('may give its quantity as %s', async (quantity) => {
    const { status, body } = await usage(spoilt('"1"', quantity), SINGLE);
    expect([status, body.accepted]).toEqual([200, 1]);
  });

  it.each(['\u200d', '\u200c\u200f\u202e', '\ue000\u{10fffd}', '\u{1f600}', '\ufeff', '\ufffd'])(
    'may have an id with every character of CloudEvents (%j)',
    async (text) => {
      const id = newId();
      expect((await usage(event(id), SINGLE)).body.accepted).toBe(1);
      const other = event(`${id}${text}`, { source: `spec/${text}` });
      expect((await usage(other, SINGLE)).body).toMatchObject({ accepted: 1, duplicates: 0 });
      expect((await usage(other, SINGLE)).body).toMatchObject({ accepted: 0, duplicates: 1 });
      expect((await ledger.mint(FIRST, '1', undefined)).status).toBe(201);
      const reason = { holder: FIRST, amount: '1', reason: `thanks${text}` };
      expect((await ledger.post('/mints', reason, { idempotencyKey: id })).status).toBe(201);
    },
  );

  it('is known by its media type without regard to case', async () => {
    expect((await usage(event(), 'Application/CloudEvents+JSON; charset=UTF-8')).status).toBe(200);
    expect((await usage(`[${event()}]`, 'application/CLOUDEVENTS-batch+json;charset="utf-8"')).status).toBe(200);
    expect((await usage(`[${event()}]`, 'Application/CloudEvents+JSON')).body.code).toBe('BAD_REQUEST');
    expect((await usage(event(), `${SINGLE}; charset=utf-16`)).body.code).toBe('UNSUPPORTED_MEDIA_TYPE');
  });
});

describe('an event in binary mode', () => {
  const DATA = JSON.stringify(callEvent('x', FIRST).data);
  const attributes = (id: string, over: Record<string, string | string[]> = {}) => ({
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-source': 'spec/gateway',
    'ce-type': 'ai.api.call',
    'ce-time': '2026-01-02T03:04:05Z',
    'ce-subject': FIRST,
    ...over,
  });

  it('is the same event as in structured mode', async () => {
    const id = newId();
    expect((await usage(DATA, JSON_TYPE, attributes(id))).body).toMatchObject({ accepted: 1 });
    expect((await usage(event(id), SINGLE)).body).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  it.each([
    ['%C3%A9', 'é'],
    ['%F0%9F%98%80', '\u{1f600}'],
    ['a%25b', 'a%b'],
    ['"quoted \\"%61\\""', 'quoted "a"'],
    ['%61', 'a'],
  ])('has percent-encoded attributes: %s is %s', async (encoded, text) => {
    const id = newId();
    expect((await usage(DATA, JSON_TYPE, attributes('x', { 'ce-id': encoded, 'ce-source': id }))).status).toBe(200);
    expect((await usage(event(text, { source: id }), SINGLE)).body).toMatchObject({ duplicates: 1 });
  });

  it.each([
    ['ce-id', '%ff'],
    ['ce-id', '%C0%AF'],
    ['ce-id', '%ED%A0%80'],
    ['ce-id', '100%'],
    ['ce-id', 'caf\u00e9'],
    ['ce-id', ['a', 'b']],
    ['ce-constructor', 'x'],
    ['ce-data', 'x'],
    ['ce-a_b', 'x'],
  ])('is refused for its header %s: %j', async (name, value) => {
    const { status, body } = await usage(DATA, JSON_TYPE, attributes(newId(), { [name]: value }));
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'VALIDATION_FAILED', name]);
  });

  it.each([
    ['id', { 'ce-id': '%00' }],
    ['specversion', { 'ce-specversion': '0.3' }],
    ['time', { 'ce-time': '' }],
  ])('is refused for its %s like any other', async (path, over) => {
    const { status, body } = await usage(DATA, JSON_TYPE, attributes(newId(), over));
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'VALIDATION_FAILED', path]);
  });

  it('needs a subject, for it has no key', async () => {
    const { 'ce-subject': _, ...headers } = attributes(newId());
    const { status, body } = await usage(DATA, JSON_TYPE, headers);
    expect([status, body.errors[0].path]).toEqual([400, 'subject']);
  });

  it('is another request under one Idempotency-Key when its headers differ', async () => {
    const key = { 'idempotency-key': newId() };
    const first = newId();
    const answer = await usage(DATA, JSON_TYPE, { ...attributes(first), ...key });
    expect(answer.body.accepted).toBe(1);
    expect((await usage(DATA, JSON_TYPE, { ...attributes(first), ...key })).body).toEqual(answer.body);
    const other = await usage(DATA, JSON_TYPE, { ...attributes(newId()), ...key });
    expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
  });
});

describe('a member that no body may have', () => {
  it('is 400 VALIDATION_FAILED on every route that takes a body', async () => {
    const document = (await (await fetch(`${url}/docs-json`)).json()) as {
      paths: Record<string, Record<string, { requestBody?: unknown }>>;
    };
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, operation]) => operation.requestBody !== undefined)
        .map(([method]) => [method.toUpperCase(), path.replace(/\{[^}]+\}/g, '1')] as const),
    );
    expect(routes.length).toBeGreaterThan(8);
    for (const [method, path] of routes) {
      for (const name of FOREIGN) {
        for (const body of [
          `{"${name}":{"a":1}}`,
          `{"reason":"r","x":[{"${name}":"1"}]}`,
          '{"reason":"a","reason":"a"}',
        ]) {
          const headers = { 'content-type': JSON_TYPE, 'idempotency-key': newId() };
          const reply = await send(path, body, headers, method);
          expect([method, path, body, reply.status, reply.body.code]).toEqual([
            ...[method, path, body, 400, 'VALIDATION_FAILED'],
          ]);
        }
      }
    }
  });
});
