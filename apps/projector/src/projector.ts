/** All shards of the books in one process. Any number of processes may run it at once. */
import { registryShard } from '#domain';
import type { JournalStore } from '#journal';
import { Projection, type Pool } from '#postgres';
import { ShardProjector, type ShardProjectorHooks } from './shard-projector.js';

export interface ProjectorOptions extends ShardProjectorHooks {
  readonly store: JournalStore;
  readonly pool: Pool;
  /** Holder shards; the registry shard follows them. */
  readonly shards: number;
}

export interface ShardLag {
  readonly shard: number;
  /** The last height in the books, as far as this process knows. */
  readonly height: number;
  /** Pages in the journal that the books do not include. */
  readonly behind: number;
}

export class Projector {
  /** Holder shards and the registry's. */
  readonly shards: readonly ShardProjector[];

  constructor(private readonly options: ProjectorOptions) {
    const { store, pool, shards } = options;
    this.shards = Array.from(
      { length: registryShard(shards) + 1 },
      (_, shard) => new ShardProjector(shard, store, new Projection({ pool, shard }), options),
    );
  }

  start(): void {
    for (const shard of this.shards) shard.start();
  }

  /** Finishes the transactions under way. */
  async stop(): Promise<void> {
    await Promise.all(this.shards.map((shard) => shard.stop()));
  }

  /** Why a shard's books do not move; undefined when all do. */
  get trouble(): { readonly shard: number; readonly error: unknown } | undefined {
    const stuck = this.shards.find(({ lastError }) => lastError !== undefined);
    return stuck === undefined ? undefined : { shard: stuck.shard, error: stuck.lastError };
  }

  /** How far the books are behind the journal, by shard. */
  async lag(): Promise<ShardLag[]> {
    return Promise.all(
      this.shards.map(async ({ shard, height }) => {
        const head = await this.options.store.head(shard);
        return { shard, height, behind: Math.max(0, (head?.height ?? 0) - height) };
      }),
    );
  }
}
