/** Which journal store, which database, which chain: the one place where configuration chooses adapters. */
import {
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { registryShard } from '#domain';
import { createEventStoreDbJournal } from '#eventstoredb';
import type { JournalStore } from '#journal';
import {
  CONFIGURATION,
  ConfigurationError,
  HealthRegistry,
  KEY_RING,
  LOGGER,
  Metrics,
  type Configuration,
  type Logger,
} from '#platform';
import { createPool, migrateDatabase, PostgresJournal, type Pool } from '#postgres';
import { CatalogueFollower } from './catalogue-follower.js';
import { Sequencers } from './sequencers.js';

/** Injection token of the {@link JournalStore} that `JOURNAL_STORE` names. */
export const JOURNAL_STORE = Symbol('JOURNAL_STORE');
/** Injection token of the PostgreSQL pool: read models, and the journal when it is kept there. */
export const DATABASE = Symbol('DATABASE');

async function openDatabase(configuration: Configuration, logger: Logger): Promise<Pool> {
  if (configuration.databaseUrl === undefined) {
    throw new ConfigurationError('DATABASE_URL', 'is needed by a single service; `npm start` brings its own database');
  }
  await migrateDatabase(configuration.databaseUrl);
  return createPool(configuration.databaseUrl, { onTrouble: (message, error) => logger.warn({ err: error }, message) });
}

function openJournal(configuration: Configuration, database: Pool, logger: Logger): JournalStore {
  const onTrouble = (message: string, error: unknown) => logger.warn({ err: error }, message);
  return configuration.journalStore === 'eventstoredb'
    ? createEventStoreDbJournal(configuration.eventstoreUrl!, { onTrouble })
    : new PostgresJournal(database, { onTrouble });
}

const SHARDS_MAX = 64;

/**
 * Holders are placed by the number of shards, so a journal keeps the number it began with. The registry shard is always
 * its highest-numbered one and is written first, which tells the number.
 */
async function refuseOtherShardCount(store: JournalStore, shards: number): Promise<void> {
  for (let shard = SHARDS_MAX; shard >= 0; shard--) {
    if ((await store.head(shard)) === undefined) continue;
    if (shard === registryShard(shards)) return;
    throw new ConfigurationError(
      'AIRTIME_SHARDS',
      `this journal was begun with ${shard} shards and keeps them; set AIRTIME_SHARDS=${shard}`,
    );
  }
}

@Injectable()
class StoreLifecycle implements OnApplicationShutdown {
  constructor(
    @Inject(JOURNAL_STORE) private readonly journal: JournalStore,
    @Inject(DATABASE) private readonly database: Pool,
    health: HealthRegistry,
    @Inject(CONFIGURATION) configuration: Configuration,
  ) {
    health.register('journal', async () => ({
      ok: true,
      detail: `registry height ${(await journal.head(registryShard(configuration.shards)))?.height ?? 0}`,
    }));
    health.register('database', async () => {
      await database.query('select 1');
      return { ok: true };
    });
  }

  /** After every module has finished its own work. */
  async onApplicationShutdown(): Promise<void> {
    await this.journal.close();
    await this.database.end();
  }
}

/** The journal store and the database, shared by everything in the process. */
@Global()
@Module({
  providers: [
    { provide: DATABASE, inject: [CONFIGURATION, LOGGER], useFactory: openDatabase },
    { provide: JOURNAL_STORE, inject: [CONFIGURATION, DATABASE, LOGGER], useFactory: openJournal },
    StoreLifecycle,
  ],
  exports: [DATABASE, JOURNAL_STORE],
})
export class StoreModule {}

@Injectable()
class CatalogueLifecycle implements OnModuleDestroy {
  constructor(private readonly follower: CatalogueFollower) {}

  async onModuleDestroy(): Promise<void> {
    await this.follower.stop();
  }
}

/** The process's copy of the catalogue, which is also its key ring. Started before anything that injects it. */
@Global()
@Module({
  imports: [StoreModule],
  providers: [
    {
      provide: CatalogueFollower,
      inject: [JOURNAL_STORE, CONFIGURATION, LOGGER],
      useFactory: async (store: JournalStore, configuration: Configuration, logger: Logger) => {
        await refuseOtherShardCount(store, configuration.shards);
        const follower = new CatalogueFollower(store, registryShard(configuration.shards), (message, error) =>
          logger.warn({ err: error }, message),
        );
        await follower.start();
        return follower;
      },
    },
    { provide: KEY_RING, useExisting: CatalogueFollower },
    CatalogueLifecycle,
  ],
  exports: [CatalogueFollower, KEY_RING],
})
export class CatalogueModule {}

@Injectable()
class SequencersLifecycle implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly sequencers: Sequencers,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.health.register('sequencers', () => {
      const waiting = this.sequencers.all.reduce((sum, sequencer) => sum + sequencer.waiting, 0);
      return { ok: true, detail: `${waiting} commands waiting` };
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.sequencers.stop();
  }
}

/** The sequencers of a process that writes to the journal, folded and ready. */
@Global()
@Module({
  imports: [CatalogueModule],
  providers: [
    {
      provide: Sequencers,
      inject: [JOURNAL_STORE, CONFIGURATION, CatalogueFollower, LOGGER, Metrics],
      useFactory: async (
        store: JournalStore,
        { shards }: Configuration,
        follower: CatalogueFollower,
        logger: Logger,
        metrics: Metrics,
      ) => {
        const pages = metrics.counter({
          name: 'airtime_pages_total',
          help: 'Pages appended or read by the sequencers',
          labels: ['shard'],
        });
        const events = metrics.counter({
          name: 'airtime_events_total',
          help: 'Journal events in those pages',
          labels: ['shard'],
        });
        const sequencers = new Sequencers({
          store,
          shards,
          follower,
          onPage: (page) => {
            pages.inc({ shard: page.shard });
            events.inc({ shard: page.shard }, page.count);
          },
          onTrouble: (message, error) => logger.warn({ err: error }, message),
        });
        await sequencers.start();
        return sequencers;
      },
    },
    SequencersLifecycle,
  ],
  exports: [Sequencers],
})
export class SequencersModule {}
