import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import * as commands from '#concepts/commands';
import { SequencersModule, StoreModule } from '#wiring';
import { KafkaIntake } from './kafka-intake.js';
import { KafkaSkips, KafkaSkipsController } from './kafka-skips.js';
import { ReceivableCovering } from './receivable-covering.js';
import { Rounds } from './rounds.js';
import { TransferRelay } from './transfer-relay.js';
import { UsageIntake } from './usage-intake.js';
import { UsageMetrics } from './usage-metrics.js';
import { RecordUsageHandler, UsageController } from './usage.controller.js';

/** The ledger: usage and commands in, pages out. */
@Module({
  imports: [CqrsModule.forRoot(), StoreModule, SequencersModule, ...Object.values(commands)],
  controllers: [UsageController, KafkaSkipsController],
  providers: [
    UsageMetrics,
    UsageIntake,
    KafkaIntake,
    KafkaSkips,
    TransferRelay,
    ReceivableCovering,
    Rounds,
    RecordUsageHandler,
  ],
})
export class LedgerModule {}
