import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportPage, FIRST_PREVIOUS_HASH } from '#journal';
import { ReportingWorld, type Answer } from '../test-support/reporting-world.js';

describe('the auditor', () => {
  let world: ReportingWorld;

  /** Does something to the database, asks for a verification, and takes it back. */
  const verifyWith = async (harm: string, repair: string) => {
    await world.pool.query(harm);
    try {
      return (await world.post('/ledger/verify', 'auditor')).body;
    } finally {
      await world.pool.query(repair);
    }
  };

  beforeAll(async () => {
    world = await ReportingWorld.open();
    await world.mint('c0', 100);
    await world.mint('c1', 5);
    for (let i = 0; i < 5; i++) await world.charge('c0', 'p0', 1_000);
    await world.charge('c1', 'p1', 8_000);
    await world.transfer('t1', 'c0', 'c1', 20);
    await world.settle('b1');
    await world.project();
  }, 120_000);

  afterAll(() => world.stop(), 60_000);

  it('lists the shards with kind, height and hash', async () => {
    const { body } = await world.get('/journal/shards');
    expect(body.items.map(({ shard, kind }: never) => [shard, kind])).toEqual([
      [0, 'holders'],
      [1, 'holders'],
      [2, 'registry'],
    ]);
    const head = await world.journal.head(2);
    expect(body.items[2]).toMatchObject({ height: head?.height, hash: head?.hash });
  });

  it('exports every page exactly as it was sealed, from height to height', async () => {
    const pages = await world.journal.read(2, 1, 64);
    const items: object[] = [];
    let cursor: string | null = '1';
    while (cursor !== null) {
      const { body }: Answer = await world.get(`/journal/pages?shard=2&limit=7&cursor=${cursor}`);
      expect(body.items.length).toBeLessThanOrEqual(7);
      items.push(...body.items);
      cursor = body.nextCursor;
    }
    expect(items.map((item) => JSON.stringify(item))).toEqual(pages.map(exportPage));
    expect(items[0]).toMatchObject({ height: 1, previousHash: FIRST_PREVIOUS_HASH });
    const beyond = (await world.get('/journal/pages?shard=2&from=9999')).body;
    expect(beyond).toEqual({ items: [], nextCursor: null });
    for (const query of ['', 'shard=7', 'shard=0&from=0', 'shard=0&limit=201']) {
      expect((await world.get(`/journal/pages?${query}`)).body.code).toBe('VALIDATION_FAILED');
    }
    for (const cursor of ['x', '0', '%00', '9'.repeat(20)]) {
      expect((await world.get(`/journal/pages?shard=0&cursor=${cursor}`)).body.code).toBe('CURSOR_INVALID');
    }
  });

  it('finds nothing in sound books, and notes the heads', async () => {
    const { status, body } = await world.post('/ledger/verify', 'auditor');
    expect(body.findings).toEqual([]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, findingCount: 0, heads: [{ shard: 0 }, { shard: 1 }, { shard: 2 }] });
    expect(body.events).toBeGreaterThan(20);
    const noted = JSON.parse(await readFile(join(world.dataDir, 'heads.json'), 'utf8'));
    expect(noted.heads).toEqual(body.heads);
  });

  it('finds an altered balance row', async () => {
    const where = `WHERE account = 'customer:c0:available'`;
    const { ok, findings } = await verifyWith(
      `UPDATE books.balances SET balance = balance + 1 ${where}`,
      `UPDATE books.balances SET balance = balance - 1 ${where}`,
    );
    expect(ok).toBe(false);
    expect(findings).toMatchObject([{ class: 'BOOKS_DIFFER', account: 'customer:c0:available' }]);
  });

  it('finds an altered movement though balances agree with each other', async () => {
    const change = (sign: string) => `
      UPDATE books.balances SET balance = balance ${sign} 1 WHERE account = 'treasury:fees';
      UPDATE books.movements SET amount = amount ${sign} 1, balance_after = balance_after ${sign} 1
      WHERE account = 'treasury:fees' AND (shard, height, index) IN (
        SELECT DISTINCT ON (shard) shard, height, index FROM books.movements WHERE account = 'treasury:fees'
        ORDER BY shard, height DESC, index DESC)`;
    const { findings } = await verifyWith(change('+'), change('-'));
    expect(findings.length).toBeGreaterThan(0);
    for (const found of findings) expect(found).toMatchObject({ class: 'BOOKS_DIFFER', account: 'treasury:fees' });
  });

  it('finds a tampered page', async () => {
    await world.pool.query(`CREATE TABLE kept AS SELECT * FROM journal.pages WHERE shard = 0 AND height = 1`);
    const { ok, findings } = await verifyWith(
      `SET session_replication_role = replica;
       UPDATE journal.pages SET body = convert_to(replace(convert_from(body, 'UTF8'), '00000', '00001'), 'UTF8')
       WHERE shard = 0 AND height = 1;
       RESET session_replication_role`,
      `SET session_replication_role = replica;
       UPDATE journal.pages SET body = kept.body FROM kept WHERE pages.shard = kept.shard AND pages.height = kept.height;
       RESET session_replication_role`,
    );
    expect(ok).toBe(false);
    expect(findings).toContainEqual(expect.objectContaining({ class: 'PAGE_UNSOUND', shard: 0, height: 1 }));
    expect((await world.post('/ledger/verify', 'admin')).body.findings).toEqual([]);
  });

  it('finds a removed last page, even when the books were taken back with it', async () => {
    const height = (await world.journal.head(2))!.height;
    await world.pool.query(`CREATE TABLE last AS SELECT * FROM journal.pages WHERE shard = 2 AND height = ${height}`);
    const { ok, findings } = await verifyWith(
      `CREATE TABLE reached AS SELECT * FROM books.checkpoints;
       UPDATE books.checkpoints SET height = height - 1,
         hash = (SELECT hash FROM journal.pages WHERE shard = 2 AND height = ${height - 1}) WHERE shard = 2;
       SET session_replication_role = replica;
       DELETE FROM journal.pages WHERE shard = 2 AND height = ${height};
       RESET session_replication_role`,
      `SET session_replication_role = replica;
       INSERT INTO journal.pages SELECT * FROM last;
       RESET session_replication_role;
       UPDATE books.checkpoints SET height = reached.height, hash = reached.hash FROM reached
       WHERE checkpoints.shard = reached.shard`,
    );
    expect(ok).toBe(false);
    expect(findings).toContainEqual(expect.objectContaining({ class: 'HEAD_MISSING', shard: 2, height }));
    expect((await world.post('/ledger/verify', 'auditor')).body.findings).toEqual([]);
  });

  it('does not take a spoilt heads file for an empty one', async () => {
    const file = join(world.dataDir, 'heads.json');
    const good = await readFile(file, 'utf8');
    await writeFile(file, '{}');
    const { body } = await world.post('/ledger/verify', 'auditor');
    expect(body).toMatchObject({ ok: false, findings: [{ class: 'HEADS_UNREADABLE' }] });
    expect(await readFile(file, 'utf8')).toBe('{}');
    await writeFile(file, good);
  });

  it('compares at the heights that it verified, while writes go on', async () => {
    let writing = true;
    const writes = (async () => {
      while (writing) {
        await world.charge('c0', 'p0', 1);
        await world.project();
      }
    })();
    for (let i = 0; i < 3; i++) {
      expect((await world.post('/ledger/verify', 'auditor')).body.findings).toEqual([]);
    }
    writing = false;
    await writes;
  });

  it('runs one verification at a time', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => world.post('/ledger/verify', 'auditor')));
    const refusals = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(refusals).toHaveLength(2);
    const refused = refusals[0]!;
    expect(refused.body.code).toBe('UNAVAILABLE');
    expect(refused.headers.get('retry-after')).toBe('10');
  });

  it('opens to auditors and admins only', async () => {
    for (const role of ['finance', 'operator', 'compliance', 'provider']) {
      expect((await world.post('/ledger/verify', role)).status).toBe(403);
      expect((await world.get('/journal/pages?shard=0', role)).status).toBe(403);
      expect((await world.get('/journal/shards', role)).status).toBe(403);
    }
  });
});
