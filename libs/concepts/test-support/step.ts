/**
 * Steps: what may happen to a ledger, drawn at random and taken as commands. Every concept that moves value has some, so
 * that it takes part in the histories on which the conservation laws, the verifier and the projection are tried.
 */
import fc from 'fast-check';
import {
  allowanceFor,
  DUE_LEDGER,
  DUE_REGISTRY,
  WORK_LEDGER,
  supplyBeside,
  WORK_REGISTRY,
  type MintWish,
  type LedgerCommand,
  type LedgerEvent,
  type LedgerState,
  type RegistryCommand,
  type RegistryState,
} from '#concepts';
import {
  entryId,
  registryShard,
  shardOf,
  type EntryPosition,
  type Ordered,
  type Provenance,
  type RoundStep,
  type ShardHead,
} from '#domain';
import { actingShard, actOnDue, finishLeft, type Act, type ActingShard } from './acting.js';

const HOUR_MS = 3_600_000;

/** Who may take part. */
export interface Cast {
  readonly customers: readonly string[];
  readonly providers: readonly string[];
}

/** A command and the shard that decides it. */
export type Ask =
  | { readonly shard: number; readonly command: LedgerCommand }
  | { readonly shard: 'registry'; readonly command: RegistryCommand };

/** What a scene's clock shows. */
export interface SceneClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** The time of the next command, as RFC 3339. */
  stamp(): string;
  pass(ms: number): void;
}

/** A clock that stands still until time is let pass. */
export class StandingClock implements SceneClock {
  constructor(private nowMs: number) {}

  now(): number {
    return this.nowMs;
  }

  stamp(): string {
    return new Date(this.nowMs).toISOString().replace('.000Z', 'Z');
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }
}

/** Whether a command asks the registry what fits under the cap: it is given word of the shards. */
export const asksForRoom = ({ command }: Ask): boolean =>
  command.type === 'AllowMint' || command.type === 'AllowEmission';

/** The beginning of the epoch of inflation that a command asks for, milliseconds since 1970; undefined: it asks for none. */
export function epochAskedBy({ command }: Ask): number | undefined {
  return command.type === 'AllowEmission' && typeof command.amount !== 'bigint' ? command.amount.sinceMs : undefined;
}

/**
 * @param heads one of each shard
 * @param supply what was outstanding at {@link epochAskedBy}
 */
export function withSeen(ask: Ask, ledgers: readonly LedgerState[], heads: readonly ShardHead[], supply?: bigint): Ask {
  const beside = ledgers.reduce((sum, state) => sum + supplyBeside(state), 0n);
  const then = supply === undefined ? {} : { supply };
  return { ...ask, command: { ...ask.command, seen: { heads, beside, ...then } } } as Ask;
}

/** Where steps are taken: the shards' states as they are, and the commands that can be put to them. */
export class Scene {
  private names = 0;
  /** The entries of each holder shard, by id, as its journal has them. */
  readonly entries: readonly ReadonlyMap<string, RecordedEntry>[];

  constructor(
    readonly cast: Cast,
    readonly registry: RegistryState,
    readonly ledgers: readonly LedgerState[],
    readonly clock: SceneClock,
    private readonly provenance: Provenance = { actor: 'key:admin', origin: 'request:test' },
  ) {
    this.entries = ledgers.map(rememberEntries);
  }

  /** A name that was not used before. */
  newName(prefix: string): string {
    return `${prefix}${this.names++}`;
  }

  shardOf(holder: string): number {
    return shardOf(holder, this.ledgers.length);
  }

  ledgerOf(holder: string): LedgerState {
    return this.ledgers[this.shardOf(holder)]!;
  }

  askHolder(holder: string, command: Ordered<LedgerCommand>): Ask {
    return this.askShard(this.shardOf(holder), command);
  }

  /** Where there is a cap, the registry is asked for what is minted; a sweep books it. */
  askShard(shard: number, command: Ordered<LedgerCommand>): Ask {
    const isMinted = command.type === 'MintTokens' || command.type === 'IssueGrant';
    if (isMinted && this.registry.catalogue.emissionPolicies.cappedFrom !== undefined)
      return this.askRegistry(allowanceFor({ ...this.step(), ...command } as unknown as MintWish));
    return { shard, command: { ...this.step(), ...command } as LedgerCommand };
  }

