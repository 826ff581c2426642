/** A journal that lost its end: the shard halts before anything is answered from it, until a root key accepts the loss. */
import { EventStoreDBClient } from '@eventstore/db-client';
import { jest } from '@jest/globals';
import { join } from 'node:path';
import { CALL_PRICES, foundation, nameIn } from '#concepts/testing';
import { callEvent, eventually, layFoundation } from '#testing';
import { ADMIN_KEY, USAGE_BATCH } from './support/api.js';
import type { ServiceProcess } from './support/service-process.js';
import { apiOf, sql, Stage } from './support/stage.js';

jest.setTimeout(240_000);

const SHARDS = 2;
const [victim, bystander] = [nameIn(0, SHARDS), nameIn(1, SHARDS)] as const;
const MINTS = 12;
/** Heads are looked at every second; the rest is what a busy machine takes. */
const READS_REFUSED_MS = 4_000;

/** A store, and what happens to it. */
interface Store {
  readonly env: Record<string, string>;
  /** Takes the end of shard 0 away. Returns the height that is left. */
  cut(): Promise<number>;
  /** Brings it back, where it is still there: then no loss is to be accepted. */
  readonly putBack?: () => Promise<void>;
}

/** Takes the last pages of a shard away, as a restored backup would, past the trigger that refuses it. */
async function cutPostgres(databaseUrl: string, shard: number, count: number): Promise<number> {
  const [head] = await sql<{ height: number }>(
    databaseUrl,
    `SELECT max(height)::int AS height FROM journal.pages WHERE shard = ${shard}`,
  );
  const left = head!.height - count;
  await sql(
    databaseUrl,
    'SET session_replication_role = replica',
    `DELETE FROM journal.pages WHERE shard = ${shard} AND height > ${left}`,
  );
  return left;
}

async function onPostgres(_: Stage, databaseUrl: string): Promise<Store> {
  return { env: {}, cut: () => cutPostgres(databaseUrl, 0, 6) };
}

async function onEventStoreDb(stage: Stage): Promise<Store> {
  const data = join(stage.folder, 'eventstore');
  const program = 'libs/eventstoredb/test-support/main';
  const server = stage.program({ program, args: ['--port', '0', '--data', data] });
  const url = await server.seen(/^esdb:/);
  const stream = 'airtime-shard-0';
  const using = async (work: (client: EventStoreDBClient) => Promise<unknown>): Promise<void> => {
    const client = EventStoreDBClient.connectionString(url);
    await work(client);
    await client.dispose();
  };
  return {
    env: { JOURNAL_STORE: 'eventstoredb', EVENTSTOREDB_URL: url },
    cut: async () => {
      await using((client) => client.deleteStream(stream));
      return 0;
    },
    putBack: () => using((client) => client.setStreamMetadata(stream, {})),
  };
}

