import { ROWS } from '#concepts/rows';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { LedgerEvent } from '#concepts';
import { atto, type Provenance } from '#domain';
import { startPostgres, type Engine } from '#engines';
import { ledgerShard, registryShardKind, type LedgerSequencer, type RegistrySequencer } from '#concepts/shards';
import { Sequencer } from '#journal';
import { createLogger, createService, loadConfiguration } from '#platform';
import {
  createPool,
  digestBooks,
  migrateDatabase,
  PostgresJournal,
  rebuildBooks,
  verifyBooks,
  type Pool,
} from '#postgres';
import { Projector } from './projector.js';
import { ProjectorModule } from './projector.module.js';

const SHARDS = 2;
const PROVENANCE: Provenance = { actor: 'key:test', origin: 'request:test' };

describe('Projector', () => {
  let folder: string;
  let engine: Engine & { readonly url: string };
  let pool: Pool;
  let journal: PostgresJournal;
  let registry: RegistrySequencer;
  let ledgers: LedgerSequencer[];
  const running: Projector[] = [];

  const startProjector = (): Projector => {
    const projector = new Projector({ store: journal, pool, shards: SHARDS });
    projector.start();
    running.push(projector);
    return projector;
  };

  /** Mints to two holders in each shard, a page after the other. */
  const work = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      await Promise.all(
        ledgers.map((ledger) =>
          ledger.execute({
            type: 'MintTokens',
            holder: `c${round % 2}`,
            amount: atto(BigInt(round + 1)),
            reason: 'sale',
            time: new Date().toISOString(),
            provenance: PROVENANCE,
          }),
        ),
      );
    }
  };

  const findings = () =>
    verifyBooks(
      pool,
      [...ledgers, registry].map(({ shard, height, state }) => ({ shard, height, balances: state.balances })),
    );

  const caughtUp = async (projector: Projector): Promise<void> => {
    for (;;) {
      // While the database is away nothing can be said of the lag.
      const lag = await projector.lag().catch(() => undefined);
      if (lag?.every(({ behind }) => behind === 0) === true) return;
      await delay(20);
    }
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'airtime-projector-'));
    engine = await startPostgres({ dataDir: folder });
    await migrateDatabase(engine.url);
    pool = createPool(engine.url, { max: 20 });
    journal = new PostgresJournal(pool);
    registry = new Sequencer(registryShardKind(), { shard: SHARDS, store: journal });
    const { catalogue } = registry.state;
    ledgers = Array.from(
      { length: SHARDS },
      (_, shard) => new Sequencer(ledgerShard({ catalogue, shard, shards: SHARDS }), { shard, store: journal }),
    );
    await Promise.all([registry, ...ledgers].map((sequencer) => sequencer.start()));
    for (const party of ['c0', 'c1']) {
      await registry.execute({
        type: 'RegisterParty',
        party,
        roles: ['customer'],
        time: new Date().toISOString(),
        provenance: PROVENANCE,
      });
    }
  }, 120_000);

  afterEach(async () => {
    await Promise.all(running.splice(0).map((projector) => projector.stop()));
  });

  afterAll(async () => {
    await Promise.all([registry, ...ledgers].map((sequencer) => sequencer.stop()));
    await journal.close();
    await pool.end();
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('keeps the books exact while several projectors work at once and a rebuild goes on', async () => {
    const projectors = [startProjector(), startProjector(), startProjector()];
    const rebuilding = (async () => {
      await delay(100);
      await rebuildBooks({ rows: ROWS, pool, store: journal, shards: [0, 1, 2] });
    })();
    await work(150);
    await rebuilding;
    await Promise.all(projectors.map(caughtUp));
    expect(await findings()).toEqual([]);
    const digest = await digestBooks(pool, ROWS);
    await Promise.all(projectors.map((projector) => projector.stop()));
    await rebuildBooks({ rows: ROWS, pool, store: journal, shards: [0, 1, 2] });
    expect(await digestBooks(pool, ROWS)).toEqual(digest);
  }, 60_000);

  it('goes on by itself after kill -9 of the database and counts nothing twice', async () => {
    const projector = startProjector();
    await work(20);
    process.kill(engine.processId!, 'SIGKILL');
    await work(20);
    await caughtUp(projector);
    expect(projector.trouble).toBeUndefined();
    expect(await findings()).toEqual([]);
  }, 60_000);

  it('stops when it is told to before it has looked where the books stand', async () => {
    const projector = new Projector({ store: journal, pool, shards: SHARDS });
    projector.start();
    await projector.stop();
    expect(projector.trouble).toBeUndefined();
  });

  it('runs as a service: ready, measured, rebuilt and compared on request of an admin only', async () => {
    const configuration = loadConfiguration({
      DATABASE_URL: engine.url,
      AIRTIME_ADMIN_KEY: 'an-admin-key-of-32-characters-for-the-spec',
      AIRTIME_SHARDS: String(SHARDS),
      AIRTIME_DATA_DIR: folder,
    });
    const logger = createLogger('fatal', { secrets: [] });
    const app = await createService(ProjectorModule, { configuration, logger, name: 'projector' });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    try {
      const ask = (what: 'rebuild' | 'verify', key: string) =>
        fetch(`http://127.0.0.1:${port}/v1/projections/${what}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: '{}',
        });
      expect((await ask('rebuild', 'a-stranger')).status).toBe(401);
      expect((await ask('verify', 'a-stranger')).status).toBe(401);
      const answer = await ask('rebuild', 'an-admin-key-of-32-characters-for-the-spec');
      expect(answer.status).toBe(200);
      const { shards } = (await answer.json()) as { shards: { shard: number; height: number }[] };
      expect(shards).toContainEqual({ shard: 0, height: ledgers[0]!.height });
      const compared = await ask('verify', 'an-admin-key-of-32-characters-for-the-spec');
      expect(compared.status).toBe(200);
      const { tables } = (await compared.json()) as { tables: object[] };
      expect(tables).toContainEqual({ table: 'checkpoints', ok: true, rows: SHARDS + 1, replayedRows: SHARDS + 1 });
      const ready = await fetch(`http://127.0.0.1:${port}/health`);
      expect(((await ready.json()) as { checks: Record<string, unknown> }).checks).toHaveProperty('projector');
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(metrics).toContain('airtime_projection_lag_pages');
    } finally {
      await app.close();
    }
  }, 60_000);

  it.each([
    ['between two statements', (client: pg.Client) => client.query('SELECT 1')],
    ['in the middle of a COPY', (client: pg.Client) => client.query(copyFrom('COPY books.entries FROM STDIN'))],
  ])(
    'takes a shard over from a process that stands still %s',
    async (_, standStill) => {
      const frozen = new pg.Client({ connectionString: engine.url });
      const ended = new Promise((resolve) => frozen.on('error', () => undefined).on('end', () => resolve(undefined)));
      await frozen.connect();
      // What a projector holds in the middle of its transaction.
      await frozen.query(`BEGIN; SELECT pg_advisory_xact_lock_shared(${0x41_49_52_02})`);
      await frozen.query(`SELECT pg_advisory_xact_lock(${0x41_49_52_04}, 0)`);
      await frozen.query('UPDATE books.checkpoints SET height = height WHERE shard = 0');
      const still = standStill(frozen);
      if ('on' in still) still.on('error', () => undefined);
      else await still;
      await work(2);
      const projector = startProjector();
      await caughtUp(projector);
      await ended;
      expect(await findings()).toEqual([]);
    },
    60_000,
  );

  it('never ends a session that works, however long it takes', async () => {
    const client = new pg.Client({ connectionString: engine.url });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT pg_advisory_xact_lock(${0x41_49_52_04}, 0)`);
      await work(1);
      const projector = startProjector();
      await client.query('SELECT pg_sleep(4)');
      expect(projector.shards[0]!.height).toBeLessThan(ledgers[0]!.height);
      await client.query('COMMIT');
      await caughtUp(projector);
    } finally {
      await client.end();
    }
  }, 60_000);

  it('does not call books that are ahead of the journal, or that it has not read yet, up to date', async () => {
    const projector = startProjector();
    await caughtUp(projector);
    const short = { head: async () => ({ height: 1 }) };
    const unread = new Projector({ store: short as never, pool, shards: SHARDS });
    expect(await unread.lag()).toContainEqual({ shard: 0, height: undefined, behind: undefined, isAhead: false });
    unread.shards[0]!.height = 3;
    expect(await unread.lag()).toContainEqual({ shard: 0, height: 3, behind: undefined, isAhead: true });
  });

  it('stops at whatever moment of its start it is told to', async () => {
    for (let ms = 0; ms < 20; ms++) {
      const projector = startProjector();
      await delay(ms);
      await projector.stop();
    }
  }, 60_000);

  // Last: its stray shard would make a service refuse the journal.
  it('says which shard is stuck on an event that it does not know, and goes on with the others', async () => {
    const strange = { type: 'FromTheFuture', time: new Date().toISOString(), ...PROVENANCE } as unknown as LedgerEvent;
    const foreign = new Sequencer(
      {
        createState: () => ledgers[1]!.state,
        evolve: () => undefined,
        decide: (_, command: LedgerEvent, record: (event: LedgerEvent) => unknown) => record(command),
      },
      { shard: 7, store: journal },
    );
    await foreign.start();
    await foreign.execute(strange);
    await foreign.stop();
    const seen: string[] = [];
    const projector = new Projector({
      store: journal,
      pool,
      shards: 7,
      onTrouble: (_, error) => seen.push(String(error)),
    });
    projector.start();
    running.push(projector);
    while (projector.trouble === undefined) await delay(20);
    expect(projector.trouble.shard).toBe(7);
    expect(seen[0]).toContain('has the type FromTheFuture');
    await work(2);
    while ((projector.shards[0]!.height ?? 0) < ledgers[0]!.height) await delay(20);
  }, 30_000);
});
