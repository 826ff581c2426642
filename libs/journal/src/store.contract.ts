/**
 * The contract suite that every adapter of the event-store port passes, on a real store. Call {@link describeJournalStore}
 * inside a spec of the adapter; it uses only the shards named in each test, on a store that holds nothing yet.
 */
import { FIRST_PREVIOUS_HASH, findPageFaults, headOf, sealPage, type Page } from './page.js';
import { CLOCKS_APART_MAX_MS, PageMistimed, PRESENT_TIME } from './page-time.js';
import { generateSigningKey } from '#signing';
import { HeightTaken, readHeads, type JournalStore } from './store.js';

const { key: KEY } = generateSigningKey();

/** Seals a page of made-up events after another one. */
export function samplePage(
  shard: number,
  previous: Page | undefined,
  lines: readonly string[] = ['{"type":"Sample"}'],
  recordedAt?: string,
): Page {
  const height = (previous?.height ?? 0) + 1;
  return sealPage(
    {
      journal: 'ab'.repeat(16),
      shard,
      height,
      recordedAt: recordedAt ?? new Date(Date.UTC(2026, 0, 1) + height).toISOString(),
      previousHash: previous?.hash ?? FIRST_PREVIOUS_HASH,
      offsets: [
        {
          name: 'airtime.usage.v1',
          partition: shard,
          from: height * 10,
          to: height * 10 + 10,
          fingerprint: 'f00d'.repeat(4),
        },
      ],
      registry: { height: 1, hash: 'c'.repeat(64) },
    },
    lines,
    KEY,
  );
}

/** Declares the suite. `open` connects to the same store each time it is called. */
export function describeJournalStore(name: string, open: () => Promise<JournalStore>): void {
  describe(`${name} keeps the journal store's contract`, () => {
    const stores: JournalStore[] = [];
    let store: JournalStore;

    const openStore = async (): Promise<JournalStore> => {
      const opened = await open();
      stores.push(opened);
      return opened;
    };

    const appendMany = async (shard: number, count: number): Promise<Page[]> => {
      const pages: Page[] = [];
      for (let i = 0; i < count; i++) {
        pages.push(samplePage(shard, pages.at(-1)));
        await store.append(pages.at(-1)!);
      }
      return pages;
    };

    beforeAll(async () => {
      store = await openStore();
    });

    afterAll(async () => {
      await Promise.all(stores.map((opened) => opened.close()));
    });

    it('shows the heads of several shards at once, without the empty ones', async () => {
      const [first, second] = [await appendMany(91, 3), await appendMany(92, 1)];
      expect(await readHeads(store, [90, 91, 92])).toEqual(
        new Map([
          [91, headOf(first.at(-1)!)],
          [92, headOf(second.at(-1)!)],
        ]),
      );
    });

    it('has no head and no pages for an empty shard', async () => {
      expect(await store.head(10)).toBeUndefined();
      expect(await store.read(10, 1, 10)).toEqual([]);
    });

    it('gives back a page exactly as it was appended', async () => {
      const page = samplePage(11, undefined, [
        '{"type":"Sample","text":"ü \\" \\\\ 漢字 🎉 \ufffd \ufeff"}',
        '{"type":"Sample","amount":"1"}',
      ]);
      await store.append(page);
      const [read] = await store.read(11, 1, 10);
      expect(read).toEqual(page);
      expect(findPageFaults(read!)).toEqual([]);
      expect(await store.head(11)).toEqual(headOf(page));
    });

    it('gives back a page that holds offsets and no events', async () => {
      const page = samplePage(12, undefined, []);
      await store.append(page);
      expect(await store.read(12, 1, 1)).toEqual([page]);
    });

    it('takes a body of a million bytes', async () => {
      const page = samplePage(13, undefined, [`{"type":"Sample","text":"${'x'.repeat(999_900)}"}`]);
      await store.append(page);
      expect((await store.read(13, 1, 1))[0]!.hash).toBe(page.hash);
    });

    it('refuses a height that is taken and keeps the first page', async () => {
      const [first] = await appendMany(14, 1);
      const rival = samplePage(14, undefined, ['{"type":"Rival"}']);
      await expect(store.append(rival)).rejects.toBeInstanceOf(HeightTaken);
      expect(await store.read(14, 1, 10)).toEqual([first]);
    });

    it('refuses a height that would leave a gap', async () => {
      const [first] = await appendMany(15, 1);
      const second = samplePage(15, first);
      await expect(store.append(samplePage(15, second))).rejects.toBeInstanceOf(HeightTaken);
      expect((await store.head(15))!.height).toBe(1);
    });

    it('lets exactly one of many writers have a height', async () => {
      const rivals = await Promise.all(Array.from({ length: 8 }, () => openStore()));
      const outcomes = await Promise.allSettled(
        rivals.map((rival, i) => rival.append(samplePage(16, undefined, [`{"type":"Rival","n":${i}}`]))),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(HeightTaken);
      }
      expect(await store.read(16, 1, 10)).toHaveLength(1);
    });

    it('reads from a height, no more than asked, in the order of numbers', async () => {
      // More than nine: as text, 10 comes before 2.
      const pages = await appendMany(17, 12);
      expect(await store.read(17, 3, 3)).toEqual(pages.slice(2, 5));
      expect(await store.read(17, 1, 100)).toEqual(pages);
      expect(await store.read(17, 13, 100)).toEqual([]);
      expect(await store.head(17)).toEqual(headOf(pages.at(-1)!));
    });

    it('keeps shards apart', async () => {
      const left = await appendMany(18, 2);
      const right = await appendMany(19, 1);
      expect(await store.read(18, 1, 10)).toEqual(left);
      expect(await store.read(19, 1, 10)).toEqual(right);
    });

    it('subscribes from a height: what is there, then what comes, each once and in order', async () => {
      const pages = await appendMany(20, 3);
      const stop = new AbortController();
      const seen: Page[] = [];
      const reading = (async () => {
        for await (const page of store.subscribe(20, 2, stop.signal)) {
          seen.push(page);
          if (seen.length === 4) break;
        }
      })();
      for (let i = 0; i < 2; i++) {
        pages.push(samplePage(20, pages.at(-1)));
        await store.append(pages.at(-1)!);
      }
      await reading;
      stop.abort();
      expect(seen).toEqual(pages.slice(1));
    });

    it('ends a subscription when its signal aborts', async () => {
      await appendMany(21, 1);
      const stop = new AbortController();
      let count = 0;
      for await (const _ of store.subscribe(21, 1, stop.signal)) {
        count++;
        stop.abort();
      }
      expect(count).toBe(1);
    });

    it('tells the time, which went on while it was asked', async () => {
      const [first, second] = [await store.now(), await store.now()];
      expect(second).toBeGreaterThanOrEqual(first);
      // Whatever machine it runs on, a spec of ours shares its clock.
      expect(Math.abs(second - Date.now())).toBeLessThan(60_000);
    });

    it('sees pages of another writer', async () => {
      const other = await openStore();
      const page = samplePage(22, undefined);
      await other.append(page);
      expect(await store.head(22)).toEqual(headOf(page));
    });
  });
}

