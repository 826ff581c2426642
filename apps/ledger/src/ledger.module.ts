import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { SequencersModule, StoreModule } from '#wiring';
import { ChangeRegistryHandler, ConfigurationController } from './configuration-commands.js';
import { KafkaIntake } from './kafka-intake.js';
import { ChangeSupplyHandler, MovementsController, TransferTokensHandler } from './movements.js';
import { PartiesController } from './parties.js';
import { ReceivableCovering } from './receivable-covering.js';
import { TransferRelay } from './transfer-relay.js';
import { UsageIntake } from './usage-intake.js';
import { RecordUsageHandler, UsageController } from './usage.controller.js';

/** The ledger: usage and commands in, pages out. */
@Module({
  imports: [CqrsModule.forRoot(), StoreModule, SequencersModule],
  controllers: [UsageController, MovementsController, ConfigurationController, PartiesController],
  providers: [
    UsageIntake,
    KafkaIntake,
    TransferRelay,
    ReceivableCovering,
    RecordUsageHandler,
    ChangeSupplyHandler,
    TransferTokensHandler,
    ChangeRegistryHandler,
  ],
})
export class LedgerModule {}
