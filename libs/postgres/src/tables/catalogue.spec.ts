import { PARTIES, ROWS } from '#concepts/rows';
import { column, table } from '#domain';
import { createDataSource, inTransaction, migrate, type Pool } from '../connection.js';
import { SpecDatabase } from '../../test-support/database.js';
import { compareCatalogue } from './catalogue.js';
import { allTables, readModels } from './index.js';

const TABLES = allTables(ROWS);

describe('the definitions of the tables', () => {
  let database: SpecDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await SpecDatabase.start();
    pool = database.openPool();
  });

  afterAll(() => database.stop());

  const namesOf = async (tables = TABLES): Promise<string[]> =>
    (await compareCatalogue(pool, tables)).map(({ what }) => what);

  it('are what the migrations make of an empty database', async () => {
    expect(await compareCatalogue(pool, TABLES)).toEqual([]);
  });

  it.each([
    ['a table', 'CREATE TABLE books.strays (id int)', 'DROP TABLE books.strays', ['strays', 'strays column id']],
    ['a view', 'CREATE VIEW books.seen AS SELECT 1 AS one', 'DROP VIEW books.seen', ['seen', 'seen column one']],
    ['a sequence', 'CREATE SEQUENCE books.numbers', 'DROP SEQUENCE books.numbers', ['numbers']],
    [
      'a column',
      'ALTER TABLE books.chains ADD note text',
      'ALTER TABLE books.chains DROP note',
      ['chains column note'],
    ],
    [
      'a type',
      'ALTER TABLE books.chains ALTER deploy_block TYPE bigint',
      'ALTER TABLE books.chains ALTER deploy_block TYPE numeric',
      ['chains column deploy_block'],
    ],
    [
      'the precision of a type',
      'ALTER TABLE books.breaks ALTER since TYPE timestamptz',
      'ALTER TABLE books.breaks ALTER since TYPE timestamptz(3)',
      ['breaks column since'],
    ],
    [
      'a collation',
      'ALTER TABLE books.chains ALTER token TYPE text COLLATE "default"',
      'ALTER TABLE books.chains ALTER token TYPE text COLLATE "C"',
      ['chains column token'],
    ],
    [
      'nullability',
      'ALTER TABLE books.breaks ALTER detail DROP NOT NULL',
      'ALTER TABLE books.breaks ALTER detail SET NOT NULL',
      ['breaks column detail'],
    ],
    [
      'a default',
      `ALTER TABLE books.breaks ALTER detail SET DEFAULT ''`,
      'ALTER TABLE books.breaks ALTER detail DROP DEFAULT',
      ['breaks column detail'],
    ],
    [
      'the storage of a column',
      'ALTER TABLE journal.pages ALTER body SET STORAGE EXTENDED',
      'ALTER TABLE journal.pages ALTER body SET STORAGE EXTERNAL',
      ['pages column body'],
    ],
    [
      'a primary key',
      'ALTER TABLE books.party_wallets DROP CONSTRAINT party_wallets_pkey, ADD PRIMARY KEY (chain_id, party)',
      'ALTER TABLE books.party_wallets DROP CONSTRAINT party_wallets_pkey, ADD PRIMARY KEY (party, chain_id)',
      ['party_wallets constraint party_wallets_pkey'],
    ],
    [
      'a unique constraint',
      'ALTER TABLE books.chains ADD CONSTRAINT one_vault UNIQUE (vault)',
      'ALTER TABLE books.chains DROP CONSTRAINT one_vault',
      ['chains constraint one_vault'],
    ],
    [
      'a check',
      'ALTER TABLE journal.pages DROP CONSTRAINT pages_height_check',
      'ALTER TABLE journal.pages ADD CONSTRAINT pages_height_check CHECK (height > 0)',
      ['pages constraint pages_height_check'],
    ],
    [
      'room for updates',
      'ALTER TABLE books.balances RESET (fillfactor)',
      'ALTER TABLE books.balances SET (fillfactor = 60)',
      ['balances'],
    ],
    [
      'a table that a crash empties',
      'ALTER TABLE books.breaks SET UNLOGGED',
      'ALTER TABLE books.breaks SET LOGGED',
      ['breaks'],
    ],
    [
      'row security',
      'ALTER TABLE books.breaks ENABLE ROW LEVEL SECURITY',
      'ALTER TABLE books.breaks DISABLE ROW LEVEL SECURITY',
      ['breaks'],
    ],
    [
      'a missing index',
      'DROP INDEX books.entries_by_holder',
      'CREATE INDEX entries_by_holder ON books.entries (holder, recorded_at) WHERE holder IS NOT NULL',
      ['entries index entries_by_holder'],
    ],
    [
      'an index that nobody defined',
      'CREATE INDEX breaks_by_class ON books.breaks (class)',
      'DROP INDEX books.breaks_by_class',
      ['breaks index breaks_by_class'],
    ],
    [
      'the condition of an index',
      `DROP INDEX books.entries_by_type; CREATE INDEX entries_by_type ON books.entries (type, recorded_at)`,
      `DROP INDEX books.entries_by_type;
       CREATE INDEX entries_by_type ON books.entries (type, recorded_at) WHERE type <> 'UsageCharged'`,
      ['entries index entries_by_type'],
    ],
    [
      'a trigger that is switched off',
      'ALTER TABLE journal.pages DISABLE TRIGGER pages_never_change',
      'ALTER TABLE journal.pages ENABLE TRIGGER pages_never_change',
      ['pages trigger pages_never_change'],
    ],
    [
      'a trigger that nobody defined',
      `CREATE TRIGGER meddler BEFORE INSERT ON books.breaks FOR EACH ROW EXECUTE FUNCTION journal.refuse_change()`,
      'DROP TRIGGER meddler ON books.breaks',
      ['breaks trigger meddler'],
    ],
    [
      'a missing partition key',
      'ALTER TABLE books.movements RENAME TO hidden; CREATE TABLE books.movements (LIKE books.hidden INCLUDING ALL)',
      'DROP TABLE books.movements; ALTER TABLE books.hidden RENAME TO movements',
      expect.arrayContaining(['movements', 'hidden']),
    ],
  ])('differ from a database in %s', async (_, plant, repair, expected) => {
    await pool.query(plant);
    try {
      const found = (await namesOf()).map((name) => name.replace(/^(books|journal)\./, ''));
      expect(found).toEqual(expected);
    } finally {
      // What it leaves behind would show in the next case.
      await pool.query(repair);
    }
  });

  it('differ from a database that lacks what they say', async () => {
    const more = table(
      'parties',
      { ...PARTIES.columns, note: column.optional(column.text()) },
      {
        key: ['party'],
        indexes: { parties_by_note: { on: ['note'] } },
      },
    );
    const stray = table('strays', { id: column.integer() }, { key: ['id'] });
    const tables = [...TABLES.filter(({ name }) => name !== 'parties'), more, stray];
    expect(await namesOf(tables)).toEqual([
      'books.parties column note',
      'books.parties index parties_by_note',
      'books.strays',
      'books.strays column id',
      'books.strays constraint strays_pkey',
    ]);
  });

  it('name every table of the read models, each once', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'books'::regnamespace AND relkind IN ('r', 'p')
       ORDER BY relname COLLATE "C"`,
    );
    expect(readModels(ROWS).map(({ name }) => name)).toEqual(rows.map(({ name }) => name));
  });

  it('come with migrations, one process at a time; who waits too long is told for whom', async () => {
    const dataSource = createDataSource(database.url);
    await dataSource.initialize();
    const holder = database.openPool({ applicationName: 'a-hanging-migration' });
    try {
      const held = inTransaction(holder, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1)', [0x41_49_52_01]);
        await expect(migrate(dataSource, 50)).rejects.toThrow(/0\.05 seconds: process \d+ .*a-hanging-migration/);
      });
      await held;
      await migrate(dataSource);
    } finally {
      await dataSource.destroy();
    }
  });

  it('are what TypeORM reads rows by', async () => {
    await pool.query(
      `INSERT INTO books.parties VALUES ('acme', '{customer}', NULL, 'PT', 'unverified', 'registered', now(), '2026-06-01T00:00:00.125Z')`,
    );
    await pool.query(`INSERT INTO books.totals VALUES ('minted', 0, 9007199254740991, 12345678901234567890123)`);
    const dataSource = createDataSource(database.url, { tables: TABLES });
    await dataSource.initialize();
    try {
      expect(await dataSource.getRepository('books.parties').findOneBy({ party: 'acme' })).toMatchObject({
        roles: ['customer'],
        reference: null,
        registeredAt: '2026-06-01T00:00:00.125Z',
      });
      expect(await dataSource.getRepository('books.totals').find()).toEqual([
        { name: 'minted', shard: 0, height: 9007199254740991, amount: 12345678901234567890123n },
      ]);
    } finally {
      await dataSource.destroy();
    }
  });
});
