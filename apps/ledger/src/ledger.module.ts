import { Module, type OnModuleInit } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import * as commands from '#concepts/commands';
import type { LedgerCommand, RegistryCommand } from '#concepts';
import { ReadingModule } from '#reading';
import { ClosingWork, DueWork, SequencersModule, StoreModule } from '#wiring';
import { JobRunner } from './job-runner.js';
import { JobsController, ReratingsController } from './jobs.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { LetterKeeper } from './dead-letters/letter-keeper.js';
import { LetterReplays } from './dead-letters/letter-replays.js';
import { UsageReplay } from './dead-letters/usage-replay.js';
import { KafkaMemoryModule } from './kafka-history.js';
import { KafkaIntake } from './kafka-intake.js';
import { KafkaSkips, KafkaSkipsController } from './kafka-skips.js';
import { KafkaTopics, KafkaTopicsController } from './kafka-topics.js';
import { Rounds } from './rounds.js';
import { UsageIntake } from './usage-intake.js';
import { UsageMetrics } from './usage-metrics.js';
import { LedgerWatch } from './stream/ledger-watch.js';
import { StreamController } from './stream/stream.controller.js';
import { QuotesController } from './quotes.controller.js';
import { NewestCharges } from './newest-charges.js';
import { Reratings } from './reratings.js';
import { RecordUsageHandler, UsageController } from './usage.controller.js';
import { UsageCorrectionsController } from './usage-corrections.controller.js';

/** The ledger: usage and commands in, pages out. */
@Module({
  imports: [
    CqrsModule.forRoot(),
    KafkaMemoryModule,
    StoreModule,
    SequencersModule,
    ReadingModule,
    ...Object.values(commands),
  ],
  controllers: [
    UsageController,
    UsageCorrectionsController,
    QuotesController,
    KafkaSkipsController,
    KafkaTopicsController,
    ReratingsController,
    JobsController,
    DeadLettersController,
    StreamController,
  ],
  providers: [
    UsageMetrics,
    UsageIntake,
    KafkaIntake,
    KafkaSkips,
    KafkaTopics,
    Rounds,
    RecordUsageHandler,
    NewestCharges,
    Reratings,
    JobRunner,
    LetterKeeper,
    LetterReplays,
    UsageReplay,
    LedgerWatch,
  ],
})
export class LedgerModule implements OnModuleInit {
  constructor(
    private readonly work: DueWork<LedgerCommand | RegistryCommand>,
    private readonly closing: ClosingWork,
  ) {}

  /** This service decides for all shards: here their work is done, what is due acts, and instants are closed. */
  onModuleInit(): void {
    this.work.start();
    this.closing.start();
  }
}