describe.each([
  ['PostgreSQL, cut short', onPostgres],
  ['EventStoreDB, a stream deleted', onEventStoreDb],
] as const)('%s', (_, openStore) => {
  let stage: Stage;
  let store: Store;
  let env: Record<string, string>;
  let ledger: ServiceProcess;
  let projector: ServiceProcess;
  let reporting: ServiceProcess;

  beforeAll(async () => {
    stage = await Stage.open();
    const { url } = await stage.postgres();
    store = await openStore(stage, url);
    env = { DATABASE_URL: url, AIRTIME_SHARDS: String(SHARDS), ...store.env };
    [ledger, projector, reporting] = await Promise.all([
      stage.service('ledger', env),
      stage.service('projector', env),
      stage.service('reporting', env),
    ]);
    await layFoundation(
      apiOf(ledger).client,
      foundation({ customers: [victim, bystander], providers: ['p7'], prices: CALL_PRICES, chain: 'none' }),
    );
  });

  afterAll(() => stage.close());

  const mint = (holder: string, id: string) =>
    apiOf(ledger).call<{ position?: { height: number }; detail?: string }>('POST', '/mints', {
      body: { holder, amount: '1', reason: 'purchase' },
      headers: { 'idempotency-key': id },
    });
  const use = (subject: string, id: string) =>
    apiOf(ledger).call<{ accepted: number; duplicates: number }>('POST', '/usage', {
      body: [callEvent(id, subject)],
      headers: { 'content-type': USAGE_BATCH },
    });
  const ready = () =>
    Promise.all(
      [ledger, projector, reporting].map(async ({ url }) => (await fetch(`${url}/health/ready`)).status === 200),
    );
  const balance = async (position: string) => {
    const { status, body } = await apiOf(reporting).call<{ available: string }>(
      'GET',
      `/holders/${victim}/balance?position=${position}`,
    );
    return status === 200 ? body.available : status;
  };

  async function airtime(...args: string[]): Promise<{ code: number | null; text: string }> {
    const command = stage.program({
      program: 'apps/cli/src/main',
      args: [...args, '--url', ledger.url],
      env: { AIRTIME_ADMIN_KEY: ADMIN_KEY, AIRTIME_DATA_DIR: join(stage.folder, 'data') },
    });
    const { code } = await command.ended;
    return { code, text: command.lines.join('\n') };
  }

  /** Mints and usage in the victim's shard, each in a page of its own, and all of it in the books. */
  async function fill(round: string): Promise<void> {
    let height = 0;
    for (let at = 0; at < MINTS; at++) height = (await mint(victim, `${round}-${at}`)).body.position!.height;
    expect((await use(victim, `${round}-used`)).body.accepted).toBe(1);
    expect(await balance(`0:${height + 1}`)).toMatch(/^\d/);
  }

  /** Nobody has written since the loss: the process that reads notices it by itself. */
  async function expectReadsRefused(): Promise<void> {
    const beganMs = performance.now();
    await eventually(async () => (await balance('0:1')) === 503);
    expect(performance.now() - beganMs).toBeLessThan(READS_REFUSED_MS);
  }

  async function expectHalted(round: string): Promise<void> {
    expect((await mint(victim, `${round}-after`)).status).toBe(503);
    expect((await use(victim, `${round}-used-after`)).status).toBe(503);
    // The books are asked within a second; a read needs no store to answer before.
    await eventually(async () => (await balance('0:1')) === 503);
    await eventually(async () => (await ready()).every((is) => !is));
  }

  /** What becomes of the loss; then the shard goes on without a restart. */
  async function resolveLoss(round: string, left: number): Promise<void> {
    if (store.putBack !== undefined) {
      const accepted = await airtime('journal', 'accept-loss', '--shard', '0', '--height', '0', '--reason', 'x');
      expect([accepted.code, accepted.text]).toEqual([2, expect.stringContaining('was deleted softly')]);
      await store.putBack();
      await eventually(async () => (await ready()).every((is) => is));
      return expectGoesOn(round, Infinity);
    }
    await acceptAt(left);
    return expectGoesOn(round, left);
  }

  async function acceptAt(height: number): Promise<void> {
    const wrong = await airtime(
      'journal',
      'accept-loss',
      '--shard',
      '0',
      '--height',
      String(height + 1),
      '--reason',
      'x',
    );
    expect([wrong.code, wrong.text]).toEqual([2, expect.stringContaining(`ends at height ${height}`)]);
    const accepted = await airtime(
      ...['journal', 'accept-loss', '--shard', '0', '--height', String(height), '--reason', 'the last backup'],
    );
    expect([accepted.code, accepted.text]).toEqual([0, expect.stringContaining(`goes on from height ${height}`)]);
  }

  /** What was lost can be sent again; what was kept is not done twice. */
  async function expectGoesOn(round: string, left: number): Promise<void> {
    const answers = [];
    for (let at = 0; at < MINTS; at++) answers.push(await mint(victim, `${round}-${at}`));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    const again = answers.filter(({ body }) => body.position!.height > left);
    expect(again.length).toBe(store.putBack === undefined ? 5 : 0);
    const isLost = again.length > 0;
    expect((await use(victim, `${round}-used`)).body).toMatchObject({
      accepted: isLost ? 1 : 0,
      duplicates: isLost ? 0 : 1,
    });
    expect((await use(victim, `${round}-used`)).body).toMatchObject({ accepted: 0, duplicates: 1 });
    const { height } = answers.at(-1)!.body.position!;
    await eventually(async () => typeof (await balance(`0:${height + 1}`)) === 'string');
    await eventually(async () => (await ready()).every((is) => is));
    const verified = await apiOf(reporting).post('/ledger/verify');
    expect(verified.findings).toEqual([]);
  }

  it('while everything runs: it halts, and goes on where the loss is accepted, without a restart', async () => {
    await fill('running');
    const left = await store.cut();
    await expectReadsRefused();
    await expectHalted('running');
    expect((await use(bystander, 'of-another-shard')).status).toBe(200);
    await resolveLoss('running', left);
  });

  it('a loss that only another service knows of is accepted by the hash of the head, which the ledger has', async () => {
    await use(bystander, 'of-a-shard-that-is-whole');
    const { items } = await apiOf(reporting).get('/journal/shards');
    const { height, hash } = items.find(({ shard }) => shard === 1)!;
    const at = ['--shard', '1', '--height', String(height)];
    const accept = ['journal', 'accept-loss', ...at, '--reason', 'settlement says so'];
    const unnamed = await airtime(...accept);
    expect([unnamed.code, unnamed.text]).toEqual([2, expect.stringContaining('give --hash where another one does')]);
    const other = await airtime(...accept, '--hash', 'a'.repeat(64));
    expect([other.code === 0, other.text]).toEqual([false, expect.stringContaining(`ends at height ${height}`)]);
    const accepted = await airtime(...accept, '--hash', hash);
    expect([accepted.code, accepted.text]).toEqual([0, expect.stringContaining(`goes on from height ${height}`)]);
    expect((await use(bystander, 'after-it-was-accepted')).body.accepted).toBe(1);
  });

  it('at rest: it halts before anything is answered, and goes on where the loss is accepted', async () => {
    const before = (await mint(victim, 'before')).body.position!.height;
    await fill('resting');
    await Promise.all([ledger, projector, reporting].map((service) => service.end('SIGTERM')));
    const left = await store.cut();
    expect(left === 0 || left > before).toBe(true);
    [ledger, projector, reporting] = await Promise.all([
      stage.service('ledger', env),
      stage.service('projector', env),
      stage.service('reporting', env),
    ]);
    await expectHalted('resting');
    await resolveLoss('resting', left);
  });
});
