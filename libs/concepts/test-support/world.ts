/** A small world for specs: a registry with prices, a policy, parties and a chain, and holder shards that decide at once. */
import {
  CODEC,
  decideLedger,
  decideRegistry,
  LedgerState,
  RegistryState,
  ROUNDS,
  supplyOf,
  weighIssued,
  type ChargeUsage,
  type LedgerCommand,
  type LedgerContext,
  type LedgerEvent,
  type LedgerOutcome,
  type RegistryCommand,
  type RegistryEvent,
  type RegistryOutcome,
  type SetBudget,
  type UsageIndex,
  type UsageReport,
} from '#concepts';
import {
  atto,
  DomainError,
  DueQueue,
  EntryIndex,
  parseAmount,
  parseTime,
  UNREAD,
  UndoableMap,
  UndoableQueue,
  type EntryPosition,
} from '#domain';
import { readEvents } from '#journal';
import { specFounding } from './spec-writers.js';
import { WRITER_CRYPTO } from '../shards.js';
import type { ReconciliationBreak } from '../reconciliation/reconciliation.js';
import { CHAIN, foundation, TIME, TYPE, WHO } from './foundation.js';
import { addUp, instantAskedBy, withPast } from './round.js';
import { asksForRoom, epochAskedBy, Scene, StandingClock, withSeen, type Ask, type Cast, type Move } from './step.js';

export { CHAIN, CHAIN_HASHES, TIME, TYPE, walletOf, WHO } from './foundation.js';
export const TIME_MS = parseTime(TIME, 'time');

/** The index as a map: what the compact one must agree with. */
export class MapUsageIndex implements UsageIndex {
  readonly digests = new Map<string, string>();
  readonly numbers = new Map<string, number>();

  get size(): number {
    return this.digests.size;
  }

  find(source: string, id: string): string | undefined {
    return this.digests.get(JSON.stringify([source, id]));
  }

  numberOf(source: string, id: string): number | undefined {
    return this.numbers.get(JSON.stringify([source, id]));
  }

  add(source: string, id: string, digest: string, number = 0): void {
    if (this.find(source, id) !== undefined) throw new Error(`${source} ${id} is there already`);
    this.set(source, id, digest, number);
  }

  set(source: string, id: string, digest: string, number = 0): void {
    this.digests.set(JSON.stringify([source, id]), digest);
    this.numbers.set(JSON.stringify([source, id]), number);
  }

  remove(source: string, id: string): void {
    this.digests.delete(JSON.stringify([source, id]));
    this.numbers.delete(JSON.stringify([source, id]));
  }
}

export interface Recorded<Event> {
  readonly event: Event;
  readonly position: EntryPosition;
  /** Milliseconds since 1970. */
  readonly recordedAtMs: number;
}

/** A registry that decides and evolves at once. */
export class RegistryDesk {
  readonly state = new RegistryState(WRITER_CRYPTO);
  readonly recorded: Recorded<RegistryEvent>[] = [];

  constructor(readonly shard: number) {
    for (const { event, position } of readEvents<RegistryEvent>(specFounding(shard), CODEC)) {
      this.state.evolve(event, position);
      this.recorded.push({ event, position, recordedAtMs: 0 });
    }
  }

  decide(command: RegistryCommand): RegistryOutcome {
    const record = (event: RegistryEvent) => {
      const position = { shard: this.shard, height: this.recorded.length + 1, index: 0 };
      this.state.evolve(event, position);
      this.recorded.push({ event, position, recordedAtMs: Date.parse(command.time) });
      return position;
    };
    return decideRegistry(this.state, command, record, new Date(command.time).toISOString());
  }

  /** The event that a command becomes. */
  event(command: RegistryCommand): RegistryEvent {
    const outcome = this.decide(command);
    if (outcome.replayed) throw new Error('the command was answered before');
    return outcome.event;
  }
}

/** A holder shard that decides and evolves at once: each command is a page of its own, at the command's time. */
export class LedgerDesk {
  readonly state = new LedgerState(new MapUsageIndex(), new MapUsageIndex());
  readonly recorded: Recorded<LedgerEvent>[] = [];

  constructor(readonly context: Omit<LedgerContext, 'recordedAt'>) {}

