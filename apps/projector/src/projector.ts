/** All shards of the books in one process. Any number of processes may run it at once. */
import { ROWS } from '#concepts/rows';
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
  /** The last height in the books, as far as this process knows; undefined before it has looked. */
  readonly height: number | undefined;
  /** Pages in the journal that the books do not include; undefined when that is not known. */
  readonly behind: number | undefined;
  /** The books hold pages that the journal has not: it is another journal, or it has lost its end. */
  readonly isAhead: boolean;
}

export class Projector {
  /** Holder shards and the registry's. */
  readonly shards: readonly ShardProjector[];

  constructor(private readonly options: ProjectorOptions) {
    const { store, pool, shards } = options;
    this.shards = Array.from(
      { length: registryShard(shards) + 1 },
      (_, shard) => new ShardProjector(shard, store, new Projection({ rows: ROWS, pool, shard }), options),
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
        if (height === undefined) return { shard, height, behind: undefined, isAhead: false };
        const head = await this.headAtLeast(shard, height);
        const isAhead = head < height;
        return { shard, height, behind: isAhead ? undefined : head - height, isAhead };
      }),
    );
  }

  /** A copy of the store may answer a moment late: what seems too low is asked for once more. */
  private async headAtLeast(shard: number, height: number): Promise<number> {
    const ask = async () => (await this.options.store.head(shard))?.height ?? 0;
    const head = await ask();
    return head < height ? ask() : head;
  }
}
