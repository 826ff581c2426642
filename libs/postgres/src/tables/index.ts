/** Every table, each by its one definition. Migrations make them; the projection alone writes to the read models. */
import type { AnyTable } from '#domain';
import { CHAINS } from './chains.js';
import { TABLE_COMPARISONS } from './comparisons.js';
import { BALANCES, ENTRIES, MOVEMENTS, TOTALS } from './entries.js';
import { PAGES } from './journal.js';
import { KYC_CHANGES, PARTIES, PARTY_WALLETS } from './parties.js';
import { CHECKPOINTS, KAFKA_OFFSETS, PAGE_TIMES } from './positions.js';
import { PRICE_BOOKS, SPLIT_POLICIES } from './rating.js';
import { RECEIVABLES } from './receivables.js';
import { BREAKS, RECONCILIATIONS } from './reconciliation.js';
import { HELD_PAYOUTS, PAYOUTS, SETTLEMENTS } from './settlement.js';
import { CONFLICTS, REJECTIONS, USAGE_AMOUNTS, USAGE_TOTALS } from './usage.js';

/** What a fold of the journal gives. */
export const READ_MODELS: readonly AnyTable[] = [
  BALANCES,
  BREAKS,
  CHAINS,
  CHECKPOINTS,
  CONFLICTS,
  ENTRIES,
  HELD_PAYOUTS,
  KAFKA_OFFSETS,
  KYC_CHANGES,
  MOVEMENTS,
  PAGE_TIMES,
  PARTIES,
  PARTY_WALLETS,
  PAYOUTS,
  PRICE_BOOKS,
  RECEIVABLES,
  RECONCILIATIONS,
  REJECTIONS,
  SETTLEMENTS,
  SPLIT_POLICIES,
  TOTALS,
  USAGE_AMOUNTS,
  USAGE_TOTALS,
];

export const TABLES: readonly AnyTable[] = [PAGES, TABLE_COMPARISONS, ...READ_MODELS];
