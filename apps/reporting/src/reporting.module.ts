import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import * as reports from '#concepts/reports';
import { ReadingModule } from '#reading';
import { CatalogueModule, StoreModule } from '#wiring';
import { AccountEntriesController, ListEntriesHandler } from './account-entries.js';
import { BalanceController, GetBalanceHandler } from './balance.js';
import {
  BalanceExplanationController,
  ExplainBalanceHandler,
  ListExplainedEntriesHandler,
} from './balance-explanation.js';
import { MeController } from './console/me.js';
import { ConsoleSessionController } from './console/session.js';
import { EntryExplanationController, ExplainEntryHandler } from './entry-explanation.js';
import { EntryLines } from './entry-lines.js';
import { EntriesController, GetEntryHandler } from './entry.js';
import { HolderEntriesController, ListHolderEntriesHandler, ReadEntryBalancesHandler } from './holder-entries.js';
import { ExportPagesHandler, JournalPagesController, ListShardsHandler } from './journal-pages.js';
import {
  MovementReportsController,
  ReportLargeMovementsHandler,
  ReportStructuredMovementsHandler,
} from './movement-reports.js';
import { SearchController, SearchHandler } from './search.js';
import { GetTrialBalanceHandler, ListTrialBalanceAccountsHandler, TrialBalanceController } from './trial-balance.js';
import { VerificationController, VerifyLedgerHandler } from './verification.js';

/** The read side: the reports of the concepts, and what concerns all of them. */
@Module({
  imports: [CqrsModule.forRoot(), StoreModule, CatalogueModule, ReadingModule, ...Object.values(reports)],
  controllers: [
    BalanceController,
    AccountEntriesController,
    EntriesController,
    HolderEntriesController,
    EntryExplanationController,
    BalanceExplanationController,
    TrialBalanceController,
    MovementReportsController,
    JournalPagesController,
    VerificationController,
    ConsoleSessionController,
    MeController,
    SearchController,
  ],
  providers: [
    GetBalanceHandler,
    EntryLines,
    ListEntriesHandler,
    ListHolderEntriesHandler,
    ReadEntryBalancesHandler,
    GetEntryHandler,
    ExplainEntryHandler,
    ExplainBalanceHandler,
    ListExplainedEntriesHandler,
    GetTrialBalanceHandler,
    ListTrialBalanceAccountsHandler,
    ReportLargeMovementsHandler,
    ReportStructuredMovementsHandler,
    ListShardsHandler,
    ExportPagesHandler,
    VerifyLedgerHandler,
    SearchHandler,
  ],
})
export class ReportingModule {}
