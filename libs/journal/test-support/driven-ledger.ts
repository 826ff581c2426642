/** A ledger for specs: real sequencers over any journal, with a clock that each command moves on by a second. */
import {
  CODEC,
  ROUNDS,
  supplyOf,
  weighIssued,
  type LedgerCommand,
  type RegistryCommand,
  type UsageReport,
} from '#concepts';
import {
  addUp,
  asksForRoom,
  digestHeads,
  epochAskedBy,
  foundation,
  instantAskedBy,
  report,
  Scene,
  settleBatch,
  withPast,
  withSeen,
  type Ask,
  type BatchDetails,
  type BatchEnd,
  type Cast,
  type Foundation,
  type Move,
  type SceneClock,
} from '#concepts/testing';
import {
  atto,
  DomainError,
  registryShard,
  shardOf,
  type EntryPosition,
  type Provenance,
  type ShardHead,
} from '#domain';
import { ledgerShard, registryShardKind, type LedgerSequencer, type RegistrySequencer } from '#concepts/shards';
import { readEvents, readPages, Sequencer, sumBack, type JournalStore, type Position } from '#journal';
import { foundForSpec, specSealing } from './spec-writers.js';

const PROVENANCE: Provenance = { actor: 'key:admin', origin: 'request:test' };
const TOKEN = 10n ** 18n;

export interface DrivenLedgerOptions {
  readonly shards?: number;
  /** What the clock shows first. */
  readonly now?: number;
  readonly cast?: Cast;
  readonly provenance?: Provenance;
}

export class DrivenLedger {
  readonly registry: RegistrySequencer;
  readonly ledgers: readonly LedgerSequencer[];
  readonly shards: number;
  /** Where steps are taken. */
  readonly scene: Scene;
  /** What the sequencers' clock shows. */
  now: number;
  private readonly provenance: Provenance;
  private reports = 0;

  constructor(
    private readonly store: JournalStore,
    {
      shards = 2,
      now = Date.UTC(2026, 5, 1),
      cast = { customers: [], providers: [] },
      provenance = PROVENANCE,
    }: DrivenLedgerOptions = {},
  ) {
    this.shards = shards;
    this.now = now;
    this.provenance = provenance;
    const clock = () => this.now;
    this.registry = new Sequencer(registryShardKind(), {
      ...{ shard: registryShard(shards), store, clock },
      sealing: specSealing(shards),
    });
    const { catalogue } = this.registry.state;
    this.ledgers = Array.from({ length: shards }, (_, shard) => {
      const usageElsewhere = (source: string, id: string) => this.findUsageElsewhere(shard, source, id);
      const kind = ledgerShard({ catalogue, shard, shards, usageElsewhere });
      return new Sequencer(kind, { shard, store, clock, sealing: specSealing(shards, this.registry) });
    });
    const states = this.ledgers.map(({ state }) => state);
    const sceneClock: SceneClock = {
      now: () => this.now,
      stamp: () => this.tick(),
      pass: (ms) => void this.tick(ms),
    };
    this.scene = new Scene(cast, this.registry.state, states, sceneClock, provenance);
  }

  get allShards(): number[] {
    return Array.from({ length: this.shards + 1 }, (_, shard) => shard);
  }

  async start(): Promise<void> {
    await foundForSpec(this.store, this.shards);
    await this.registry.start();
    for (const ledger of this.ledgers) await ledger.start();
  }

  async stop(): Promise<void> {
    for (const sequencer of [this.registry, ...this.ledgers]) await sequencer.stop();
  }

  shardOf(holder: string): number {
    return shardOf(holder, this.shards);
  }

  /** Lays the foundation for the cast: prices, a policy, a chain and the parties. */
  async found(details: Partial<Foundation> = {}): Promise<void> {
    const commands = foundation({ ...this.scene.cast, provenance: this.provenance, ...details });
    for (const command of commands) await this.register({ ...command, time: this.tick() });
  }

  /** Sends a command to the registry shard. */
  register(command: RegistryCommand | (Record<string, unknown> & { type: RegistryCommand['type'] })) {
    return this.registry.execute({ time: this.tick(), provenance: this.provenance, ...command } as RegistryCommand);
  }

  /** Sends a command to the shard of a holder. */
  command(holder: string, command: Record<string, unknown> & { type: LedgerCommand['type'] }) {
    return this.commandShard(this.shardOf(holder), command);
  }

  commandShard(shard: number, command: Record<string, unknown> & { type: LedgerCommand['type'] }) {
    const full = { time: this.tick(), provenance: this.provenance, ...command } as LedgerCommand;
    return this.ledgers[shard]!.execute(full);
  }

  /** Has a step's command decided, and says where its entry stands. */
  async execute(ask: Ask): Promise<Position> {
    const { shard, command } = await withHeads(ask, this.scene, this.store, this.ledgers);
    const decided = shard === 'registry' ? this.registry.execute(command) : this.ledgers[shard]!.execute(command);
    return (await decided).position;
  }

  /** Takes a step. A refusal ends it and changes nothing; anything else would be a bug. */
  take(move: Move): Promise<void> {
    return takeMove(this.scene, move, (ask) => this.execute(ask));
  }

  /** Charges a report for each set of details, in one command; ids are new unless given. */
  async use(customer: string, ...details: Partial<UsageReport>[]): Promise<Position> {
    const items = details.map((over, index) => {
      const number = this.reports++;
      const time = new Date(this.now).toISOString();
      return { index, report: report({ id: `use-${number}`, time, customer, ...over }) };
    });
    const { actor } = this.provenance;
    return (await this.command(customer, { type: 'ChargeUsage', items, actor, receivedAtMs: this.now })).position;
  }

