/** Comparisons of ledger and chain, and what they found: opened, seen again or closed. */
import { column, insert, instantText, integerText, table, updateAll, upsert, type RowChange, type Rows } from '#domain';
import type { ReconciliationBreak, ReconciliationEvent, ReconciliationRecorded } from './reconciliation.js';

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

export const reconciliationTables = [RECONCILIATIONS, BREAKS] as const;

export const reconciliationRows: Rows<ReconciliationEvent> = {
  ReconciliationRecorded: {
    entry: () => ({}),
    movement: null,
    changes: (event, _, recordedAt) => {
      const time = instantText(event.time) ?? recordedAt;
      const { reconciliation, chainId, blockHash, matched, heads, checks, breaks, closed } = event;
      const blockNumber = integerText(event.blockNumber);
      const found = { time, matched, breakCount: breaks.length, heads, checks, breaks, closed };
      const changes: RowChange[] = [
        insert(RECONCILIATIONS, { reconciliation, chainId, blockNumber, blockHash, ...found }),
      ];
      if (closed.length > 0) changes.push(updateAll(BREAKS, { key: closed }, { closedAt: time }));
      for (const { key, class: breakClass, detail, ledger, chain, since } of breaks) {
        const seen = { since: instantText(since) ?? time, closedAt: null, lastSeen: time };
        changes.push(upsert(BREAKS, { key, class: breakClass, detail, ledger, chain, ...seen }));
      }
      return changes;
    },
  },
};
