import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startPostgres, type Engine } from '#engines';
import { createLogger, createService, loadConfiguration } from '#platform';
import { createPool, type Pool } from '#postgres';
import { READ_DATABASE } from '#wiring';
import { LedgerModule } from '../../ledger/src/ledger.module.js';
import { ProjectorModule } from '../../projector/src/projector.module.js';
import { ReportingModule } from '../../reporting/src/reporting.module.js';

@Module({ imports: [LedgerModule, ProjectorModule, ReportingModule] })
class BooksAndLedgerModule {}

const ADMIN_KEY = 'an-admin-key-of-32-characters-for-the-spec';

describe('reads and writes in one process', () => {
  let folder: string;
  let engine: Engine & { readonly url: string };
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'airtime-starvation-'));
    engine = await startPostgres({ dataDir: join(folder, 'postgres') });
    const configuration = loadConfiguration({
      DATABASE_URL: engine.url,
      AIRTIME_ADMIN_KEY: ADMIN_KEY,
      AIRTIME_DATA_DIR: folder,
      AIRTIME_SHARDS: '2',
    });
    app = await createService(BooksAndLedgerModule, {
      configuration,
      logger: createLogger('silent'),
      name: 'spec',
      refusals: {},
      // Every read goes through to the pool, which is what is looked at here.
      readLimits: { atOnce: 1_000, waiting: 0, waitMs: 0 },
    });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  }, 120_000);

  afterAll(async () => {
    await app?.close();
    await engine?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  async function call(method: string, path: string, body?: unknown, key = ADMIN_KEY) {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  it('a mint does not wait for reads, however many wait for the database', async () => {
    expect((await call('POST', '/parties', { id: 'p7', roles: ['provider'] })).status).toBe(201);
    expect((await call('POST', '/parties', { id: 'acme', roles: ['customer'] })).status).toBe(201);
    const issued = await call('POST', '/keys', { role: 'provider', provider: 'p7' });
    expect(issued.status).toBe(201);
    const key = String(issued.body['key']);

    const reads = app.get<Pool>(READ_DATABASE, { strict: false });
    // Every connection for reads is taken by a statement that does not end by itself.
    const sleeping = Array.from({ length: reads.options.max }, () => reads.query('SELECT pg_sleep(3600)'));
    const endings = sleeping.map((sleep) =>
      sleep.then(
        () => 'slept',
        () => 'ended',
      ),
    );
    let answered = 0;
    const earnings = Array.from({ length: 30 }, () =>
      call('GET', '/providers/p7/earnings', undefined, key).finally(() => (answered += 1)),
    );
    while (reads.waitingCount < earnings.length) await new Promise((resolve) => setImmediate(resolve));

    const minted = await call('POST', '/mints', { holder: 'acme', amount: '5', reason: 'spec' });
    expect([minted.status, answered]).toEqual([201, 0]);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const revoked = await call('DELETE', `/keys/${String(issued.body['keyId'])}`);
    expect([revoked.status, answered]).toEqual([200, 0]);

    // They wait in bounded time, and are told to come back.
    for (const { status, body } of await Promise.all(earnings))
      expect([status, body['code']]).toEqual([503, 'UNAVAILABLE']);
    await endSleepers(engine.url);
    expect(new Set(await Promise.all(endings))).toEqual(new Set(['ended']));
    expect((await call('GET', '/holders/acme/balance')).status).toBe(200);
  }, 120_000);
});

async function endSleepers(databaseUrl: string): Promise<void> {
  const pool = createPool(databaseUrl, { max: 1 });
  await pool.query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)'`);
  await pool.end();
}
