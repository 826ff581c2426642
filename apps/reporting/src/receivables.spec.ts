import { formatAmount, parseAmount } from '#domain';
import { ReportingWorld } from '../test-support/reporting-world.js';

const DAY_MS = 86_400_000;
const AGES = ['days0To30', 'days31To60', 'days61To90', 'over90Days'] as const;

type Aged = Readonly<Record<(typeof AGES)[number] | 'receivable', string>>;

describe('receivables by age', () => {
  let world: ReportingWorld;
  let start: number;
  /** Each step's instant, and the one before. */
  const instants: string[] = [];

  const at = (day: number, ms = 0) => new Date(start + day * DAY_MS + ms).toISOString();
  const read = async (path: string) => (await world.call('GET', path, 'finance')).body;
  const report = (query: string) => read(`/reports/receivables${query}`);
  const owed = (customer: string, query = '') => read(`/holders/${customer}/receivables${query}`);
  const step = async (day: number, act: () => Promise<{ shard: number; height: number }>) => {
    world.now = start + day * DAY_MS;
    const booked = Date.parse(await world.recordedAt(await act()));
    for (const ms of [booked - 1, booked]) instants.push(new Date(ms).toISOString());
  };
  const attoIn = ({ receivable, ...ages }: Aged) => ({
    whole: parseAmount(receivable),
    parts: AGES.reduce((sum, name) => sum + parseAmount(ages[name]), 0n),
  });

  beforeAll(async () => {
    world = await ReportingWorld.open({ now: Date.now() - 150 * DAY_MS });
    start = world.now + DAY_MS;
    await step(0, () => world.charge('c0', 'p0', 4_001));
    await step(40, () => world.charge('c0', 'p1', 2_000));
    await step(41, () => world.charge('c1', 'p0', 5_000));
    // Covers the first whole, and of the second a part.
    await step(70, () => world.mint('c0', 5));
    await step(80, () => world.charge('c0', 'p0', 3_003));
    await step(90, () => world.mint('c2', 1));
    const reserve = { type: 'ReserveHold', customer: 'c2', amount: 10n ** 18n } as const;
    const { position } = await world.command('c2', reserve);
    const hold = `${position.shard}-${position.height}-0`;
    const capture = { type: 'CaptureHold', hold, amount: 3n * 10n ** 18n, provider: 'p0' } as const;
    await step(91, async () => (await world.command('c2', capture)).position);
    await step(100, () => world.mint('c2', 7));
    await world.project();
  }, 120_000);

  afterAll(() => world.stop(), 60_000);

  it('count whole days from the booking, and a class ends with its last millisecond', async () => {
    const [first] = (await owed('c0', `?asOf=${at(1)}`)).items;
    const booked = Date.parse(first.recordedAt);
    const totals = async (days: number, ms: number) =>
      (await owed('c0', `?asOf=${new Date(booked + days * DAY_MS + ms).toISOString()}`)).totals;
    expect(await totals(31, -1)).toMatchObject({ days0To30: '4.001', days31To60: '0' });
    expect(await totals(31, 0)).toMatchObject({ days0To30: '0', days31To60: '4.001' });
    expect(await totals(61, -1)).toMatchObject({ days0To30: '2', days31To60: '4.001', days61To90: '0' });
    expect(await totals(61, 0)).toMatchObject({ days0To30: '2', days31To60: '0', days61To90: '4.001' });
  });

  it('are listed oldest first, with what of each was open at the instant', async () => {
    expect((await owed('c0', `?asOf=${at(69)}`)).items).toMatchObject([
      { provider: 'p0', amount: '4.001', open: '4.001', ageDays: 68 },
      { provider: 'p1', amount: '2', open: '2', ageDays: 28 },
    ]);
    expect(await owed('c0', `?asOf=${at(81)}`)).toMatchObject({
      asOf: at(81),
      closed: true,
      totals: { receivable: '4.004', days0To30: '3.003', days31To60: '1.001', days61To90: '0', over90Days: '0' },
      items: [
        { amount: '2', open: '1.001' },
        { amount: '3.003', open: '3.003' },
      ],
    });
    const { items } = await owed('c0');
    expect(items).toMatchObject([{ open: '1.001' }, { open: '3.003' }]);
    const entry = await read(`/entries/${items[0].entry}`);
    expect(entry).toMatchObject({ type: 'UsageCharged', meters: { input_tokens: '2000' } });
    const { body } = await world.call('GET', '/holders/nobody/receivables', 'finance');
    expect(body).toMatchObject({ status: 404 });
  });

  it('have what a capture left to be owed, until it was covered', async () => {
    expect((await owed('c2', `?asOf=${at(92)}`)).items).toMatchObject([{ source: 'hold', amount: '2', open: '2' }]);
    expect(await owed('c2')).toMatchObject({ items: [], totals: { receivable: '0' } });
  });

  it('are read on from where an answer ended', async () => {
    const first = await owed('c0', '?limit=1');
    expect(first).toMatchObject({ items: [{ open: '1.001' }], totals: { receivable: '4.004' } });
    const rest = await owed('c0', `?limit=1&cursor=${first.nextCursor}`);
    expect(rest).toMatchObject({ items: [{ open: '3.003' }], nextCursor: null });
    const customers = await report('?limit=1');
    expect(customers).toMatchObject({ items: [{ customer: 'c0' }], totals: { receivable: '9.004' } });
    expect(await report(`?limit=1&cursor=${customers.nextCursor}`)).toMatchObject({
      items: [{ customer: 'c1', receivable: '5' }],
      nextCursor: null,
    });
  });

  it('are a file too', async () => {
    const { headers, text } = await world.call('GET', `/reports/receivables?format=csv&asOf=${at(102)}`, 'finance');
    expect(headers.get('content-disposition')).toContain('receivables-by-age.csv');
    const lines = text.trim().split(/\r?\n/);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('customer,receivable,days0To30,days31To60,days61To90,over90Days,oldest');
    expect(lines[1]).toMatch(/^c0,4\.004,3\.003,0,1\.001,0,/);
  });

  it('sum up to the receivable accounts, to the atto, at every instant', async () => {
    let found = 0n;
    for (const asOf of instants) {
      const { totals, items } = await report(`?asOf=${asOf}`);
      const { groups } = await read(`/ledger/trial-balance?asOf=${asOf}`);
      const group = groups.find((one: { group: string }) => one.group === 'customer:*:receivable');
      const { whole, parts } = attoIn(totals);
      expect([asOf, formatAmount(whole)]).toEqual([asOf, group?.debit ?? '0']);
      expect(parts).toBe(whole);
      for (const { customer, ...ages } of items as (Aged & { customer: string })[]) {
        const { receivable } = await read(`/holders/${customer}/balance?asOf=${asOf}`);
        const own = await owed(customer, `?asOf=${asOf}`);
        expect([customer, ages.receivable, own.totals.receivable]).toEqual([customer, receivable, receivable]);
        const open = own.items.reduce((sum: bigint, one: { open: string }) => sum + parseAmount(one.open), 0n);
        expect(open).toBe(parseAmount(ages.receivable));
      }
      found += whole;
    }
    expect(found).toBeGreaterThan(0n);
  });
});
