import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { openAudits } from '#concepts/audits';
import { keptLetterOf, type KeptLetter } from '#kafka';
import { verifyJournal, type JournalStore } from '#journal';
import { createPool, LETTERS_MAX } from '#postgres';
import { callEvent, eventually } from '#testing';
import { JOURNAL_STORE } from '#wiring';
import { ADMIN_KEY, CUSTOMERS, LedgerWorld, SHARDS, type LedgerService } from '../../test-support/ledger-world.js';
import { LetterKeeper } from './letter-keeper.js';
import { UsageReplay } from './usage-replay.js';

jest.setTimeout(120_000);

const [FIRST, SECOND] = CUSTOMERS as [string, string, string];
const REASON = 'UNKNOWN_CUSTOMER';

let world: LedgerWorld;
let ledger: LedgerService;
let databaseUrl: string;
let offset = 0;

beforeAll(async () => {
  world = await LedgerWorld.start();
  ({ ledger, databaseUrl } = await world.newLedger());
  for (const customer of [FIRST, SECOND]) await ledger.mint(customer, '100');
});

afterAll(() => world.stop());

/** A message as the consumer keeps it when it is rejected. */
function letter(event: unknown, over: Partial<KeptLetter> = {}): KeptLetter {
  const value = event === null ? null : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  const message = { topic: 'usage', partition: 1, offset: offset++, timestampMs: Date.parse('2026-01-02T03:04:06Z') };
  return {
    ...{
      ...message,
      code: REASON,
      detail: 'no customer of that name',
      key: Buffer.from('any'),
      value,
      omittedBytes: 0,
    },
    headers: [
      ['content-type', Buffer.from('application/cloudevents+json')],
      ['trace', Buffer.from([0xff])],
    ],
    ...over,
  };
}

const keep = (...letters: KeptLetter[]) => ledger.app.get(LetterKeeper).keep(letters);
const get = (path: string) => ledger.fetch('GET', `/v1/dead-letters${path}`);
const order = (what: 'replays' | 'dismissals', body: object, idempotencyKey: string = randomUUID()) =>
  ledger.fetch('POST', `/v1/dead-letters/${what}`, { reason: 'mended', ...body }, { idempotencyKey });
const played = (id: string) =>
  eventually(
    async () => (await get(`/replays/${id}`)).body,
    ({ endedAt }) => endedAt !== null,
  );
const reasons = async (reason: string) =>
  (await get('/reasons')).body.items.find((item: { reason: string }) => item.reason === reason);