  decide(command: LedgerCommand): LedgerOutcome {
    const context = { ...this.context, recordedAt: new Date(command.time).toISOString() };
    return decideLedger(this.state, command, context, (event) => {
      const position = { shard: this.context.shard, height: this.recorded.length + 1, index: 0 };
      this.state.evolve(event, position);
      this.recorded.push({ event, position, recordedAtMs: Date.parse(command.time) });
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

/** A registry whose foundation is laid; its first nonce is 2. */
export function openRegistry(shards: number, customers: readonly string[], providers: readonly string[]): RegistryDesk {
  const desk = new RegistryDesk(shards);
  for (const command of foundation({ customers, providers, chain: { firstNonce: 2 } })) desk.decide(command);
  return desk;
}

/** The whole system, driven step by step as the services drive it. */
export class DeskWorld {
  readonly registry: RegistryDesk;
  readonly ledgers: readonly LedgerDesk[];
  readonly scene: Scene;

  constructor(shards: number, cast: Cast) {
    this.registry = openRegistry(shards, cast.customers, cast.providers);
    const { catalogue } = this.registry.state;
    this.ledgers = Array.from({ length: shards }, (_, shard) => new LedgerDesk({ catalogue, shard, shards }));
    const states = this.ledgers.map(({ state }) => state);
    this.scene = new Scene(cast, this.registry.state, states, new StandingClock(TIME_MS));
  }

  get desks(): readonly (LedgerDesk | RegistryDesk)[] {
    return [...this.ledgers, this.registry];
  }

  decide(ask: Ask): void {
    const { shard, command } = asksForRoom(ask) ? this.seen(ask) : this.seenBack(ask);
    if (shard === 'registry') this.registry.decide(command);
    else this.ledgers[shard]!.decide(this.withLater(shard, command));
  }

  /** As the driver of rounds reads the pages of a shard again. */
  private withLater(shard: number, command: LedgerCommand): LedgerCommand {
    if (command.type !== 'CutRewards') return command;
    const { state, recorded } = this.ledgers[shard]!;
    const { readAgain } = ROUNDS.yield.gradually!.progress(state, command.distribution);
    if (readAgain === undefined) return command;
    const before = recorded.filter(
      ({ position, recordedAtMs }) => position.height < readAgain.before.height && recordedAtMs > readAgain.afterMs,
    );
    return { ...command, later: before.reduce((sum, { event }) => sum + ROUNDS.yield.gradually!.weigh(event), 0n) };
  }

  /** As the driver of rounds reads a shard back. */
  private seenBack(ask: Ask): Ask {
    const instant = instantAskedBy(ask, this.scene);
    if (instant === undefined) return ask;
    const { recorded } = this.ledgers[ask.shard as number]!;
    const before = recorded.filter(({ recordedAtMs }) => recordedAtMs <= Date.parse(instant));
    return withPast(ask, this.scene, addUp(before.map(({ event }) => event)));
  }

  /** The shards as they are now. */
  private seen(ask: Ask): Ask {
    const heads = this.ledgers.map(({ recorded }, shard) => ({ shard, height: recorded.length, hash: '' }));
    const states = this.ledgers.map(({ state }) => state);
    const atMs = epochAskedBy(ask);
    return withSeen(ask, states, heads, atMs === undefined ? undefined : this.supplyAt(atMs));
  }

  /** As it is read back: what pages after the instant have issued is taken out. */
  private supplyAt(atMs: number): bigint {
    const parts = this.ledgers.map(({ state, recorded }) =>
      recorded
        .filter(({ recordedAtMs }) => recordedAtMs > atMs)
        .reduce((left, { event }) => left - weighIssued(event, atMs), -state.balance('issuance')),
    );
    return supplyOf(parts);
  }

  /** Takes a step. A refusal ends it and changes nothing; anything else would be a bug. */
  take(move: Move): void {
    try {
      for (const ask of move.take(this.scene)) this.decide(ask);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
}

/** A usage report; its digest follows from its other members unless one is given. */
export function report(changes: Partial<UsageReport> = {}): UsageReport {
  const known = {
    source: 'gateway',
    id: 'r1',
    type: TYPE,
    time: TIME,
    customer: 'acme',
    provider: 'p1',
    model: 'llama',
    meters: { input_tokens: '1000' },
    ...changes,
  };
  return { ...known, digest: changes.digest ?? digestOf(known) };
}

/** What stands for a report's content, as docs/journal.md derives it. */
export function digestOf(reported: Omit<UsageReport, 'digest'>): string {
  const { type, time, customer, provider, model, budget, hold, region, meters, provenance } = reported;
  const quantities = Object.keys(meters)
    .sort()
    .map((name) => `\n${name} ${meters[name]!.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}`);
  const said = JSON.stringify([type, instantOf(time), customer, provider, model, budget ?? null, hold ?? null]);
  const text = [
    said,
    ...quantities,
    ...(region === undefined ? [] : [`\n@region ${region}`]),
    provenanceOf(provenance),
  ].join('');
  return WRITER_CRYPTO.digest(text).slice(0, 16);
}

function provenanceOf(said: UsageReport['provenance']): string {
  if (said === undefined) return '';
  const { dataset = null, licence = null, contentHash = null } = said;
  return `\n@provenance ${JSON.stringify([dataset, licence, contentHash])}`;
}

/** In UTC with milliseconds; what is no instant as it was sent. */
function instantOf(time: string): string {
  try {
    return new Date(parseTime(time, 'time')).toISOString();
  } catch (error) {
    if (error instanceof DomainError) return time;
    throw error;
  }
}

/** A usage command of reports, as from HTTP or, with `firstOffset`, from partition 0 of a topic. */
export function usage(reports: readonly UsageReport[], firstOffset?: number, topic = 'usage'): ChargeUsage {
  return {
    type: 'ChargeUsage',
    actor: firstOffset === undefined ? 'key:admin' : 'kafka',
    receivedAtMs: TIME_MS,
    time: TIME,
    ...(firstOffset === undefined
      ? { origin: 'request:test' }
      : {
          range: {
            name: topic,
            partition: 0,
            from: firstOffset,
            to: firstOffset + reports.length,
            fingerprint: UNREAD,
          },
        }),
    items: reports.map((one, index) => ({
      index,
      report: one,
      ...(firstOffset === undefined ? {} : { offset: firstOffset + index }),
    })),
  };
}

const common = { time: TIME, provenance: WHO };

/** A sale; with `key` it is a request that can be repeated. */
export function mint(holder: string, tokens: string, key?: string): LedgerCommand {
  const request = key === undefined ? {} : { request: { key, digest: `${holder} ${tokens}` } };
  return { ...common, ...request, type: 'MintTokens', holder, amount: parseAmount(tokens), reason: 'sale' };
}

export function burn(holder: string, tokens: string): LedgerCommand {
  return { ...common, type: 'BurnTokens', holder, amount: parseAmount(tokens), reason: 'redeemed' };
}

/** A ceiling in tokens; for the day, and refusing what is beyond, where nothing else is said. */
export function setBudget(
  path: string,
  limit: string,
  terms: Partial<Pick<SetBudget, 'period' | 'onExceed' | 'thresholds' | 'time'>> = {},
): SetBudget {
  const [customer] = path.split('/') as [string];
  const said = { period: 'day', onExceed: 'reject', ...terms };
  return { ...common, type: 'SetBudget', customer, path, limit: parseAmount(limit), ...said };
}

/** A transfer of `amount` atto-tokens. */
export function send(transfer: string, from: string, to: string, amount: bigint): LedgerCommand {
  return { ...common, type: 'SendTransfer', transfer, from, to, amount: atto(amount), reason: 'test' };
}

/** A reconciliation in which supplies differed, with a break for each set of details. */
export function reconciliation(id: string, breaks: readonly Partial<ReconciliationBreak>[] = [{}]): RegistryCommand {
  return {
    ...{ ...common, type: 'RecordReconciliation', reconciliation: id, chainId: CHAIN },
    ...{ blockNumber: '12', blockHash: '0xb10c', heads: [], matched: 2, closed: [] },
    checks: [{ name: 'total supply', ledger: '1', chain: '2', agrees: false }],
    breaks: breaks.map((details) => ({
      ...{ key: 'k1', class: 'SUPPLY_MISMATCH', detail: 'they differ', ledger: '1', chain: '2' },
      since: '2026-06-01T00:00:00.1234Z',
      ...details,
    })),
  };
}

/** Left out of a snapshot: the log itself, and what was looked up once and is kept for speed. */
const NO_STATE = new Set(['undo', 'choices', 'chain']);

/** Everything that a shard's state holds, whichever part it is in, as plain data that later changes do not touch. */
export function snapshot(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map || value instanceof UndoableMap) {
    return new Map([...(value as ReadonlyMap<unknown, unknown>)].map(([key, one]) => [key, snapshot(one)]));
  }
  if (value instanceof EntryIndex) return [...value];
  if (value instanceof DueQueue) return [...value].map(({ atMs, kind, id }) => ({ atMs, kind, id }));
  if (Array.isArray(value) || value instanceof UndoableQueue) return [...(value as Iterable<unknown>)].map(snapshot);
  const members = Object.entries(value).filter(([name, one]) => !NO_STATE.has(name) && typeof one !== 'function');
  return Object.fromEntries(members.map(([name, one]) => [name, snapshot(one)]));
}
