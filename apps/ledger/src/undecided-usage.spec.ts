import { jest } from '@jest/globals';
import { openAudits } from '#concepts/audits';
import { registrationOf, TIME, WHO } from '#concepts/testing';
import type { Amount } from '#domain';
import { SequencerHalted, verifyJournal } from '#journal';
import { PartitionHalted } from '#kafka';
import { CatalogueFollower, JOURNAL_STORE } from '#wiring';
import { callEvent } from '#testing';
import { CUSTOMERS, LedgerWorld, SHARDS, type LedgerService, kafkaBatch } from '../test-support/ledger-world.js';

jest.setTimeout(120_000);

/** An event of this time meets a program that fails, where one is planted. */
const BAD_TIME = '2026-02-03T04:05:06Z';
let world: LedgerWorld;
let databaseUrl: string;
let ledger: LedgerService;

beforeAll(async () => {
  world = await LedgerWorld.start();
});

beforeEach(async () => {
  ({ databaseUrl, ledger } = await world.newLedger());
});

afterEach(() => world.stopServices());

afterAll(() => world.stop());

/** Plants a defect that hits events of {@link BAD_TIME}, or every event. */
function plant(which: 'bad' | 'every', service = ledger): void {
  const { catalogue } = service.app.get(CatalogueFollower);
  const sound = catalogue.rating.priceBookAt.bind(catalogue.rating);
  catalogue.rating.priceBookAt = (timeMs) => {
    if (which === 'every' || timeMs === Date.parse(BAD_TIME)) throw new TypeError('planted: secrets of the program');
    return sound(timeMs);
  };
}

const event = (id: string, customer = CUSTOMERS[0]!, time?: string) =>
  callEvent(id, customer, '1', time === undefined ? {} : { time });

const charged = (service = ledger) => service.balance('provider:p7:uncovered');
const heights = () => ledger.sequencers.all.map(({ height }) => height);
const TOKEN = 10n ** 18n;
const SHARE = (7n * TOKEN) / 10n;

describe('given a message that is rejected', () => {
  it('then it is counted once, however often it is delivered', async () => {
    const batch = kafkaBatch([event('sound'), { specversion: '1.0' }]);
    for (let delivery = 0; delivery < 3; delivery++) expect(await ledger.intake.handle(batch)).toHaveLength(1);
    const { body } = await ledger.fetch('GET', '/metrics');
    expect(body).toMatch(/^airtime_usage_events_total\{way="kafka",outcome="rejected"\} 1$/m);
    expect(body).toMatch(/^airtime_usage_rejections_total\{way="kafka",code="VALIDATION_FAILED"\} 1$/m);
  });
});

describe('given a program that fails at one message', () => {
  it('then the batch has exactly one dead letter, the others are charged, and a redelivery is answered alike', async () => {
    await ledger.sequencers.executeRegistry({ time: TIME, provenance: WHO, ...registrationOf('usage') });
    plant('bad');
    const values = Array.from({ length: 60 }, (_, n) =>
      event(`one-${n}`, CUSTOMERS[n % SHARDS]!, n === 31 ? BAD_TIME : undefined),
    );
    const letters = await ledger.intake.handle(kafkaBatch(values, { from: 100 }));
    expect(letters).toEqual([{ offset: 131, code: 'INTERNAL', detail: expect.not.stringContaining('secrets') }]);
    expect(await charged()).toBe(59n * SHARE);
    const before = heights();
    expect(await ledger.intake.handle(kafkaBatch(values, { from: 100 }))).toEqual(letters);
    const mended = await world.service(databaseUrl);
    expect(await mended.intake.handle(kafkaBatch(values, { from: 100 }))).toEqual(letters);
    expect(heights()).toEqual(before);
    const verification = await verifyJournal(ledger.app.get(JOURNAL_STORE), openAudits, { shards: SHARDS });
    expect(verification.findings).toEqual([]);
  });

  it('then over HTTP the batch is charged but for that event, and a single one is answered 500 and may be sent again', async () => {
    plant('bad');
    const batch = [event('http-0'), event('http-1', CUSTOMERS[1]!, BAD_TIME), event('http-2', CUSTOMERS[2]!)];
    const { status, body } = await ledger.usage(batch);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 2, rejected: [{ index: 1, id: 'http-1', code: 'INTERNAL' }] });
    expect(JSON.stringify(body)).not.toContain('secrets');
    const single = await ledger.post('/usage', batch[1], { type: 'application/cloudevents+json' });
    expect([single.status, single.body.code]).toEqual([500, 'INTERNAL']);
    const mended = await world.service(databaseUrl);
    expect((await mended.usage(batch)).body).toMatchObject({ accepted: 1, duplicates: 2, rejected: [] });
  });

  it('then such a message that comes alone waits for a neighbour, and not for ever', async () => {
    plant('bad');
    const bad = event('lone', CUSTOMERS[0]!, BAD_TIME);
    await expect(ledger.intake.handle(kafkaBatch([bad]))).rejects.toThrow('waiting for one that shows whose fault');
    const letters = await ledger.intake.handle(kafkaBatch([bad, event('neighbour', CUSTOMERS[1]!)]));
    expect(letters).toMatchObject([{ offset: 0, code: 'INTERNAL' }]);
    let tries = 0;
    for (let done = false; !done; tries++) {
      done = await ledger.intake.handle(kafkaBatch([bad], { partition: 1 })).then(
        () => true,
        () => false,
      );
    }
    expect(tries).toBeGreaterThan(3);
  });
});