describe('a message that was rejected', () => {
  it('is kept once however often it comes, with its bytes, its reason and what it would have cost', async () => {
    const one = letter(callEvent('kept', 'nobody', '3'));
    const binary = letter(null, { code: 'EMPTY_MESSAGE', key: null });
    await keep(one, binary);
    await keep(one);
    await keep({ ...one, detail: 'another' }, binary);
    const { items } = (await get('?state=all')).body;
    expect(items.filter((item: { offset: number }) => item.offset === one.offset)).toHaveLength(1);
    expect((await get(`/usage/1/${one.offset}`)).body).toMatchObject({
      ...{ reason: REASON, detail: 'no customer of that name', state: 'open', time: '2026-01-02T03:04:06.000Z' },
      ...{
        customer: 'nobody',
        usageSource: 'spec/gateway',
        usageId: 'kept',
        atStake: '3',
        omittedBytes: 0,
        order: null,
      },
      key: { text: 'any', base64: null, bytes: 3 },
      value: { text: JSON.stringify(callEvent('kept', 'nobody', '3')) },
      headers: [
        { name: 'content-type', value: { text: 'application/cloudevents+json' } },
        { name: 'trace', value: { text: null, base64: '/w==', bytes: 1 } },
      ],
    });
    expect((await get(`/usage/1/${binary.offset}`)).body).toMatchObject({ key: null, value: null, atStake: null });
    expect((await get('/usage/1/999999')).status).toBe(404);
  });

  it('that is longer than what is kept of it says so, and cannot be played again', async () => {
    const long = letter(callEvent('long', FIRST), { code: 'MESSAGE_TOO_LARGE', omittedBytes: 40_000 });
    await keep(long);
    const { body } = await get(`/usage/1/${long.offset}`);
    expect(body).toMatchObject({ omittedBytes: 40_000, usageId: null, atStake: null });
    const tried = await order('replays', { filter: { reason: 'MESSAGE_TOO_LARGE' }, dryRun: true });
    expect(tried.body).toMatchObject({ charged: 0, failing: 1, failures: [{ reason: 'VALUE_NOT_KEPT', count: 1 }] });
  });

  it('that says a time beyond all numbers is kept, and one that no row can hold keeps none of its neighbours out', async () => {
    const strange = (id: string, over: Partial<KeptLetter>) =>
      letter(callEvent(id, 'nobody'), { code: 'STRANGE', ...over });
    const [early, late] = [-(2 ** 63), 2 ** 63].map((timestampMs) => {
      const { headers: _, ...message } = strange('timeless', { timestampMs });
      return keptLetterOf(message, {});
    }) as [KeptLetter, KeptLetter];
    await keep(
      early,
      strange('nowhere', { partition: 2 ** 40 }),
      late,
      strange('unreadable', { detail: 'NUL \0, \ud800' }),
    );
    for (const { offset: at } of [early, late])
      expect((await get(`/usage/1/${at}`)).body).toMatchObject({ reason: 'STRANGE', time: null });
    expect(await reasons('STRANGE')).toMatchObject({ open: 3 });
  });

  it('is listed by reason and time, page by page, and a usage that HTTP refuses is not', async () => {
    await keep(...Array.from({ length: 5 }, (_, n) => letter(callEvent(`paged-${n}`, 'nobody'), { code: 'PAGED' })));
    await ledger.usage([callEvent('by-http', 'nobody')]);
    const first = (await get('?reason=PAGED&limit=3')).body;
    const second = (await get(`?reason=PAGED&limit=3&cursor=${first.nextCursor}`)).body;
    const ids = [...first.items, ...second.items].map(({ usageId }: { usageId: string }) => usageId);
    expect([ids.sort(), second.nextCursor]).toEqual([[0, 1, 2, 3, 4].map((n) => `paged-${n}`), null]);
    expect((await get('?reason=PAGED&to=2020-01-01T00:00:00Z')).body.items).toEqual([]);
    expect(JSON.stringify((await get('?state=all&limit=500')).body)).not.toContain('by-http');
    expect((await get('?cursor=x')).body.code).toBe('CURSOR_INVALID');
    expect((await get('?state=nowhere')).status).toBe(400);
  });
});

