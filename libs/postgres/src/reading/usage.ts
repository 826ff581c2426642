/** What was used, what it cost, and who got what of it. */
import { ASSET, ISSUANCE, STAKING_REWARDS, TREASURY_FEES } from '#domain';
import type { BooksSnapshot, ShardHeight } from './snapshot.js';

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
export async function sumPaidShares(
  books: BooksSnapshot,
  span: { readonly from: readonly ShardHeight[]; readonly to: readonly ShardHeight[]; readonly registryShard: number },
): Promise<PaidShares> {
  const rows = await books.rows<{ account: string; amount: string }>(
    `SELECT CASE WHEN balances.account LIKE 'provider:%' THEN 'provider' ELSE balances.account END AS account,
       coalesce(sum(credited.amount), 0)::text AS amount
     FROM books.balances
     JOIN unnest($1::int[], $2::bigint[], $3::bigint[]) AS span (shard, low, high) USING (shard)
     CROSS JOIN LATERAL (
       SELECT sum(m.amount) AS amount FROM books.movements AS m
       WHERE m.account = balances.account AND m.asset = balances.asset AND m.shard = balances.shard
         AND m.height > span.low AND m.height <= span.high AND m.amount > 0
     ) AS credited
     WHERE balances.asset = $4
       AND (balances.account = ANY ($5::text[]) OR balances.account LIKE 'provider:%:payable')
     GROUP BY 1`,
    [...spanOf(span), ASSET, [TREASURY_FEES, STAKING_REWARDS, ISSUANCE]],
  );
  const [byCommand] = await books.rows<{ amount: string }>(
    `SELECT coalesce(sum(amount), 0)::text AS amount FROM books.entries
     JOIN unnest($1::int[], $2::bigint[], $3::bigint[]) AS span (shard, low, high)
       ON entries.shard = span.shard AND entries.height > span.low AND entries.height <= span.high
     WHERE type = 'Burned'`,
    spanOf(span),
  );
  const sumOf = (account: string) => BigInt(rows.find((row) => row.account === account)?.amount ?? '0');
  return {
    providers: sumOf('provider'),
    treasury: sumOf(TREASURY_FEES),
    stakers: sumOf(STAKING_REWARDS),
    burned: sumOf(ISSUANCE) - BigInt(byCommand!.amount),
  };
}

/** What one account was credited between two sets of heights, outside the registry shard. */
export async function sumCredits(
  books: BooksSnapshot,
  account: string,
  span: { readonly from: readonly ShardHeight[]; readonly to: readonly ShardHeight[]; readonly registryShard: number },
): Promise<bigint> {
  const [row] = await books.rows<{ amount: string }>(
    `SELECT coalesce(sum(m.amount), 0)::text AS amount
     FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS span (shard, low, high)
     JOIN books.movements AS m ON m.shard = span.shard AND m.height > span.low AND m.height <= span.high
     WHERE m.account = $4 AND m.asset = $5 AND m.amount > 0`,
    [...spanOf(span), account, ASSET],
  );
  return BigInt(row!.amount);
}

function spanOf({
  from,
  to,
  registryShard,
}: {
  readonly from: readonly ShardHeight[];
  readonly to: readonly ShardHeight[];
  readonly registryShard: number;
}): [number[], number[], number[]] {
  const holders = to.filter(({ shard }) => shard !== registryShard);
  const low = new Map(from.map(({ shard, height }) => [shard, height]));
  return [
    holders.map(({ shard }) => shard),
    holders.map(({ shard }) => low.get(shard) ?? 0),
    holders.map(({ height }) => height),
  ];
}
