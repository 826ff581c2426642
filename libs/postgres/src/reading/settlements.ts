/** Settlement batches, reconciliations and their breaks. */
import type { ReconciliationBreak, ReconciliationRecorded } from '#concepts';
import type { EntryPosition } from '#domain';
import type { BooksSnapshot } from './snapshot.js';

export interface SettlementLine {
  readonly batch: string;
  readonly chainId: number;
  readonly phase: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly total: bigint;
  readonly mint: bigint;
  readonly burn: bigint;
  readonly payoutCount: number;
  readonly heldCount: number;
  readonly attempts: number;
  readonly txHash: string | null;
  readonly blockNumber: string | null;
  readonly blockHash: string | null;
  readonly gasUsed: string | null;
  /** Wei per unit of gas. */
  readonly gasPrice: string | null;
  readonly headsDigest: string | null;
  readonly reason: string | null;
}

interface SettlementRow {
  readonly batch: string;
  readonly chain_id: string;
  readonly phase: string;
  readonly opened_at: Date;
  readonly closed_at: Date | null;
  readonly total: string;
  readonly mint: string;
  readonly burn: string;
  readonly payout_count: number;
  readonly held_count: number;
  readonly attempts: number;
  readonly tx_hash: string | null;
  readonly block_number: string | null;
  readonly block_hash: string | null;
  readonly gas_used: string | null;
  readonly gas_price: string | null;
  readonly heads_digest: string | null;
  readonly reason: string | null;
}

const SETTLEMENT = `
  SELECT batch, chain_id::text, phase, opened_at, closed_at, total::text, mint::text, burn::text, payout_count, held_count,
    attempts, tx_hash, block_number::text, block_hash, gas_used::text, gas_price::text, heads_digest, reason
  FROM books.settlements`;

/** Newest first. */
export async function listSettlements(
  books: BooksSnapshot,
  page: {
    readonly phase?: string | undefined;
    readonly limit: number;
    readonly after?: { readonly openedAt: string; readonly batch: string } | undefined;
  },
): Promise<SettlementLine[]> {
  const rows = await books.rows<SettlementRow>(
    `${SETTLEMENT}
     WHERE ($1::text IS NULL OR phase = $1)
       AND ($2::timestamptz IS NULL OR (opened_at, batch) < ($2, $3::text))
     ORDER BY opened_at DESC, batch DESC LIMIT $4`,
    [page.phase ?? null, page.after?.openedAt ?? null, page.after?.batch ?? null, page.limit],
  );
  return rows.map(presentSettlement);
}

export async function findSettlement(books: BooksSnapshot, batch: string): Promise<SettlementLine | undefined> {
  const [row] = await books.rows<SettlementRow>(`${SETTLEMENT} WHERE batch = $1`, [batch]);
  return row === undefined ? undefined : presentSettlement(row);
}

/**
 * Entries of the settlement events that were recorded from the opening of a batch to its end, in order, at most `limit`.
 * One batch is under way at a time, so nearly all of them are its own; the events themselves name theirs.
 */
export async function listSettlementSteps(
  books: BooksSnapshot,
  { openedAt, closedAt }: Pick<SettlementLine, 'openedAt' | 'closedAt'>,
  limit: number,
): Promise<EntryPosition[]> {
  const rows = await books.rows<{ shard: number; height: string; index: number }>(
    `SELECT shard, height::text, index FROM books.entries
     WHERE type IN ('SettlementOpened', 'SettlementPlanned', 'SettlementEmpty', 'SettlementSigned',
         'SettlementConfirmed', 'SettlementReverted')
       AND time >= $1 AND recorded_at >= $1 AND ($2::timestamptz IS NULL OR time <= $2)
     ORDER BY shard, height, index LIMIT $3`,
    [openedAt, closedAt, limit],
  );
  return rows.map((row) => ({ ...row, height: Number(row.height) }));
}

function presentSettlement(row: SettlementRow): SettlementLine {
  return {
    batch: row.batch,
    chainId: Number(row.chain_id),
    phase: row.phase,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    total: BigInt(row.total),
    mint: BigInt(row.mint),
    burn: BigInt(row.burn),
    payoutCount: row.payout_count,
    heldCount: row.held_count,
    attempts: row.attempts,
    txHash: row.tx_hash,
    blockNumber: row.block_number,
    blockHash: row.block_hash,
    gasUsed: row.gas_used,
    gasPrice: row.gas_price,
    headsDigest: row.heads_digest,
    reason: row.reason,
  };
}

