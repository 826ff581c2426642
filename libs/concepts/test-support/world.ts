/** A small world for specs: a registry with prices, a policy, parties and a chain, and holder shards that decide at once. */
import {
  decideLedger,
  decideRegistry,
  LedgerState,
  RegistryState,
  type ChargeUsage,
  type LedgerCommand,
  type LedgerContext,
  type LedgerEvent,
  type LedgerOutcome,
  type RegistryCommand,
  type RegistryEvent,
  type RegistryOutcome,
  type UsageIndex,
  type UsageReport,
} from '#concepts';
import { UndoableMap, UndoableQueue, parseAmount, parseTime, type EntryPosition, type Provenance } from '#domain';

export const TIME = '2026-11-22T10:00:00Z';
export const TIME_MS = parseTime(TIME, 'time');
export const WHO: Provenance = { actor: 'key:test', origin: 'request:test' };
export const TYPE = 'ai.compute.usage';
export const CHAIN = 31337;

/** The index as a map: what the compact one must agree with. */
export class MapUsageIndex implements UsageIndex {
  readonly digests = new Map<string, string>();

  get size(): number {
    return this.digests.size;
  }

  find(source: string, id: string): string | undefined {
    return this.digests.get(JSON.stringify([source, id]));
  }

  add(source: string, id: string, digest: string): void {
    if (this.find(source, id) !== undefined) throw new Error(`${source} ${id} is there already`);
    this.digests.set(JSON.stringify([source, id]), digest);
  }

  remove(source: string, id: string): void {
    this.digests.delete(JSON.stringify([source, id]));
  }
}

export interface Recorded<Event> {
  readonly event: Event;
  readonly position: EntryPosition;
}

/** A registry that decides and evolves at once. */
export class RegistryDesk {
  readonly state = new RegistryState();
  readonly recorded: Recorded<RegistryEvent>[] = [];

  constructor(readonly shard: number) {}

  decide(command: RegistryCommand): RegistryOutcome {
    return decideRegistry(this.state, command, (event) => {
      const position = { shard: this.shard, height: this.recorded.length + 1, index: 0 };
      this.state.evolve(event, position);
      this.recorded.push({ event, position });
      return position;
    });
  }

  /** The event that a command becomes. */
  event(command: RegistryCommand): RegistryEvent {
    const outcome = this.decide(command);
    if (outcome.replayed) throw new Error('the command was answered before');
    return outcome.event;
  }
}

/** A holder shard that decides and evolves at once. */
export class LedgerDesk {
  readonly state = new LedgerState(new MapUsageIndex(), new MapUsageIndex());
  readonly recorded: Recorded<LedgerEvent>[] = [];

  constructor(readonly context: LedgerContext) {}

  decide(command: LedgerCommand): LedgerOutcome {
    return decideLedger(this.state, command, this.context, (event) => {
      const position = { shard: this.context.shard, height: this.recorded.length + 1, index: 0 };
      this.state.evolve(event, position);
      this.recorded.push({ event, position });
      return position;
    });
  }

  /** The events that a command becomes. */
  events(command: LedgerCommand): LedgerEvent[] {
    const before = this.recorded.length;
    this.decide(command);
    return this.recorded.slice(before).map(({ event }) => event);
  }
}

const common = { time: TIME, provenance: WHO };

/** Prices 2 tokens per 1,000 input tokens and 1 atto per odd unit; 80 % provider, 10 % treasury, 7 % stakers, 3 % burn. */
export function openRegistry(shards: number, customers: readonly string[], providers: readonly string[]): RegistryDesk {
  const desk = new RegistryDesk(shards);
  desk.decide({
    ...common,
    type: 'PublishPriceBook',
    version: 1,
    book: {
      effectiveAt: '2026-01-01T00:00:00Z',
      prices: [
        {
          type: TYPE,
          model: '*',
          meters: {
            input_tokens: { price: '2', per: '1000' },
            odd: { price: '0.000000000000000001', per: '1' },
          },
        },
      ],
    },
  });
  desk.decide({
    ...common,
    type: 'PublishSplitPolicy',
    version: 1,
    policy: { effectiveAt: '2026-01-01T00:00:00Z', provider: 8_000, treasury: 1_000, stakers: 700, burn: 300 },
  });
  for (const party of customers) desk.decide({ ...common, type: 'RegisterParty', party, roles: ['customer'] });
  providers.forEach((party, i) => {
    desk.decide({ ...common, type: 'RegisterParty', party, roles: ['provider'] });
    desk.decide({ ...common, type: 'ChangeKyc', party, to: 'verified', reason: 'documents seen' });
    desk.decide({ ...common, type: 'SetWallet', party, chainId: CHAIN, wallet: walletOf(i) });
  });
  desk.decide({
    ...common,
    type: 'RegisterChain',
    chainId: CHAIN,
    token: `0x${'a'.repeat(40)}`,
    vault: `0x${'b'.repeat(40)}`,
    signer: `0x${'c'.repeat(40)}`,
    deployBlock: '1',
    firstNonce: 2,
  });
  return desk;
}

export function walletOf(index: number): string {
  return `0x${(0xa11_ce00 + index).toString(16).padStart(40, '0')}`;
}

/** A usage report; its digest follows from its meters. */
export function report(changes: Partial<UsageReport> = {}): UsageReport {
  const meters = changes.meters ?? { input_tokens: '1000' };
  return {
    source: 'gateway',
    id: 'r1',
    digest: digestOf(JSON.stringify(meters)),
    type: TYPE,
    time: TIME,
    customer: 'acme',
    provider: 'p1',
    model: 'llama',
    meters,
    ...changes,
  };
}

function digestOf(text: string): string {
  let sum = 0n;
  for (const character of text) sum = (sum * 1_000_003n + BigInt(character.codePointAt(0)!)) % (1n << 64n);
  return sum.toString(16).padStart(16, '0');
}

/** A usage command of reports, as from HTTP or, with `firstOffset`, from partition 0 of Kafka. */
export function usage(reports: readonly UsageReport[], firstOffset?: number): ChargeUsage {
  return {
    type: 'ChargeUsage',
    actor: firstOffset === undefined ? 'key:test' : 'kafka',
    receivedAtMs: TIME_MS,
    time: TIME,
    ...(firstOffset === undefined
      ? { origin: 'request:test' }
      : { range: { topic: 'usage', partition: 0, from: firstOffset, to: firstOffset + reports.length } }),
    items: reports.map((one, index) => ({
      index,
      report: one,
      ...(firstOffset === undefined ? {} : { offset: firstOffset + index }),
    })),
  };
}

export function mint(holder: string, tokens: string): LedgerCommand {
  return { type: 'MintTokens', holder, amount: parseAmount(tokens), reason: 'sale', time: TIME, provenance: WHO };
}

/** Left out of a snapshot: the log itself, and what was looked up once and is kept for speed. */
const NO_STATE = new Set(['undo', 'choices']);

/** Everything that a shard's state holds, whichever part it is in, as plain data that later changes do not touch. */
export function snapshot(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map || value instanceof UndoableMap) {
    return new Map([...(value as ReadonlyMap<unknown, unknown>)].map(([key, one]) => [key, snapshot(one)]));
  }
  if (Array.isArray(value) || value instanceof UndoableQueue) return [...(value as Iterable<unknown>)].map(snapshot);
  const members = Object.entries(value).filter(([name, one]) => !NO_STATE.has(name) && typeof one !== 'function');
  return Object.fromEntries(members.map(([name, one]) => [name, snapshot(one)]));
}