  async mint(holder: string, tokens: number): Promise<Position> {
    const amount = atto(BigInt(tokens) * TOKEN);
    return (await this.command(holder, { type: 'MintTokens', holder, amount, reason: 'sale' })).position;
  }

  /** A transfer between holders, both entries of it. */
  async transfer(id: string, from: string, to: string, tokens: number): Promise<Position> {
    const amount = atto(BigInt(tokens) * TOKEN);
    const order = { transfer: id, from, to, amount, reason: 'gift' };
    const { position } = await this.command(from, { type: 'SendTransfer', ...order });
    for (const ask of this.scene.finish('relay', from, id)) await this.execute(ask);
    return position;
  }

  /** Takes a settlement batch through its steps. */
  async settle(batch: string, end: BatchEnd = 'confirm', details: Partial<BatchDetails> = {}): Promise<void> {
    for (const ask of settleBatch(this.scene, batch, end, details)) await this.execute(ask);
  }

  tick(ms = 1_000): string {
    this.now += ms;
    return new Date(this.now).toISOString();
  }

  private findUsageElsewhere(own: number, source: string, id: string): string | undefined {
    for (const { shard, state } of this.ledgers) {
      const digest = shard === own ? undefined : state.usage.find(source, id);
      if (digest !== undefined) return digest;
    }
    return undefined;
  }
}

/**
 * A plan names the pages of its cuts and of its opening, a cut of rewards what came later, a cut of the past has what its shard had, as the driver of rounds
 * reads them, and what asks for room under a cap names where the shards end; another command is as it was.
 */
export async function withHeads(
  ask: Ask,
  scene: Scene,
  store: JournalStore,
  sequencers: readonly LedgerSequencer[],
): Promise<Ask> {
  const { registry } = scene;
  if (asksForRoom(ask)) {
    const { cappedFrom } = registry.catalogue.emissionPolicies;
    if (cappedFrom !== undefined) await Promise.all(sequencers.map((sequencer) => sequencer.restOn(cappedFrom)));
    return withSeen(
      ask,
      sequencers.map(({ state }) => state),
      sequencers.map(({ shard, newest }) => ({ shard, ...newest })),
      await supplyAt(epochAskedBy(ask), sequencers, store),
    );
  }
  const instant = instantAskedBy(ask, scene);
  if (instant !== undefined) return withPast(ask, scene, addUp(await entriesUpTo(store, ask.shard as number, instant)));
  if (ask.shard !== 'registry' && ask.command.type === 'CutRewards') return withLater(ask, ask.command, scene, store);
  if (ask.shard === 'registry' && ask.command.type === 'PlanYield') {
    const { distribution } = ask.command;
    const cuts = scene.ledgers.flatMap(({ yields }) => yields.of(distribution).cut?.position ?? []);
    const { openedAt } = scene.registry.distributions.byId.get(distribution)!;
    return { ...ask, command: { ...ask.command, heads: await headsOf([...cuts, openedAt], store) } };
  }
  return withBatchHeads(ask, scene, store);
}

async function withLater(
  ask: Ask & { readonly shard: number },
  command: LedgerCommand & { readonly type: 'CutRewards' },
  { ledgers }: Scene,
  store: JournalStore,
): Promise<Ask> {
  const { gradually } = ROUNDS.yield;
  const { readAgain } = gradually!.progress(ledgers[ask.shard]!, command.distribution);
  if (readAgain === undefined) return ask;
  const later = await sumBack(store, CODEC, ask.shard, readAgain, gradually!.weigh);
  return { ...ask, command: { ...command, later } };
}

async function headsOf(places: readonly EntryPosition[], store: JournalStore): Promise<ShardHead[]> {
  const heads: ShardHead[] = [];
  for (const { shard, height } of places) {
    const [page] = await store.read(shard, height, 1);
    heads.push({ shard, height, hash: page!.hash });
  }
  return heads;
}

async function withBatchHeads(ask: Ask, { registry, ledgers }: Scene, store: JournalStore): Promise<Ask> {
  const { active } = registry.settlement;
  if (ask.shard !== 'registry' || ask.command.type !== 'PlanSettlement' || active === undefined) return ask;
  const cuts = ledgers.flatMap(({ cuts }) => cuts.get(active.batch)?.position ?? []);
  const heads = await headsOf([...cuts, active.openedAt], store);
  return { ...ask, command: { ...ask.command, heads, headsDigest: digestHeads(heads) } };
}

async function supplyAt(
  atMs: number | undefined,
  sequencers: readonly LedgerSequencer[],
  store: JournalStore,
): Promise<bigint | undefined> {
  if (atMs === undefined) return undefined;
  const parts = sequencers.map(async ({ shard, state, newest }) => {
    const upTo = { afterMs: atMs, before: { shard, height: newest.height + 1, index: 0 } };
    const since = await sumBack(store, CODEC, shard, upTo, (event) => weighIssued(event, atMs));
    return -state.balance('issuance') - since;
  });
  return supplyOf(await Promise.all(parts));
}

/** The entries of a shard in pages up to and including an instant. */
async function entriesUpTo(store: JournalStore, shard: number, instant: string): Promise<object[]> {
  const entries: object[] = [];
  for await (const page of readPages(store, shard)) {
    if (page.recordedAt > instant) break;
    for (const { event } of readEvents(page, CODEC)) entries.push(event);
  }
  return entries;
}

/** Has a step's commands decided one by one. A refusal ends it and changes nothing; anything else would be a bug. */
export async function takeMove(scene: Scene, move: Move, execute: (ask: Ask) => Promise<unknown>): Promise<void> {
  try {
    for (const ask of move.take(scene)) await execute(ask);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}
