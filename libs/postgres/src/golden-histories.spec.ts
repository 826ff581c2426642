/**
 * The same seeded history gives the same pages byte for byte, the same answers and the same read models as when it was
 * pinned. Whatever changes a digest changes what is kept for ever: only a new format of the journal or of a table may, and
 * it then writes down the new digests that the failing test shows.
 */
import { ROWS } from '#concepts/rows';
import { createHash } from 'node:crypto';
import { EVOLVE_CATALOGUE, EVOLVE_LEDGER, EVOLVE_REGISTRY } from '#concepts';
import { openAudits } from '#concepts/audits';
import { DeskWorld, sampleMoves } from '#concepts/testing';
import { readPages, verifyJournal, type JournalStore } from '#journal';
import { MemoryStore } from '#journal/testing';
import { createPool, migrateDatabase, type Pool } from './connection.js';
import { Projection } from './projection/projection.js';
import { SpecDatabase } from '../test-support/database.js';
import { GOLDEN, SEEDS, type Golden } from '../test-support/golden-digests.js';
import { SeededHistory } from '../test-support/seeded-history.js';

const STEPS = 130;

describe('a seeded history', () => {
  let database: SpecDatabase;
  const occurred = { events: new Set<string>(), refusals: new Set<string>() };

  beforeAll(async () => {
    database = await SpecDatabase.start();
  }, 120_000);

  afterAll(() => database.stop(), 60_000);

  it.each(SEEDS)('of seed %i gives the pages, answers and read models that are pinned', async (seed) => {
    expect(await live(seed)).toEqual(GOLDEN[seed]);
  });

  // What came after the digests were pinned is made by its concept's steps alone, in `random-history.spec.ts`.
  it('touches every type of event that no concept’s steps make, and many refusals', () => {
    const bySteps = new DeskWorld(2, { customers: ['c0', 'c1', 'c2'], providers: ['p0', 'p1'] });
    for (const move of sampleMoves(bySteps.scene.cast, 1_600, 3)) bySteps.take(move);
    const stepped = new Set<string>(bySteps.desks.flatMap(({ recorded }) => recorded.map(({ event }) => event.type)));
    const types = Object.keys({ ...EVOLVE_LEDGER, ...EVOLVE_REGISTRY, ...EVOLVE_CATALOGUE });
    expect(types.filter((type) => !occurred.events.has(type) && !stepped.has(type))).toEqual([]);
    expect([...occurred.refusals]).toEqual(
      expect.arrayContaining([
        ...['INSUFFICIENT_FUNDS', 'CUSTOMER_SUSPENDED', 'IDEMPOTENCY_CONFLICT', 'SAME_HOLDER', 'UNKNOWN_HOLDER'],
        ...['SETTLEMENT_IN_PROGRESS', 'SETTLEMENT_STEP_INVALID', 'VERSION_EXISTS', 'PARTY_EXISTS', 'CHAIN_EXISTS'],
        ...['KYC_TRANSITION_INVALID', 'KEY_EXISTS', 'KEY_UNKNOWN'],
      ]),
    );
  });

  /** Lives through the history in a database of its own. */
  async function live(seed: number): Promise<Golden> {
    const name = `seed_${seed}`;
    const admin = database.openPool();
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(database.url);
    url.pathname = name;
    await migrateDatabase(url.href);
    const pool = createPool(url.href, { max: 6 });
    const journal = new MemoryStore();
    try {
      const history = new SeededHistory(journal, seed);
      await history.live(STEPS);
      for (const type of history.events.keys()) occurred.events.add(type);
      for (const code of history.refusals.keys()) occurred.refusals.add(code);
      const { findings } = await verifyJournal(journal, openAudits, { shards: history.ledger.shards });
      expect(findings).toEqual([]);
      const pages: Record<string, string> = {};
      for (const shard of history.ledger.allShards) pages[shard] = await project(pool, journal, shard);
      return { pages, answers: short(history.answersDigest()), tables: await digestTables(pool) };
    } finally {
      await pool.end();
    }
  }
});

/** Folds a shard into the read models, some pages at a time. Returns the digest of its pages' hashes. */
async function project(pool: Pool, journal: JournalStore, shard: number): Promise<string> {
  const pages = [];
  for await (const page of readPages(journal, shard)) pages.push(page);
  const projection = new Projection({ rows: ROWS, pool, shard });
  for (let at = 0; at < pages.length; at += 50) await projection.apply(pages.slice(at, at + 50));
  return `${pages.length} pages ${short(sha256(pages.map(({ hash }) => hash).join('\n')))}`;
}

/**
 * One digest for each table of the books that has rows: over them as PostgreSQL writes them, in the order of their text. A
 * table that came after the digests were pinned has none.
 */
async function digestTables(pool: Pool): Promise<Record<string, string>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'books'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname`,
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(
      `SELECT one::text AS row FROM books.${name} AS one ORDER BY one::text COLLATE "C"`,
    );
    if (rows.length > 0) digests[name] = `${rows.length} rows ${short(sha256(rows.map(({ row }) => row).join('\n')))}`;
  }
  return digests;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function short(hash: string): string {
  return hash.slice(0, 16);
}
