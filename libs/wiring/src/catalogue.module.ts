/** The process's copy of the catalogue, which is also its key ring. */
import { Global, Injectable, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HealthRegistry, KEY_RING } from '#platform';
import { CatalogueFollower } from './catalogue-follower.js';
import { StoreModule } from './store.module.js';

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

/** Started before anything that injects it. */
@Global()
@Module({
  imports: [StoreModule],
  providers: [{ provide: KEY_RING, useExisting: CatalogueFollower }, CatalogueLifecycle],
  exports: [KEY_RING],
})
export class CatalogueModule {}
