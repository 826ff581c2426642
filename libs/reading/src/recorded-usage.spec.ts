import type { Charge } from '#concepts';
import { nameIn } from '#concepts/testing';
import { DrivenLedger, MemoryStore } from '#journal/testing';
import { RecordedUsage, type Stretch } from './recorded-usage.js';

const CUSTOMERS = [nameIn(0, 2), nameIn(1, 2)] as const;
const LONG_AGO = '2000-01-01T00:00:00.000Z';

const store = new MemoryStore();
const ledger = new DrivenLedger(store, { cast: { customers: CUSTOMERS, providers: ['p1'] } });
const recorded = new RecordedUsage(store);
/** When each charge was recorded, in the order of the whole journal. */
const times: string[] = [];

beforeAll(async () => {
  await ledger.start();
  await ledger.found();
  // More pages than are read at once, in both shards by turns, and some that charge nothing.
  for (let n = 0; n < 40; n++) {
    await ledger.use(CUSTOMERS[n % 2]!, { model: `m${n}` });
    const { recordedAt } = (await store.head(n % 2))!;
    times.push(recordedAt);
    if (n % 5 === 0) await ledger.mint(CUSTOMERS[n % 2]!, 1);
  }
});

afterAll(() => ledger.stop());

const heights = async () =>
  Promise.all([0, 1].map(async (shard) => ({ shard, height: (await store.head(shard))!.height })));

async function modelsOf(stretch: Stretch): Promise<string[]> {
  const charges: Charge[] = [];
  for await (const charge of recorded.charges(stretch)) charges.push(charge);
  return charges.map(({ model }) => model).sort();
}

const models = (from: number) =>
  times
    .slice(from)
    .map((_, n) => `m${from + n}`)
    .sort();

describe('the newest recorded usage', () => {
  it('is all of it where there is little, since the instant that was asked for', async () => {
    const stretch = await recorded.newest(await heights(), LONG_AGO);
    expect([stretch.after, await modelsOf(stretch)]).toEqual([LONG_AGO, models(0)]);
    const since = await recorded.newest(await heights(), times[9]!);
    expect([since.after, await modelsOf(since)]).toEqual([times[9], models(10)]);
  });

  it('is that of all shards since one later instant, where there is more than may be looked at', async () => {
    for (const entriesMax of [1, 7, 20, 47]) {
      const stretch = await recorded.newest(await heights(), LONG_AGO, entriesMax);
      expect(stretch.after > LONG_AGO).toBe(true);
      expect(await modelsOf(stretch)).toEqual(models(times.findIndex((time) => time > stretch.after)));
    }
  });

  it('ends at the heights that were given, and is none where nothing was recorded since', async () => {
    const [first, second] = (await heights()) as [{ shard: number; height: number }, { shard: number; height: number }];
    const stretch = await recorded.newest([{ ...first, height: first.height - 1 }, second], LONG_AGO);
    expect(await modelsOf(stretch)).toHaveLength(39);
    expect((await recorded.newest(await heights(), '2030-01-01T00:00:00.000Z')).shards).toEqual([]);
  });
});
