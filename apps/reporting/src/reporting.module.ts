import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ReadingModule } from '#reading';
import { CatalogueModule, StoreModule } from '#wiring';
import { AccountEntriesController, ListEntriesHandler } from './account-entries.js';
import { BalanceController, GetBalanceHandler } from './balance.js';
import { EntriesController, GetEntryHandler } from './entry.js';
import { ExportPagesHandler, JournalPagesController, ListShardsHandler } from './journal-pages.js';
import {
  MovementReportsController,
  ReportLargeMovementsHandler,
  ReportStructuredMovementsHandler,
} from './movement-reports.js';
import { ListPartiesHandler, PartiesListController } from './parties.js';
import { ListHeldPayoutsHandler, ListPayoutsHandler, PayoutsController } from './payouts.js';
import { GetEarningsHandler, GetProviderHandler, ProviderDeskController } from './provider-desk.js';
import {
  GetReconciliationHandler,
  ListBreaksHandler,
  ListReconciliationsHandler,
  ReconciliationReadsController,
} from './reconciliations.js';
import { GetSettlementHandler, ListSettlementsHandler, SettlementReadsController } from './settlements.js';
import { ReportSplitHandler, SplitReportController } from './split-report.js';
import { GetSupplyHandler, SupplyController } from './supply.js';
import { GetTrialBalanceHandler, ListTrialBalanceAccountsHandler, TrialBalanceController } from './trial-balance.js';
import { ReportUsageHandler, UsageReportController } from './usage-report.js';
import { VerificationController, VerifyLedgerHandler } from './verification.js';

/** The read side: the desks of finance, providers and compliance, and the auditor's. */
@Module({
  imports: [CqrsModule.forRoot(), StoreModule, CatalogueModule, ReadingModule],
  controllers: [
    BalanceController,
    AccountEntriesController,
    EntriesController,
    TrialBalanceController,
    SupplyController,
    UsageReportController,
    SplitReportController,
    ProviderDeskController,
    PayoutsController,
    PartiesListController,
    MovementReportsController,
    SettlementReadsController,
    ReconciliationReadsController,
    JournalPagesController,
    VerificationController,
  ],
  providers: [
    GetBalanceHandler,
    ListEntriesHandler,
    GetEntryHandler,
    GetTrialBalanceHandler,
    ListTrialBalanceAccountsHandler,
    GetSupplyHandler,
    ReportUsageHandler,
    ReportSplitHandler,
    GetProviderHandler,
    GetEarningsHandler,
    ListPayoutsHandler,
    ListHeldPayoutsHandler,
    ListPartiesHandler,
    ReportLargeMovementsHandler,
    ReportStructuredMovementsHandler,
    ListSettlementsHandler,
    GetSettlementHandler,
    ListReconciliationsHandler,
    GetReconciliationHandler,
    ListBreaksHandler,
    ListShardsHandler,
    ExportPagesHandler,
    VerifyLedgerHandler,
  ],
})
export class ReportingModule {}
