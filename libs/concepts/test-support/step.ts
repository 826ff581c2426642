/**
 * Steps: what may happen to a ledger, drawn at random and taken as commands. Every concept that moves value has some, so
 * that it takes part in the histories on which the conservation laws, the verifier and the projection are tried.
 */
import fc from 'fast-check';
import type { LedgerCommand, LedgerState, RegistryCommand, RegistryState } from '#concepts';
import { shardOf, type Provenance, type RoundStep } from '#domain';

/** Who may take part. */
export interface Cast {
  readonly customers: readonly string[];
  readonly providers: readonly string[];
}

/** A command and the shard that decides it. */
export type Ask =
  | { readonly shard: number; readonly command: LedgerCommand }
  | { readonly shard: 'registry'; readonly command: RegistryCommand };

/** A command without what every scene adds to it. */
type Plain<Command> = Command extends unknown ? Omit<Command, 'time' | 'provenance'> : never;

/** Where steps are taken: the shards' states as they are, and the commands that can be put to them. */
export class Scene {
  private names = 0;

  constructor(
    readonly cast: Cast,
    readonly registry: RegistryState,
    readonly ledgers: readonly LedgerState[],
    private readonly now: () => string,
    private readonly provenance: Provenance = { actor: 'key:test', origin: 'request:test' },
  ) {}

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

  askHolder(holder: string, command: Plain<LedgerCommand>): Ask {
    return this.askShard(this.shardOf(holder), command);
  }

  askShard(shard: number, command: Plain<LedgerCommand>): Ask {
    return { shard, command: { ...this.step(), ...command } as LedgerCommand };
  }

  askRegistry(command: Plain<RegistryCommand>): Ask {
    return { shard: 'registry', command: { ...this.step(), ...command } as RegistryCommand };
  }

  /** What every command is given. The clock may move on with each. */
  step(): RoundStep {
    return { time: this.now(), provenance: this.provenance };
  }
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

/** Atto-tokens, so few that balances run out and shares leave remainders. */
export const fewAtto = fc.bigInt({ min: 1n, max: 500n });