  askRegistry(command: Ordered<RegistryCommand>): Ask {
    return { shard: 'registry', command: { ...this.step(), ...command } as RegistryCommand };
  }

  /** Lets time pass; then everything acts that is due, each at its own instant. */
  *passTime(ms: number): Iterable<Ask> {
    this.clock.pass(ms);
    for (const act of actOnDue(this.acting, this.clock.now())) yield this.askFor(act);
  }

  /** Finishes what commands left in the shards, as a sweep would. */
  *sweep(): Iterable<Ask> {
    for (const shard of this.acting.keys()) {
      for (const act of finishLeft(this.acting, shard, () => this.clock.stamp())) yield this.askFor(act);
    }
  }

  /** Finishes one piece of work in a holder's shard, where it is left. */
  *finish(kind: keyof typeof WORK_LEDGER, holder: string, id: string): Iterable<Ask> {
    const { acting, clock } = this;
    const acts = finishLeft(acting, this.shardOf(holder), () => clock.stamp(), { kind, id });
    for (const act of acts) yield this.askFor(act);
  }

  /** The registry is the last of the shards. */
  private get acting(): ActingShard[] {
    const holders = this.ledgers.map((state) =>
      actingShard<LedgerState, LedgerCommand>(state, DUE_LEDGER, WORK_LEDGER),
    );
    return [
      ...holders,
      actingShard<RegistryState, RegistryCommand | LedgerCommand>(this.registry, DUE_REGISTRY, WORK_REGISTRY),
    ];
  }

  private askFor({ shard, command }: Act): Ask {
    return shard === registryShard(this.ledgers.length)
      ? { shard: 'registry', command: command as RegistryCommand }
      : { shard, command: command as LedgerCommand };
  }

  /** What every command is given. The clock may move on with each. */
  step(): RoundStep {
    return { time: this.clock.stamp(), provenance: this.provenance };
  }
}

/** An entry of a holder shard. */
export interface RecordedEntry {
  readonly event: LedgerEvent;
  readonly position: EntryPosition;
}

/** Remembers what a shard records from here on; what is taken back is forgotten again. */
function rememberEntries(state: LedgerState): ReadonlyMap<string, RecordedEntry> {
  const entries = new Map<string, RecordedEntry>();
  const evolve = state.evolve.bind(state);
  state.evolve = (event, position) => {
    evolve(event, position);
    state.undo.set(entries, entryId(position), { event, position });
  };
  return entries;
}

/** A step with its random choices made. Its commands come one by one, each after the one before was decided. */
export interface Move {
  take(scene: Scene): Iterable<Ask>;
}

export interface Step {
  /** How often it is drawn, against the others. */
  readonly weight: number;
  /** @param name what a failing history calls it */
  readonly moves: (cast: Cast, name: string) => fc.Arbitrary<Move>;
}

/** A step of a concept: what is drawn, and the commands that it becomes. */
export function step<Value>(
  weight: number,
  draw: (cast: Cast) => fc.Arbitrary<Value>,
  take: (scene: Scene, value: Value) => Iterable<Ask>,
): Step {
  const moves = (cast: Cast, name: string) =>
    draw(cast).map((value) => ({
      take: (scene: Scene) => take(scene, value),
      [fc.toStringMethod]: () => `${name} ${fc.stringify(value)}`,
    }));
  return { weight, moves };
}

/** What no concept does by itself: time goes on, and a process looks for what was left. */
export const timeSteps = {
  wait: step(
    1,
    () => fc.constantFrom(1, 1_000, HOUR_MS, 24 * HOUR_MS, 30 * 24 * HOUR_MS),
    (scene, ms) => scene.passTime(ms),
  ),
  sweep: step(
    1,
    () => fc.constant(undefined),
    (scene) => scene.sweep(),
  ),
};

/** Atto-tokens, so few that balances run out and shares leave remainders. */
export const fewAtto = fc.bigInt({ min: 1n, max: 500n });
