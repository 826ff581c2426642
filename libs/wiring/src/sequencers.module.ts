/** The sequencers of a process that writes to the journal, folded and ready, with what is seen of them from outside. */
import { Global, Injectable, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PAGE_EVENTS_MAX, type JournalStore, type Page } from '#journal';
import { CONFIGURATION, HealthRegistry, LOGGER, Metrics, type Configuration, type Logger } from '#platform';
import { NamedLocks, type Pool } from '#postgres';
import { CatalogueFollower } from './catalogue-follower.js';
import { CatalogueModule } from './catalogue.module.js';
import { DecideCommandHandler, FollowUps, HolderCommands, RegistryCommands } from './commands.js';
import { Sequencers } from './sequencers.js';
import { DATABASE, JOURNAL_STORE } from './store.module.js';

@Injectable()
class SequencersLifecycle implements OnModuleInit, OnModuleDestroy {
  constructor(
    private readonly sequencers: Sequencers,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const { sequencers } = this;
    this.health.register('sequencers', () => {
      const halted = sequencers.all.find((sequencer) => sequencer.halted !== undefined)?.halted;
      if (halted !== undefined) return { ok: false, detail: halted.message };
      const waiting = sequencers.all.reduce((sum, sequencer) => sum + sequencer.waiting, 0);
      return { ok: true, detail: `${waiting} commands waiting` };
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
      help: '1 for a shard that decides nothing any more, since its journal cannot be followed',
      labels: ['shard'],
      collect: () => {
        for (const sequencer of sequencers.all)
          halted.set({ shard: sequencer.shard }, sequencer.halted === undefined ? 0 : 1);
      },
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.sequencers.stop();
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

async function startSequencers(
  store: JournalStore,
  database: Pool,
  { shards }: Configuration,
  follower: CatalogueFollower,
  logger: Logger,
  metrics: Metrics,
): Promise<Sequencers> {
  const onTrouble = (message: string, error?: unknown) => logger.warn({ err: error }, message);
  const sequencers = new Sequencers({
    store,
    shards,
    follower,
    // Whichever store keeps the journal: all services share the database of the read models.
    locks: new NamedLocks(database, { onTrouble }),
    onPage: countPages(metrics),
    onTrouble,
  });
  await sequencers.start();
  return sequencers;
}

@Global()
@Module({
  imports: [CqrsModule.forRoot(), CatalogueModule],
  providers: [
    {
      provide: Sequencers,
      inject: [JOURNAL_STORE, DATABASE, CONFIGURATION, CatalogueFollower, LOGGER, Metrics],
      useFactory: startSequencers,
    },
    SequencersLifecycle,
    FollowUps,
    DecideCommandHandler,
    HolderCommands,
    RegistryCommands,
  ],
  exports: [Sequencers, FollowUps, HolderCommands, RegistryCommands],
})
export class SequencersModule {}
