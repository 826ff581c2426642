import { jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '#engines';
import { CUSTOMERS, LedgerWorld, setUp } from '../test-support/ledger-world.js';

jest.setTimeout(180_000);

describe('a ledger whose PostgreSQL goes away', () => {
  it('says so, answers 503 in bounded time, and does what it could not promise exactly once', async () => {
    const world = await LedgerWorld.start();
    const folder = await mkdtemp(join(tmpdir(), 'airtime-outage-'));
    let engine = await startPostgres({ dataDir: folder });
    try {
      const ledger = await world.service(engine.url);
      await setUp(ledger);
      await engine.stop();

      const health = ledger.fetch('GET', '/health/ready');
      // Within 30 s, says README; the service's timers and this one are late together.
      const late = delay(45_000, undefined, { ref: false });
      const answering = Promise.all([1, 2].map(() => ledger.mint(CUSTOMERS[0]!, '5', 'through-the-outage')));
      const answers = (await Promise.race([answering, late])) ?? [];
      expect(answers).toHaveLength(2);
      for (const { status, body, headers } of answers) {
        expect([status, body.code]).toEqual([503, 'UNAVAILABLE']);
        expect(body.detail).toContain('same Idempotency-Key');
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      }
      const { status, body } = await health;
      expect(status).toBe(503);
      expect(body.failing).toEqual(expect.arrayContaining(['journal', 'database', 'catalogue']));

      engine = await startPostgres({ dataDir: folder });
      const repeated = await ledger.mint(CUSTOMERS[0]!, '5', 'through-the-outage');
      expect(repeated.status).toBe(201);
      expect(await ledger.balance(`customer:${CUSTOMERS[0]!}:available`)).toBe(5n * 10n ** 18n);
      expect((await ledger.fetch('GET', '/health/ready')).status).toBe(200);
    } finally {
      await world.stop();
      await engine.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
