/** Processes that sell tickets and hold raffles on one journal, and what the journal itself says of the money. */
import { registryShard, type Posting } from '#domain';
import { readEvents, Sequencer } from '#journal';
import { MemoryStore, SPEC_SEALING } from '#journal/testing';
import { driveRounds, type RoundMoment, type RoundShards } from '../src/round-driver.js';
import {
  RAFFLE_CODEC,
  raffleLedgerShard,
  raffleRegistryShard,
  raffleRound,
  type RaffleLedger,
  type RaffleLedgerCommand,
  type RaffleLedgerEvent,
  type RaffleRegistry,
  type RaffleRegistryCommand,
  type RaffleRegistryEvent,
} from './raffle.js';

export const SHARDS = 3;
const STEP = { time: '2026-01-02T03:04:05Z', provenance: { actor: 'system:spec', origin: 'system:spec' } };

export type RafflePages = MemoryStore['pages'];

export class RaffleProcess implements RoundShards<
  { readonly registry: RaffleRegistry; readonly holders: RaffleLedger },
  { readonly registry: RaffleRegistryCommand; readonly holders: RaffleLedgerCommand }
> {
  readonly shards = SHARDS;
  readonly store: MemoryStore;
  readonly moments: RoundMoment[] = [];
  /** Called when a step is durable, before the next is taken. */
  onMoment: (moment: RoundMoment) => void = () => undefined;
  /** Waited for before each step is taken. */
  beforeStep: () => void | Promise<void> = () => undefined;
  /** As a process that was killed: nothing it would do still happens. */
  isDead = false;
  private readonly registrySequencer;
  private readonly ledgers;

  /** Called when a page of the registry became durable or was read. */
  onRegistryPage: () => void = () => undefined;

  private constructor(pages: RafflePages) {
    const store = new MemoryStore(pages);
    this.store = store;
    this.registrySequencer = new Sequencer(raffleRegistryShard, {
      ...{ shard: registryShard(SHARDS), store, sealing: SPEC_SEALING },
      onPage: () => this.onRegistryPage(),
    });
    this.ledgers = Array.from(
      { length: SHARDS },
      (_, shard) => new Sequencer(raffleLedgerShard, { shard, store, sealing: SPEC_SEALING }),
    );
  }

  static async start(pages: RafflePages): Promise<RaffleProcess> {
    const process = new RaffleProcess(pages);
    for (const sequencer of [process.registrySequencer, ...process.ledgers]) await sequencer.start();
    return process;
  }

  get registry() {
    this.requireLife();
    return this.registrySequencer;
  }

  ledger(shard: number) {
    this.requireLife();
    return this.ledgers[shard]!;
  }

  async execute(shard: number, command: RaffleLedgerCommand): Promise<unknown> {
    await this.beforeStep();
    return this.ledger(shard).execute(command);
  }

  async executeRegistry(command: RaffleRegistryCommand): Promise<unknown> {
    await this.beforeStep();
    return this.registry.execute(command);
  }

  sell(shard: number, holder: string, amount: bigint): Promise<unknown> {
    return this.ledger(shard).execute({ type: 'SellTicket', holder, amount, ...STEP });
  }

  open(raffle: string): Promise<unknown> {
    return this.registry.execute({ type: 'OpenRaffle', raffle, ...STEP });
  }

  drive(round = raffleRound): Promise<void> {
    const observe = (moment: RoundMoment) => {
      this.moments.push(moment);
      this.onMoment(moment);
    };
    return driveRounds(round, { sequencers: this, journal: this.store, outside: undefined, observe });
  }

  /** Drives until so many steps are durable, and is killed there. */
  async dieAfter(steps: number): Promise<void> {
    this.isDead = steps === 0;
    await this.dieWhen(() => this.moments.length >= steps);
  }

  /** Drives, and is killed at the end of the first step after which it is time. */
  async dieWhen(isTime: () => boolean): Promise<void> {
    this.onMoment = () => {
      this.isDead = isTime();
    };
    await this.drive().catch((error: unknown) => {
      if (!this.isDead) throw error;
    });
  }

  private requireLife(): void {
    if (this.isDead) throw new Error('the process was killed');
  }
}

type RaffleEvent = RaffleLedgerEvent | RaffleRegistryEvent;

/** Which entry may move value between which accounts. */
const FLOWS: Readonly<Record<string, readonly string[]>> = {
  TicketSold: ['issuance > raffle:pot'],
  PotCut: ['raffle:pot > transit'],
  PotShared: ['transit > raffle:pot', 'transit > customer:*:available'],
};

/** The journal as anybody can add it up who knows nothing of states. */
export class RaffleBooks {
  readonly events: RaffleEvent[] = [];
  /** Over all shards, atto-tokens. */
  readonly balances = new Map<string, bigint>();

  constructor(pages: RafflePages) {
    for (const page of [...pages.values()].flat()) {
      for (const { event } of readEvents(page, RAFFLE_CODEC)) this.add(event as RaffleEvent);
    }
  }

  get types(): Readonly<Record<string, number>> {
    const types: Record<string, number> = {};
    for (const { type } of this.events) types[type] = (types[type] ?? 0) + 1;
    return types;
  }

  balance(account: string): bigint {
    return this.balances.get(account) ?? 0n;
  }

  private add(event: RaffleEvent): void {
    this.events.push(event);
    for (const posting of 'postings' in event ? event.postings : []) this.post(event.type, posting);
  }

  private post(type: string, { debit, credit, amount }: Posting): void {
    const flow = `${debit} > ${credit.replace(/:[^:]+:/, ':*:')}`;
    if (FLOWS[type]?.includes(flow) !== true) throw new Error(`${type} may not move value ${flow}`);
    this.balances.set(debit, this.balance(debit) - BigInt(amount));
    this.balances.set(credit, this.balance(credit) + BigInt(amount));
  }
}
