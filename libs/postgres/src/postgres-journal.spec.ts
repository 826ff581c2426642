import { CODEC } from '#concepts';
import { setTimeout as delay } from 'node:timers/promises';
import { atto } from '#domain';
import {
  findChainFaults,
  headOf,
  HeightTaken,
  PRESENT_TIME,
  readEvents,
  readPages,
  StoreUnavailable,
  type Page,
  type PageHead,
} from '#journal';
import { describeJournalStore, describeTimeBounds, samplePage } from '#journal/contract';
import { DrivenLedger } from '#journal/testing';
import { eventually } from '#testing';
import { assertDurable, createPool, DatabaseNotDurable, migrateDatabase, type Pool } from './connection.js';
import { PostgresJournal } from './postgres-journal.js';
import { SpecDatabase } from '../test-support/database.js';

describe('PostgresJournal', () => {
  let database: SpecDatabase;
  let pool: Pool;
  let journal: PostgresJournal;

  const pagesOf = async (shard: number): Promise<Page[]> => {
    const pages: Page[] = [];
    for await (const page of readPages(journal, shard)) pages.push(page);
    return pages;
  };

  const expectUnbroken = (pages: readonly Page[]): void => {
    let head: PageHead | undefined;
    for (const page of pages) {
      expect(findChainFaults(head, page)).toEqual([]);
      head = headOf(page);
    }
  };

  beforeAll(async () => {
    database = await SpecDatabase.start();
    pool = database.openPool();
    journal = new PostgresJournal(pool);
  }, 120_000);

  afterAll(async () => {
    await journal.close();
    await database.stop();
  }, 60_000);

  describeJournalStore('PostgresJournal', () => Promise.resolve(new PostgresJournal(database.openPool({ max: 3 }))));

  describeTimeBounds('PostgresJournal', () => Promise.resolve(new PostgresJournal(database.openPool({ max: 3 }))));

  it('refuses a page for its time only when no earlier attempt to append it is under way', async () => {
    const page = samplePage(45, undefined);
    const client = await pool.connect();
    const away = Object.assign(Object.create(pool) as Pool, { query: client.query.bind(client) });
    const slow = new PostgresJournal(away);
    await slow.now();
    await client.query('BEGIN');
    await slow.append(page);
    // The first attempt has written its row and is not committed: by now the page is far behind.
    const refused = journal.append(page, { time: PRESENT_TIME }).catch((error: unknown) => error);
    const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%hold_to_clock%'`;
    await eventually(async () => (await pool.query(waits)).rowCount === 1);
    await client.query('COMMIT');
    client.release();
    expect(await refused).toBeInstanceOf(HeightTaken);
    expect(await journal.read(45, 1, 1)).toEqual([page]);
  });

  it('refuses to change, remove or truncate pages', async () => {
    await journal.append(samplePage(40, undefined));
    for (const statement of [
      'UPDATE journal.pages SET count = 7 WHERE shard = 40',
      'DELETE FROM journal.pages WHERE shard = 40',
      'TRUNCATE journal.pages',
    ]) {
      await expect(pool.query(statement)).rejects.toThrow('pages of the journal never change');
    }
  });

  it('refuses a page whose previous hash is not that of the page before', async () => {
    const first = samplePage(41, undefined);
    await journal.append(first);
    const fork = samplePage(41, { ...first, hash: 'f'.repeat(64) });
    await expect(journal.append(fork)).rejects.toThrow('is taken');
  });

  it('gives back bytes that are no text as they are, so that they are judged and not what decoding makes of them', async () => {
    const page = samplePage(49, undefined);
    const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf, 0xff, 0xc3, 0x28, 0x00]), page.body]);
    await journal.append({ ...page, body });
    expect(await journal.read(49, 1, 1)).toEqual([{ ...page, body }]);
  });

  it('refuses a server that may forget what it acknowledged', async () => {
    const client = await pool.connect();
    await client.query('ALTER DATABASE airtime SET synchronous_commit = off');
    client.release();
    const forgetful = createPool(database.url);
    try {
      await expect(assertDurable(forgetful)).rejects.toBeInstanceOf(DatabaseNotDurable);
      await expect(new PostgresJournal(forgetful).append(samplePage(42, undefined))).rejects.toThrow(
        'synchronous_commit=on',
      );
    } finally {
      await forgetful.end();
      await pool.query('ALTER DATABASE airtime RESET synchronous_commit');
    }
    expect(await journal.read(42, 1, 1)).toEqual([]);
  });

  it('lets several processes migrate at once', async () => {
    await Promise.all([1, 2, 3].map(() => migrateDatabase(database.url)));
  });

  it('holds a subscription back while its consumer is slow, and skips nothing', async () => {
    const pages: Page[] = [];
    for (let i = 0; i < 40; i++) {
      pages.push(samplePage(43, pages.at(-1)));
      await journal.append(pages.at(-1)!);
    }
    const stop = new AbortController();
    const heights: number[] = [];
    for await (const page of journal.subscribe(43, 1, stop.signal)) {
      heights.push(page.height);
      if (page.height % 10 === 0) await delay(5);
      if (page.height === 40) stop.abort();
    }
    expect(heights).toEqual(pages.map(({ height }) => height));
  });

  it('loses and doubles nothing when two sequencers race on one shard', async () => {
    const cast = { customers: ['c0'], providers: ['p0'] };
    const left = new DrivenLedger(journal, { shards: 1, cast });
    await left.start();
    await left.found();
    const right = new DrivenLedger(journal, { shards: 1, cast });
    await right.start();
    const mints = [left, right].flatMap((ledger) =>
      Array.from({ length: 40 }, (_, i) =>
        ledger.command('c0', { type: 'MintTokens', holder: 'c0', amount: atto(BigInt(i + 1)), reason: 'race' }),
      ),
    );
    const answers = await Promise.all(mints);
    const entries = answers.map(({ outcome }) => JSON.stringify('entry' in outcome ? outcome.entry : undefined));
    expect(new Set(entries).size).toBe(80);
    const pages = await pagesOf(0);
    expectUnbroken(pages);
    const events = pages.flatMap((page) => [...readEvents(page, CODEC)].map(({ event }) => event));
    expect(events).toHaveLength(80);
    await right.command('c0', { type: 'MintTokens', holder: 'c0', amount: atto(1n), reason: 'catch up' });
    expect(right.ledgers[0]!.state.balance('customer:c0:available')).toBe(2n * 820n + 1n);
    await left.stop();
    await right.stop();
  });

  it('survives kill -9 of the server in the middle of appends, and its subscriptions go on', async () => {
    const stop = new AbortController();
    const seen: Page[] = [];
    const following = (async () => {
      for await (const page of journal.subscribe(44, 1, stop.signal)) seen.push(page);
    })();
    const acknowledged: Page[] = [];
    let unavailable = 0;
    const append = async (page: Page): Promise<void> => {
      for (;;) {
        try {
          return await journal.append(page);
        } catch (error) {
          if (!(error instanceof StoreUnavailable)) {
            // An attempt without an answer had landed: then the page meets itself.
            const [standing] = await journal.read(44, page.height, 1);
            if (standing?.hash === page.hash) return;
            throw error;
          }
          unavailable++;
          await delay(100);
        }
      }
    };
    for (let i = 0; i < 300; i++) {
      const page = samplePage(44, acknowledged.at(-1), [`{"type":"Sample","text":"${'x'.repeat(20_000)}"}`]);
      if (i === 100 || i === 200) setTimeout(() => process.kill(database.engine.processId!, 'SIGKILL'), 3);
      await append(page);
      acknowledged.push(page);
    }
    expect(unavailable).toBeGreaterThan(0);
    const pages = await pagesOf(44);
    expectUnbroken(pages);
    expect(pages.map(({ hash }) => hash)).toEqual(acknowledged.map(({ hash }) => hash));
    await eventually(() => seen.length >= 300);
    stop.abort();
    await following;
    expect(seen.map(({ height }) => height)).toEqual(pages.map(({ height }) => height));
  }, 120_000);
});
