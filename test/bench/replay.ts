/**
 * A process of its own that reads a journal twice, once as a ledger does at its start and once as the verifier does, and
 * prints one JSON line. Run by the bench: `node replay.js DATABASE_URL SHARDS`.
 */
import { openAudits } from '#concepts/audits';
import { registryShard } from '#domain';
import { verifyJournal } from '#journal';
import { generateSigningKey } from '#signing';
import { createPool, PostgresJournal } from '#postgres';
import { CatalogueFollower, Sequencers } from '#wiring';

export interface Replay {
  readonly fold: { readonly events: number; readonly ms: number };
  readonly verify: { readonly events: number; readonly ms: number; readonly findings: number };
}

const [, , url = '', shardsText = ''] = process.argv;
const shards = Number(shardsText);
// Nothing is written.
const { key } = generateSigningKey();
const pool = createPool(url, { applicationName: 'airtime-bench-replay' });
const store = new PostgresJournal(pool);

async function fold(): Promise<Replay['fold']> {
  let events = 0;
  const begunAt = performance.now();
  const follower = new CatalogueFollower(store, registryShard(shards), (message) =>
    process.stderr.write(`${message}\n`),
  );
  await follower.start();
  const sequencers = new Sequencers({ store, shards, follower, key, onPage: ({ count }) => (events += count) });
  await sequencers.start();
  const ms = performance.now() - begunAt;
  await sequencers.stop();
  await follower.stop();
  return { events, ms };
}

async function verify(): Promise<Replay['verify']> {
  const begunAt = performance.now();
  const { totals, findingCount } = await verifyJournal(store, openAudits, { shards });
  return { events: totals.events, ms: performance.now() - begunAt, findings: findingCount };
}

const replay: Replay = { fold: await fold(), verify: await verify() };
process.stdout.write(`${JSON.stringify(replay)}\n`);
await store.close();
await pool.end();