describe('given a program that fails at every message', () => {
  it('then the partition halts, nothing is recorded, and a mended version charges all of it', async () => {
    plant('every');
    const batches = [0, 1].map((partition) =>
      kafkaBatch(
        Array.from({ length: 40 }, (_, n) => event(`all-${partition}-${n}`, CUSTOMERS[n % SHARDS]!)),
        { partition },
      ),
    );
    const before = heights();
    for (const batch of batches) await expect(ledger.intake.handle(batch)).rejects.toThrow(PartitionHalted);
    expect(heights()).toEqual(before);
    const mended = await world.service(databaseUrl);
    for (const batch of batches) expect(await mended.intake.handle(batch)).toEqual([]);
    expect(await charged(mended)).toBe(80n * SHARE);
  });

  it('then none is lost when the messages come one by one', async () => {
    plant('every');
    const values: object[] = [];
    let halted: unknown;
    for (let n = 0; n < 40 && halted === undefined; n++) {
      values.push(event(`trickle-${n}`, CUSTOMERS[n % SHARDS]!));
      await ledger.intake.handle(kafkaBatch(values)).catch((error: unknown) => {
        if (error instanceof PartitionHalted) halted = error;
      });
    }
    expect(halted).toBeInstanceOf(PartitionHalted);
    const mended = await world.service(databaseUrl);
    expect(await mended.intake.handle(kafkaBatch(values))).toEqual([]);
    expect(await charged(mended)).toBe(BigInt(values.length) * SHARE);
  });

  it('then a request over HTTP is told to come again, and nothing of it is recorded', async () => {
    plant('every');
    const before = heights();
    const { status, body, headers } = await ledger.usage(Array.from({ length: 30 }, (_, n) => event(`req-${n}`)));
    expect([status, body.code]).toEqual([503, 'UNAVAILABLE']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(heights()).toEqual(before);
  });
});

describe('given more than twenty failures among a thousand messages', () => {
  it('then the partition halts at the next one, also after a restart, and goes on where they lie further apart', async () => {
    plant('bad');
    const mixed = (from: number, count: number, bad: readonly number[]) =>
      Array.from({ length: count }, (_, n) =>
        event(`mixed-${from + n}`, CUSTOMERS[n % SHARDS]!, bad.includes(n) ? BAD_TIME : undefined),
      );
    const twenty = Array.from({ length: 20 }, (_, n) => n * 5);
    expect(await ledger.intake.handle(kafkaBatch(mixed(0, 100, twenty)))).toHaveLength(20);
    await expect(ledger.intake.handle(kafkaBatch(mixed(100, 10, [3]), { from: 100 }))).rejects.toThrow(PartitionHalted);
    const restarted = await world.service(databaseUrl);
    plant('bad', restarted);
    await expect(restarted.intake.handle(kafkaBatch(mixed(100, 10, [3]), { from: 100 }))).rejects.toThrow(
      PartitionHalted,
    );
    const farther = kafkaBatch(mixed(2_000, 10, [3]), { from: 2_000 });
    expect(await restarted.intake.handle(farther)).toHaveLength(1);
  });
});

describe('given a shard that is halted, since a decision could not be recorded', () => {
  it('then usage in the others goes on, what needs all shards is 503, and another process does both', async () => {
    const other = await world.service(databaseUrl);
    const command = {
      type: 'MintTokens',
      holder: CUSTOMERS[0]!,
      amount: -1n as Amount,
      reason: 'planted',
      time: '2026-01-02T03:04:05Z',
      provenance: { actor: 'key:admin', origin: 'request:spec' },
    } as const;
    await expect(ledger.sequencers.execute(0, command)).rejects.toThrow(SequencerHalted);
    expect((await other.usage([event('elsewhere')])).body).toMatchObject({ accepted: 1 });
    expect((await ledger.usage([event('goes-on', CUSTOMERS[1]!)])).body).toMatchObject({ accepted: 1 });
    expect((await ledger.usage([event('stands', CUSTOMERS[0]!)])).status).toBe(503);
    const values = [event('k', CUSTOMERS[0]!)];
    await expect(ledger.intake.handle(kafkaBatch(values))).rejects.toThrow(PartitionHalted);
    expect([(await ledger.mint(CUSTOMERS[1]!, '1')).status, (await other.mint(CUSTOMERS[1]!, '1')).status]).toEqual([
      503, 201,
    ]);
    expect(await other.intake.handle(kafkaBatch(values))).toEqual([]);
  });
});
