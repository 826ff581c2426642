/** The process's copy of the catalogue, which is also its key ring. */
import { Global, Injectable, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { registryShard } from '#domain';
import type { JournalStore } from '#journal';
import { CONFIGURATION, HealthRegistry, KEY_RING, LOGGER, type Configuration, type Logger } from '#platform';
import { CatalogueFollower } from './catalogue-follower.js';
import { refuseOtherShardCount } from './shard-count.js';
import { untilStoreAnswers } from './store-wait.js';
import { JOURNAL_STORE, StoreModule } from './store.module.js';

@Injectable()
class CatalogueLifecycle implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly follower: CatalogueFollower,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.health.register('catalogue', async () => {
      const { trouble } = this.follower;
      if (trouble !== undefined) return { ok: false, detail: trouble };
      // Not only what the copy says of itself: it must keep up with the store.
      await this.follower.refresh();
      return { ok: true, detail: `registry height ${this.follower.height}` };
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.follower.stop();
  }
}

async function startFollower(
  store: JournalStore,
  configuration: Configuration,
  logger: Logger,
): Promise<CatalogueFollower> {
  await untilStoreAnswers(() => refuseOtherShardCount(store, configuration.shards), 'the journal', logger);
  const follower = new CatalogueFollower(store, registryShard(configuration.shards), (message, error) =>
    logger.warn({ err: error }, message),
  );
  await untilStoreAnswers(() => follower.start(), 'the journal', logger);
  return follower;
}

/** Started before anything that injects it. */
@Global()
@Module({
  imports: [StoreModule],
  providers: [
    { provide: CatalogueFollower, inject: [JOURNAL_STORE, CONFIGURATION, LOGGER], useFactory: startFollower },
    { provide: KEY_RING, useExisting: CatalogueFollower },
    CatalogueLifecycle,
  ],
  exports: [CatalogueFollower, KEY_RING],
})
export class CatalogueModule {}
