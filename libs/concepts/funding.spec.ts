/** The list of what pays usage, beside what the concepts' files have. */
import { CHARGING, FUNDING, FUNDS } from '#concepts';
import { openAudits } from '#concepts/audits';
import { WRITER_CRYPTO } from '#concepts/shards';
import { CompactUsageIndex, type AuditedBalances, type AuditWalk } from '#journal';
import { keccak256 } from '#signing';
import { LedgerDesk, mint, openRegistry, report, usage } from './test-support/world.js';
import { findTables } from './test-support/tables.js';

const isSource = (value: object) => 'offer' in value && 'payees' in value;

describe('what pays usage', () => {
  it('has every source that a concept exports', async () => {
    const sources = (await findTables('pure', /./)).filter(({ table }) => isSource(table));
    expect(sources.filter(({ table }) => !CHARGING.funding.includes(table as never))).toEqual([]);
    expect(new Set(sources.map(({ table }) => table)).size).toBe(FUNDING.length);
  });

  it('asks each under a name of its own, and the funds and then what is owed last', () => {
    const names = FUNDING.map(({ name }) => name as string);
    expect(new Set(names).size).toBe(names.length);
    expect(names.at(-1)).toBe('receivable');
    expect(FUNDING.slice(-1 - FUNDS.length, -1)).toEqual(FUNDS);
  });
});

describe('a charge and a covering that say what no source says', () => {
  const { catalogue } = openRegistry(1, ['acme'], ['p1']).state;
  const desk = new LedgerDesk({ catalogue, shard: 0, shards: 1 });
  desk.decide(usage([report()]));
  desk.decide(mint('acme', '1'));
  const balances: AuditedBalances = { balance: () => 0n, sumOf: () => 0n };

  it.each(['UsageCharged', 'ReceivablesCovered'] as const)('are found: %s', (type) => {
    const found: string[] = [];
    const walk: AuditWalk = {
      crypto: { ...WRITER_CRYPTO, keccak256 },
      restsOn: 1_000,
      recordedAtMs: 0,
      ...{ shards: 1, expectSum: () => undefined, homeOf: () => 0, instantOf: Date.parse },
      ...{ textOfInstant: String },
      find: (_law, _place, detail) => found.push(detail),
      giveUpHeads: () => undefined,
      createIndex: () => new CompactUsageIndex(2),
    };
    const event = desk.recorded.find((one) => one.event.type === type)!.event;
    const place = { shard: 0, height: 1, index: 0 };
    const derive = openAudits(walk).ledger[type] as (...of: unknown[]) => unknown;
    derive(event, place, balances);
    expect(found.filter((detail) => detail.includes('says as'))).toEqual([]);
    derive({ ...event, unheard: {}, available: {} }, place, balances);
    const what = `no audit checks what ${type} says as`;
    expect(found.filter((detail) => detail.startsWith(what))).toEqual([`${what} unheard`, `${what} available`]);
  });
});
