/** Which journal store, which database, which chain: the one place where configuration chooses adapters. */
import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { registryShard } from '#domain';
import { createEventStoreDbJournal, EventStoreDbClosingWishes, isAccessDenied } from '#eventstoredb';
import { ShardLost, TrustedJournal, WatchedJournal, type ClosingWishes, type JournalStore } from '#journal';
import {
  CONFIGURATION,
  ConfigurationError,
  HealthRegistry,
  LOGGER,
  SESSIONS,
  type Configuration,
  type Logger,
} from '#platform';
import {
  ConsoleSessions,
  createPool,
  migrateDatabase,
  PostgresClosingWishes,
  PostgresJournal,
  type Pool,
} from '#postgres';
import { CatalogueFollower } from './catalogue-follower.js';
import { HeadMemories, isAnyRemembered, KAFKA_MEMORY, type MemorySource } from './head-memories.js';
import { ensureFounded, FOUNDER, type Founder } from './journal-identity.js';
import { RememberedHeads } from './remembered-heads.js';
import { untilStoreAnswers } from './store-wait.js';
import { openVerifiedPages, type VerifiedPages } from './verified-pages.js';

/** The store that `JOURNAL_STORE` names, whoever wrote what it holds. */
const UNTRUSTED_JOURNAL = Symbol('UNTRUSTED_JOURNAL');
/**
 * Injection token of the {@link JournalStore} as it stands, for reads on behalf of callers: for whoever judges pages itself,
 * a verifier or an export. Everybody else reads {@link READ_JOURNAL}.
 */
export const UNTRUSTED_READ_JOURNAL = Symbol('UNTRUSTED_READ_JOURNAL');
/** Injection token of the {@link JournalStore} that appends, and of what follows it: its pages have been judged. */
export const JOURNAL_STORE = Symbol('JOURNAL_STORE');
/** Injection token of the {@link JournalStore} for reads on behalf of callers: they never wait before an append. */
export const READ_JOURNAL = Symbol('READ_JOURNAL');
/** Injection token of the {@link ClosingWishes} of the store that keeps the journal. */
export const CLOSING_WISHES = Symbol('CLOSING_WISHES');
/** Injection token of the PostgreSQL pool that writes the read models. */
export const DATABASE = Symbol('DATABASE');
/** Injection token of the PostgreSQL pool for reads on behalf of callers. */
export const READ_DATABASE = Symbol('READ_DATABASE');
/** The journal's own connections, when it is kept in PostgreSQL: however many read, a page finds one. */
const JOURNAL_DATABASE = Symbol('JOURNAL_DATABASE');
/** What this installation has verified before; null where it can remember nothing. */
const VERIFIED_PAGES = Symbol('VERIFIED_PAGES');

/** At once, of all callers together; more wait for five seconds, then they are told to come back. */
const READS_AT_ONCE = 10;
/** Longest wait of a read for a rebuild that swaps its tables in. */
const READ_LOCK_WAIT_MS = 5_000;

const troubleLog = (logger: Logger) => (message: string, error: unknown) => logger.warn({ err: error }, message);

async function openDatabase(configuration: Configuration, logger: Logger): Promise<Pool> {
  const url = databaseUrlOf(configuration);
  await untilStoreAnswers(() => migrateDatabase(url), 'PostgreSQL', logger);
  return createPool(url, { applicationName: 'airtime-books', onTrouble: troubleLog(logger) });
}

function databaseUrlOf({ databaseUrl }: Configuration): string {
  if (databaseUrl !== undefined) return databaseUrl;
  throw new ConfigurationError('DATABASE_URL', 'is needed by a single service; `npm start` brings its own database');
}

/** @param _migrated the schema is there before anything reads it */
function openReadDatabase(configuration: Configuration, logger: Logger, _migrated: Pool): Pool {
  return createPool(databaseUrlOf(configuration), {
    applicationName: 'airtime-reads',
    max: READS_AT_ONCE,
    lockTimeoutMs: READ_LOCK_WAIT_MS,
    onTrouble: troubleLog(logger),
  });
}

