import { jest } from '@jest/globals';
import { CODEC, type LedgerEvent, type UsageCharged } from '#concepts';
import { CALL_PRICES } from '#concepts/testing';
import { readEvents, readPages, sha256, type JournalStore } from '#journal';
import { Jobs, type Pool } from '#postgres';
import { callEvent, eventually } from '#testing';
import { DATABASE, DueWork, JOURNAL_STORE } from '#wiring';
import { CUSTOMERS, LedgerWorld, SHARDS, type LedgerService } from '../test-support/ledger-world.js';
import { Reratings } from './reratings.js';
import type { ReratingJob } from './rerating-run.js';

jest.setTimeout(120_000);

const TOKEN = 10n ** 18n;
const [FIRST, SECOND, THIRD] = CUSTOMERS as [string, string, string];
const WHO = { actor: 'system:spec', origin: 'system:spec' };
const TIME = '2026-01-02T03:04:05Z';
let world: LedgerWorld;

beforeAll(async () => {
  world = await LedgerWorld.start();
});

afterAll(() => world.stop());

const available = (ledger: LedgerService, customer: string) => ledger.balance(`customer:${customer}:available`);

/** The first step of a transfer alone, as if the process had died before the second. */
async function sendOnly(ledger: LedgerService, transfer: string): Promise<void> {
  await ledger.sequencers.execute(ledger.sequencers.shardOf(FIRST), {
    type: 'SendTransfer',
    transfer,
    from: FIRST,
    to: SECOND,
    amount: TOKEN as never,
    reason: 'spec',
    time: TIME,
    provenance: WHO,
  });
}

