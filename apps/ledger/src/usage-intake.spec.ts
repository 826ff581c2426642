import { jest } from '@jest/globals';
import { USAGE_TEXT_MAX } from '#concepts';
import { CALL_PRICES, nameIn } from '#concepts/testing';
import { callEvent } from '#testing';
import { CUSTOMERS, LedgerWorld, SHARDS, type LedgerService, kafkaBatch } from '../test-support/ledger-world.js';

jest.setTimeout(120_000);

const TOKEN = 10n ** 18n;
let world: LedgerWorld;
let databaseUrl: string;
let ledger: LedgerService;

beforeAll(async () => {
  world = await LedgerWorld.start();
  ({ databaseUrl, ledger } = await world.newLedger());
});

afterAll(() => world.stop());

describe('usage over HTTP', () => {
  it('is charged in the shard of each customer and answered with every shard it touched', async () => {
    for (const customer of CUSTOMERS) await ledger.mint(customer, '10');
    const { status, body } = await ledger.usage(CUSTOMERS.map((customer, n) => callEvent(`route-${n}`, customer, '2')));
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: SHARDS, duplicates: 0, conflicts: 0, rejected: [] });
    expect(body.positions.map(({ shard }: { shard: number }) => shard)).toEqual([0, 1, 2]);
    for (const [shard, customer] of CUSTOMERS.entries()) {
      const { state } = ledger.sequencers.ledger(shard);
      expect(state.balance(`customer:${customer}:available`)).toBe(8n * TOKEN);
    }
  });

  it('counts a repetition as duplicates and other content as a conflict', async () => {
    const event = callEvent('again', CUSTOMERS[0]!);
    await ledger.usage([event]);
    expect((await ledger.usage([event, event])).body).toMatchObject({ accepted: 0, duplicates: 2 });
    expect((await ledger.usage([callEvent('again', CUSTOMERS[0]!, '5')])).body).toMatchObject({ conflicts: 1 });
  });

  it('finds an id that another customer, in another shard, used', async () => {
    await ledger.usage([callEvent('elsewhere', CUSTOMERS[0]!)]);
    expect((await ledger.usage([callEvent('elsewhere', CUSTOMERS[1]!)])).body).toMatchObject({
      accepted: 0,
      conflicts: 1,
    });
  });

  it('answers refused events by their place in the batch and charges the others', async () => {
    const { body } = await ledger.usage([
      callEvent('mix-0', CUSTOMERS[0]!),
      { nonsense: true },
      callEvent('mix-2', 'nobody'),
      callEvent('mix-3', CUSTOMERS[2]!, '1', { type: 'ai.unpriced' }),
      callEvent('mix-4', CUSTOMERS[1]!),
      callEvent('0-1-0', CUSTOMERS[0]!, '1', { source: 'hold' }),
    ]);
    expect(body.accepted).toBe(2);
    expect(body.rejected.map(({ index, code }: { index: number; code: string }) => [index, code])).toEqual([
      [1, 'VALIDATION_FAILED'],
      [2, 'UNKNOWN_CUSTOMER'],
      [3, 'UNKNOWN_USAGE_TYPE'],
      [5, 'USAGE_INVALID'],
    ]);
  });

  it('takes a full batch of the largest events that are legal', async () => {
    const [customer] = CUSTOMERS;
    const provider = nameIn(0, SHARDS, 'p'.repeat(110));
    await ledger.post('/parties', { id: provider, roles: ['provider'] });
    const budget = `${customer!}/${'b'.repeat(100)}/`.padEnd(150, 'b');
    const body = { limit: '300', period: 'total', onExceed: 'reject' } as const;
    await ledger.client.put('/v1/budgets/{path}', { path: { path: budget }, body });
    await ledger.mint(customer!, '1');
    const { body: held } = await ledger.post('/holds', { customer, amount: '0.5', budget });
    const fixed = callEvent('', customer!, '1', {}).type.length + 20 + customer!.length + provider.length + 1 + 6;
    // Three bytes for each character: the largest that JSON writes of what the form allows.
    const filler = '€'.repeat(Math.min(190, Math.floor((USAGE_TEXT_MAX - fixed - 10) / 2)));
    const events = Array.from({ length: 300 }, (_, n) => ({
      ...callEvent(`${filler}${n}`, customer!, '1'),
      source: filler,
      data: { provider, model: 'm', meters: { calls: '1' }, budget, hold: held['hold'] },
    }));
    const answer = await ledger.usage(events);
    expect({ status: answer.status, rejected: answer.body.rejected, accepted: answer.body.accepted }).toEqual({
      status: 200,
      rejected: [],
      accepted: 300,
    });
  });

  it('knows at once a customer that another process has registered', async () => {
    const other = await world.service(databaseUrl);
    await other.post('/parties', { id: 'latecomer', roles: ['customer'] });
    expect((await ledger.usage([callEvent('late-1', 'latecomer')])).body).toMatchObject({ accepted: 1 });
  });
});