describe('letters of one reason', () => {
  const calls = (from: number, count: number, customer: string) =>
    Array.from({ length: count }, (_, n) => letter(callEvent(`late-${from + n}`, customer), { code: 'LATE' }));

  it('are tried out without a trace, each upon the ones before it', async () => {
    await ledger.usage([callEvent('late-0', FIRST)]);
    await keep(...calls(0, 30, FIRST), ...calls(29, 1, FIRST), ...calls(100, 3, 'nobody'), ...calls(200, 7, SECOND));
    const state = () =>
      ledger.sequencers.all.map(({ state: { balances } }) =>
        [...balances].map(([account, amount]) => `${account} ${amount}`).sort(),
      );
    const before = state();
    const heads = () => ledger.sequencers.all.map(({ height }) => height);
    const [headsBefore] = [heads()];
    const { status, body } = await order('replays', { filter: { reason: 'LATE' }, dryRun: true });
    expect([status, body]).toMatchObject([
      200,
      {
        ...{ id: null, dryRun: true, matching: 41, done: 41, charged: 36, duplicates: 2, failing: 3, amount: '36' },
        failures: [{ reason: REASON, count: 3, detail: expect.stringContaining('nobody') }],
      },
    ]);
    expect([state(), heads()]).toEqual([before, headsBefore]);
    expect(await reasons('LATE')).toMatchObject({ open: 41, atStake: '41', unknown: 0 });
  });

  it('are charged once, as messages that were played again, and what still fails says why', async () => {
    const before = await ledger.balance('provider:p7:payable');
    const key = randomUUID();
    const ordered = await order('replays', { filter: { reason: 'LATE' } }, key);
    expect(ordered.body).toMatchObject({ dryRun: false, matching: 41, reason: 'mended', actor: 'key:admin' });
    const done = await played(ordered.body.id);
    expect(done).toMatchObject({ done: 41, charged: 36, duplicates: 2, failing: 3, amount: '36' });
    expect(done.failures).toMatchObject([{ reason: REASON, count: 3 }]);
    expect((await ledger.balance('provider:p7:payable')) - before).toBe(36n * 7n * 10n ** 17n);
    expect(await reasons('LATE')).toMatchObject({ open: 0, replaying: 0, failing: 3, replayed: 38, atStake: '3' });

    const again = await order('replays', { filter: { reason: 'LATE' } }, key);
    expect(again.body.id).toBe(ordered.body.id);
    expect((await order('replays', { filter: { reason: 'PAGED' } }, key)).body.code).toBe('IDEMPOTENCY_CONFLICT');
    const { items } = (await get('?reason=LATE&state=replayed&limit=500')).body;
    const charged = items.find(({ outcome }: { outcome: string }) => outcome === 'charged');
    expect(charged.entry).toMatch(/^\d+-\d+-\d+$/);
    const { findings } = await verifyJournal(ledger.app.get<JournalStore>(JOURNAL_STORE), openAudits, {
      shards: SHARDS,
    });
    expect(findings).toEqual([]);
    const texts: string[] = [];
    for (let shard = 0; shard < SHARDS; shard++) {
      const pages = await ledger.app.get<JournalStore>(JOURNAL_STORE).read(shard, 1, 1_000);
      texts.push(...pages.map(({ body }) => body.toString('utf8')));
    }
    expect(texts.join('').match(/"replay:usage\/1\/\d+"/g)).toHaveLength(36);
  });

  it('are charged once also when the process ends between the charge and its note, and when their reason is gone', async () => {
    await ledger.client.post('/v1/parties', { body: { id: 'nobody', roles: ['customer'] } });
    const { items } = (await get('?reason=LATE&state=failing')).body;
    const keeper = ledger.app.get(LetterKeeper);
    const cut = letter(callEvent('late-100', 'nobody'), { offset: items.at(-1).offset });
    expect(await ledger.app.get(UsageReplay).charge([cut], 'key:admin')).toMatchObject([{ outcome: 'charged' }]);
    const { body } = await order('replays', { filter: { reason: 'LATE' } });
    expect(await played(body.id)).toMatchObject({ charged: 2, duplicates: 1, failing: 0 });
    expect(await keeper.letters.countByReason()).toEqual(
      expect.arrayContaining([expect.objectContaining({ reason: 'LATE', atStake: 0n, firstAt: null })]),
    );
  });

  it('that were charged with other content are no duplicates, and fail for that', async () => {
    await keep(letter(callEvent('late-1', FIRST, '9'), { code: 'OTHER' }));
    const filter = { filter: { reason: 'OTHER' } };
    const expected = { charged: 0, duplicates: 0, failing: 1, failures: [{ reason: 'USAGE_CONFLICT', count: 1 }] };
    expect((await order('replays', { ...filter, dryRun: true })).body).toMatchObject(expected);
    expect(await played((await order('replays', filter)).body.id)).toMatchObject(expected);
  });

  it('are dismissed for a reason, by somebody, and then wait for nobody', async () => {
    const { body } = await order('dismissals', { filter: { reason: 'PAGED' }, reason: 'a test of the producer' });
    expect(body).toMatchObject({ dismissed: 5, actor: 'key:admin', reason: 'a test of the producer' });
    const [item] = (await get('?reason=PAGED&state=dismissed')).body.items;
    expect((await get(`/usage/1/${item.offset}`)).body.order).toMatchObject({
      ...{ kind: 'dismissal', actor: 'key:admin', reason: 'a test of the producer', id: body.id },
    });
    expect((await order('dismissals', { filter: { reason: 'PAGED' } })).body.dismissed).toBe(0);
    // One that was dismissed by mistake is played when that is asked for in so many words.
    const one = { topic: 'usage', partition: 1, offset: item.offset, state: 'dismissed' };
    const { id } = (await order('replays', { filter: one })).body;
    expect(await played(id)).toMatchObject({ matching: 1, charged: 1 });
  });

  it.each([
    ['no filter', { filter: {} }],
    ['only a state', { filter: { state: 'all' } }],
    ['an offset alone', { filter: { offset: 1, topic: 'usage' } }],
    ['a partition alone', { filter: { partition: 1, reason: REASON } }],
    ['no code', { filter: { reason: 'no code' } }],
    ['no object', { filter: 'all' }],
    ['no reason', { filter: { reason: REASON }, reason: '' }],
    ['no time', { filter: { from: 'yesterday' } }],
  ])('are ordered nothing with %s', async (_, body) => {
    for (const what of ['replays', 'dismissals'] as const) expect((await order(what, body)).status).toBe(400);
  });
});

