/** Lines give back the very events that were decided, whatever happened; and none is larger than it has to be. */
import { CODEC, LAYOUTS, type JournalEvent } from '#concepts';
import { LineUnreadable } from '#domain';
import { liveBySteps, liveThrough } from '../test-support/history.js';
import { openWorld } from '../test-support/world.js';

const SHARDS = 3;

/** Every event as it was decided, beside the line that was written of it. */
const written: { readonly event: object; readonly line: string }[] = [];

beforeAll(async () => {
  const codec: { -readonly [Name in keyof typeof CODEC]: (typeof CODEC)[Name] } = CODEC;
  const { encode } = codec;
  codec.encode = (event) => {
    const line = encode(event);
    written.push({ event: JSON.parse(JSON.stringify(event)) as object, line });
    return line;
  };
  await liveThrough(await openWorld(SHARDS));
  await liveBySteps(await openWorld(SHARDS));
  for (const event of RARE) codec.encode(event);
  codec.encode = encode;
});

const COMMON = { time: '2026-11-22T10:00:00Z', actor: 'key:a', origin: 'request:b' };
const HASH = 'a'.repeat(64);
/** What the histories do not come to. */
const RARE: readonly JournalEvent[] = [
  {
    type: 'UsageRejected',
    ...COMMON,
    topic: 't',
    partition: 0,
    offset: 7,
    code: 'UNKNOWN_MODEL',
    detail: '"\\\n\ud800',
  },
  {
    type: 'UsageBatchAnswered',
    ...COMMON,
    request: { key: 'k', digest: 'd' },
    answer: {
      ...{ accepted: 1, duplicates: 0, conflicts: 0 },
      rejected: [{ index: 0, id: 'r', code: 'UNKNOWN_MODEL', detail: 'd', path: 'data.model' }],
    },
  },
  { type: 'KeyIssued', ...COMMON, key: 'k', role: 'finance', hash: HASH },
  { type: 'KeyIssued', ...COMMON, key: 'k', role: 'provider', hash: HASH, provider: 'p1' },
  { type: 'KeyIssued', ...COMMON, key: 'k', role: 'customer', hash: HASH, customer: 'c1' },
  { type: 'KeyRevoked', ...COMMON, key: 'k', request: { key: 'k', digest: 'd' } },
  { type: 'GrantExpired', ...COMMON, grant: '0-2-0', holder: 'c0', amount: '0', postings: [] },
  {
    ...{ type: 'BudgetThresholdsReached', ...COMMON, customer: 'c0', path: 'c0/b', day: '2026-11-22' },
    reached: [{ level: 2, used: '5', thresholds: [50, 80] }],
  },
  { type: 'SettlementEmpty', ...COMMON, batch: 'b', heads: [{ shard: 0, height: 1, hash: HASH }] },
  {
    ...{
      type: 'ReconciliationRecorded',
      ...COMMON,
      reconciliation: 'r',
      chainId: 1,
      blockNumber: '9',
      blockHash: HASH,
    },
    heads: [],
    checks: [{ name: 'supply', ledger: '1', chain: '1', agrees: true }],
    matched: 1,
    breaks: [],
    closed: ['x'],
  },
];

const typeOf = ({ event }: { readonly event: object }) => (event as JournalEvent).type;

describe('the lines of a history', () => {
  it('give back the same events as objects in JSON would', () => {
    expect(written.length).toBeGreaterThan(400);
    for (const { event, line } of written) expect(CODEC.decode(JSON.parse(line))).toEqual(event);
  });

  it('are of every type, so that no layout is left to chance', () => {
    const seen = new Set(written.map(typeOf));
    expect(Object.keys(LAYOUTS).filter((type) => !seen.has(type as JournalEvent['type']))).toEqual([]);
  });

  it('have one spelling each, which is an array that begins with the type', () => {
    for (const { event, line } of written) {
      expect(line.startsWith(`["${typeOf({ event })}","`)).toBe(true);
      expect(CODEC.respell(JSON.parse(line), event as JournalEvent)).toBe(line);
    }
  });

  it('take at most 400 bytes for a charge that is paid', () => {
    const charges = written.filter(
      (one) => typeOf(one) === 'UsageCharged' && !Object.hasOwn(one.event, 'receivable') && one.line.includes('kafka'),
    );
    expect(charges.length).toBeGreaterThan(5);
    expect(Math.max(...charges.map(({ line }) => Buffer.byteLength(line)))).toBeLessThan(400);
  });
});

describe('what is no line of an event', () => {
  it.each([
    ['an object', '{"type":"Minted"}'],
    ['null', 'null'],
    ['an array of nothing', '[]'],
    ['a type that every object has', '["constructor","t","a","o"]'],
    ['a later schema', '["Minted/2","t","a","o","h","1","r",[]]'],
    ['too few elements', '["Minted","t","a","o","h","1"]'],
    ['too many elements', '["Minted","t","a","o","h","1","r",[],null,"3-1-0",1]'],
    ['an account that is not told', '["Minted","t","a","o","h","1","r",[[0,7,"1"]]]'],
    ['a posting without an amount', '["Minted","t","a","o","h","1","r",[[0,1]]]'],
    ['a text for a list', '["UsageConflicted","t","a","o","usage","c","d"]'],
  ])('%s is refused', (_, line) => {
    expect(() => CODEC.decode(JSON.parse(line))).toThrow(LineUnreadable);
  });
});
