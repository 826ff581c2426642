import { Module } from '@nestjs/common';
import { LedgerModule } from '../../ledger/src/ledger.module.js';
import { ProjectorModule } from '../../projector/src/projector.module.js';
import { ReportingModule } from '../../reporting/src/reporting.module.js';
import { SettlementModule } from '../../settlement/src/settlement.module.js';

/** Every service in one process: they share the journal store, the catalogue and the sequencers. */
@Module({ imports: [LedgerModule, ProjectorModule, SettlementModule, ReportingModule] })
export class StandaloneModule {}
