/** Payouts, and what the compliance gate holds back. */
import { ACCOUNTS, providerWithheld } from '#concepts';
import { ASSET, namesOf } from '#domain';
import type { BooksSnapshot } from './snapshot.js';

export const PAYOUT_STATES = ['cut', 'signed', 'confirmed', 'reverted'] as const;
export type PayoutState = (typeof PAYOUT_STATES)[number];

export interface PayoutLine {
  readonly batch: string;
  readonly provider: string;
  readonly chainId: number;
  readonly wallet: string;
  readonly amount: bigint;
  readonly state: PayoutState;
  readonly plannedAt: string;
  readonly closedAt: string | null;
  readonly txHash: string | null;
  readonly logIndex: number | null;
  readonly blockNumber: string | null;
  readonly blockHash: string | null;
}

/** Newest first, then by batch and provider. */
export async function listPayouts(
  books: BooksSnapshot,
  page: {
    readonly provider?: string | undefined;
    readonly state?: PayoutState | undefined;
    readonly batch?: string | undefined;
    readonly limit: number;
    readonly after?: { readonly plannedAt: string; readonly batch: string; readonly provider: string } | undefined;
  },
): Promise<PayoutLine[]> {
  const rows = await books.rows<{
    batch: string;
    provider: string;
    chain_id: string;
    wallet: string;
    amount: string;
    state: PayoutState;
    planned_at: Date;
    closed_at: Date | null;
    tx_hash: string | null;
    log_index: string | null;
    block_number: string | null;
    block_hash: string | null;
  }>(
    `SELECT batch, provider, chain_id::text, wallet, amount::text, state, planned_at, closed_at, tx_hash, log_index,
       block_number::text, block_hash
     FROM books.payouts
     WHERE ($1::text IS NULL OR provider = $1) AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR batch = $3)
       AND ($4::timestamptz IS NULL OR (planned_at, batch, provider) < ($4, $5::text, $6::text))
     ORDER BY planned_at DESC, batch DESC, provider DESC LIMIT $7`,
    [
      page.provider ?? null,
      page.state ?? null,
      page.batch ?? null,
      page.after?.plannedAt ?? null,
      page.after?.batch ?? null,
      page.after?.provider ?? null,
      page.limit,
    ],
  );
  return rows.map((row) => ({
    batch: row.batch,
    provider: row.provider,
    chainId: Number(row.chain_id),
    wallet: row.wallet,
    amount: BigInt(row.amount),
    state: row.state,
    plannedAt: row.planned_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    txHash: row.tx_hash,
    logIndex: row.log_index === null ? null : Number(row.log_index),
    blockNumber: row.block_number,
    blockHash: row.block_hash,
  }));
}

/** What a provider was paid (confirmed, by the time of confirmation) and what is under way now, atto-tokens. */
export async function sumPayouts(
  books: BooksSnapshot,
  provider: string,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<{ readonly paid: bigint; readonly inTransit: bigint }> {
  const [row] = await books.rows<{ paid: string; in_transit: string }>(
    `SELECT coalesce(sum(amount) FILTER (WHERE state = 'confirmed' AND ($2::timestamptz IS NULL OR closed_at >= $2)
         AND ($3::timestamptz IS NULL OR closed_at < $3)), 0)::text AS paid,
       coalesce(sum(amount) FILTER (WHERE state IN ('cut', 'signed')), 0)::text AS in_transit
     FROM books.payouts WHERE provider = $1`,
    [provider, from ?? null, to ?? null],
  );
  return { paid: BigInt(row!.paid), inTransit: BigInt(row!.in_transit) };
}

/** A provider's payables that no batch may pay now. */
export interface HeldLine {
  readonly provider: string;
  readonly amount: bigint;
  /** Why the newest cut held them, and in which batch; `since` is when the first cut in a row did. */
  readonly reason: string;
  readonly batch: string;
  readonly since: string;
}

/** What is held now, ascending by provider. */
export async function listHeld(
  books: BooksSnapshot,
  page: {
    readonly provider?: string | undefined;
    readonly limit: number;
    readonly after?: string | undefined;
  },
): Promise<HeldLine[]> {
  const rows = await books.rows<{ provider: string; amount: string; reason: string; batch: string; since: Date }>(
    `SELECT held.provider, held.amount::text AS amount, newest.reason, newest.batch, first.since
     FROM (
       SELECT split_part(account, ':', 2) COLLATE "C" AS provider, sum(balance) AS amount FROM books.balances
       WHERE account ${page.provider === undefined ? '~' : '='} $1 AND asset = $4
       GROUP BY 1 HAVING sum(balance) > 0
     ) AS held
     CROSS JOIN LATERAL (
       SELECT reason, batch FROM books.held_payouts
       WHERE held_payouts.provider = held.provider ORDER BY recorded_at DESC, batch DESC LIMIT 1
     ) AS newest
     CROSS JOIN LATERAL (
       SELECT min(recorded_at) AS since FROM books.held_payouts
       WHERE held_payouts.provider = held.provider AND recorded_at > coalesce(
         (SELECT max(planned_at) FROM books.payouts WHERE payouts.provider = held.provider), '-infinity')
     ) AS first
     WHERE $2::text IS NULL OR held.provider > $2
     ORDER BY held.provider LIMIT $3`,
    [
      page.provider === undefined ? namesOf(ACCOUNTS.providerWithheld) : providerWithheld(page.provider),
      page.after ?? null,
      page.limit,
      ASSET,
    ],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount), since: row.since.toISOString() }));
}

/** What one batch held, by provider. */
export async function listHeldOfBatch(
  books: BooksSnapshot,
  batch: string,
): Promise<{ readonly provider: string; readonly amount: bigint; readonly reason: string }[]> {
  const rows = await books.rows<{ provider: string; amount: string; reason: string }>(
    `SELECT provider, sum(amount)::text AS amount, min(reason) AS reason FROM books.held_payouts WHERE batch = $1
     GROUP BY provider ORDER BY provider`,
    [batch],
  );
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
}