describe('movements', () => {
  afterEach(() => world.stopServices());

  it('mint, burn and send whole atto-tokens and refuse what is not there', async () => {
    const { ledger } = await world.newLedger();
    expect((await ledger.mint(FIRST, '10.000000000000000001')).status).toBe(201);
    const burn = await ledger.post('/burns', { holder: FIRST, amount: '4', reason: 'r' }, { idempotencyKey: 'b' });
    expect(burn.status).toBe(201);
    expect(await available(ledger, FIRST)).toBe(6n * TOKEN + 1n);
    expect((await ledger.transfer(FIRST, SECOND, '7')).body.code).toBe('INSUFFICIENT_FUNDS');
    expect((await ledger.transfer(FIRST, FIRST, '1')).body.code).toBe('SAME_HOLDER');
    expect((await ledger.transfer(FIRST, 'nobody', '1')).body.code).toBe('UNKNOWN_HOLDER');
    for (const amount of ['0', '-1', '1.0000000000000000001', '1e3', '']) {
      expect([amount, (await ledger.mint(FIRST, amount)).status]).toEqual([amount, 400]);
    }
    expect((await ledger.post('/mints', { holder: FIRST, amount: '1', reason: 'r' })).body.code).toBe(
      'IDEMPOTENCY_KEY_REQUIRED',
    );
    expect(await available(ledger, FIRST)).toBe(6n * TOKEN + 1n);
  });

  it('of a suspended customer are refused when it sends or uses, and allowed when it receives or repays', async () => {
    const { ledger } = await world.newLedger();
    await ledger.mint(FIRST, '10');
    await ledger.mint(SECOND, '10');
    const usedBefore = new Date().toISOString();
    const kyc = (state: string) => ledger.post(`/parties/${FIRST}/kyc`, { state, reason: 'review' });
    await kyc('verified');
    expect((await kyc('suspended')).status).toBe(200);
    const { kyc: shown, suspendedSince } = (await ledger.send('GET', `/parties/${FIRST}`)).body;
    expect(shown.state).toBe('suspended');
    expect(suspendedSince).toBe(shown.since);

    const late = { ...callEvent('late', FIRST), time: new Date().toISOString() };
    const early = { ...callEvent('early', FIRST), time: usedBefore };
    const single = await ledger.post('/usage', late, { type: 'application/cloudevents+json' });
    expect([single.status, single.body.code]).toEqual([422, 'CUSTOMER_SUSPENDED']);
    const batch = (await ledger.usage([late, early])).body;
    expect(batch).toMatchObject({ accepted: 1, rejected: [{ index: 0, id: 'late', code: 'CUSTOMER_SUSPENDED' }] });
    const sending = await ledger.transfer(FIRST, SECOND, '1');
    expect([sending.status, sending.body.code, sending.body.errors]).toEqual([
      422,
      'CUSTOMER_SUSPENDED',
      [expect.objectContaining({ path: 'from' })],
    ]);

    expect((await ledger.transfer(SECOND, FIRST, '1')).status).toBe(201);
    expect((await ledger.mint(FIRST, '1')).status).toBe(201);
    await kyc('verified');
    expect((await ledger.transfer(FIRST, SECOND, '1')).status).toBe(201);
    expect((await ledger.usage([late])).body.rejected).toHaveLength(1);
    expect((await ledger.usage([{ ...late, id: 'after', time: new Date().toISOString() }])).body.accepted).toBe(1);
  });

  it('under a cap fit over all shards together, once for each key, and are booked when they are answered', async () => {
    const { databaseUrl, ledger } = await world.newLedger();
    await ledger.mint(FIRST, '50', 'before');
    await ledger.mint(SECOND, '45');
    const policy = { effectiveAt: TIME, kind: 'fixed', epoch: 'P3000D', amount: '1', recipients: [], cap: '100' };
    expect((await ledger.send('PUT', '/policies/emission/1', policy)).status).toBe(200);
    const beyond = await ledger.mint(SECOND, '6');
    expect([beyond.status, beyond.body.code, beyond.body.errors]).toEqual([
      422,
      'SUPPLY_CAP_EXCEEDED',
      [expect.objectContaining({ path: 'amount' })],
    ]);
    const grant = { holder: THIRD, amount: '5', kind: 'promotional', reason: 'gift' };
    const granted = await ledger.post('/grants', grant, { idempotencyKey: 'g' });
    expect([granted.status, await available(ledger, THIRD)]).toEqual([201, 5n * TOKEN]);
    expect((await ledger.post('/grants', grant, { idempotencyKey: 'g' })).body).toEqual(granted.body);
    expect((await ledger.mint(FIRST, '1', 'g')).body.code).toBe('IDEMPOTENCY_CONFLICT');
    expect((await ledger.mint(FIRST, '50', 'before')).status).toBe(201);
    const id = granted.body.grant as string;
    expect(id.startsWith(`${ledger.sequencers.shardOf(THIRD)}-`)).toBe(true);
    expect((await ledger.post(`/grants/${id}/void`, { reason: 'r' }, { idempotencyKey: 'v' })).status).toBe(201);
    await ledger.post('/burns', { holder: FIRST, amount: '2', reason: 'r' }, { idempotencyKey: 'b' });
    const together = await Promise.all(
      Array.from({ length: 9 }, (_, i) => ledger.mint([FIRST, SECOND, THIRD][i % 3]!, '1')),
    );
    expect(together.filter(({ status }) => status === 201)).toHaveLength(7);
    expect(together.filter(({ body }) => body.code === 'SUPPLY_CAP_EXCEEDED')).toHaveLength(2);
    expect(await ledger.balance('issuance')).toBe(-100n * TOKEN);

    // Allowed, and the process ends before it is booked: the next one finds it.
    await ledger.post('/burns', { holder: FIRST, amount: '3', reason: 'r' }, { idempotencyKey: 'c' });
    await ledger.app.get(DueWork).stop();
    const wish = { holder: SECOND, amount: (3n * TOKEN) as never, reason: 'spec' };
    await ledger.sequencers.executeRegistry({ type: 'AllowMint', ...wish, time: TIME, provenance: WHO });
    expect((await ledger.mint(FIRST, '1')).status).toBe(422);
    await ledger.stop();
    const restarted = await world.service(databaseUrl);
    await eventually(async () => (await restarted.balance('issuance')) === -100n * TOKEN);
    // The engine has only so many connections for those that come after.
    await restarted.stop();
  });

  it('of an epoch of inflation are of the supply over all shards as it began, also where the ledger was down', async () => {
    const { databaseUrl, ledger } = await world.newLedger();
    await ledger.mint(FIRST, '60');
    await ledger.mint(SECOND, '40');
    // Of 1,000 epochs a year, each a second: the first ones are over already, with no supply to speak of.
    const effectiveAt = new Date(Date.now() - 5_000).toISOString();
    const terms = { effectiveAt, kind: 'inflation', epoch: 'PT1S', bps: 10_000, epochs: 1_000, recipients: [] };
    expect((await ledger.send('PUT', '/policies/emission/1', terms)).status).toBe(200);
    const standings = [0n, (100n * TOKEN) / 1_000n];
    let carried = 0n;
    for (let supply = 100n * TOKEN + standings[1]!; standings.length < 60;) {
      const minted = (supply * 10_000n + carried) / 10_000_000n;
      carried = (supply * 10_000n + carried) % 10_000_000n;
      supply += minted;
      standings.push(supply - 100n * TOKEN);
    }
    const emitted = async (service: LedgerService) => standings.indexOf(await service.balance('treasury:emission'));
    await eventually(async () => (await emitted(ledger)) >= 2);
    await ledger.stop();
    const before = Date.now();
    await eventually(() => Date.now() > before + 2_500);
    const restarted = await world.service(databaseUrl);
    await eventually(async () => (await emitted(restarted)) >= 5);
    await restarted.stop();
  });

  it('of a usage are taken back by its id, and charged anew where another event takes its place', async () => {
    const { ledger } = await world.newLedger();
    await ledger.mint(FIRST, '100');
    const correct = (body: object, idempotencyKey = sha256(JSON.stringify(body))) =>
      ledger.post('/usage-corrections', { source: 'spec/gateway', reason: 'spec', ...body }, { idempotencyKey });
    await ledger.usage([callEvent('wrong', FIRST, '4'), callEvent('void', FIRST, '3')]);
    const before = await available(ledger, FIRST);

    const voided = await correct({ id: 'void', action: 'void' });
    expect([voided.status, voided.body]).toMatchObject([201, { entry: voided.body.reversal }]);
    expect((await correct({ id: 'void', action: 'void' })).body).toEqual(voided.body);
    const again = await correct({ id: 'void', action: 'void' }, 'another');
    expect([again.status, again.body.code]).toEqual([409, 'ALREADY_VOIDED']);
    const three = (await available(ledger, FIRST)) - before;

    // Without a time it is that of what it replaces.
    const { time: _, ...event } = callEvent('wrong', FIRST, '1');
    const replaced = await correct({ id: 'wrong', action: 'replace', event });
    expect(replaced.status).toBe(201);
    expect(await available(ledger, FIRST)).toBe(before + 2n * three);
    expect((await correct({ id: 'wrong', action: 'replace', event })).body).toEqual(replaced.body);
    const delivered = [callEvent('wrong', FIRST, '4'), callEvent('wrong', FIRST, '2'), callEvent('void', FIRST, '3')];
    expect((await ledger.usage(delivered)).body).toMatchObject({ accepted: 0, duplicates: 2, conflicts: 1 });

    const nobodys = callEvent('wrong', FIRST, '1', {
      data: { provider: 'nobody', model: 'm', meters: { calls: '1' } },
    });
    for (const [body, status, code, path] of [
      [{ id: 'never', action: 'void' }, 404, 'UNKNOWN_USAGE', 'id'],
      [{ id: 'void', action: 'replace', event: callEvent('void', FIRST) }, 409, 'ALREADY_VOIDED', 'id'],
      [{ id: 'wrong', action: 'replace', event: callEvent('other', FIRST) }, 400, 'USAGE_INVALID', 'event.id'],
      [{ id: 'wrong', action: 'replace', event: callEvent('wrong', SECOND) }, 400, 'USAGE_INVALID', 'event.subject'],
      [{ id: 'wrong', action: 'replace', event: nobodys }, 404, 'UNKNOWN_PROVIDER', 'event.data.provider'],
      [
        { id: 'wrong', action: 'replace', event: { ...nobodys, data: {} } },
        400,
        'VALIDATION_FAILED',
        'event.data.provider',
      ],
      [{ id: 'wrong', action: 'replace' }, 400, 'VALIDATION_FAILED', 'event'],
      [{ id: 'wrong', action: 'void', event }, 400, 'VALIDATION_FAILED', 'event'],
    ] as const) {
      const refused = await correct(body);
      expect([refused.status, refused.body.code, refused.body.errors?.[0].path]).toEqual([status, code, path]);
    }
    const undone = { entry: replaced.body.reversal, reason: 'spec' };
    const refused = await ledger.post('/reversals', undone, { idempotencyKey: 'undone' });
    expect([refused.status, refused.body.code]).toEqual([409, 'NOT_REVERSIBLE']);
  });

  it('are durable in both shards when a transfer is answered', async () => {
    const { ledger } = await world.newLedger();
    await ledger.mint(FIRST, '100');
    const answers = await Promise.all(Array.from({ length: 40 }, () => ledger.transfer(FIRST, SECOND, '1')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await available(ledger, FIRST)).toBe(60n * TOKEN);
    expect(await available(ledger, SECOND)).toBe(40n * TOKEN);
    expect(await ledger.balance('transit')).toBe(0n);
  });
});

describe('re-ratings', () => {
  afterEach(() => world.stopServices());

  const DAY = { from: '2026-01-02', to: '2026-01-02', reason: 'a wrong price' };

  /** A book that is in force for nothing yet, in which a call costs two tokens. */
  async function publish(ledger: LedgerService, price = '2', version = 2): Promise<void> {
    const [line] = CALL_PRICES.prices;
    const prices = [{ ...line!, meters: { calls: { price, per: '1' } } }];
    const book = { effectiveAt: '2090-01-01T00:00:00Z', prices };
    expect((await ledger.send('PUT', `/price-books/${version}`, book)).status).toBe(200);
  }

  const ask = (ledger: LedgerService, body: object, idempotencyKey = sha256(JSON.stringify(body))) =>
    ledger.post('/reratings', { ...DAY, priceBook: 2, ...body }, { idempotencyKey });

  async function ended(ledger: LedgerService, id: string) {
    await eventually(async () => (await ledger.send('GET', `/jobs/${id}`)).body.endedAt !== null);
    return (await ledger.send('GET', `/jobs/${id}`)).body;
  }

  /** The charges of all usage in the order of their entries, by id. */
  async function chargesOf(ledger: LedgerService): Promise<Map<string, UsageCharged[]>> {
    const charges = new Map<string, UsageCharged[]>();
    const store = ledger.app.get<JournalStore>(JOURNAL_STORE);
    for (let shard = 0; shard < SHARDS; shard++)
      for await (const page of readPages(store, shard))
        for (const { event } of readEvents<LedgerEvent>(page, CODEC))
          if (event.type === 'UsageCharged')
            charges.set(event.usage.id, [...(charges.get(event.usage.id) ?? []), event]);
    return charges;
  }
  const amountsOf = async (ledger: LedgerService) =>
    Object.fromEntries(
      [...(await chargesOf(ledger))].map(([id, charges]) => [id, charges.map(({ amount }) => BigInt(amount) / TOKEN)]),
    );
  const heads = ({ sequencers }: LedgerService) => sequencers.all.map(({ height }) => height);

  it('take back and charge anew what costs another amount, by own time, once, and a dry run says the same and writes nothing', async () => {
    const { ledger } = await world.newLedger();
    await publish(ledger);
    await ledger.mint(FIRST, '100');
    const free = { data: { provider: 'p7', model: 'm', meters: { calls: '0' } } };
    await ledger.usage([
      ...[callEvent('a', FIRST, '3'), callEvent('b', SECOND, '4'), callEvent('void', FIRST, '5')],
      ...[callEvent('free', FIRST, '0', free), callEvent('earlier', FIRST, '7', { time: '2026-01-01T23:59:59.999Z' })],
      ...[callEvent('first', FIRST, '1', { time: '2026-01-02T00:00:00Z' }), callEvent('replaced', FIRST, '6')],
      callEvent('later', FIRST, '8', { time: '2026-01-03T00:00:00Z' }),
    ]);
    const source = { source: 'spec/gateway', reason: 'spec' };
    const correct = (body: object) =>
      ledger.post('/usage-corrections', { ...source, ...body }, { idempotencyKey: sha256(JSON.stringify(body)) });
    await correct({ id: 'void', action: 'void' });
    await correct({ id: 'replaced', action: 'replace', event: callEvent('replaced', FIRST, '2') });
    const before = [heads(ledger), await available(ledger, FIRST)];

    const dry = await ask(ledger, { dryRun: true });
    expect([dry.status, dry.body]).toMatchObject([202, { kind: 'rerating', dryRun: true, actor: expect.anything() }]);
    const said = await ended(ledger, dry.body.id);
    const changes = (calls: number, share = 1) => ({
      ...{ before: `${calls * share}`, after: `${calls * share * 2}`, difference: `${calls * share}` },
    });
    const result = {
      ...{ changed: 4, same: 1, void: 1, unrated: 0 },
      total: { events: 5, ...changes(10) },
      customers: [
        { customer: FIRST, events: 4, ...changes(6) },
        { customer: SECOND, events: 1, ...changes(4) },
      ],
      providers: [{ provider: 'p7', events: 5, ...changes(10, 0.7) }],
      unratedUsage: [],
    };
    expect(said).toMatchObject({ state: 'done', error: null, from: '2026-01-02T00:00:00.000Z', result });
    expect([heads(ledger), await available(ledger, FIRST)]).toEqual(before);

    const { body } = await ask(ledger, {});
    const done = await ended(ledger, body.id);
    expect(done).toMatchObject({ state: 'done', result });
    expect(done.progress.pages).toBe(done.progress.of);
    expect(await available(ledger, FIRST)).toBe((before[1] as bigint) - 6n * TOKEN);
    expect(await amountsOf(ledger)).toEqual({
      ...{ a: [3n, 6n], b: [4n, 8n], void: [5n], free: [0n], first: [1n, 2n], replaced: [6n, 2n, 4n] },
      ...{ earlier: [7n], later: [8n] },
    });
    const [, anew] = (await chargesOf(ledger)).get('a')!;
    expect(anew).toMatchObject({ corrects: { by: 'rerating' }, priceBook: 2, origin: `job:${body.id}` });
    expect(anew!.time).toBe('2026-01-02T03:04:05Z');

    // Asked for again it is the same job; another one finds nothing to do.
    expect((await ask(ledger, {})).body).toEqual(done);
    const twice = await ended(ledger, (await ask(ledger, {}, 'twice')).body.id);
    expect(twice.result).toMatchObject({ changed: 0, same: 5, void: 1, total: { difference: '0' } });
    const { items } = (await ledger.send('GET', '/jobs?limit=2')).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual([twice.id, body.id]);
    const differences = (await ledger.send('GET', `/jobs/${body.id}/differences?by=customer&limit=1`)).body;
    expect(differences.items).toMatchObject([{ name: [FIRST, SECOND].sort()[0] }]);
    const next = `/jobs/${body.id}/differences?by=customer&cursor=${differences.nextCursor}` as const;
    expect((await ledger.send('GET', next)).body).toMatchObject({
      items: [{ name: [FIRST, SECOND].sort()[1] }],
      nextCursor: null,
    });
  });

  it('of one customer leave the others alone, and are refused with a code, the field and the way out', async () => {
    const { ledger } = await world.newLedger();
    await publish(ledger);
    await ledger.usage([callEvent('a', FIRST, '3'), callEvent('b', SECOND, '4')]);
    const { id } = (await ask(ledger, { customer: SECOND })).body;
    expect((await ended(ledger, id)).result.customers).toMatchObject([{ customer: SECOND, difference: '4' }]);
    expect(await amountsOf(ledger)).toEqual({ a: [3n], b: [4n, 8n] });
    for (const [body, status, code, path] of [
      [{ priceBook: 77 }, 404, 'NOT_FOUND', 'priceBook'],
      [{ priceBook: 0 }, 400, 'VALIDATION_FAILED', 'priceBook'],
      [{ from: '2026-01-03' }, 400, 'VALIDATION_FAILED', 'from'],
      [{ from: 'yesterday' }, 400, 'TIME_INVALID', 'from'],
      [{ to: '2099-01-01' }, 400, 'TIME_IN_FUTURE', 'to'],
      [{ customer: 'nobody' }, 404, 'UNKNOWN_CUSTOMER', 'customer'],
      [{ customer: 'no body' }, 400, 'VALIDATION_FAILED', 'customer'],
      [{ dryRun: 'yes' }, 400, 'VALIDATION_FAILED', 'dryRun'],
      [{ reason: '' }, 400, 'VALIDATION_FAILED', 'reason'],
      [{ provider: 'p7' }, 400, 'VALIDATION_FAILED', 'provider'],
    ] as const) {
      const refused = await ask(ledger, body);
      expect([body, refused.status, refused.body.code, refused.body.errors?.[0].path]).toEqual([
        body,
        status,
        code,
        path,
      ]);
    }
    const conflict = await ask(ledger, { reason: 'another' }, sha256(JSON.stringify({ customer: SECOND })));
    expect([conflict.status, conflict.body.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    expect((await ledger.post('/reratings', { ...DAY, priceBook: 2 })).body.code).toBe('IDEMPOTENCY_KEY_REQUIRED');
    for (const turn of ['cancel', 'resume'] as const) {
      const refused = await ledger.post(`/jobs/${id}/${turn}`, {});
      expect([refused.status, refused.body.code]).toEqual([409, 'JOB_ENDED']);
      expect((await ledger.post(`/jobs/none/${turn}`, {})).status).toBe(404);
    }
    expect((await ledger.send('GET', '/jobs/none')).body.code).toBe('NOT_FOUND');
  });

  it('are broken off, go on where they were in another process, and come to each usage once, also when two work at one', async () => {
    const { databaseUrl, ledger } = await world.newLedger();
    await publish(ledger);
    // Most is owed at first, and some of it covered later.
    await ledger.mint(FIRST, '150');
    const events = Array.from({ length: 600 }, (_, n) => callEvent(`u${n}`, CUSTOMERS[n % SHARDS]!, '1'));
    for (let at = 0; at < events.length; at += 100) await ledger.usage(events.slice(at, at + 100));
    await ledger.mint(SECOND, '70');
    const { id } = (await ask(ledger, {})).body;
    await eventually(async () => (await chargesOf(ledger)).get('u0')?.length === 2);
    const off = await ledger.post(`/jobs/${id}/cancel`, {});
    expect([off.status, ['cancelled', 'done']]).toEqual([200, expect.arrayContaining([off.body.state])]);
    expect((await ledger.post(`/jobs/${id}/cancel`, {})).status).toBe(200);
    const other = await world.service(databaseUrl);
    expect((await other.post(`/jobs/${id}/resume`, {})).status).toBe(200);
    const jobs = new Jobs(ledger.app.get<Pool>(DATABASE));
    const job = (await jobs.find(id)) as ReratingJob;
    const { signal } = new AbortController();
    await Promise.all([ledger, other].map(({ app }) => app.get(Reratings).run(job, jobs, signal)));
    const { state, result } = await ended(other, id);
    expect([state, result]).toMatchObject(['done', { changed: 600, total: { before: '600', after: '1200' } }]);
    const charges = await chargesOf(other);
    expect([...charges.values()].map((of) => of.length)).toEqual(events.map(() => 2));
    expect(await other.balance('provider:p7:payable')).toBe(154n * TOKEN);
  });
});

describe('the transfer relay', () => {
  afterEach(() => world.stopServices());

  it('finishes an earlier transfer too before its request is answered again', async () => {
    const { ledger } = await world.newLedger();
    await ledger.mint(FIRST, '5');
    await ledger.transfer(FIRST, SECOND, '1', 'again');
    await sendOnly(ledger, 'left-by-another');
    expect((await ledger.transfer(FIRST, SECOND, '1', 'again')).status).toBe(201);
    expect(await ledger.balance('transit')).toBe(0n);
    expect(await available(ledger, SECOND)).toBe(2n * TOKEN);
  });

  it('finishes what a crash between the two entries left in transit', async () => {
    const { databaseUrl, ledger } = await world.newLedger();
    await ledger.mint(FIRST, '5');
    await sendOnly(ledger, 'broken-off');
    expect(await ledger.balance('transit')).toBe(TOKEN);
    await ledger.stop();
    const restarted = await world.service(databaseUrl);
    await eventually(async () => (await restarted.balance('transit')) === 0n);
    expect(await available(restarted, SECOND)).toBe(TOKEN);
    await eventually(
      () => restarted.sequencers.ledger(restarted.sequencers.shardOf(FIRST)).state.transfers.open.size === 0,
    );
  });

  it('books each transfer once when two processes finish it at the same time', async () => {
    const { databaseUrl, ledger } = await world.newLedger();
    const other = await world.service(databaseUrl);
    await ledger.mint(FIRST, '50');
    for (let n = 0; n < 20; n++) await sendOnly(ledger, `both-${n}`);
    // A transfer by each, while each looks at all that is open.
    const sweeps = [ledger, other].map((service) => service.app.get<DueWork<never>>(DueWork).sweep());
    await Promise.all([ledger.transfer(FIRST, SECOND, '1'), other.transfer(FIRST, SECOND, '1'), ...sweeps]);
    await eventually(async () => (await ledger.balance('transit')) === 0n);
    expect(await available(ledger, SECOND)).toBe(22n * TOKEN);
    expect(await available(other, FIRST)).toBe(28n * TOKEN);
  });
});

describe('receivables', () => {
  afterEach(() => world.stopServices());

  it('are paid oldest first from funds that arrive, whether minted or sent', async () => {
    const { ledger } = await world.newLedger();
    await ledger.usage([callEvent('old', THIRD, '3'), callEvent('new', THIRD, '3')]);
    expect(await ledger.balance('provider:p7:payable')).toBe(0n);
    await ledger.mint(THIRD, '3');
    expect(await ledger.balance('provider:p7:payable')).toBe((21n * TOKEN) / 10n);
    await ledger.mint(FIRST, '3');
    await ledger.transfer(FIRST, THIRD, '3');
    expect(await ledger.balance('provider:p7:payable')).toBe((42n * TOKEN) / 10n);
    expect(await ledger.balance(`customer:${THIRD}:receivable`)).toBe(0n);
  });

  it('are covered page by page to the end of a long queue', async () => {
    const { ledger } = await world.newLedger();
    const events = Array.from({ length: 1_600 }, (_, n) => callEvent(`long-${n}`, THIRD));
    await ledger.usage(events);
    await ledger.mint(THIRD, '1600');
    await eventually(async () => (await ledger.balance(`customer:${THIRD}:receivable`)) === 0n);
    expect(await available(ledger, THIRD)).toBe(0n);
    expect(await ledger.balance('provider:p7:uncovered')).toBe(0n);
  });

  it('go on being covered after a restart', async () => {
    const { databaseUrl, ledger } = await world.newLedger();
    const events = Array.from({ length: 1_600 }, (_, n) => callEvent(`restart-${n}`, THIRD));
    await ledger.usage(events);
    // Not through the service, which would go on by itself.
    await ledger.sequencers.execute(ledger.sequencers.shardOf(THIRD), {
      type: 'MintTokens',
      holder: THIRD,
      amount: (1_600n * TOKEN) as never,
      reason: 'spec',
      time: TIME,
      provenance: WHO,
    });
    await ledger.stop();
    const restarted = await world.service(databaseUrl);
    await eventually(async () => (await restarted.balance(`customer:${THIRD}:receivable`)) === 0n);
  });
});

describe('access to a tier', () => {
  afterAll(() => world.stopServices());

  let ledger: LedgerService;
  let databaseUrl: string;
  const check = (tier: string, holder = FIRST, key?: string, asked = ledger) =>
    asked.fetch('GET', `/v1/access/check?holder=${holder}&tier=${tier}`, undefined, key === undefined ? {} : { key });

  beforeAll(async () => {
    ({ ledger, databaseUrl } = await world.newLedger());
  });

  it('is refused for a tier or a holder that is not there, and a tier that asks for nothing', async () => {
    expect(await check('gold')).toMatchObject({ status: 404, body: { code: 'UNKNOWN_TIER' } });
    await ledger.send('PUT', '/tiers/silver', { available: '1' });
    expect(await check('silver', 'nobody')).toMatchObject({ status: 404, body: { code: 'UNKNOWN_HOLDER' } });
    for (const terms of [{}, { staked: '0' }, { spent: { amount: '1', days: 0 } }]) {
      const refused = { status: 400, body: { code: 'TIER_INVALID' } };
      expect(await ledger.send('PUT', '/tiers/silver', terms)).toMatchObject(refused);
    }
  });

  it('is told to a customer’s own key, of that customer alone', async () => {
    const { key } = (await ledger.post('/keys', { role: 'customer', customer: FIRST })).body;
    expect((await check('silver', FIRST, key)).body).toMatchObject({ allowed: false });
    expect((await check('silver', SECOND, key)).status).toBe(403);
  });

  it('is what the holder has in memory, also after the process has begun anew', async () => {
    const terms = { available: '5', staked: '20', spent: { amount: '2', days: 30 } };
    expect(await ledger.send('PUT', '/tiers/gold', terms)).toMatchObject({ status: 200 });
    await ledger.mint(FIRST, '30');
    await ledger.post('/stakes', { holder: FIRST, amount: '20' }, { idempotencyKey: 'stake' });
    expect((await check('gold')).body).toMatchObject({
      ...{ allowed: false, tier: 'gold', needed: terms, reason: 'Its spent is 0 and must be 2.' },
      measured: { available: '10', staked: '20', spent: { amount: '0', days: 30 } },
    });
    await ledger.usage([callEvent('t-1', FIRST), callEvent('t-2', FIRST)]);
    const reached = { allowed: true, measured: { available: '8', staked: '20', spent: { amount: '2', days: 30 } } };
    expect((await check('gold')).body).toMatchObject(reached);
    const again = await world.service(databaseUrl);
    expect((await check('gold', FIRST, undefined, again)).body).toMatchObject(reached);
    const first = (await again.send('GET', '/tiers?limit=1')).body;
    expect(first.items).toEqual([{ tier: 'gold', ...terms }]);
    const rest = (await again.fetch('GET', `/v1/tiers?cursor=${first.nextCursor}`)).body;
    expect(rest).toEqual({ items: [{ tier: 'silver', available: '1' }], nextCursor: null });
  });
});

describe('a vote', () => {
  afterAll(() => world.stopServices());

  let ledger: LedgerService;
  let databaseUrl: string;
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
  const propose = async (idempotencyKey: string, more: object = {}) => {
    const body = { title: 'less burn', reason: 'spec', closesAt: inAnHour(), quorumBps: 5_000, ...more };
    return (await ledger.post('/proposals', body, { idempotencyKey })).body;
  };
  const vote = (proposal: string, voter: string, choice: string, key?: string, asked = ledger) => {
    const options = { idempotencyKey: `${proposal}-${voter}-${choice}`, ...(key === undefined ? {} : { key }) };
    return asked.post(`/proposals/${proposal}/votes` as '/proposals/1/votes', { voter, choice }, options);
  };

  beforeAll(async () => {
    ({ ledger, databaseUrl } = await world.newLedger());
    await ledger.mint(FIRST, '3');
    await ledger.mint(SECOND, '2');
  });

  it('weighs what its holder had when the proposal was opened, in whichever shard it lives', async () => {
    const { proposal, entry } = await propose('weighs');
    expect(proposal).toBe(entry);
    await ledger.transfer(FIRST, THIRD, '1');
    expect((await vote(proposal, FIRST, 'yes')).status).toBe(201);
    expect((await vote(proposal, SECOND, 'no')).status).toBe(201);
    expect(await vote(proposal, THIRD, 'no')).toMatchObject({ status: 422, body: { code: 'NO_WEIGHT' } });
    const open = await ledger.sequencers.registry.readDurable(({ proposals }) => proposals.open.get(proposal)!);
    const weights = [...open.votes.values()].map(({ weight }) => weight);
    expect([open.total, weights]).toEqual([5n * TOKEN, [3n * TOKEN, 2n * TOKEN]]);
  });

  it('is a customer’s own with its own key, and no other customer’s', async () => {
    const { proposal } = await propose('own');
    const { key } = (await ledger.post('/keys', { role: 'customer', customer: FIRST })).body;
    expect((await vote(proposal, FIRST, 'abstain', key)).status).toBe(201);
    expect((await vote(proposal, SECOND, 'yes', key)).status).toBe(403);
  });

  it('is refused where nothing is to be voted on, and once the vote has closed', async () => {
    expect(await vote('4-1-0', FIRST, 'yes')).toMatchObject({ status: 404, body: { code: 'UNKNOWN_PROPOSAL' } });
    expect((await propose('invalid', { quorumBps: 10_001 })).code).toBe('PROPOSAL_INVALID');
    const { proposal } = await propose('short', { closesAt: new Date(Date.now() + 1_000).toISOString() });
    const isClosed = () => ledger.sequencers.registry.readDurable(({ proposals }) => proposals.closed.has(proposal));
    await eventually(isClosed);
    expect(await vote(proposal, FIRST, 'yes')).toMatchObject({ status: 409, body: { code: 'VOTE_CLOSED' } });
  });

  it('is open to a process that finds a proposal of which no shard was weighed', async () => {
    const asked = { type: 'OpenProposal', title: 'left', reason: 'spec', closesAt: inAnHour(), quorumBps: 0 } as const;
    const opened = await ledger.sequencers.registry.execute({ ...asked, time: TIME, provenance: WHO });
    await ledger.stop();
    const next = await world.service(databaseUrl);
    const proposal = `${opened.position.shard}-${opened.position.height}-0`;
    expect((await vote(proposal, FIRST, 'yes', undefined, next)).status).toBe(201);
  });
});

describe('yield', () => {
  afterEach(() => world.stopServices());

  it('is shared out by a round that the ledger carries on, once for each epoch, and staked where its holder asked', async () => {
    const { ledger } = await world.newLedger();
    const keyed = (idempotencyKey: string) => ({ idempotencyKey });
    const from = new Date().toISOString();
    await ledger.mint(FIRST, '10');
    expect((await ledger.post('/stakes', { holder: FIRST, amount: '10' }, keyed('stake'))).status).toBe(201);
    const asked = await ledger.send('PUT', `/holders/${FIRST}/compounding`, { compounding: true }, keyed('compound'));
    expect(asked.status).toBe(200);
    await ledger.mint(SECOND, '10');
    const used = await ledger.post('/usage', callEvent('earned', SECOND, '4'), {
      type: 'application/cloudevents+json',
    });
    expect(used.status).toBe(200);
    const rewards = await ledger.balance('staking:rewards');
    expect(rewards).toBeGreaterThan(0n);
    const to = await eventually(
      () => new Date().toISOString(),
      (now) => now > from,
    );
    const epoch = { from, to };
    const made = await ledger.post('/yield-distributions', epoch, keyed('yield'));
    expect([made.status, made.body.distribution]).toEqual([201, made.body.entry]);
    await eventually(
      () => ledger.sequencers.registry.state.distributions.active,
      (active) => active === undefined,
    );
    const staked = await ledger.balance(`customer:${FIRST}:staked`);
    const carried = await ledger.balance('staking:carried');
    expect([staked + carried, await ledger.balance('staking:rewards')]).toEqual([10n * TOKEN + rewards, 0n]);
    expect([carried < 2n, await ledger.balance('transit')]).toEqual([true, 0n]);
    expect((await ledger.post('/yield-distributions', epoch, keyed('yield'))).body.distribution).toBe(made.body.entry);
    for (const [refused, status, code] of [
      [epoch, 409, 'EPOCH_DISTRIBUTED'],
      [{ from, to: '2999-01-01T00:00:00Z' }, 400, 'TIME_IN_FUTURE'],
      [{ from: to, to: from }, 400, 'EPOCH_INVALID'],
    ] as const) {
      const answer = await ledger.post('/yield-distributions', refused, keyed(code));
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    }
  });
});