function openJournalDatabase(configuration: Configuration, logger: Logger, _migrated: Pool): Pool | null {
  if (configuration.journalStore !== 'postgres') return null;
  return createPool(databaseUrlOf(configuration), {
    applicationName: 'airtime-journal',
    onTrouble: troubleLog(logger),
  });
}

async function openJournal(configuration: Configuration, logger: Logger, database: Pool | null): Promise<JournalStore> {
  const onTrouble = troubleLog(logger);
  return database === null ? openEventStore(configuration, onTrouble) : new PostgresJournal(database, { onTrouble });
}

/** @throws ConfigurationError when the connection string cannot be used, its user may not read, or the registry is not whole */
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
    if (error instanceof ShardLost) {
      await journal.close();
      throw new ConfigurationError('EVENTSTOREDB_URL', error.message);
    }
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

/** EventStoreDB has no pool to be waited for: its one connection carries any number of calls. */
function openReadJournal(
  configuration: Configuration,
  logger: Logger,
  journal: JournalStore,
  database: Pool,
): JournalStore {
  return configuration.journalStore === 'postgres'
    ? new PostgresJournal(database, { onTrouble: troubleLog(logger) })
    : journal;
}

function openWishes(configuration: Configuration, logger: Logger, database: Pool | null): ClosingWishes {
  const onTrouble = troubleLog(logger);
  return database === null
    ? new EventStoreDbClosingWishes(configuration.eventstoreUrl!, { onTrouble })
    : new PostgresClosingWishes(database, onTrouble);
}

/** Founds or finds the journal, reads its registry, and follows it: by that copy every page is judged. */
async function startFollower(
  store: JournalStore,
  { shards, dataDir }: Configuration,
  logger: Logger,
  founder: Founder | undefined,
  database: Pool,
): Promise<CatalogueFollower> {
  const findMemory = () => isAnyRemembered(database, new RememberedHeads(dataDir), shards);
  await untilStoreAnswers(() => ensureFounded(store, shards, founder, logger, findMemory), 'the journal', logger);
  const follower = new CatalogueFollower(store, registryShard(shards), troubleLog(logger));
  await untilStoreAnswers(() => follower.start(), 'the journal', logger);
  return follower;
}

/** Compares the journal with what is remembered of it before anything reads or writes it. */
async function startMemories(
  store: JournalStore,
  follower: CatalogueFollower,
  database: Pool,
  { dataDir }: Configuration,
  logger: Logger,
  ...sources: readonly (MemorySource | undefined)[]
): Promise<HeadMemories> {
  const noted = new RememberedHeads(dataDir);
  const trusted = new TrustedJournal(store, follower);
  const memories = new HeadMemories({
    ...{ store: trusted, follower, database, noted, logger },
    sources: sources.filter((source) => source !== undefined),
  });
  await untilStoreAnswers(() => memories.start(), 'the journal', logger);
  return memories;
}

const trust = (
  store: JournalStore,
  follower: CatalogueFollower,
  { watch }: HeadMemories,
  verified: VerifiedPages | null,
): JournalStore => new WatchedJournal(new TrustedJournal(store, follower, verified ?? undefined), watch);

@Injectable()
class StoreLifecycle implements OnApplicationShutdown {
  constructor(
    @Inject(UNTRUSTED_JOURNAL) private readonly journal: JournalStore,
    @Inject(UNTRUSTED_READ_JOURNAL) private readonly readJournal: JournalStore,
    @Inject(CLOSING_WISHES) private readonly wishes: ClosingWishes,
    @Inject(DATABASE) private readonly database: Pool,
    @Inject(READ_DATABASE) private readonly readDatabase: Pool,
    @Inject(JOURNAL_DATABASE) private readonly journalDatabase: Pool | null,
    @Inject(VERIFIED_PAGES) private readonly verified: VerifiedPages | null,
    private readonly memories: HeadMemories,
    health: HealthRegistry,
    @Inject(CONFIGURATION) configuration: Configuration,
  ) {
    health.register('journal', async () => {
      const [lost] = memories.watch.losses;
      if (lost !== undefined) return { ok: false, detail: lost.message };
      const head = await journal.head(registryShard(configuration.shards));
      const unasked = [...memories.unreachable].map(([source, why]) => `; not compared with ${source}: ${why}`);
      return { ok: true, detail: `registry height ${head?.height ?? 0}${unasked.join('')}` };
    });
    health.register('database', async () => {
      await database.query('select 1');
      return { ok: true };
    });
  }

