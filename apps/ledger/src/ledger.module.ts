import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { SequencersModule, StoreModule } from '#wiring';
import { ConfigurationController } from './configuration-commands.js';
import { KafkaIntake } from './kafka-intake.js';
import { KafkaSkips, KafkaSkipsController } from './kafka-skips.js';
import { KeysController } from './keys.js';
import { ChangeSupplyHandler, MovementsController, TransferTokensHandler } from './movements.js';
import { PartiesController } from './parties.js';
import { ReceivableCovering } from './receivable-covering.js';
import { ChangeRegistryHandler } from './registry-changes.js';
import { TransferRelay } from './transfer-relay.js';
import { UsageIntake } from './usage-intake.js';
import { UsageMetrics } from './usage-metrics.js';
import { RecordUsageHandler, UsageController } from './usage.controller.js';

/** The ledger: usage and commands in, pages out. */
@Module({
  imports: [CqrsModule.forRoot(), StoreModule, SequencersModule],
  controllers: [
    UsageController,
    MovementsController,
    ConfigurationController,
    PartiesController,
    KeysController,
    KafkaSkipsController,
  ],
  providers: [
    UsageMetrics,
    UsageIntake,
    KafkaIntake,
    KafkaSkips,
    TransferRelay,
    ReceivableCovering,
    RecordUsageHandler,
    ChangeSupplyHandler,
    TransferTokensHandler,
    ChangeRegistryHandler,
  ],
})
export class LedgerModule {}
