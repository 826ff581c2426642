/** An attacker with the database's superuser changes history or the books; `POST /v1/ledger/verify` finds it. */
import { createHash } from 'node:crypto';
import { sql, type Stage } from './support/stage.js';
import { openPopulated, settle, type Standalone } from './support/standalone.js';
import { generateUsage } from './support/world.js';

interface Verification {
  readonly ok: boolean;
  readonly pages: number;
  readonly events: number;
  readonly findingCount: number;
  readonly findings: readonly { class: string; shard: number; height: number; account?: string; detail: string }[];
}

/** As a superuser may: past the trigger that refuses any change of a page. */
const PAST_THE_TRIGGER = 'SET session_replication_role = replica';

let stage: Stage;
let standalone: Standalone;

beforeAll(async () => {
  ({ stage, standalone } = await openPopulated());
  for (let batch = 0; batch < 6; batch++) await standalone.api.sendUsage(generateUsage(batch, 50, batch * 50));
  await settle(standalone.api);
}, 120_000);

afterAll(() => stage?.close(), 60_000);

// A fresh key each time: what is asked is the ledger as it is now.
const verify = (): Promise<Verification> => standalone.api.post('/ledger/verify');
const run = <Row>(...statements: string[]): Promise<Row[]> => sql<Row>(standalone.databaseUrl, ...statements);

/** Tampers, expects the verifier to find it, puts everything back and expects it to find nothing. */
async function expectFound(tamper: string[], restore: string[], found: object): Promise<Verification> {
  await run(...tamper);
  try {
    const verification = await verify();
    expect(verification.ok).toBe(false);
    expect(verification.findings).toContainEqual(expect.objectContaining(found));
    for (const { detail } of verification.findings) expect(detail).toMatch(/\S/);
    return verification;
  } finally {
    await run(...restore);
  }
}

/** A shard of holders with several pages. */
async function longestShard(): Promise<{ shard: number; head: number }> {
  const [row] = await run<{ shard: number; head: number }>(
    'SELECT shard, max(height)::int AS head FROM journal.pages WHERE shard < 4 GROUP BY shard ORDER BY 2 DESC LIMIT 1',
  );
  expect(row!.head).toBeGreaterThan(3);
  return row!;
}

afterEach(async () => {
  expect(await verify()).toMatchObject({ ok: true, findingCount: 0, findings: [] });
});

it('an untouched journal verifies, whole', async () => {
  const verification = await verify();
  expect(verification).toMatchObject({ ok: true, findings: [] });
  expect(verification.events).toBeGreaterThan(300);
  const [counted] = await run<{ pages: number }>('SELECT count(*)::int AS pages FROM journal.pages');
  expect(verification.pages).toBe(counted!.pages);
});

it('an honest session cannot change, delete or empty pages at all', async () => {
  for (const statement of [
    'UPDATE journal.pages SET count = count',
    'DELETE FROM journal.pages',
    'TRUNCATE journal.pages',
  ]) {
    await expect(run(statement)).rejects.toThrow('pages of the journal never change');
  }
});

it('one changed byte of a page is found', async () => {
  const { shard } = await longestShard();
  const where = `WHERE shard = ${shard} AND height = 2`;
  await expectFound(
    [PAST_THE_TRIGGER, `UPDATE journal.pages SET body = set_byte(body, 40, get_byte(body, 40) # 1) ${where}`],
    [PAST_THE_TRIGGER, `UPDATE journal.pages SET body = set_byte(body, 40, get_byte(body, 40) # 1) ${where}`],
    { shard, height: 2 },
  );
});