describe('an Idempotency-Key', () => {
  it('repeats the first answer of a batch, positions and all, whatever happened since', async () => {
    const events = Array.from({ length: 230 }, (_, n) => callEvent(`keyed-${n}`, CUSTOMERS[n % SHARDS]!));
    const first = await ledger.usage(events, 'batch-1');
    expect(first.body.accepted).toBe(230);
    await ledger.mint(CUSTOMERS[0]!, '1');
    await ledger.usage([callEvent('between', CUSTOMERS[1]!)]);
    expect((await ledger.usage(events, 'batch-1')).body).toEqual(first.body);
  });

  it('is one name over all shards and all routes, in every process', async () => {
    const other = await world.service(databaseUrl);
    expect((await ledger.mint(CUSTOMERS[0]!, '1', 'shared')).status).toBe(201);
    for (const service of [ledger, other]) {
      for (const answer of [
        await service.mint(CUSTOMERS[1]!, '1', 'shared'),
        await service.usage([callEvent('shared-1', CUSTOMERS[2]!)], 'shared'),
        await service.transfer(CUSTOMERS[2]!, CUSTOMERS[1]!, '1', 'shared'),
        await service.post('/parties', { id: 'shared-1', roles: ['customer'] }, { idempotencyKey: 'shared' }),
      ]) {
        expect([answer.status, answer.body.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
      }
    }
  });

  it('lets one of two different requests through that come at the same time', async () => {
    const answers = await Promise.all(CUSTOMERS.map((customer) => ledger.mint(customer, '1', 'race')));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409, 409]);
  });

  it('answers the same request once when it comes several times at once', async () => {
    // More than it owes for usage.
    await ledger.mint(CUSTOMERS[1]!, '1000');
    const before = await ledger.balance(`customer:${CUSTOMERS[1]!}:available`);
    const answers = await Promise.all([1, 2, 3, 4].map(() => ledger.mint(CUSTOMERS[1]!, '3', 'same')));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await ledger.balance(`customer:${CUSTOMERS[1]!}:available`)).toBe(before + 3n * TOKEN);
  });
});

