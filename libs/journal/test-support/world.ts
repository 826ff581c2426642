/** A journal for specs: a registry and holder shards, decided by real sequencers on stores in memory. */
import {
  Catalogue,
  type ChargeUsage,
  type LedgerCommand,
  type RegistryCommand,
  type RegistryEvent,
  type UsageReport,
} from '#concepts';
import { atto, parseAmount, registryShard } from '#domain';
import {
  ledgerShard,
  readEvents,
  registryShardKind,
  Sequencer,
  type JournalStore,
  type LedgerSequencer,
  type RegistrySequencer,
  type SequencerOptions,
} from '#journal';
import { MemoryStore } from './memory-store.js';

export const NOW = Date.UTC(2026, 10, 22, 10);
export const TIME = '2026-11-22T10:00:00Z';
export const WHO = { actor: 'key:test', origin: 'request:test' };
export const CHAIN = 31337;
export const TOPIC = 'airtime.usage.v1';
const common = { time: TIME, provenance: WHO };

export interface World {
  readonly store: JournalStore;
  readonly shards: number;
  readonly catalogue: Catalogue;
  readonly registry: RegistrySequencer;
  readonly ledgers: readonly LedgerSequencer[];
}

/** Opens the shards of a journal; an empty one is given prices, a policy, a chain and parties. */
export async function openWorld(
  shards = 2,
  store: JournalStore = new MemoryStore(),
  options: Partial<SequencerOptions> = {},
): Promise<World> {
  const catalogue = new Catalogue();
  const clock = (): number => NOW;
  const registry: RegistrySequencer = new Sequencer(registryShardKind(), {
    clock,
    store,
    shard: registryShard(shards),
    onPage: (page) => {
      for (const { event } of readEvents(page)) catalogue.evolve(event as RegistryEvent);
    },
  });
  await registry.start();
  if (registry.height === 0) await Promise.all(foundation().map((command) => registry.execute(command)));
  const ledgers = Array.from({ length: shards }, (_, shard) => openLedger(shard, shards, catalogue, store, options));
  await Promise.all(ledgers.map((ledger) => ledger.start()));
  return { store, shards, catalogue, registry, ledgers };
}

/** A sequencer of one holder shard, not yet started. */
export function openLedger(
  shard: number,
  shards: number,
  catalogue: Catalogue,
  store: JournalStore,
  options: Partial<SequencerOptions> = {},
): LedgerSequencer {
  return new Sequencer(ledgerShard({ catalogue, shard, shards }), { clock: () => NOW, shard, store, ...options });
}

export const CUSTOMERS = ['acme', 'bolt', 'cargo', 'delta', 'echo'];
export const PROVIDERS = ['p1', 'p2', 'p3'];

function foundation(): RegistryCommand[] {
  return [
    {
      ...common,
      type: 'PublishPriceBook',
      version: 1,
      book: {
        effectiveAt: '2026-01-01T00:00:00Z',
        prices: [
          {
            type: 'ai.compute.usage',
            model: '*',
            meters: {
              input_tokens: { price: '2', per: '1000' },
              odd: { price: '0.000000000000000001', per: '1' },
            },
          },
        ],
      },
    },
    {
      ...common,
      type: 'PublishSplitPolicy',
      version: 1,
      policy: { effectiveAt: '2026-01-01T00:00:00Z', provider: 8_000, treasury: 1_000, stakers: 700, burn: 300 },
    },
    {
      ...common,
      type: 'RegisterChain',
      chainId: CHAIN,
      token: `0x${'a'.repeat(40)}`,
      vault: `0x${'b'.repeat(40)}`,
      signer: `0x${'c'.repeat(40)}`,
      deployBlock: '1',
      firstNonce: 0,
    },
    ...CUSTOMERS.map((party) => ({ ...common, type: 'RegisterParty' as const, party, roles: ['customer' as const] })),
    ...PROVIDERS.flatMap((party, i): RegistryCommand[] => [
      { ...common, type: 'RegisterParty', party, roles: ['provider'] },
      { ...common, type: 'ChangeKyc', party, to: 'verified', reason: 'documents seen' },
      {
        ...common,
        type: 'SetWallet',
        party,
        chainId: CHAIN,
        wallet: `0x${(0xa11_ce00 + i).toString(16).padStart(40, '0')}`,
      },
    ]),
  ];
}

export function report(changes: Partial<UsageReport> = {}): UsageReport {
  return {
    source: 'gateway',
    id: 'r1',
    digest: '00000000000000aa',
    type: 'ai.compute.usage',
    time: TIME,
    customer: 'acme',
    provider: 'p1',
    model: 'llama',
    meters: { input_tokens: '1000' },
    ...changes,
  };
}

/** A usage command as from HTTP or, with `firstOffset`, from partition 0 of Kafka. */
export function usage(reports: readonly UsageReport[], firstOffset?: number): ChargeUsage {
  return {
    type: 'ChargeUsage',
    actor: firstOffset === undefined ? 'key:test' : 'kafka',
    receivedAtMs: NOW,
    time: TIME,
    ...(firstOffset === undefined
      ? { origin: 'request:test' }
      : { range: { topic: TOPIC, partition: 0, from: firstOffset, to: firstOffset + reports.length } }),
    items: reports.map((one, index) => ({
      index,
      report: one,
      ...(firstOffset === undefined ? {} : { offset: firstOffset + index }),
    })),
  };
}

export function mint(holder: string, tokens: string, key?: string): LedgerCommand {
  const request = key === undefined ? {} : { request: { key, digest: `${holder} ${tokens}` } };
  return { ...common, ...request, type: 'MintTokens', holder, amount: parseAmount(tokens), reason: 'sale' };
}

export function burn(holder: string, tokens: string): LedgerCommand {
  return { ...common, type: 'BurnTokens', holder, amount: parseAmount(tokens), reason: 'redeemed' };
}

/** A transfer of `amount` atto-tokens. */
export function send(transfer: string, from: string, to: string, amount: bigint): LedgerCommand {
  return { ...common, type: 'SendTransfer', transfer, from, to, amount: atto(amount), reason: 'test' };
}

/** Everything of a holder shard's state that decisions read, as plain data. */
export function snapshot(ledger: LedgerSequencer): unknown {
  const { state } = ledger;
  return {
    balances: new Map([...state.balances].filter(([, value]) => value !== 0n)),
    usages: state.usage.size,
    offsets: new Map(state.usage.nextOffsets),
    answers: new Map(state.answers),
    transfersOpen: new Map(state.transfers.open),
    transfersReceived: new Map(state.transfers.received),
    receivables: [...state.receivables.customers()].sort().map((customer) => [...state.receivables.open(customer)]),
  };
}
