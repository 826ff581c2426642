/** A projector that is frozen in the middle of its work, as a machine that stands still: another one goes on. */
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '#testing';
import { apiOf, sql, Stage } from '../e2e/support/stage.js';
import { generateUsage, setUpWorld } from '../e2e/support/world.js';
import { ImportClient } from './import-client.js';

const SHARDS = 2;

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
}, 60_000);

afterEach(() => stage?.close(), 60_000);

const CHECKPOINTS = 'SELECT shard, height::int FROM books.checkpoints ORDER BY shard';
const HEADS = 'SELECT shard, max(height)::int AS height FROM journal.pages GROUP BY shard ORDER BY shard';

it('a projector that stands still in the middle of a transaction keeps no other from the books, and goes on later', async () => {
  const { url } = await stage.postgres();
  const env = { DATABASE_URL: url, AIRTIME_SHARDS: String(SHARDS) };
  const ledger = await stage.service('ledger', env);
  await setUpWorld(apiOf(ledger));
  const frozen = await stage.service('projector', env);
  const client = new ImportClient(apiOf(ledger), generateUsage(31, 20_000), stage.signal, 50);
  const done = client.run();
  await client.untilAcknowledged(200);
  const writing = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = ${0x41_49_52_04} AND granted`;
  for (;;) {
    process.kill(frozen.processId, 'SIGSTOP');
    if ((await sql(url, writing)).length > 0) break;
    process.kill(frozen.processId, 'SIGCONT');
    await delay(5);
  }

  const other = await stage.service('projector', env);
  await done;
  await eventually(
    () => Promise.all([sql(url, CHECKPOINTS), sql(url, HEADS)]),
    ([books, journal]) => JSON.stringify(books) === JSON.stringify(journal),
    { what: 'books that reach the end of the journal' },
  );
  await eventually(
    () => apiOf(other).call('GET', '/health/ready'),
    ({ status }) => status === 200,
    { what: 'a projector that is ready' },
  );

  process.kill(frozen.processId, 'SIGCONT');
  await other.end('SIGTERM');
  await apiOf(ledger).post('/mints', { holder: 'acme', amount: '1', reason: 'after the thaw' }, 'after-the-thaw');
  await eventually(
    () => Promise.all([sql(url, CHECKPOINTS), sql(url, HEADS)]),
    ([books, journal]) => JSON.stringify(books) === JSON.stringify(journal),
    { what: 'books that the thawed projector keeps' },
  );
}, 180_000);
