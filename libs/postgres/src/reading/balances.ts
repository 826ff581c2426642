/** Balances as of the snapshot: of named accounts, of all accounts in groups, and one by one. */
import { ACCOUNT_KINDS, ISSUANCE } from '#concepts';
import { BURNED, MINTED } from '#concepts/rows';
import { ASSET, groupOf, isOfHolders, namesOf } from '#domain';
import type { BooksSnapshot } from './snapshot.js';
import { readTotals } from './totals.js';

const IN_FRONT = `
  SELECT balance_after FROM books.movements AS m
  WHERE m.account = wanted.account AND m.asset = wanted.asset AND m.shard = at.shard AND m.height <= at.height
  ORDER BY m.height DESC, m.index DESC LIMIT 1`;

/** Balances of the given accounts, summed over shards; an account that never moved is left out. */
export async function readAccountBalances(
  books: BooksSnapshot,
  accounts: readonly string[],
): Promise<Map<string, bigint>> {
  const rows = await books.rows<{ account: string; balance: string }>(
    `SELECT wanted.account, sum(last.balance_after)::text AS balance
     FROM (SELECT account, $4::text AS asset FROM unnest($3::text[]) AS named (account)) AS wanted
     CROSS JOIN unnest($1::int[], $2::bigint[]) AS at (shard, height)
     CROSS JOIN LATERAL (${IN_FRONT}) AS last
     GROUP BY wanted.account`,
    [...books.at, accounts, ASSET],
  );
  return new Map(rows.map(({ account, balance }) => [account, BigInt(balance)]));
}

/** Accounts of the same kind: those of holders together, every other account by itself. */
export interface BalanceGroup {
  /** The account, with `*` in the holder's place: `customer:*:available`. */
  readonly group: string;
  readonly asset: string;
  readonly accounts: number;
  /** Sum of the balances below zero, as a positive number. */
  readonly debit: bigint;
  /** Sum of the balances above zero. */
  readonly credit: bigint;
}

/** Per shard and asset, what the balances sum to: always zero in sound books. */
export interface ShardSum {
  readonly shard: number;
  readonly asset: string;
  readonly sum: bigint;
}

/** The group of an account: those of holders by their kind, every other one, and one that the chart does not have, by itself. */
const GROUP = `CASE ${ACCOUNT_KINDS.filter(isOfHolders)
  .map((kind) => `WHEN account ~ '${namesOf(kind)}' THEN '${groupOf(kind)}'`)
  .join(' ')} ELSE account END`;
/** Shares of usage that wait for their customers to cover them. */
const UNCOVERED = ACCOUNT_KINDS.filter(({ supply }) => supply === 'uncovered')
  .map(namesOf)
  .join('|');

/** The present sub-balances are a table; those of an earlier instant stand in each account's last movement before it. */
function subBalances(books: BooksSnapshot): string {
  if (books.isPresent) {
    return `SELECT account, asset, at.shard, balance FROM books.balances
            JOIN unnest($1::int[], $2::bigint[]) AS at (shard, height) USING (shard)`;
  }
  return `SELECT wanted.account, wanted.asset, at.shard, last.balance_after AS balance
          FROM books.balances AS wanted
          JOIN unnest($1::int[], $2::bigint[]) AS at (shard, height) USING (shard)
          CROSS JOIN LATERAL (${IN_FRONT}) AS last`;
}

export async function readBalanceGroups(
  books: BooksSnapshot,
): Promise<{ readonly groups: BalanceGroup[]; readonly shardSums: ShardSum[] }> {
  const rows = await books.rows<{
    group: string | null;
    shard: number | null;
    asset: string;
    accounts: string;
    debit: string;
    credit: string;
  }>(
    `WITH sub AS MATERIALIZED (${subBalances(books)}),
       whole AS (SELECT account, asset, sum(balance) AS balance FROM sub GROUP BY account, asset)
     SELECT ${GROUP} AS group, NULL::int AS shard, asset, count(*)::text AS accounts,
       coalesce(sum(-balance) FILTER (WHERE balance < 0), 0)::text AS debit,
       coalesce(sum(balance) FILTER (WHERE balance > 0), 0)::text AS credit
     FROM whole GROUP BY 1, asset
     UNION ALL
     SELECT NULL, shard, asset, count(*)::text,
       coalesce(sum(-balance) FILTER (WHERE balance < 0), 0)::text,
       coalesce(sum(balance) FILTER (WHERE balance > 0), 0)::text
     FROM sub GROUP BY shard, asset
     ORDER BY 1, 3, 2`,
    books.at,
  );
  return {
    groups: rows.flatMap(({ group, asset, accounts, debit, credit }) =>
      group === null
        ? []
        : [{ group, asset, accounts: Number(accounts), debit: BigInt(debit), credit: BigInt(credit) }],
    ),
    shardSums: rows.flatMap(({ shard, asset, debit, credit }) =>
      shard === null ? [] : [{ shard, asset, sum: BigInt(credit) - BigInt(debit) }],
    ),
  };
}

