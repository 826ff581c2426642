import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Engine } from '#engines';
import { describeJournalStore, samplePage } from '#journal/contract';
import { createPool, migrateDatabase, type Pool } from './connection.js';
import { PostgresJournal } from './postgres-journal.js';

describe('PostgresJournal', () => {
  let folder: string;
  let engine: Engine & { readonly url: string };
  const pools: Pool[] = [];

  const openPool = (): Pool => {
    const pool = createPool(engine.url, { max: 3 });
    pools.push(pool);
    return pool;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'airtime-journal-'));
    engine = await startPostgres({ dataDir: folder });
    await migrateDatabase(engine.url);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  describeJournalStore('PostgresJournal', () => Promise.resolve(new PostgresJournal(openPool())));

  it('smokes', async () => {
    const j = new PostgresJournal(openPool());
    await j.append(samplePage(1, undefined));
  });
});