describe('a request that moved nothing', () => {
  const heights = () => ledger.sequencers.all.map(({ height }) => height);
  const answers = () => ledger.sequencers.all.reduce((sum, { state }) => sum + state.answers.size, 0);

  it('leaves its key free and costs no page and no memory', async () => {
    const event = callEvent('free-0', CUSTOMERS[0]!);
    await ledger.usage([event]);
    const before = [heights(), answers()];
    const refused = [
      await ledger.usage([event, event], 'free'),
      await ledger.usage([callEvent('free-1', 'nobody'), { nonsense: true }], 'free'),
      await ledger.usage([], 'free'),
      await ledger.mint('nobody', '1', 'free'),
      await ledger.post(
        '/burns',
        { holder: CUSTOMERS[0], amount: '1000000000', reason: 'spec' },
        { idempotencyKey: 'free' },
      ),
      await ledger.transfer(CUSTOMERS[0]!, CUSTOMERS[0]!, '1', 'free'),
      await ledger.post('/parties', { id: 'p7', roles: ['provider'] }, { idempotencyKey: 'free' }),
      await ledger.send('PUT', '/price-books/1', CALL_PRICES, { idempotencyKey: 'free' }),
      await ledger.send('DELETE', '/keys/unknown', undefined, { idempotencyKey: 'free' }),
    ];
    for (const { status, body } of refused) expect([status, body.code]).not.toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    expect([heights(), answers()]).toEqual(before);
    expect((await ledger.mint(CUSTOMERS[0]!, '1', 'free')).status).toBe(201);
    expect((await ledger.mint(CUSTOMERS[0]!, '2', 'free')).body.code).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('is done when the reason for its refusal is over', async () => {
    const event = callEvent('later-0', 'latest');
    expect((await ledger.usage([event], 'later')).body).toMatchObject({ accepted: 0, rejected: [{ index: 0 }] });
    await ledger.post('/parties', { id: 'latest', roles: ['customer'] });
    expect((await ledger.usage([event], 'later')).body).toMatchObject({ accepted: 1 });
  });

  it('is answered the same for ever in those parts of a batch that moved nothing, when another part moved value', async () => {
    const events = [callEvent('part-0', CUSTOMERS[0]!), callEvent('part-1', nameIn(1, SHARDS, 'stranger-'))];
    const first = await ledger.usage(events, 'parts');
    expect(first.body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'UNKNOWN_CUSTOMER' }] });
    await ledger.post('/parties', { id: nameIn(1, SHARDS, 'stranger-'), roles: ['customer'] });
    expect((await ledger.usage(events, 'parts')).body).toEqual(first.body);
    expect((await ledger.mint(CUSTOMERS[2]!, '1', 'parts')).body.code).toBe('IDEMPOTENCY_CONFLICT');
  });
});

describe('usage from Kafka', () => {
  it('is applied once however often it is delivered, and its dead letters are returned each time', async () => {
    const values = [
      callEvent('k-0', CUSTOMERS[0]!),
      'no json',
      callEvent('k-2', CUSTOMERS[1]!),
      callEvent('k-3', 'nobody'),
      callEvent('k-0', CUSTOMERS[0]!),
      callEvent('0-1-0', CUSTOMERS[0]!, '1', { source: 'hold' }),
    ];
    const first = await ledger.intake.handle(kafkaBatch(values, { from: 100 }));
    expect(first.map(({ offset, code }) => [offset, code])).toEqual([
      [101, 'MALFORMED_JSON'],
      [103, 'UNKNOWN_CUSTOMER'],
      [105, 'USAGE_INVALID'],
    ]);
    const heights = ledger.sequencers.all.map(({ height }) => height);
    expect(await ledger.intake.handle(kafkaBatch(values, { from: 100 }))).toEqual(first);
    expect(ledger.sequencers.all.map(({ height }) => height)).toEqual(heights);
  });

  it('knows after a restart what was applied and what was rejected', async () => {
    const values = [callEvent('r-0', CUSTOMERS[0]!), '[]', callEvent('r-2', CUSTOMERS[2]!)];
    const first = await ledger.intake.handle(kafkaBatch(values, { partition: 5 }));
    const restarted = await world.service(databaseUrl);
    expect(await restarted.intake.handle(kafkaBatch(values, { partition: 5 }))).toEqual(first);
    expect(restarted.intake.highestOffset('usage', 5)).toBe(3);
    expect(restarted.intake.highestOffset('usage', 6)).toBeUndefined();
    // Kafka's commit is followed up to what the journal holds; beyond it, every shard is asked what it surely has.
    expect(await restarted.intake.startOffset('usage', 5, undefined)).toBeUndefined();
    expect(await restarted.intake.startOffset('usage', 5, 3)).toBeUndefined();
    expect(await restarted.intake.startOffset('usage', 5, 4)).toBe(0);
    expect(await restarted.intake.startOffset('usage', 6, 1)).toBe(0);
  });

  it('records in the pages offsets that cover the batch in every shard it touches', async () => {
    const values = Array.from({ length: 500 }, (_, n) => callEvent(`cover-${n}`, CUSTOMERS[(n * n) % SHARDS]!));
    await ledger.intake.handle(kafkaBatch(values, { partition: 9, from: 1_000 }));
    for (const shard of new Set(values.map((_, n) => (n * n) % SHARDS))) {
      expect(ledger.sequencers.ledger(shard).state.usage.nextOffsets.get('usage/9')).toBe(1_500);
    }
  });
});