/** Declares what a store passes beside that which holds a page's time to its own clock in the append itself. */
export function describeTimeBounds(name: string, open: () => Promise<JournalStore>): void {
  describe(`${name} holds the times of pages to its clock`, () => {
    let store: JournalStore;

    beforeAll(async () => {
      store = await open();
    });

    afterAll(() => store.close());

    const pageAt = async (shard: number, byMs: number): Promise<Page> =>
      samplePage(shard, undefined, undefined, new Date((await store.now()) + byMs).toISOString());

    it.each([
      ['behind', 70, -10_000, PRESENT_TIME],
      ['ahead', 71, 10_000, PRESENT_TIME],
      ['ahead, of what was due', 72, 10_000, { aheadMaxMs: CLOCKS_APART_MAX_MS }],
      ['behind, above another', 73, -10_000, { behindMaxMs: CLOCKS_APART_MAX_MS }],
    ])('refuses a page that is too far %s, and leaves its height free', async (_, shard, byMs, time) => {
      const page = await pageAt(shard, byMs);
      const refusal: unknown = await store.append(page, { time }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(PageMistimed);
      expect(Math.abs((refusal as PageMistimed).aheadMs - byMs)).toBeLessThan(5_000);
      expect(await store.read(shard, 1, 1)).toEqual([]);
      const present = await pageAt(shard, 0);
      // Whoever runs this on a busy machine has a minute.
      await store.append(present, { time: { behindMaxMs: 60_000, aheadMaxMs: 60_000 } });
      expect(await store.read(shard, 1, 1)).toEqual([present]);
    });

    it.each([
      ['behind, of what was due', 74, -10_000, { aheadMaxMs: CLOCKS_APART_MAX_MS }],
      ['ahead, above another', 75, 10_000, { behindMaxMs: CLOCKS_APART_MAX_MS }],
      ['anywhere, of what was due before another', 76, -10_000, {}],
    ])('takes a page that is far %s', async (_, shard, byMs, time) => {
      const page = await pageAt(shard, byMs);
      await store.append(page, { time });
      expect(await store.read(shard, 1, 1)).toEqual([page]);
    });

    it('says of a page that has landed that its height is taken, however late it is repeated', async () => {
      const page = await pageAt(77, -10_000);
      await store.append(page);
      await expect(store.append(page, { time: PRESENT_TIME })).rejects.toBeInstanceOf(HeightTaken);
    });
  });
}

export { describeClosingWishes } from './closing.contract.js';
