/** The sequencers of a process that writes to the journal, folded and ready, with what is seen of them from outside. */
import { Global, Injectable, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import {
  DUE_LEDGER,
  DUE_REGISTRY,
  WORK_LEDGER,
  WORK_REGISTRY,
  type LedgerCommand,
  type RegistryCommand,
} from '#concepts';
import { PAGE_EVENTS_MAX, type ClosingWishes, type JournalStore, type Page } from '#journal';
import type { SigningKey } from '#signing';
import { CONFIGURATION, HealthRegistry, LOGGER, Metrics, type Configuration, type Logger } from '#platform';
import { NamedLocks, type Pool } from '#postgres';
import { CatalogueFollower } from './catalogue-follower.js';
import { CatalogueModule } from './catalogue.module.js';
import { ClosingWork } from './closing-work.js';
import { DecideCommandHandler, HolderCommands, RegistryCommands } from './commands.js';
import { DueWork } from './due-work.js';
import { FOUNDER, type Founder } from './journal-identity.js';
import { loadRootKey, loadWriterKey } from './key-files.js';
import { Sequencers } from './sequencers.js';
import { StoreClock } from './store-clock.js';
import { CLOSING_WISHES, DATABASE, JOURNAL_STORE } from './store.module.js';
import { untilStoreAnswers } from './store-wait.js';

@Injectable()
class SequencersLifecycle implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly sequencers: Sequencers,
    private readonly work: DueWork<LedgerCommand | RegistryCommand>,
    private readonly closing: ClosingWork,
    private readonly clock: StoreClock,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const { sequencers } = this;
    this.health.register('sequencers', () => {
      for (const { halted, refused, hindered } of sequencers.all) {
        const trouble = halted ?? refused ?? hindered;
        if (trouble !== undefined) return { ok: false, detail: trouble.message };
      }
      const waiting = sequencers.all.reduce((sum, sequencer) => sum + sequencer.waiting, 0);
      return { ok: true, detail: `${waiting} commands waiting; ${this.describeWork()}` };
    });
    const queue = this.metrics.gauge({
      name: 'airtime_commands_waiting',
      help: 'Commands that wait for their page',
      labels: ['shard'],
      collect: () => {
        for (const { shard, waiting } of sequencers.all) queue.set({ shard }, waiting);
      },
    });
    const halted = this.metrics.gauge({
      name: 'airtime_shard_halted',
      help: '1 for a shard that decides nothing, since its journal cannot be followed or holds what does not count, or pages are missing',
      labels: ['shard'],
      collect: () => {
        for (const sequencer of sequencers.all)
          halted.set({ shard: sequencer.shard }, (sequencer.halted ?? sequencer.refused) === undefined ? 0 : 1);
      },
    });
    this.showWork();
    this.showClock();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.work.stop(), this.closing.stop()]);
    await this.sequencers.stop();
    await this.clock.stop();
  }

  private showClock(): void {
    const { clock, sequencers } = this;
    this.health.register('clock', () => {
      const ahead =
        clock.apart === undefined ? sequencers.all.filter(({ aheadUntil }) => aheadUntil !== undefined) : [];
      const shards = ahead.map(({ shard, aheadUntil }) => `; shard ${shard} is ahead until ${aheadUntil!}`);
      return { ok: clock.apart === undefined, detail: `${clock.describe()}${shards.join('')}` };
    });
    const difference = this.metrics.gauge({
      name: 'airtime_clock_ahead_seconds',
      help: 'This process’s clock less that of the journal’s store, when they were compared last; above 2 or below -2 nothing is decided',
      collect: () => {
        difference.set((clock.aheadMs ?? 0) / 1_000);
      },
    });
    const ahead = this.metrics.gauge({
      name: 'airtime_shard_ahead_seconds',
      help: 'How far the shard’s newest page is ahead of the clock; 0: by no more than clocks may differ',
      labels: ['shard'],
      collect: () => {
        for (const { shard, aheadUntil } of sequencers.all)
          ahead.set({ shard }, aheadUntil === undefined ? 0 : (Date.parse(aheadUntil) - clock.now()) / 1_000);
      },
    });
  }

  private describeWork(): string {
    const { left, oldestDueMs } = this.work.figures();
    const counts = [...left].filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`);
    return `left to do: ${counts.join(', ') || 'nothing'}; oldest due for ${Math.round(oldestDueMs / 1_000)} s`;
  }

  private showWork(): void {
    const left = this.metrics.gauge({
      name: 'airtime_work_left',
      help: 'What a sweep would find to be done, and what is due and has not acted, by kind',
      labels: ['kind'],
      collect: () => {
        for (const [kind, count] of this.work.figures().left) left.set({ kind }, count);
      },
    });
    const age = this.metrics.gauge({
      name: 'airtime_due_age_seconds',
      help: 'How long the oldest item is due that has not acted; 0 while none is due',
      collect: () => {
        age.set(this.work.figures().oldestDueMs / 1_000);
      },
    });
  }
}

function countPages(metrics: Metrics): (page: Page) => void {
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
  const pageEvents = metrics.histogram({
    name: 'airtime_page_events',
    help: 'Journal events in one page',
    buckets: [1, 10, 50, 100, 250, 500, 1_000, 2_500, PAGE_EVENTS_MAX],
  });
  const pageBytes = metrics.histogram({
    name: 'airtime_page_bytes',
    help: 'Bytes of one page’s body',
    buckets: [1_000, 10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000],
  });
  return ({ shard, count, body }) => {
    pages.inc({ shard });
    events.inc({ shard }, count);
    pageEvents.observe(count);
    pageBytes.observe(body.length);
  };
}

/** Ends a process whose key may not write: it is told once. */
const EXIT_DISMISSED = 1;

async function startSequencers(
  store: JournalStore,
  database: Pool,
  { shards }: Configuration,
  follower: CatalogueFollower,
  logger: Logger,
  metrics: Metrics,
  key: SigningKey,
  clock: StoreClock,
): Promise<Sequencers> {
  const onTrouble = (message: string, error?: unknown) => logger.warn({ err: error }, message);
  const sequencers = new Sequencers({
    store,
    shards,
    follower,
    key,
    clock,
    // Whichever store keeps the journal: all services share the database of the read models.
    locks: new NamedLocks(database, { onTrouble }),
    onPage: countPages(metrics),
    onDismissed: (why) => {
      if (process.exitCode === EXIT_DISMISSED) return;
      // Whatever it would still be asked it could only refuse.
      logger.fatal(why);
      process.exitCode = EXIT_DISMISSED;
      process.kill(process.pid, 'SIGTERM');
    },
    onTrouble,
  });
  await sequencers.start();
  return sequencers;
}

/** Compared before anything is decided. */
async function startClock(store: JournalStore, logger: Logger): Promise<StoreClock> {
  const clock = new StoreClock({ ask: () => store.now(), logger });
  await untilStoreAnswers(() => clock.compare(), 'the journal', logger);
  clock.start();
  return clock;
}

/** What the shards do by themselves, as their concepts' tables say. */
function drive(sequencers: Sequencers, logger: Logger): DueWork<LedgerCommand | RegistryCommand> {
  const { registry, shards } = sequencers;
  const work = new DueWork<LedgerCommand | RegistryCommand>({
    execute: async (shard, command) => {
      const deciding =
        shard === registry.shard
          ? sequencers.executeRegistry(command as RegistryCommand)
          : sequencers.execute(shard, command as LedgerCommand);
      return (await deciding).outcome;
    },
    lookAround: () => sequencers.lookAround(),
    logger,
  });
  for (let shard = 0; shard < shards; shard++) {
    const tables = { dueKinds: Object.keys(DUE_LEDGER), work: WORK_LEDGER };
    work.serve({ shard, registry: registry.shard, sequencer: sequencers.ledger(shard), ...tables });
  }
  work.serve({ shard: registry.shard, sequencer: registry, dueKinds: Object.keys(DUE_REGISTRY), work: WORK_REGISTRY });
  sequencers.onPage((shard) => {
    work.pageRead(shard);
  });
  for (const sequencer of sequencers.all) {
    sequencer.onActed((outcome) => {
      work.acted(sequencer.shard, outcome);
    });
  }
  return work;
}

/** Injection token of the key that signs this process's pages. */
const WRITER_KEY = Symbol('WRITER_KEY');

/** A process that writes has a key of its own, and may found the journal where it has a root key too. */
@Global()
@Module({
  providers: [
    { provide: WRITER_KEY, inject: [CONFIGURATION], useFactory: loadWriterKey },
    {
      provide: FOUNDER,
      inject: [CONFIGURATION, WRITER_KEY],
      useFactory: (configuration: Configuration, writer: SigningKey): Founder | undefined => {
        const root = loadRootKey(configuration);
        return root === undefined ? undefined : { root, writer };
      },
    },
  ],
  exports: [FOUNDER, WRITER_KEY],
})
class FoundingModule {}

@Global()
@Module({
  imports: [CqrsModule.forRoot(), FoundingModule, CatalogueModule],
  providers: [
    { provide: StoreClock, inject: [JOURNAL_STORE, LOGGER], useFactory: startClock },
    {
      provide: Sequencers,
      inject: [JOURNAL_STORE, DATABASE, CONFIGURATION, CatalogueFollower, LOGGER, Metrics, WRITER_KEY, StoreClock],
      useFactory: startSequencers,
    },
    { provide: DueWork, inject: [Sequencers, LOGGER], useFactory: drive },
    {
      provide: ClosingWork,
      inject: [CLOSING_WISHES, Sequencers, LOGGER],
      useFactory: (wishes: ClosingWishes, { all }: Sequencers, logger: Logger) =>
        new ClosingWork({ wishes, shards: all, logger }),
    },
    SequencersLifecycle,
    DecideCommandHandler,
    HolderCommands,
    RegistryCommands,
  ],
  exports: [Sequencers, ClosingWork, DueWork, HolderCommands, RegistryCommands],
})
export class SequencersModule {}
