import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { callEvent, eventually } from '#testing';
import { CUSTOMERS, LedgerWorld, type LedgerService } from '../test-support/ledger-world.js';

jest.setTimeout(120_000);

const TOKEN = 10n ** 18n;
const [FIRST, SECOND] = CUSTOMERS as [string, string];
let world: LedgerWorld;
let ledger: LedgerService;

beforeAll(async () => {
  world = await LedgerWorld.start();
  ({ ledger } = await world.newLedger());
});

afterAll(() => world.stop());

const grant = (body: object, idempotencyKey: string = randomUUID()) =>
  ledger.post(
    '/grants',
    { holder: FIRST, amount: '10', kind: 'promotional', reason: 'spec', ...body },
    { idempotencyKey },
  );
const takeBack = (id: string) =>
  ledger.post(`/grants/${id}/void`, { reason: 'spec' }, { idempotencyKey: randomUUID() });
const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
const has = (account: string) => ledger.balance(`customer:${FIRST}:${account}`);

describe('grants', () => {
  it('are given, repeated by their key, and taken back', async () => {
    const key = randomUUID();
    const first = await grant({ priority: 3, expiresAt: '2090-01-01T00:00:00Z' }, key);
    expect([first.status, first.body.grant]).toEqual([201, first.body.id]);
    expect((await grant({ priority: 3, expiresAt: '2090-01-01T00:00:00Z' }, key)).body).toEqual(first.body);
    expect((await grant({ priority: 4 }, key)).body.code).toBe('IDEMPOTENCY_CONFLICT');
    expect(await has('available')).toBe(10n * TOKEN);
    const voided = await takeBack(first.body.grant);
    expect([voided.status, voided.body.grant, await has('available')]).toEqual([201, first.body.grant, 0n]);
    expect((await takeBack(first.body.grant)).body).toMatchObject({ status: 409, code: 'GRANT_CLOSED' });
    for (const unknown of ['0-999-0', '77-1-0', 'nothing']) {
      expect((await takeBack(unknown)).body).toMatchObject({ status: 404, code: 'UNKNOWN_GRANT' });
    }
  });

  it.each([
    ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }, 'GRANT_INVALID'],
    ['priority', { priority: 1_001 }, 'VALIDATION_FAILED'],
    ['kind', { kind: 'free' }, 'VALIDATION_FAILED'],
    ['amount', { amount: '0' }, 'AMOUNT_INVALID'],
    ['effectiveAt', { effectiveAt: 'tomorrow' }, 'TIME_INVALID'],
  ])('are refused for their %s', async (path, body, code) => {
    const { body: problem } = await grant(body);
    expect(problem).toMatchObject({ status: 400, code, errors: [expect.objectContaining({ path })] });
  });

  it('begin and end by themselves, each at its instant', async () => {
    expect((await grant({ amount: '4', effectiveAt: soon(4_000), expiresAt: soon(5_000) })).status).toBe(201);
    expect(await has('pending')).toBe(4n * TOKEN);
    await eventually(async () => (await ledger.balance('breakage:promotional')) === 4n * TOKEN);
    expect([await has('pending'), await has('available')]).toEqual([0n, 0n]);
  });

  it('of which only what was purchased or earned and has no end is sent', async () => {
    await grant({ amount: '7' });
    await ledger.mint(FIRST, '2');
    const { status, body } = await ledger.transfer(FIRST, SECOND, '3');
    expect([status, body.code]).toEqual([422, 'INSUFFICIENT_FUNDS']);
    expect(body.detail).toContain('can send 2, less than 3');
    expect((await ledger.transfer(FIRST, SECOND, '2')).status).toBe(201);
    expect((await ledger.usage([callEvent('u1', FIRST)])).body).toMatchObject({ accepted: 1 });
  });
});

