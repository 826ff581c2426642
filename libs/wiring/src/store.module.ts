/** Which journal store, which database, which chain: the one place where configuration chooses adapters. */
import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { registryShard } from '#domain';
import { createEventStoreDbJournal, isAccessDenied } from '#eventstoredb';
import type { JournalStore } from '#journal';
import { CONFIGURATION, ConfigurationError, HealthRegistry, LOGGER, type Configuration, type Logger } from '#platform';
import { createPool, migrateDatabase, PostgresJournal, type Pool } from '#postgres';

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

async function openJournal(configuration: Configuration, database: Pool, logger: Logger): Promise<JournalStore> {
  const onTrouble = (message: string, error: unknown) => logger.warn({ err: error }, message);
  return configuration.journalStore === 'eventstoredb'
    ? openEventStore(configuration, onTrouble)
    : new PostgresJournal(database, { onTrouble });
}

/** @throws ConfigurationError when the connection string cannot be used, or its user may not read the journal */
async function openEventStore(
  configuration: Configuration,
  onTrouble: (message: string, error: unknown) => void,
): Promise<JournalStore> {
  let journal: JournalStore;
  try {
    journal = createEventStoreDbJournal(configuration.eventstoreUrl!, { onTrouble });
  } catch (error) {
    throw new ConfigurationError('EVENTSTOREDB_URL', (error as Error).message);
  }
  try {
    await journal.head(registryShard(configuration.shards));
  } catch (error) {
    // Whatever else is wrong may pass, or is told by whoever needs the page.
    if (!isAccessDenied(error)) return journal;
    await journal.close();
    throw new ConfigurationError(
      'EVENTSTOREDB_URL',
      'the server refuses this user; check its name, its password and its access to the streams',
    );
  }
  return journal;
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
