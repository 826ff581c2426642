/** A journal for specs: a registry and holder shards, decided by real sequencers on stores in memory. */
import { CODEC, Catalogue, type ChargeUsage, type RegistryEvent, type UsageReport } from '#concepts';
import {
  foundation,
  registrationOf,
  Scene,
  StandingClock,
  TIME,
  TIME_MS,
  usage as usageOf,
  WHO,
  type Ask,
  type Move,
} from '#concepts/testing';
import { registryShard } from '#domain';
import {
  ledgerShard,
  registryShardKind,
  WRITER_CRYPTO,
  type LedgerSequencer,
  type RegistrySequencer,
} from '#concepts/shards';
import { readEvents, Sequencer, type JournalStore, type Position, type SequencerOptions } from '#journal';
import { takeMove, withHeads } from './driven-ledger.js';
import { MemoryStore } from './memory-store.js';
import { foundForSpec, specSealing } from './spec-writers.js';

export { burn, mint, report, send, TIME, WHO } from '#concepts/testing';
export const NOW = TIME_MS;
export const TOPIC = 'airtime.usage.v1';
export const CUSTOMERS = ['acme', 'bolt', 'cargo', 'delta', 'echo'];
export const PROVIDERS = ['p1', 'p2', 'p3'];
const CAST = { customers: CUSTOMERS, providers: PROVIDERS };

export interface World {
  readonly store: JournalStore;
  readonly shards: number;
  readonly catalogue: Catalogue;
  readonly registry: RegistrySequencer;
  readonly ledgers: readonly LedgerSequencer[];
  /** Where steps are taken. */
  readonly scene: Scene;
}

/** The registry that a catalogue follows. */
const registries = new WeakMap<Catalogue, RegistrySequencer>();

/** Opens the shards of a journal; an empty one is given prices, a policy, a chain and parties. */
export async function openWorld(
  shards = 2,
  store: JournalStore = new MemoryStore(),
  options: Partial<SequencerOptions> = {},
): Promise<World> {
  const catalogue = new Catalogue(undefined, WRITER_CRYPTO);
  const standing = new StandingClock(NOW);
  const clock = (): number => standing.now();
  await foundForSpec(store, shards);
  const registry: RegistrySequencer = new Sequencer(registryShardKind(), {
    sealing: specSealing(shards),
    clock,
    store,
    shard: registryShard(shards),
    onPage: (page) => {
      for (const { event, position } of readEvents(page, CODEC)) catalogue.evolve(event as RegistryEvent, position);
    },
  });
  registries.set(catalogue, registry);
  await registry.start();
  if (registry.height === 1) {
    await registry.execute({ time: TIME, provenance: WHO, ...registrationOf(TOPIC) });
    await Promise.all(foundation(CAST).map((command) => registry.execute(command)));
  }
  const ledgers = Array.from({ length: shards }, (_, shard) =>
    openLedger(shard, shards, catalogue, store, { clock, ...options }),
  );
  await Promise.all(ledgers.map((ledger) => ledger.start()));
  const states = ledgers.map(({ state }) => state);
  const scene = new Scene(CAST, registry.state, states, standing);
  return { store, shards, catalogue, registry, ledgers, scene };
}

/** A sequencer of one holder shard, not yet started. */
export function openLedger(
  shard: number,
  shards: number,
  catalogue: Catalogue,
  store: JournalStore,
  options: Partial<SequencerOptions> = {},
): LedgerSequencer {
  const sealing = specSealing(shards, registries.get(catalogue));
  return new Sequencer(ledgerShard({ catalogue, shard, shards }), {
    clock: () => NOW,
    shard,
    store,
    sealing,
    ...options,
  });
}

/** A usage command as from HTTP or, with `firstOffset`, from partition 0 of Kafka. */
export const usage = (reports: readonly UsageReport[], firstOffset?: number): ChargeUsage =>
  usageOf(reports, firstOffset, TOPIC);

/** Has a step's command decided, and says where its entry stands. */
export async function execute(world: World, ask: Ask): Promise<{ position: Position }> {
  const { registry, ledgers, scene, store } = world;
  const { shard, command } = await withHeads(ask, scene, store, ledgers);
  return shard === 'registry' ? registry.execute(command) : ledgers[shard]!.execute(command);
}

/** Takes a step; a refusal ends it. */
export function take(world: World, move: Move): Promise<void> {
  return takeMove(world.scene, move, (ask) => execute(world, ask));
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