export interface ReconciliationLine {
  readonly reconciliation: string;
  readonly chainId: number;
  readonly blockNumber: string | null;
  readonly blockHash: string;
  readonly time: string;
  readonly matched: number;
  readonly breakCount: number;
  readonly heads: ReconciliationRecorded['heads'];
  readonly checks: ReconciliationRecorded['checks'];
  readonly breaks: readonly ReconciliationBreak[];
  readonly closed: readonly string[];
}

interface ReconciliationRow {
  readonly reconciliation: string;
  readonly chain_id: string;
  readonly block_number: string | null;
  readonly block_hash: string;
  readonly time: Date;
  readonly matched: number;
  readonly break_count: number;
  readonly heads: ReconciliationRecorded['heads'];
  readonly checks: ReconciliationRecorded['checks'];
  readonly breaks: readonly ReconciliationBreak[];
  readonly closed: readonly string[];
}

const RECONCILIATION = `
  SELECT reconciliation, chain_id::text, block_number::text, block_hash, time, matched, break_count`;

/** Newest first, without their breaks (`breaks` and `closed` are empty; `breakCount` tells). */
export async function listReconciliations(
  books: BooksSnapshot,
  page: {
    readonly limit: number;
    readonly after?: { readonly time: string; readonly reconciliation: string } | undefined;
  },
): Promise<ReconciliationLine[]> {
  const rows = await books.rows<ReconciliationRow>(
    `${RECONCILIATION}, heads, checks, '[]'::jsonb AS breaks, '[]'::jsonb AS closed FROM books.reconciliations
     WHERE $1::timestamptz IS NULL OR (time, reconciliation) < ($1, $2::text)
     ORDER BY time DESC, reconciliation DESC LIMIT $3`,
    [page.after?.time ?? null, page.after?.reconciliation ?? null, page.limit],
  );
  return rows.map(presentReconciliation);
}

export async function findReconciliation(
  books: BooksSnapshot,
  reconciliation: string,
): Promise<ReconciliationLine | undefined> {
  const [row] = await books.rows<ReconciliationRow>(
    `${RECONCILIATION}, heads, checks, breaks, closed FROM books.reconciliations WHERE reconciliation = $1`,
    [reconciliation],
  );
  return row === undefined ? undefined : presentReconciliation(row);
}

function presentReconciliation(row: ReconciliationRow): ReconciliationLine {
  return {
    reconciliation: row.reconciliation,
    chainId: Number(row.chain_id),
    blockNumber: row.block_number,
    blockHash: row.block_hash,
    time: row.time.toISOString(),
    matched: row.matched,
    breakCount: row.break_count,
    heads: row.heads,
    checks: row.checks,
    breaks: row.breaks,
    closed: row.closed,
  };
}

export interface BreakLine {
  readonly key: string;
  readonly class: string;
  readonly detail: string;
  readonly ledger: string;
  readonly chain: string;
  readonly since: string;
  readonly lastSeen: string;
  readonly closedAt: string | null;
}

/** Oldest first: the longest open one is the most urgent. */
export async function listBreaks(
  books: BooksSnapshot,
  page: {
    readonly state: 'open' | 'closed';
    readonly limit: number;
    readonly after?: { readonly since: string; readonly key: string } | undefined;
  },
): Promise<BreakLine[]> {
  const rows = await books.rows<
    Omit<BreakLine, 'since' | 'lastSeen' | 'closedAt'> & { since: Date; last_seen: Date; closed_at: Date | null }
  >(
    `SELECT key, class, detail, ledger, chain, since, last_seen, closed_at FROM books.breaks
     WHERE (closed_at IS NULL) = $1::boolean AND ($2::timestamptz IS NULL OR (since, key) > ($2, $3::text))
     ORDER BY since, key LIMIT $4`,
    [page.state === 'open', page.after?.since ?? null, page.after?.key ?? null, page.limit],
  );
  return rows.map(({ since, last_seen, closed_at, ...row }) => ({
    ...row,
    since: since.toISOString(),
    lastSeen: last_seen.toISOString(),
    closedAt: closed_at?.toISOString() ?? null,
  }));
}
