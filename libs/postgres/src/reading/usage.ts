/** What was used, what it cost, and who got what of it. */
import { ISSUANCE, providerPayable, STAKING_REWARDS, TREASURY_FEES } from '#concepts';
import { ALL_PROVIDERS, BURNED } from '#concepts/rows';
import type { BooksSnapshot } from './snapshot.js';
import { readTotals, type Span } from './totals.js';

export const USAGE_GROUPS = ['day', 'customer', 'provider', 'model'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** UTC days `YYYY-MM-DD`, `from` included, `to` excluded; undefined: without bound. */
export interface DayRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface UsageFigures {
  readonly events: number;
  /** Atto-tokens charged. */
  readonly amount: bigint;
  /** The part that no balance covered when it was charged. */
  readonly receivable: bigint;
  /** Quantities by meter, shortest decimal text. */
  readonly meters: Readonly<Record<string, string>>;
}

export interface UsageLine extends UsageFigures {
  readonly key: string;
}

const RANGE = '($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day < $2)';
/** The groups are a closed list, so that no text of a caller ever becomes part of a statement. */
const KEY: Readonly<Record<UsageGroup, string>> = {
  day: `to_char(day, 'YYYY-MM-DD')`,
  customer: 'customer',
  provider: 'provider',
  model: 'model',
};
const FIGURES = `sum(events)::text AS events, sum(amount)::text AS amount, sum(receivable)::text AS receivable`;

interface FigureRow {
  readonly key: string;
  readonly events: string;
  readonly amount: string;
  readonly receivable: string;
}

/** One line per group, ascending; usage counts on its own UTC day, by its producer's clock. */
export async function listUsage(
  books: BooksSnapshot,
  { from, to }: DayRange,
  page: { readonly groupBy: UsageGroup; readonly limit: number; readonly after?: string | undefined },
): Promise<UsageLine[]> {
  const key = KEY[page.groupBy];
  const range = [from ?? null, to ?? null];
  const rows = await books.rows<FigureRow>(
    `SELECT ${key} AS key, ${FIGURES} FROM books.usage_amounts
     WHERE ${RANGE} AND ($3::text IS NULL OR ${key} > $3 COLLATE "C") GROUP BY 1 ORDER BY ${key} COLLATE "C" LIMIT $4`,
    [...range, page.after ?? null, page.limit],
  );
  const meters = await books.rows<{ key: string; meter: string; quantity: string }>(
    `SELECT ${key} AS key, meter, trim_scale(sum(quantity))::text AS quantity FROM books.usage_totals
     WHERE ${RANGE} AND ${key} = ANY ($3::text[]) GROUP BY 1, meter ORDER BY meter`,
    [...range, rows.map((row) => row.key)],
  );
  const byKey = new Map<string, { meter: string; quantity: string }[]>(rows.map((row) => [row.key, []]));
  for (const row of meters) byKey.get(row.key)!.push(row);
  return rows.map((row) => ({ key: row.key, ...presentFigures(row, byKey.get(row.key)!) }));
}

/** The figures of the whole range. */
export async function sumUsage(books: BooksSnapshot, { from, to }: DayRange): Promise<UsageFigures> {
  const range = [from ?? null, to ?? null];
  const [row] = await books.rows<FigureRow>(
    `SELECT '' AS key, coalesce(sum(events), 0)::text AS events, coalesce(sum(amount), 0)::text AS amount,
       coalesce(sum(receivable), 0)::text AS receivable
     FROM books.usage_amounts WHERE ${RANGE}`,
    range,
  );
  const meters = await books.rows<{ meter: string; quantity: string }>(
    `SELECT meter, trim_scale(sum(quantity))::text AS quantity FROM books.usage_totals
     WHERE ${RANGE} GROUP BY meter ORDER BY meter`,
    range,
  );
  return presentFigures(row!, meters);
}

function presentFigures(
  row: FigureRow,
  meters: readonly { readonly meter: string; readonly quantity: string }[],
): UsageFigures {
  return {
    events: Number(row.events),
    amount: BigInt(row.amount),
    receivable: BigInt(row.receivable),
    meters: Object.fromEntries(meters.map(({ meter, quantity }) => [meter, quantity])),
  };
}

/** What covered usage brought to whom, atto-tokens. */
export interface PaidShares {
  readonly providers: bigint;
  readonly treasury: bigint;
  readonly stakers: bigint;
  readonly burned: bigint;
}

/**
 * Shares paid between two sets of heights (after `from`, up to `to`). They are the credits of the accounts that shares
 * go to; the registry shard is left out because it credits a payable only to give a reverted payout back.
 */
export async function sumPaidShares(books: BooksSnapshot, span: Span): Promise<PaidShares> {
  const totals = await readTotals(books, [ALL_PROVIDERS, TREASURY_FEES, STAKING_REWARDS, ISSUANCE, BURNED], span);
  const sumOf = (name: string) => totals.get(name) ?? 0n;
  return {
    providers: sumOf(ALL_PROVIDERS),
    treasury: sumOf(TREASURY_FEES),
    stakers: sumOf(STAKING_REWARDS),
    burned: sumOf(ISSUANCE) - sumOf(BURNED),
  };
}

/** What became payable to a provider between two sets of heights, atto-tokens. */
export async function sumEarned(books: BooksSnapshot, provider: string, span: Span): Promise<bigint> {
  const account = providerPayable(provider);
  return (await readTotals(books, [account], span)).get(account) ?? 0n;
}
