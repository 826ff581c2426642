import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { SequencersModule, StoreModule } from '#wiring';
import { ChainListController } from './chains.js';
import { KafkaIntake } from './kafka-intake.js';
import { KafkaSkips, KafkaSkipsController } from './kafka-skips.js';
import { KeysController } from './keys.js';
import { PartiesController } from './parties.js';
import { PriceBooksController } from './price-books.js';
import { ReceivableCovering } from './receivable-covering.js';
import { SplitPoliciesController } from './split-policies.js';
import { SupplyController } from './supply.js';
import { TransferRelay } from './transfer-relay.js';
import { TransfersController } from './transfers.js';
import { UsageIntake } from './usage-intake.js';
import { UsageMetrics } from './usage-metrics.js';
import { RecordUsageHandler, UsageController } from './usage.controller.js';

/** The ledger: usage and commands in, pages out. */
@Module({
  imports: [CqrsModule.forRoot(), StoreModule, SequencersModule],
  controllers: [
    UsageController,
    SupplyController,
    TransfersController,
    PriceBooksController,
    SplitPoliciesController,
    ChainListController,
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
  ],
})
export class LedgerModule {}
