/** The door of the reports: one line per file, each a module of its routes and queries. Reporting serves them. */
export { GovernanceReportModule } from './governance/proposal.report.js';
export { GrantReportModule } from './grants/grant.report.js';
export { BudgetReportModule } from './budgets/budget.report.js';
export { HoldReportModule } from './holds/hold.report.js';
export { KeyReportModule } from './keys/key.report.js';
export { PartyReportModule } from './parties/party.report.js';
export { ProviderReportModule } from './parties/provider.report.js';
export { SplitReportModule } from './rating/split-policy.report.js';
export { ReceivableReportModule } from './receivables/receivable.report.js';
export { ReconciliationReportModule } from './reconciliation/reconciliation.report.js';
export { PayoutReportModule } from './settlement/payout.report.js';
export { SettlementReportModule } from './settlement/settlement.report.js';
export { StakeReportModule } from './stakes/stake.report.js';
export { SupplyReportModule } from './supply/supply.report.js';
export { TopUpReportModule } from './top-ups/top-up.report.js';
export { UsageReportModule } from './usage/usage.report.js';
export { YieldReportModule } from './yields/yield.report.js';
