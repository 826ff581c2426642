import { ROWS } from '#concepts/rows';
import { loadConfiguration } from '#platform';
import {
  createPool,
  identifyBooks,
  PostgresClosingWishes,
  readAccountBalances,
  readBooks,
  rebuildBooks,
  type PoolOptions,
} from '#postgres';
import { Books } from '#reading';
import { eventually } from '#testing';
import { CLOCKS_APART_MAX_MS } from '#journal';
import { ReportingWorld } from '../test-support/reporting-world.js';

describe('reading the books', () => {
  let world: ReportingWorld;

  beforeAll(async () => {
    world = await ReportingWorld.open();
    await world.mint('c0', 100);
    await world.mint('c1', 1);
    await world.mint('c2', 1);
    await world.project();
  }, 120_000);

  afterAll(() => world.stop(), 60_000);

  it('reads them once more when a rebuild replaces them in the middle', async () => {
    let runs = 0;
    let rebuild: Promise<unknown> | undefined;
    const balances = await readBooks(world.pool, async (books) => {
      if (++runs === 1) {
        const former = await identifyBooks(world.pool);
        // Its end waits for this very read, since it drops the former tables; its renaming does not.
        rebuild = rebuildBooks({ rows: ROWS, pool: world.pool, store: world.journal, shards: [0, 1, 2] });
        while ((await identifyBooks(world.pool)) === former) await new Promise(setImmediate);
      }
      return readAccountBalances(books, ['customer:c0:available']);
    });
    await rebuild;
    expect(balances.get('customer:c0:available')).toBe(100n * 10n ** 18n);
    expect(runs).toBe(2);
  });

  it('sees one state, however the books go on meanwhile', async () => {
    const [before, after] = await readBooks(world.pool, async (books) => {
      const first = await readAccountBalances(books, ['issuance']);
      await world.mint('c1', 5);
      await world.project();
      return [first, await readAccountBalances(books, ['issuance'])];
    });
    expect(after).toEqual(before);
  });

  it('answers many readers that wait for one position', async () => {
    const position = await world.mint('c2', 5);
    const query = `position=${position.shard}:${position.height}`;
    const answers = Array.from({ length: 20 }, () => world.get(`/holders/c2/balance?${query}`, 'finance'));
    await world.project();
    for (const { body } of await Promise.all(answers)) expect(body.available).toBe('6');
  });

  it('ends a read that takes too long, or waits too long for a lock, and says so by a code of its own', async () => {
    const configuration = loadConfiguration({ AIRTIME_SHARDS: '2' });
    const readWith = (options: PoolOptions, sql: string) => {
      const pool = createPool(world.database.url, { max: 1, ...options });
      const books = new Books(pool, world.journal, configuration, new PostgresClosingWishes(pool), ...world.memories);
      return books.read({}, (snapshot) => snapshot.rows(sql)).finally(() => pool.end());
    };
    const timedOut = { code: 'READ_TIMED_OUT', retryAfterSeconds: expect.any(Number) };
    await expect(readWith({ statementTimeoutMs: 200 }, 'SELECT pg_sleep(600)')).rejects.toMatchObject(timedOut);
    const holder = await world.pool.connect();
    await holder.query('BEGIN; LOCK TABLE books.entries IN ACCESS EXCLUSIVE MODE');
    try {
      await expect(readWith({ lockTimeoutMs: 200 }, 'SELECT * FROM books.entries')).rejects.toMatchObject(timedOut);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  }, 60_000);

  it('answers for no instant that is not closed, and for ever the same for one that is', async () => {
    const position = await world.mint('c3', 7);
    await world.project();
    const recorded = await world.recordedAt(position);
    await world.stopClosing();
    const path = `/holders/c3/balance?asOf=${recorded}` as const;
    const after = new Date(Date.parse(recorded) + 1).toISOString();
    const [open, report] = await Promise.all([
      world.get(path, 'finance'),
      world.get(`/reports/split?to=${after}`, 'finance'),
    ]);
    expect([open.status, open.body.code, open.headers.get('retry-after')]).toEqual([503, 'NOT_CLOSED_YET', '2']);
    expect(report.body.code).toBe('NOT_CLOSED_YET');
    // What asks for now waits for nothing, and says so.
    expect((await world.get('/holders/c3/balance', 'finance')).body).toMatchObject({ closed: false, available: '7' });
    expect((await world.get('/reports/split', 'finance')).body.closed).toBe(false);
    world.startClosing();
    expect((await world.get(path, 'finance')).body).toMatchObject({ closed: true, available: '7' });
    await world.mint('c3', 1);
    await world.project();
    expect((await world.get(path, 'finance')).body).toMatchObject({ closed: true, available: '7' });
    const shards = (await world.get(`/journal/shards?asOf=${recorded}`)).body.items;
    for (const { closedTo } of shards) expect(closedTo >= recorded).toBe(true);
  }, 60_000);

  it('answers for no instant of which nobody can say what it includes, while a shard is ahead of the clock', async () => {
    const at = (instant: string) => world.get(`/holders/c0/balance?asOf=${instant}`, 'finance');
    const before = new Date(Date.now() - 10).toISOString();
    const first = await at(before);
    expect([first.status, first.body.closed]).toEqual([200, true]);
    // By a clock that is wrong, in a store that compares nothing.
    world.now = Date.now() + CLOCKS_APART_MAX_MS + 1_000;
    const until = await world.recordedAt(await world.mint('c0', 3));
    await world.project();
    const since = new Date(Date.now() - 1).toISOString();
    const end = new Date(Date.parse(since) + 1).toISOString();
    for (const { status, headers, body } of [await at(since), await world.get(`/reports/split?to=${end}`, 'finance')]) {
      expect([status, body.code]).toEqual([503, 'CLOCK_AHEAD']);
      expect(body.detail).toContain(until);
      expect(['1', '2']).toContain(headers.get('retry-after'));
    }
    // What was answered stays answered.
    expect((await at(before)).body).toEqual(first.body);
    expect((await world.get('/holders/c0/balance', 'finance')).body.closed).toBe(false);
    await eventually(async () => (await at(since)).status === 200);
    const answer = await at(since);
    expect(answer.body).toMatchObject({ closed: true, available: first.body.available });
    await eventually(() => new Date().toISOString() > until);
    expect(Number((await at(until)).body.available)).toBe(Number(first.body.available) + 3);
    expect((await at(since)).body).toEqual(answer.body);
    world.now = Date.now() - 2_000;
  }, 60_000);

  it('goes on answering up to a page that somebody else wrote, and says what keeps it from more', async () => {
    const { shard, height } = await world.mint('c1', 2);
    await world.project();
    const recorded = await world.recordedAt({ shard, height });
    const balance = (query: `?${'asOf' | 'position'}=${string}` = `?position=${shard}:${height}`) =>
      world.get(`/holders/c1/balance${query}`, 'finance');
    expect((await balance(`?asOf=${recorded}`)).status).toBe(200);
    const [head] = (
      await world.pool.query<{ height: number }>(
        `INSERT INTO journal.pages (shard, height, recorded_at, previous_hash, offsets, count, body_digest, hash, body,
           journal, writer, registry_height, registry_hash, signature)
         SELECT shard, height + 1, now() + interval '1 hour', hash, '[]', count, body_digest, repeat('f', 64), body,
           journal, writer, registry_height, registry_hash, signature
         FROM journal.pages WHERE shard = ${shard} ORDER BY height DESC LIMIT 1 RETURNING height::int`,
      )
    ).rows;
    const refused = head!.height;
    const before = await world.get('/holders/c1/balance', 'finance');
    expect([before.status, before.body.available]).toEqual([200, (await balance(`?asOf=${recorded}`)).body.available]);
    expect((await balance()).body).toEqual(before.body);
    const now = new Date(Date.now() - 1).toISOString();
    for (const query of [`?position=${shard}:${refused}`, `?asOf=${now}`] as const) {
      const { status, headers, body } = await balance(query);
      expect([status, headers.get('retry-after'), body.code]).toEqual([503, '30', 'UNAVAILABLE']);
      expect(body.detail).toMatch(
        new RegExp(
          `^Page ${refused} of shard ${shard} is refused: .*; answers of shard ${shard} end at height ${refused - 1}`,
        ),
      );
    }
  }, 60_000);

  it('says 503 while the database is away', async () => {
    await world.database.engine.stop();
    for (const path of [
      '/holders/c0/balance',
      '/holders/c0/balance?position=0:1',
      '/journal/shards',
      '/ledger/supply',
    ] as const) {
      const { status, body } = await world.get(path);
      expect([status, body.code]).toEqual([503, 'UNAVAILABLE']);
    }
  }, 60_000);
});
