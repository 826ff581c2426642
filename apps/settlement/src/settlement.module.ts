import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { SequencersModule, StoreModule } from '#wiring';
import { ChainConnection } from './chain-connection.js';
import { ChainMemory } from './chain-memory.js';
import { ChainsController, RegisterContractsHandler } from './chains.js';
import { ReconciliationRun, ReconciliationsController, RunReconciliationHandler } from './reconciliations.js';
import { SettlementDriver } from './settlement-driver.js';
import { OpenSettlementHandler, SettlementsController } from './settlements.js';

/** Settlement: payables in, final payouts out; and the comparison of both. */
@Module({
  imports: [CqrsModule.forRoot(), StoreModule, SequencersModule],
  controllers: [ChainsController, SettlementsController, ReconciliationsController],
  providers: [
    ChainConnection,
    ChainMemory,
    SettlementDriver,
    ReconciliationRun,
    OpenSettlementHandler,
    RunReconciliationHandler,
    RegisterContractsHandler,
  ],
})
export class SettlementModule {}

// Standalone waits for it, and says why when it refuses the chain.
export { ChainConnection } from './chain-connection.js';
