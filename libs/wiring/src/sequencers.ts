/** All sequencers of a process that writes: one per holder shard and one for the registry shard. */
import {
  findAnswer,
  registryShard,
  shardOf,
  type LedgerCommand,
  type LedgerOutcome,
  type RegistryCommand,
  type RegistryOutcome,
  type RequestIdentity,
} from '#domain';
import {
  ledgerShard,
  registryShardKind,
  Sequencer,
  type JournalStore,
  type Lane,
  type LedgerSequencer,
  type Page,
  type RegistrySequencer,
  type Sequenced,
} from '#journal';
import type { CatalogueFollower } from './catalogue-follower.js';

export interface SequencersOptions {
  readonly store: JournalStore;
  readonly shards: number;
  readonly follower: CatalogueFollower;
  readonly onPage?: (page: Page) => void;
  readonly onTrouble?: (message: string, error?: unknown) => void;
}

export class Sequencers {
  readonly shards: number;
  readonly registry: RegistrySequencer;
  private readonly ledgers: readonly LedgerSequencer[];

  constructor(private readonly options: SequencersOptions) {
    const { store, shards, follower } = options;
    this.shards = shards;
    const hooks = {
      ...(options.onPage === undefined ? {} : { onPage: options.onPage }),
      ...(options.onTrouble === undefined ? {} : { onTrouble: options.onTrouble }),
    };
    this.ledgers = Array.from(
      { length: shards },
      (_, shard) =>
        new Sequencer(ledgerShard({ catalogue: follower.catalogue, shard, shards }), { shard, store, ...hooks }),
    );
    this.registry = new Sequencer(registryShardKind(), { shard: registryShard(shards), store, ...hooks });
  }

  /** Folds every shard from the journal. The catalogue must have started: decisions rest on it. */
  async start(): Promise<void> {
    await Promise.all([...this.ledgers, this.registry].map((sequencer) => sequencer.start()));
  }

  /** Finishes what waits and refuses the rest. */
  async stop(): Promise<void> {
    await Promise.all([...this.ledgers, this.registry].map((sequencer) => sequencer.stop()));
  }

  get all(): readonly (LedgerSequencer | RegistrySequencer)[] {
    return [...this.ledgers, this.registry];
  }

  /** The sequencer of a holder shard. */
  ledger(shard: number): LedgerSequencer {
    const sequencer = this.ledgers[shard];
    if (sequencer === undefined) throw new RangeError(`there is no holder shard ${shard}; there are ${this.shards}`);
    return sequencer;
  }

  /** The shard that keeps a holder's accounts. */
  shardOf(holder: string): number {
    return shardOf(holder, this.shards);
  }

  /** Decides a command of one holder shard. */
  execute(shard: number, command: LedgerCommand, lane?: Lane): Promise<Sequenced<LedgerOutcome>> {
    return this.ledger(shard).execute(command, lane);
  }

  /** Decides a registry command and answers when this process's catalogue includes it. */
  async executeRegistry(command: RegistryCommand): Promise<Sequenced<RegistryOutcome>> {
    const sequenced = await this.registry.execute(command);
    await this.options.follower.until(sequenced.position.height);
    return sequenced;
  }

  /**
   * An Idempotency-Key is one name in the whole ledger, but its answer lives in the shard of its command. A repeated key
   * with another body may lead to another shard, so all are asked before anything is decided.
   *
   * @throws DomainError `IDEMPOTENCY_CONFLICT`
   */
  refuseConflicting(request: RequestIdentity | undefined): void {
    if (request === undefined) return;
    for (const { state } of this.all) {
      findAnswer(state.answers, request);
      findAnswer(state.answers, { ...request, key: firstPartKey(request.key) });
    }
  }
}

/** A usage batch spans shards: each part of it is answered under a key of its own, the first under this one. */
export function firstPartKey(key: string): string {
  return `${key}#0`;
}
