/**
 * An event of an earlier schema is read by everybody as the event that it is now: sequencer, follower of the registry,
 * projector, rebuild, verifier and export. Two real events are given an earlier schema each, where all codecs come from.
 */
import { jest } from '@jest/globals';
import type { JournalEvent } from '#concepts';
import type { FormerSchema } from '#domain';
import type { Page } from '#journal';
import type { ProjectedLedger as Ledger } from '#postgres/testing';

const { LAYOUTS } = await import('#concepts');
const { createCodec, plain } = await import('#domain');
const { reason: _, ...minted } = LAYOUTS.Minted;
/** A mint had no reason, and a party had one role. */
const FORMER: Readonly<Record<string, readonly FormerSchema[]>> = {
  Minted: [{ layout: minted, upcast: (event) => ({ ...event, reason: 'not recorded' }) }],
  PartyRegistered: [
    { layout: { party: plain, role: plain }, upcast: ({ role, ...event }) => ({ ...event, roles: [role] }) },
  ],
};
// Everybody below takes the codec from there, anew.
jest.resetModules();
jest.unstable_mockModule('../../libs/concepts/codec.js', () => ({ LAYOUTS, CODEC: createCodec(LAYOUTS, FORMER) }));

const { openAudits } = await import('#concepts/audits');
const { ROWS } = await import('#concepts/rows');
const { RegistryCopy, WRITER_CRYPTO } = await import('#concepts/shards');
const { shardOf } = await import('#domain');
const { readPages, sealPage, verifyJournal } = await import('#journal');
const { SPEC_WRITER, specFounding } = await import('#journal/testing');
const { digestBooks, rebuildBooks } = await import('#postgres');
const { ProjectedLedger } = await import('#postgres/testing');
const { readEventsOf } = await import('../../apps/cli/src/books-export/book-entry.js');

const SHARDS = 2;
const COMMON = '"2026-03-01T00:00:00Z","key:admin","request:old"';
const REGISTERED = `["PartyRegistered",${COMMON},"early","customer"]`;
const MINTED = `["Minted",${COMMON},"early","5",[[0,1,"5"]]]`;

const content = (shard: number, height: number, previousHash: string, registry: Page['registry']) => {
  const { journal } = specFounding(SHARDS);
  return { journal, shard, height, previousHash, registry, recordedAt: '2026-03-01T00:00:00.000Z', offsets: [] };
};

describe('events of an earlier schema', () => {
  const home = shardOf('early', SHARDS);
  let ledger: Ledger;

  beforeAll(async () => {
    ledger = await ProjectedLedger.open({ shards: SHARDS, now: Date.UTC(2026, 10, 22, 10) });
    const founding = specFounding(SHARDS);
    const { hash } = founding;
    await ledger.journal.append(founding);
    const registered = sealPage(content(SHARDS, 2, hash, { height: 1, hash }), [REGISTERED], SPEC_WRITER);
    await ledger.journal.append(registered);
    const resting = { height: 2, hash: registered.hash };
    await ledger.journal.append(sealPage(content(home, 1, '0'.repeat(64), resting), [MINTED], SPEC_WRITER));
    await ledger.start();
  }, 120_000);

  afterAll(() => ledger.stop(), 60_000);

  it('are folded by the sequencer, and by whoever follows the registry', async () => {
    expect(ledger.ledgers[home]!.state.balance('customer:early:available')).toBe(5n);
    const copy = new RegistryCopy(SHARDS, WRITER_CRYPTO);
    for await (const page of readPages(ledger.journal, SHARDS)) copy.take(page);
    expect(copy.refusal).toBeUndefined();
    expect(copy.catalogue.parties.get('early')?.roles).toEqual(['customer']);
  });

  it('stand beside those of the present one, which say so', async () => {
    await ledger.mint('early', 1);
    const bodies = (await ledger.pagesOf(home)).map((page) => page.body.toString('utf8'));
    expect(bodies[0]).toBe(`${MINTED}\n`);
    expect(bodies[1]).toMatch(/^\["Minted\/2",/);
  });

  it('are projected, and the same again by a rebuild', async () => {
    await ledger.project();
    const { rows } = await ledger.pool.query<{ party: string }>(
      `SELECT party FROM books.parties WHERE party = 'early'`,
    );
    expect(rows).toHaveLength(1);
    const before = await digestBooks(ledger.pool, ROWS);
    await rebuildBooks({ rows: ROWS, pool: ledger.pool, store: ledger.journal, shards: ledger.allShards });
    expect(await digestBooks(ledger.pool, ROWS)).toEqual(before);
  }, 120_000);

  it('are verified, and written as they were spelt', async () => {
    const { findings, totals } = await verifyJournal(ledger.journal, openAudits, { shards: SHARDS });
    expect(findings).toEqual([]);
    expect(totals.balances.get('customer:early:available')).toBe(1_000_000_000_000_000_005n);
  });

  it('are exported by name as they are now', async () => {
    const [page] = await ledger.pagesOf(home);
    const named: readonly JournalEvent[] = readEventsOf({ ...page!, body: page!.body.toString('utf8') });
    expect(named).toEqual([expect.objectContaining({ type: 'Minted', holder: 'early', reason: 'not recorded' })]);
  });
});
