import type { ReconciliationBreak, ReconciliationRecorded } from '#concepts';
import { column, table } from '#domain';

/** One comparison of ledger and chain. */
export const RECONCILIATIONS = table(
  'reconciliations',
  {
    reconciliation: column.key(),
    chainId: column.wholeNumber(),
    blockNumber: column.optional(column.chainNumber()),
    blockHash: column.text(),
    time: column.instant(),
    matched: column.integer(),
    breakCount: column.integer(),
    heads: column.json<ReconciliationRecorded['heads']>(),
    checks: column.json<ReconciliationRecorded['checks']>(),
    breaks: column.json<readonly ReconciliationBreak[]>(),
    /** Keys of the breaks that it no longer found. */
    closed: column.json<readonly string[]>(),
  },
  { key: ['reconciliation'] },
);

/** An itemised disagreement between ledger and chain, as of the last reconciliation that spoke of it. */
export const BREAKS = table(
  'breaks',
  {
    key: column.key(),
    class: column.text(),
    detail: column.text(),
    ledger: column.text(),
    chain: column.text(),
    since: column.instant(),
    closedAt: column.optional(column.instant()),
    lastSeen: column.instant(),
  },
  { key: ['key'] },
);
