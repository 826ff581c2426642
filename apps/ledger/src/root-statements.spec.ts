/** What a person sees of a page that is refused and of a loss that this service does not know of, and states as a root. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { stateAsRoot } from '#concepts';
import { openAudits } from '#concepts/audits';
import { verifyJournal, type JournalStore } from '#journal';
import { HealthRegistry } from '#platform';
import { createPool, PostgresJournal, type Pool } from '#postgres';
import { readSigningKey } from '#signing';
import { eventually } from '#testing';
import { CUSTOMERS, LedgerWorld, type LedgerService } from '../test-support/ledger-world.js';

jest.setTimeout(120_000);

describe('a root', () => {
  let world: LedgerWorld;
  let ledger: LedgerService;
  let pool: Pool;
  /** As it stands: whoever verifies judges void pages himself. */
  let store: JournalStore;

  beforeAll(async () => {
    world = await LedgerWorld.start();
    const started = await world.newLedger();
    ledger = started.ledger;
    pool = createPool(started.databaseUrl, { max: 2 });
    store = new PostgresJournal(pool);
  }, 120_000);

  afterAll(async () => {
    await store.close();
    await pool.end();
    await world.stop();
  }, 60_000);

  type Stated = Parameters<typeof stateAsRoot>[3];

  async function state(stated: Stated) {
    const root = readSigningKey(await readFile(join(world.folder, 'root.key'), 'utf8'));
    const { journal, statements } = (await ledger.send('GET', '/writers')).body;
    const { statement } = stateAsRoot(root, journal, statements + 1, stated);
    return ledger.post('/writers/statements', { ...stated, ...statement });
  }

  const verify = async () => (await verifyJournal(store, openAudits, { shards: CUSTOMERS.length })).findings;

  it('accepts the head of a shard of which only another service knows that pages are lost, and no other head', async () => {
    const shard = 0;
    for (const amount of ['1', '2']) expect((await ledger.mint(CUSTOMERS[shard]!, amount)).status).toBe(201);
    const { height, hash } = (await store.head(shard))!;
    const [below] = await store.read(shard, height - 1, 1);
    const accepting = { type: 'LossAccepted', shard, lost: [], reason: 'settlement says so' } as const;
    for (const [other, code] of [
      [{ ...accepting, height, hash: 'a'.repeat(64) }, 'NOTHING_LOST'],
      [{ ...accepting, height: height - 1, hash: below!.hash }, 'NOTHING_LOST'],
      [{ ...accepting, height, hash, lost: [{ height, hash }] }, 'NOTHING_LOST'],
      [{ ...accepting, shard: 64, height: 0, hash: '0'.repeat(64) }, 'NOT_FOUND'],
    ] as const) {
      const { status, body } = await state(other);
      expect([other.height, status >= 400, body.code]).toEqual([other.height, true, code]);
    }
    expect((await state({ ...accepting, height, hash })).status).toBe(201);
    expect((await ledger.mint(CUSTOMERS[shard]!, '1')).status).toBe(201);
    expect(await verify()).toEqual([]);
  });

  it('reads in the health of the ledger which page is refused, and is ready again once it is void', async () => {
    const shard = 1;
    const hash = 'f'.repeat(64);
    expect((await ledger.mint(CUSTOMERS[shard]!, '1')).status).toBe(201);
    const { rows } = await pool.query<{ height: number }>(
      `INSERT INTO journal.pages (shard, height, recorded_at, previous_hash, offsets, count, body_digest, hash, body,
         journal, writer, registry_height, registry_hash, signature)
       SELECT shard, height + 1, recorded_at, hash, '[]', count, body_digest, '${hash}', body,
         journal, writer, registry_height, registry_hash, signature
       FROM journal.pages WHERE shard = ${shard} ORDER BY height DESC LIMIT 1
       RETURNING height::int`,
    );
    const { height } = rows[0]!;
    const refusal = `page ${height} of shard ${shard} is refused: `;

    const minted = await ledger.mint(CUSTOMERS[shard]!, '1');
    expect([minted.status, minted.body.detail]).toEqual([503, expect.stringContaining(refusal)]);
    const ready = await ledger.fetch('GET', '/health/ready');
    expect([ready.status, ready.body.failing]).toEqual([503, expect.arrayContaining(['sequencers'])]);
    const { checks } = await ledger.app.get(HealthRegistry).details();
    expect(checks['sequencers']).toEqual({ ok: false, detail: expect.stringContaining(refusal) });

    expect((await state({ type: 'PageVoided', shard, height, hash, reason: 'nobody signed it' })).status).toBe(201);
    await eventually(async () => (await ledger.mint(CUSTOMERS[shard]!, '1')).status === 201);
    expect((await ledger.fetch('GET', '/health/ready')).status).toBe(200);
    expect(await verify()).toEqual([]);
  });
});
