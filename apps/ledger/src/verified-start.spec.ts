/** A ledger that starts again takes from its data directory which signatures it has checked before, and nothing else. */
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { openAudits } from '#concepts/audits';
import { STRETCH_PAGES, verifyJournal } from '#journal';
import { createPool, PostgresJournal, type Pool } from '#postgres';
import { CUSTOMERS, LedgerWorld, SHARDS } from '../test-support/ledger-world.js';

jest.setTimeout(120_000);

const SHARD = 0;
const INSIDE = 5;

describe('a ledger that starts again', () => {
  let world: LedgerWorld;
  let databaseUrl: string;
  let pool: Pool;
  let file: string;

  beforeAll(async () => {
    world = await LedgerWorld.start();
    file = join(world.folder, 'verified.log');
    const started = await world.newLedger();
    databaseUrl = started.databaseUrl;
    for (let page = 0; page <= STRETCH_PAGES; page++)
      expect((await started.ledger.mint(CUSTOMERS[SHARD]!, '1')).status).toBe(201);
    pool = createPool(databaseUrl, { max: 1 });
  }, 120_000);

  afterAll(async () => {
    await pool.end();
    await world.stop();
  }, 60_000);

  const verify = async () => (await verifyJournal(new PostgresJournal(pool), openAudits, { shards: SHARDS })).findings;

  /** What a new process says of a command in the shard. */
  async function start(): Promise<number> {
    await world.stopServices();
    return (await (await world.service(databaseUrl)).mint(CUSTOMERS[SHARD]!, '1')).status;
  }

  it('checks the signatures of a stretch once, as long as it remembers; the verifier checks all', async () => {
    expect(await start()).toBe(201);
    const [line = ''] = (await readFile(file, 'utf8')).split('\n');
    expect(line).toMatch(new RegExp(`^[0-9a-f]{32} ${SHARD} ${STRETCH_PAGES} [0-9a-f]{64} [0-9a-f]{64}$`));
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const client = await pool.connect();
    await client.query('SET session_replication_role = replica');
    await client.query(
      `UPDATE journal.pages SET signature = repeat('0', 128) WHERE shard = ${SHARD} AND height = ${INSIDE}`,
    );
    await client.query('RESET session_replication_role');
    client.release();

    expect(await start()).toBe(201);
    expect(await verify()).toMatchObject([{ class: 'WRITER_WRONG', shard: SHARD, height: INSIDE }]);
    await rm(file);
    expect(await start()).toBe(503);
  });
});
