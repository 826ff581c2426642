import { Inject, Injectable, Module, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ROWS } from '#concepts/rows';
import type { JournalStore } from '#journal';
import {
  CONFIGURATION,
  HealthRegistry,
  LOGGER,
  Metrics,
  type CheckResult,
  type Configuration,
  type Logger,
} from '#platform';
import { rebuildBooks, type Pool } from '#postgres';
import { CatalogueFollower, CatalogueModule, DATABASE, JOURNAL_STORE, StoreModule } from '#wiring';
import { Projector, type ShardLag } from './projector.js';
import { ProjectionsController, RebuildBooksHandler } from './rebuild.js';
import { CompareTablesHandler, TableComparisonController } from './table-comparison.js';

const LAG_INTERVAL_MS = 5_000;

/** Runs the projector with the service, and says how it is doing. */
@Injectable()
export class ProjectorService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly projector: Projector;
  private lagTimer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(JOURNAL_STORE) store: JournalStore,
    @Inject(DATABASE) pool: Pool,
    @Inject(CONFIGURATION) { shards }: Configuration,
    @Inject(LOGGER) logger: Logger,
    private readonly metrics: Metrics,
    private readonly health: HealthRegistry,
    follower: CatalogueFollower,
  ) {
    const pages = metrics.counter({
      name: 'airtime_projected_pages_total',
      help: 'Pages written to the books by this process',
      labels: ['shard'],
    });
    const events = metrics.counter({
      name: 'airtime_projected_events_total',
      help: 'Journal events in those pages',
      labels: ['shard'],
    });
    this.projector = new Projector({
      store,
      pool,
      shards,
      onApplied: (run) => {
        pages.inc({ shard: run.shard }, run.pages);
        events.inc({ shard: run.shard }, run.events);
      },
      onTrouble: (message, error) => logger.warn({ err: error }, message),
      isGivenUp: (page) => follower.isGivenUp(page),
      rebuild: async (signal) => {
        logger.warn('the books hold pages that the journal has lost; they are folded again');
        await rebuildBooks({
          rows: ROWS,
          pool,
          store,
          shards: this.projector.shards.map(({ shard }) => shard),
          signal,
        });
      },
    });
  }

  onApplicationBootstrap(): void {
    this.projector.start();
    this.health.register('projector', () => this.check());
    const lag = this.metrics.gauge({
      name: 'airtime_projection_lag_pages',
      help: 'Pages in the journal that the books do not include',
      labels: ['shard'],
    });
    const measure = async () => {
      for (const { shard, behind } of await this.projector.lag()) lag.set({ shard }, behind ?? Number.NaN);
    };
    // A store that is away shows in the health check and in the log. What is not known is no number.
    const forget = () => {
      for (const { shard } of this.projector.shards) lag.set({ shard }, Number.NaN);
    };
    this.lagTimer = setInterval(() => void measure().catch(forget), LAG_INTERVAL_MS);
    this.lagTimer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.lagTimer);
    await this.projector.stop();
  }

  private async check(): Promise<CheckResult> {
    const { trouble } = this.projector;
    const lag = await this.projector.lag();
    const detail = lag.map(describeLag).join('; ');
    if (trouble === undefined) return { ok: lag.every(({ behind }) => behind !== undefined), detail };
    const reason = trouble.error instanceof Error ? trouble.error.message : String(trouble.error);
    return { ok: false, detail: `shard ${trouble.shard}: ${reason}; ${detail}` };
  }
}

function describeLag({ shard, height, behind, isAhead }: ShardLag): string {
  if (isAhead) return `shard ${shard} at ${height}, which the journal does not reach`;
  return height === undefined ? `shard ${shard} not read yet` : `shard ${shard} at ${height}, ${behind} behind`;
}

/** The projector: pages in, rows out. */
@Module({
  imports: [CqrsModule.forRoot(), StoreModule, CatalogueModule],
  controllers: [ProjectionsController, TableComparisonController],
  providers: [ProjectorService, RebuildBooksHandler, CompareTablesHandler],
})
export class ProjectorModule {}
