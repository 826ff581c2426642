/** The pure door of the concepts: what each is, decides and folds. One line per file of a concept. */
import type { LedgerEvent } from './ledger.js';
import type { RegistryEvent } from './registry.js';

export * from './accounts.js';
export * from './catalogue.js';
export * from './chains/chain.js';
export * from './flows.js';
export * from './funding.js';
export * from './keys/key.js';
export * from './ledger.js';
export * from './parties/party.js';
export * from './parties/payout-gate.js';
export * from './parties/payout-wallet.js';
export * from './parties/well-known-accounts.js';
export * from './rating/price-book.js';
export * from './rating/rating.js';
export * from './rating/split-policy.js';
export * from './receivables/owed.js';
export * from './receivables/receivable.js';
export * from './reconciliation/reconciliation.js';
export * from './registry.js';
export * from './settlement/batch.js';
export * from './settlement/cut.js';
export * from './settlement/settlement.js';
export * from './supply/funds.js';
export * from './supply/supply.js';
export * from './transfers/transfer.js';
export * from './usage/charge.js';
export * from './usage/charging.js';
export * from './usage/usage.js';
export * from './usage/usage-batch.js';

export type JournalEvent = LedgerEvent | RegistryEvent;
