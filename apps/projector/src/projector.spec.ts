import type { AddressInfo } from 'node:net';
import { SPEC_SEALING } from '#journal/testing';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { REFUSALS, type LedgerEvent } from '#concepts';
import { ROWS } from '#concepts/rows';
import { atto, createCodec, type Provenance } from '#domain';
import { Sequencer } from '#journal';
import { createLogger, createService, loadConfiguration } from '#platform';
import { digestBooks, rebuildBooks, verifyBooks, type Pool } from '#postgres';
import { ProjectedLedger } from '#postgres/testing';
import { eventually } from '#testing';
import { Projector } from './projector.js';
import { ProjectorModule } from './projector.module.js';

const SHARDS = 2;
const PROVENANCE: Provenance = { actor: 'key:admin', origin: 'request:test' };

describe('Projector', () => {
  let ledger: ProjectedLedger;
  let pool: Pool;
  const running: Projector[] = [];

  const startProjector = (): Projector => {
    const projector = new Projector({ store: ledger.journal, pool, shards: SHARDS });
    projector.start();
    running.push(projector);
    return projector;
  };

  /** Mints to two holders in each shard, a page after the other. */
  const work = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      const mint = { holder: `c${round % 2}`, amount: atto(BigInt(round + 1)), reason: 'sale' };
      await Promise.all(ledger.ledgers.map(({ shard }) => ledger.commandShard(shard, { type: 'MintTokens', ...mint })));
    }
  };

  const findings = () => verifyBooks(pool, ROWS, ledger.expectedBalances());

  // While the database is away nothing can be said of the lag.
  const caughtUp = (projector: Projector) =>
    eventually(
      () => projector.lag(),
      (lag) => lag.every(({ behind }) => behind === 0),
      { what: 'a projector that has caught up' },
    );

  beforeAll(async () => {
    ledger = await ProjectedLedger.openFounded(2, 1);
    pool = ledger.database.openPool({ max: 20 });
  }, 120_000);

  afterEach(async () => {
    await Promise.all(running.splice(0).map((projector) => projector.stop()));
  });

  afterAll(() => ledger.stop(), 60_000);

  it('keeps the books exact while several projectors work at once and a rebuild goes on', async () => {
    const projectors = [startProjector(), startProjector(), startProjector()];
    const rebuilding = (async () => {
      await eventually(() => projectors[0]!.shards[0]!.height);
      await rebuildBooks({ rows: ROWS, pool, store: ledger.journal, shards: ledger.allShards });
    })();
    await work(150);
    await rebuilding;
    await Promise.all(projectors.map(caughtUp));
    expect(await findings()).toEqual([]);
    const digest = await digestBooks(pool, ROWS);
    await Promise.all(projectors.map((projector) => projector.stop()));
    await rebuildBooks({ rows: ROWS, pool, store: ledger.journal, shards: ledger.allShards });
    expect(await digestBooks(pool, ROWS)).toEqual(digest);
  }, 60_000);

  it('goes on by itself after kill -9 of the database and counts nothing twice', async () => {
    const projector = startProjector();
    await work(20);
    process.kill(ledger.database.engine.processId!, 'SIGKILL');
    await work(20);
    await caughtUp(projector);
    expect(projector.trouble).toBeUndefined();
    expect(await findings()).toEqual([]);
  }, 60_000);

  it('stops when it is told to before it has looked where the books stand', async () => {
    const projector = new Projector({ store: ledger.journal, pool, shards: SHARDS });
    projector.start();
    await projector.stop();
    expect(projector.trouble).toBeUndefined();
  });

  it('runs as a service: ready, measured, rebuilt and compared on request of an admin only', async () => {
    const configuration = loadConfiguration({
      DATABASE_URL: ledger.database.url,
      AIRTIME_ADMIN_KEY: 'an-admin-key-of-32-characters-for-the-spec',
      AIRTIME_SHARDS: String(SHARDS),
      AIRTIME_DATA_DIR: tmpdir(),
    });
    const logger = createLogger('fatal', { secrets: [] });
    const app = await createService(ProjectorModule, { configuration, logger, name: 'projector', refusals: REFUSALS });
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
      expect(shards).toContainEqual({ shard: 0, height: ledger.ledgers[0]!.height });
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
      const frozen = new pg.Client({ connectionString: ledger.database.url });
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
    const client = new pg.Client({ connectionString: ledger.database.url });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT pg_advisory_xact_lock(${0x41_49_52_04}, 0)`);
      await work(1);
      const projector = startProjector();
      await client.query('SELECT pg_sleep(4)');
      expect(projector.shards[0]!.height).toBeLessThan(ledger.ledgers[0]!.height);
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
        codec: createCodec({ FromTheFuture: {} }),
        createState: () => ledger.ledgers[1]!.state,
        evolve: () => undefined,
        decide: (_, command: LedgerEvent, record: (event: LedgerEvent) => unknown) => record(command),
      },
      { shard: 7, store: ledger.journal, sealing: SPEC_SEALING },
    );
    await foreign.start();
    await foreign.execute(strange);
    await foreign.stop();
    const seen: string[] = [];
    const projector = new Projector({
      store: ledger.journal,
      pool,
      shards: 7,
      onTrouble: (_, error) => seen.push(String(error)),
    });
    projector.start();
    running.push(projector);
    const trouble = await eventually(() => projector.trouble);
    expect(trouble!.shard).toBe(7);
    expect(seen[0]).toContain('of the type FromTheFuture');
    await work(2);
    await eventually(() => projector.shards[0]!.height === ledger.ledgers[0]!.height);
  }, 30_000);
});