it('a page that was sealed anew after the change, digest and hash included, is found by the page after it', async () => {
  const { shard } = await longestShard();
  const where = `WHERE shard = ${shard} AND height = 2`;
  const [page] = await run<Record<string, string> & { offsets: never[]; count: number; body: Buffer }>(
    `SELECT journal, recorded_at, previous_hash, count, body, body_digest, writer, registry_height, registry_hash, hash, offsets
     FROM journal.pages ${where}`,
  );
  const body = Buffer.from(page!.body.toString('utf8').replaceAll('"key:admin"', '"key:other"'));
  expect(body.equals(page!.body)).toBe(false);
  const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');
  const { journal, recorded_at: recordedAt, previous_hash: previousHash, count, writer } = page!;
  const registry = `${page!['registry_height']} ${page!['registry_hash']}`;
  const header = [
    'airtime-page-v2',
    journal,
    shard,
    2,
    recordedAt,
    previousHash,
    sha256(body),
    count,
    writer,
    registry,
  ];
  expect(page!.offsets).toEqual([]);
  const seal = (bytes: Buffer, digest: string, hash: string) =>
    `UPDATE journal.pages SET body = '\\x${bytes.toString('hex')}', body_digest = '${digest}', hash = '${hash}' ${where}`;
  await expectFound(
    [PAST_THE_TRIGGER, seal(body, sha256(body), sha256(`${header.join('\n')}\n`))],
    [PAST_THE_TRIGGER, seal(page!.body, page!['body_digest']!, page!['hash']!)],
    { shard, height: 3 },
  );
});

it('a newest page that was taken away is found, though the chain before it is unbroken', async () => {
  const { shard, head } = await longestShard();
  const verification = await expectFound(
    [
      PAST_THE_TRIGGER,
      `CREATE TABLE taken AS SELECT * FROM journal.pages WHERE shard = ${shard} AND height = ${head}`,
      `DELETE FROM journal.pages WHERE shard = ${shard} AND height = ${head}`,
    ],
    [PAST_THE_TRIGGER, 'INSERT INTO journal.pages SELECT * FROM taken', 'DROP TABLE taken'],
    { shard },
  );
  expect(verification.findings.some(({ detail }) => detail.includes(String(head)))).toBe(true);
});

it('a page that was taken out of the middle is found', async () => {
  const { shard } = await longestShard();
  await expectFound(
    [
      PAST_THE_TRIGGER,
      `CREATE TABLE taken AS SELECT * FROM journal.pages WHERE shard = ${shard} AND height = 2`,
      `DELETE FROM journal.pages WHERE shard = ${shard} AND height = 2`,
    ],
    [PAST_THE_TRIGGER, 'INSERT INTO journal.pages SELECT * FROM taken', 'DROP TABLE taken'],
    { shard },
  );
});

it('a balance that was changed in the books is found, with its account', async () => {
  const account = 'customer:acme:available';
  const change = (by: string) => [`UPDATE books.balances SET balance = balance ${by} WHERE account = '${account}'`];
  await expectFound(change('+ 1'), change('- 1'), { class: 'BOOKS_DIFFER', account });
});

it('a balance that was moved from one account to another is found, though the sum is right', async () => {
  const move = (atto: string) => [
    `UPDATE books.balances SET balance = balance + ${atto} WHERE account = 'customer:acme:available'`,
    `UPDATE books.balances SET balance = balance - ${atto} WHERE account = 'customer:globex:available'`,
  ];
  const found = { class: 'BOOKS_DIFFER', account: 'customer:globex:available' };
  await expectFound(move('1000000000000000000'), move('-1000000000000000000'), found);
});

it('a movement that was changed in the books is found, though the balance is right', async () => {
  const [row] = await run<{ shard: number; height: string; index: number }>(
    `SELECT shard, height::text, index FROM books.movements WHERE account = 'customer:acme:available' ORDER BY height, index OFFSET 1 LIMIT 1`,
  );
  const { shard, height, index } = row!;
  const change = (by: string) => [
    `UPDATE books.movements SET amount = amount ${by}
     WHERE account = 'customer:acme:available' AND shard = ${shard} AND height = ${height} AND index = ${index}`,
  ];
  await expectFound(change('- 1'), change('+ 1'), { class: 'BOOKS_DIFFER', account: 'customer:acme:available' });
});