describe('the stream', () => {
  const url = async (query = '') => `${await ledger.app.getUrl()}/v1/stream${query}`;
  const open = async (key: string, query = '') =>
    fetch(await url(query), { headers: { authorization: `Bearer ${key}` } });
  const newKey = async (role: 'operator' | 'finance') => ledger.client.post('/v1/keys', { body: { role } });

  it('says where each shard ends, what waits and what lags, once a second, to operators', async () => {
    const { key } = await newKey('operator');
    const answer = await open(key, '?count=2');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/event-stream/),
    ]);
    const events = (await answer.text()).split('\n\n').filter((text) => text.startsWith('event: state'));
    expect(events).toHaveLength(2);
    const state = JSON.parse(events[0]!.split('data: ')[1]!) as { shards: { height: number; closedTo: string }[] };
    expect(state).toMatchObject({ kafka: null, breaks: 0, deadLetters: expect.any(Number) });
    expect(state.shards.map(({ height }) => height)).toEqual(ledger.sequencers.all.map(({ height }) => height));
    expect((await open((await newKey('finance')).key)).status).toBe(403);
    expect((await fetch(await url(), { method: 'HEAD', headers: { authorization: `Bearer ${key}` } })).status).toBe(
      200,
    );
  });

  it('is had ten times by a key, beside its other reads, and ends when the key is revoked', async () => {
    const { key, keyId } = await newKey('operator');
    const streams = await Promise.all(Array.from({ length: 10 }, () => open(key)));
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
    expect((await open(key)).status).toBe(503);
    expect((await ledger.fetch('GET', '/v1/dead-letters/reasons', undefined, { key })).status).toBe(200);
    await ledger.client.delete('/v1/keys/{keyId}', { path: { keyId } });
    for (const stream of streams) expect(await stream.text()).toContain('event: state');
    expect((await open(key)).status).toBe(401);
  });

  it('ends with the service, which stops at once', async () => {
    const other = await world.service(databaseUrl);
    const response = await fetch(`${await other.app.getUrl()}/v1/stream`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    const text = response.text();
    const beganMs = performance.now();
    await other.stop();
    expect(await text).toContain('retry: ');
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });
});

it('a full table forgets what is settled, then keeps no more, and counts what it does not keep', async () => {
  const pool = createPool(databaseUrl, { max: 1 });
  await pool.query(
    `INSERT INTO intake.dead_letters (topic, partition, "offset", rejected_at, timestamp_ms, code, detail, headers, omitted_bytes, state)
     SELECT 'full', 0, n, now(), 0, 'FULL', '', '', 0, 'open' FROM generate_series(1, ${LETTERS_MAX} - (
       SELECT count(*)::int FROM intake.dead_letters)) AS n`,
  );
  await keep(letter(callEvent('instead', 'nobody-else'), { code: 'FRESH' }));
  expect((await get('/reasons')).body).toMatchObject({ kept: LETTERS_MAX, max: LETTERS_MAX });
  expect((await get('?reason=FRESH')).body.items).toHaveLength(1);
  await pool.query(`DELETE FROM intake.dead_letters WHERE state IN ('replayed', 'dismissed')`);
  await pool.query(
    `INSERT INTO intake.dead_letters (topic, partition, "offset", rejected_at, timestamp_ms, code, detail, headers, omitted_bytes, state)
     SELECT 'fuller', 0, n, now(), 0, 'FULL', '', '', 0, 'open' FROM generate_series(1, ${LETTERS_MAX} - (
       SELECT count(*)::int FROM intake.dead_letters)) AS n`,
  );
  await keep(letter(callEvent('too-much', 'nobody-else'), { code: 'TOO_MUCH' }));
  expect((await get('?reason=TOO_MUCH')).body.items).toHaveLength(0);
  const metrics: string = (await ledger.fetch('GET', '/metrics')).body;
  // This one, and the one above that no row can hold.
  expect(metrics).toContain('airtime_dead_letters_unkept_total 2');
  expect(metrics).toMatch(/^airtime_dead_letters_unsettled 100000$/m);
  await pool.end();
});