describe('holds', () => {
  const request = (path: '/holds', body: object, key: string = randomUUID()) =>
    ledger.post(path, body, { idempotencyKey: key });
  const act = (id: string, what: 'capture' | 'extend' | 'release', body: object = {}, key: string = randomUUID()) =>
    ledger.fetch('POST', `/v1/holds/${id}/${what}`, body, { idempotencyKey: key });
  const THIRD = CUSTOMERS[2]!;
  const reserve = (body: object = {}, key?: string) =>
    request('/holds', { customer: THIRD, amount: '4', ...body }, key);
  const funds = async () => [
    await ledger.balance(`customer:${THIRD}:available`),
    await ledger.balance(`customer:${THIRD}:held`),
  ];

  it('are reserved, extended, captured and released, each once for its key', async () => {
    await ledger.mint(THIRD, '20');
    const key = randomUUID();
    const first = await reserve({ reference: 'call 7' }, key);
    expect(first.body).toMatchObject({ state: 'open', amount: '4', receipt: [{ amount: '4' }] });
    const { hold } = first.body;
    expect(await act(hold, 'extend', { amount: '3' })).toMatchObject({ status: 201, body: { amount: '7' } });
    expect(await funds()).toEqual([13n * TOKEN, 7n * TOKEN]);
    const captureKey = randomUUID();
    const captured = await act(hold, 'capture', { amount: '2', provider: 'p7' }, captureKey);
    expect(captured.body).toMatchObject({ hold, state: 'captured', captured: '2', released: '5' });
    expect((await act(hold, 'capture', { amount: '2', provider: 'p7' }, captureKey)).body).toEqual(captured.body);
    expect((await act(hold, 'capture', { amount: '1' })).body).toMatchObject({ status: 409, code: 'HOLD_CLOSED' });
    expect((await reserve({ reference: 'call 7' }, key)).body).toEqual(first.body);
    const second = (await reserve()).body.hold;
    expect((await act(second, 'release')).body).toMatchObject({ state: 'released', released: '4' });
    expect(await funds()).toEqual([18n * TOKEN, 0n]);
  });

  it('H7: are captured after their end, once, and the answer says that it was late', async () => {
    await ledger.mint(THIRD, '5');
    const before = await funds();
    const expiresAt = new Date(Date.now() + 1_000).toISOString();
    const { hold } = (await reserve({ expiresAt })).body;
    await eventually(async () => (await ledger.balance(`customer:${THIRD}:held`)) === 0n);
    expect(await funds()).toEqual(before);
    const body = { hold, state: 'captured', captured: '3', released: '0', late: true };
    const late = await act(hold, 'capture', { amount: '3' });
    expect(late).toMatchObject({ status: 201, body });
    // What it had reserved is not in the entry: no number is better than a wrong one.
    expect(late.body).not.toHaveProperty('amount');
    expect(await funds()).toEqual([before[0]! - 3n * TOKEN, 0n]);
  });

  it('H17: say what became of them', async () => {
    await ledger.mint(THIRD, '10');
    const { hold } = (await reserve()).body;
    const said = async (...asked: Parameters<typeof act>) => Object.keys((await act(...asked)).body).sort();
    const common = ['amount', 'entry', 'hold', 'id', 'position', 'receipt', 'state'];
    expect(await said(hold, 'extend', { amount: '1' })).toEqual(['expiresAt', ...common].sort());
    expect(await said(hold, 'capture', { amount: '999' })).toEqual(
      ['captured', 'receivable', 'released', ...common].sort(),
    );
    await ledger.mint(THIRD, '1010');
    const other = (await reserve()).body.hold;
    expect(await said(other, 'release')).toEqual([...common, 'released'].sort());
  });

  it('H18: of two captures at once one is made, and the other is told that it is closed', async () => {
    const { hold } = (await reserve()).body;
    const both = await Promise.all([act(hold, 'capture', { amount: '1' }), act(hold, 'capture', { amount: '2' })]);
    const [made, refused] = both.sort((a, b) => a.status - b.status);
    expect([made!.status, refused!.status, refused!.body.code]).toEqual([201, 409, 'HOLD_CLOSED']);
    const others = await Promise.all([act(hold, 'release'), act(hold, 'extend', { amount: '1' })]);
    expect(others.map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'HOLD_CLOSED'],
      [409, 'HOLD_CLOSED'],
    ]);
  });

  it('are refused by their codes', async () => {
    const asked = await Promise.all([
      reserve({ amount: '10000' }),
      reserve({ expiresAt: '2020-01-01T00:00:00Z' }),
      reserve({ customer: 'nobody' }),
      act('0-999-0', 'release'),
      act('x', 'release'),
    ]);
    expect(asked.map(({ status, body }) => [status, body.code])).toEqual([
      ...[[422, 'INSUFFICIENT_FUNDS'] as unknown, [400, 'HOLD_INVALID'], [404, 'UNKNOWN_HOLDER']],
      ...[
        [404, 'UNKNOWN_HOLD'],
        [404, 'UNKNOWN_HOLD'],
      ],
    ]);
    const event = callEvent('foreign', THIRD);
    const usage = { ...event, data: { ...event.data, hold: '0-999-0' } };
    const { status, body } = await ledger.post('/usage', usage, { type: 'application/cloudevents+json' });
    expect([status, body.code]).toEqual([404, 'UNKNOWN_HOLD']);
  });
});
