/** All sequencers of a process that writes: one per holder shard and one for the registry shard. */
import {
  DomainError,
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
  StoreUnavailable,
  type JournalStore,
  type Lane,
  type LedgerSequencer,
  type Page,
  type Picture,
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

/** Commands that may wait in one shard. A usage command holds up to 100 events of about a kilobyte. */
const QUEUE_MAX = 2_000;

export class Sequencers {
  readonly shards: number;
  readonly registry: RegistrySequencer;
  private readonly ledgers: readonly LedgerSequencer[];
  /** Digest of every request that is being answered now, by its key, and by how many callers. */
  private readonly underWay = new Map<string, { readonly digest: string; callers: number }>();

  constructor(private readonly options: SequencersOptions) {
    const { store, shards, follower } = options;
    this.shards = shards;
    const hooks = {
      queueMax: QUEUE_MAX,
      ...(options.onPage === undefined ? {} : { onPage: options.onPage }),
      ...(options.onTrouble === undefined ? {} : { onTrouble: options.onTrouble }),
    };
    const picture = pictureOf(follower);
    this.ledgers = Array.from({ length: shards }, (_, shard) => {
      const usageElsewhere = (source: string, id: string) => this.findUsageElsewhere(shard, source, id);
      const kind = ledgerShard({ catalogue: follower.catalogue, shard, shards, usageElsewhere });
      return new Sequencer(kind, { shard, store, picture, ...hooks });
    });
    this.registry = new Sequencer(registryShardKind(), { shard: registryShard(shards), store, ...hooks });
  }

  /** Folds every shard from the journal. The catalogue must have started: decisions rest on it. */
  async start(): Promise<void> {
    await Promise.all(this.all.map((sequencer) => sequencer.start()));
  }

  /** Finishes what waits and refuses the rest. */
  async stop(): Promise<void> {
    await Promise.all(this.all.map((sequencer) => sequencer.stop()));
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
   * Answers a request that carries an Idempotency-Key. The key is one name in the whole ledger, but its answer lives in
   * the shard of its command; a repeated key with another body may lead to another shard. So all shards are asked, up
   * to their present heads, and requests under way in this process are compared, before anything is decided. Two
   * different requests that meet under one key in two processes at the same instant are not seen.
   *
   * @throws DomainError `IDEMPOTENCY_CONFLICT`
   */
  async answerOnce<T>(request: RequestIdentity | undefined, answer: () => Promise<T>): Promise<T> {
    if (request === undefined) return answer();
    const known = this.underWay.get(request.key) ?? { digest: request.digest, callers: 0 };
    if (known.digest !== request.digest) {
      throw new DomainError(
        'IDEMPOTENCY_CONFLICT',
        'Another request with this Idempotency-Key is being answered; use a new key for a new request.',
        'Idempotency-Key',
      );
    }
    known.callers++;
    this.underWay.set(request.key, known);
    try {
      await this.refuseConflicting(request);
      return await answer();
    } finally {
      if (--known.callers === 0) this.underWay.delete(request.key);
    }
  }

  private async refuseConflicting(request: RequestIdentity): Promise<void> {
    const firstPart = { ...request, key: partKey(request.key, 0) };
    await Promise.all(
      this.all.map((sequencer) =>
        sequencer.readDurable(({ answers }) => {
          findAnswer(answers, request);
          findAnswer(answers, firstPart);
        }),
      ),
    );
  }

  private findUsageElsewhere(shard: number, source: string, id: string): string | undefined {
    for (const other of this.ledgers) {
      const digest = other.shard === shard ? undefined : other.state.usage.find(source, id);
      if (digest !== undefined) return digest;
    }
    return undefined;
  }
}

/** The registry as the holder shards' decisions see it. The registry's own sequencer decides on the shard itself. */
function pictureOf(follower: CatalogueFollower): Picture {
  return {
    get ageMs() {
      return follower.pictureAgeMs;
    },
    refresh: () =>
      follower.refresh().catch((error: unknown) => {
        // Whatever keeps the registry from being read, nothing is decided on an old picture of it.
        throw error instanceof StoreUnavailable
          ? error
          : new StoreUnavailable('the registry shard cannot be followed', { cause: error });
      }),
  };
}

/** A usage batch spans shards: each part of it is answered under a key of its own. */
export function partKey(key: string, part: number): string {
  return `${key}#${part}`;
}