/** Shares of usage that wait for their customers to cover them now, by group. */
export async function readUncovered(books: BooksSnapshot): Promise<Map<string, bigint>> {
  const rows = await books.rows<{ group: string; amount: string }>(
    `SELECT ${GROUP} AS group, sum(balance)::text AS amount FROM books.balances
     WHERE asset = $1 AND account ~ $2 GROUP BY 1`,
    [ASSET, UNCOVERED],
  );
  return new Map(rows.map(({ group, amount }) => [group, BigInt(amount)]));
}

export interface AccountBalance {
  readonly account: string;
  readonly asset: string;
  readonly balance: bigint;
}

/** Accounts with their balances, ascending by account and asset. */
export async function listAccountBalances(
  books: BooksSnapshot,
  page: {
    readonly limit: number;
    readonly after?: { readonly account: string; readonly asset: string } | undefined;
    readonly group?: string | undefined;
  },
): Promise<AccountBalance[]> {
  const rows = await books.rows<{ account: string; asset: string; balance: string }>(
    `SELECT account, asset, sum(balance)::text AS balance FROM (${subBalances(books)}) AS sub
     WHERE ($3::text IS NULL OR (account, asset) > ($3, $4::text)) AND ($5::text IS NULL OR ${GROUP} = $5)
     GROUP BY account, asset ORDER BY account, asset LIMIT $6`,
    [...books.at, page.after?.account ?? null, page.after?.asset ?? null, page.group ?? null, page.limit],
  );
  return rows.map((row) => ({ ...row, balance: BigInt(row.balance) }));
}

/** What was minted, and what was burned by command; the burn share of usage is the rest of what left `issuance`. */
export async function readSupplyChanges(
  books: BooksSnapshot,
): Promise<{ readonly minted: bigint; readonly burnedByCommand: bigint }> {
  const totals = await readTotals(books, [MINTED, BURNED], { from: [], to: books.heights, registryShard: -1 });
  return { minted: totals.get(MINTED) ?? 0n, burnedByCommand: totals.get(BURNED) ?? 0n };
}

/**
 * What the ledger's supply was at the cut of the last batch that was confirmed: what all chains together must have.
 * Every batch cuts every holder shard once, so the n-th batch that was opened made the n-th cut of each shard.
 *
 * @returns undefined before the first confirmation, and when the snapshot does not hold all of its cuts
 */
export async function readSupplyAtLastCut(books: BooksSnapshot): Promise<bigint | undefined> {
  const rows = await books.rows<{ supply: string | null; cuts: number }>(
    `WITH included AS MATERIALIZED (
         SELECT e.shard, e.height, e.index, e.type FROM books.entries AS e
         JOIN unnest($1::int[], $2::bigint[]) AS at (shard, height) ON e.shard = at.shard AND e.height <= at.height
         WHERE e.type IN ('SettlementOpened', 'SettlementConfirmed', 'PayablesCut')),
       steps AS (
         SELECT type, count(*) FILTER (WHERE type = 'SettlementOpened') OVER (ORDER BY height, index) AS ordinal
         FROM included WHERE type <> 'PayablesCut'),
       cuts AS (
         SELECT shard, height, index, row_number() OVER (PARTITION BY shard ORDER BY height, index) AS ordinal
         FROM included WHERE type = 'PayablesCut')
     SELECT sum(-coalesce(last.balance_after, 0))::text AS supply, count(*)::int AS cuts FROM cuts
     LEFT JOIN LATERAL (
       SELECT m.balance_after FROM books.movements AS m
       WHERE m.account = $3 AND m.asset = $4 AND m.shard = cuts.shard AND (m.height, m.index) <= (cuts.height, cuts.index)
       ORDER BY m.height DESC, m.index DESC LIMIT 1) AS last ON true
     WHERE cuts.ordinal = (SELECT max(ordinal) FROM steps WHERE type = 'SettlementConfirmed')`,
    [...books.at, ISSUANCE, ASSET],
  );
  const [row] = rows;
  // The registry is the one shard without cuts.
  const isWhole = row !== undefined && row.cuts === books.heights.length - 1;
  return isWhole && row.supply !== null ? BigInt(row.supply) : undefined;
}