  /** After every module has finished its own work. */
  async onApplicationShutdown(): Promise<void> {
    await this.wishes.close();
    await this.memories.stop();
    await this.verified?.flush();
    await this.journal.close();
    if (this.readJournal !== this.journal) await this.readJournal.close();
    await Promise.all([this.database.end(), this.readDatabase.end(), this.journalDatabase?.end()]);
  }
}

/** The journal store and the database's pools, shared by everything in the process. */
@Global()
@Module({
  providers: [
    { provide: DATABASE, inject: [CONFIGURATION, LOGGER], useFactory: openDatabase },
    { provide: READ_DATABASE, inject: [CONFIGURATION, LOGGER, DATABASE], useFactory: openReadDatabase },
    { provide: JOURNAL_DATABASE, inject: [CONFIGURATION, LOGGER, DATABASE], useFactory: openJournalDatabase },
    { provide: UNTRUSTED_JOURNAL, inject: [CONFIGURATION, LOGGER, JOURNAL_DATABASE], useFactory: openJournal },
    {
      provide: UNTRUSTED_READ_JOURNAL,
      inject: [CONFIGURATION, LOGGER, UNTRUSTED_JOURNAL, READ_DATABASE],
      useFactory: openReadJournal,
    },
    // After the journal, which says in its own words what is wrong with the store.
    {
      provide: CLOSING_WISHES,
      inject: [CONFIGURATION, LOGGER, JOURNAL_DATABASE, UNTRUSTED_JOURNAL],
      useFactory: openWishes,
    },
    {
      provide: CatalogueFollower,
      inject: [UNTRUSTED_JOURNAL, CONFIGURATION, LOGGER, { token: FOUNDER, optional: true }, DATABASE],
      useFactory: startFollower,
    },
    {
      provide: HeadMemories,
      // By connections that no read on behalf of a caller can take: a write must never wait for those.
      inject: [
        ...[UNTRUSTED_JOURNAL, CatalogueFollower, DATABASE, CONFIGURATION, LOGGER],
        { token: KAFKA_MEMORY, optional: true },
      ],
      useFactory: startMemories,
    },
    {
      provide: VERIFIED_PAGES,
      inject: [CONFIGURATION, CatalogueFollower, LOGGER],
      useFactory: (configuration: Configuration, { journal }: CatalogueFollower, logger: Logger) =>
        openVerifiedPages(configuration, journal!, logger) ?? null,
    },
    {
      provide: JOURNAL_STORE,
      inject: [UNTRUSTED_JOURNAL, CatalogueFollower, HeadMemories, VERIFIED_PAGES],
      useFactory: trust,
    },
    {
      provide: READ_JOURNAL,
      inject: [UNTRUSTED_READ_JOURNAL, CatalogueFollower, HeadMemories, VERIFIED_PAGES],
      useFactory: trust,
    },
    { provide: ConsoleSessions, inject: [DATABASE], useFactory: (pool: Pool) => new ConsoleSessions(pool) },
    { provide: SESSIONS, useExisting: ConsoleSessions },
    StoreLifecycle,
  ],
  exports: [
    ConsoleSessions,
    SESSIONS,
    CatalogueFollower,
    CLOSING_WISHES,
    DATABASE,
    HeadMemories,
    JOURNAL_STORE,
    READ_DATABASE,
    READ_JOURNAL,
    UNTRUSTED_READ_JOURNAL,
  ],
})
export class StoreModule {}
