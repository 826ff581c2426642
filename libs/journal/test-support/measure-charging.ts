/**
 * How long one usage event takes on one core from decision to sealed page: decide, evolve, encode, seal. Run it by hand,
 * after `npm run build`: `node dist/libs/journal/test-support/measure-charging.js [events]`. It is a measurement, not a
 * test: machines differ.
 */
import { performance } from 'node:perf_hooks';
import {
  Catalogue,
  CODEC,
  decideLedger,
  LedgerState,
  type LedgerCommand,
  type LedgerEvent,
  type UsageItem,
} from '#concepts';
import { atto, UNREAD } from '#domain';
import { CompactUsageIndex, FIRST_PREVIOUS_HASH, sealPage } from '#journal';
import { SPEC_SEALING, SPEC_WRITER } from './spec-writers.js';

const CUSTOMERS = 100;
const PROVIDERS = 20;
const ITEMS = 100;
const COMMANDS_PER_PAGE = 20;
const NOW = Date.UTC(2026, 10, 22, 10);
const TIME = '2026-11-22T10:00:00Z';
const WHO = { actor: 'system:measure', origin: 'system:measure' };

function createCatalogue(): Catalogue {
  const catalogue = new Catalogue();
  const recorded = { time: '2026-01-01T00:00:00Z', ...WHO };
  const parties = [
    ...Array.from({ length: CUSTOMERS }, (_, i) => ({ party: `customer-${i}`, roles: ['customer'] as const })),
    ...Array.from({ length: PROVIDERS }, (_, i) => ({ party: `provider-${i}`, roles: ['provider'] as const })),
  ];
  for (const party of parties) catalogue.evolve({ type: 'PartyRegistered', ...recorded, ...party });
  const price = { price: '2.5', per: '1000000' };
  catalogue.evolve({
    type: 'PriceBookPublished',
    ...recorded,
    version: 1,
    book: {
      effectiveAt: '2026-01-01T00:00:00Z',
      prices: [
        { type: 'ai.compute.usage', model: '*', meters: { input_tokens: price, output_tokens: price, gpu_ms: price } },
      ],
    },
  });
  catalogue.evolve({
    type: 'SplitPolicyPublished',
    ...recorded,
    version: 1,
    policy: { effectiveAt: '2026-01-01T00:00:00Z', provider: 8_000, treasury: 1_000, stakers: 700, burn: 300 },
  });
  return catalogue;
}

/** Items as they come out of `JSON.parse`: every text a string of its own. */
function createItems(first: number): UsageItem[] {
  const items = Array.from({ length: ITEMS }, (_, i) => {
    const n = first + i;
    return {
      index: i,
      offset: n,
      report: {
        source: `gateway/eu-${n % 7}`,
        id: `request-${n}`,
        digest: n.toString(16).padStart(16, '0'),
        type: 'ai.compute.usage',
        time: '2026-11-22T10:00:00Z',
        customer: `customer-${n % CUSTOMERS}`,
        provider: `provider-${n % PROVIDERS}`,
        model: `model-${n % 11}`,
        meters: { input_tokens: `${n % 5_000}`, output_tokens: `${n % 900}`, gpu_ms: `${n % 30_000}` },
      },
    };
  });
  return JSON.parse(JSON.stringify(items)) as UsageItem[];
}

function measure(events: number): void {
  const state = new LedgerState(new CompactUsageIndex(1 << 20), new CompactUsageIndex(1 << 8));
  const context = { catalogue: createCatalogue(), shard: 0, shards: 1, recordedAt: new Date(NOW).toISOString() };
  let height = 1;
  let lines: string[] = [];
  let encodeMs = 0;
  const record = (event: LedgerEvent) => {
    const position = { shard: 0, height, index: lines.length };
    state.evolve(event, position);
    const before = performance.now();
    lines.push(CODEC.encode(event));
    encodeMs += performance.now() - before;
    return position;
  };
  for (let i = 0; i < CUSTOMERS; i++) {
    const mint = { holder: `customer-${i}`, amount: atto(10n ** 30n), reason: 'measure' };
    const command: LedgerCommand = { type: 'MintTokens', ...mint, time: TIME, provenance: WHO };
    decideLedger(state, command, context, record);
  }
  const pages = Math.ceil(events / (ITEMS * COMMANDS_PER_PAGE));
  const charged = pages * COMMANDS_PER_PAGE * ITEMS;
  let previousHash = FIRST_PREVIOUS_HASH;
  let sealUs = 0;
  let totalUs = 0;
  let bytes = 0;
  encodeMs = 0;
  for (let page = 0; page < pages; page++) {
    const first = page * COMMANDS_PER_PAGE;
    const batches = Array.from({ length: COMMANDS_PER_PAGE }, (_, i) => createItems((first + i) * ITEMS));
    const begin = process.cpuUsage();
    for (const [i, items] of batches.entries()) {
      const from = (first + i) * ITEMS;
      const range = { name: 'airtime.usage.v1', partition: 0, from, to: from + ITEMS, fingerprint: UNREAD };
      const outcome = decideLedger(
        state,
        { type: 'ChargeUsage', items, actor: 'kafka', receivedAtMs: NOW, time: TIME, range },
        context,
        record,
      );
      if (outcome.type !== 'usage' || outcome.answer.accepted !== ITEMS) throw new Error(JSON.stringify(outcome));
      state.usage.applyOffsets(range);
    }
    const beforeSeal = process.cpuUsage();
    const sealed = sealPage(
      {
        ...{ journal: SPEC_SEALING.journal, registry: SPEC_SEALING.registry!() },
        ...{ shard: 0, height, recordedAt: '2026-11-22T10:00:00.000Z', previousHash, offsets: [] },
      },
      lines,
      SPEC_WRITER,
    );
    state.undo.clear();
    sealUs += spentUs(beforeSeal);
    totalUs += spentUs(begin);
    bytes += sealed.body.length;
    previousHash = sealed.hash;
    lines = [];
    height++;
  }
  const perEvent = (us: number) => `${(us / charged).toFixed(2)} µs`;
  process.stdout.write(
    `${charged} events: ${perEvent(totalUs)} of processor time each (encode ${perEvent(encodeMs * 1_000)}, ` +
      `seal ${perEvent(sealUs)}), ${Math.round(bytes / charged)} bytes each\n`,
  );
}

/** Processor time since a reading: other processes on the machine do not count. */
function spentUs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

const events = Number(process.argv[2] ?? 200_000);
for (let round = 0; round < 3; round++) measure(events);
