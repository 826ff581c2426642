/** Balances as of the snapshot: of named accounts, of all accounts in groups, and one by one. */
import { ASSET, groupOf, isOfHolders, namesOf, type AccountKind } from '#domain';
import type { BooksSnapshot, ShardHeight } from './snapshot.js';

const IN_FRONT = `
  SELECT balance_after FROM books.movements AS m
  WHERE m.account = wanted.account AND m.asset = wanted.asset AND m.shard = at.shard AND m.height <= at.height
  ORDER BY m.height DESC, m.index DESC LIMIT 1`;

/**
 * Balances of the given accounts, summed over shards; an account that never moved is left out.
 *
 * @param heights up to which they are counted: those of the snapshot, or lower ones
 */
export async function readAccountBalances(
  books: BooksSnapshot,
  accounts: readonly string[],
  heights: readonly ShardHeight[] = books.heights,
): Promise<Map<string, bigint>> {
  const rows = await books.rows<{ account: string; balance: string }>(
    `SELECT wanted.account, sum(last.balance_after)::text AS balance
     FROM (SELECT account, $4::text AS asset FROM unnest($3::text[]) AS named (account)) AS wanted
     CROSS JOIN unnest($1::int[], $2::bigint[]) AS at (shard, height)
     CROSS JOIN LATERAL (${IN_FRONT}) AS last
     GROUP BY wanted.account`,
    [heights.map(({ shard }) => shard), heights.map(({ height }) => height), accounts, ASSET],
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

/**
 * SQL for the group of an account: those of holders by their kind, every other one, and one of no such kind, by itself.
 *
 * @param kinds the chart of accounts, whose patterns are part of the program
 */
function groupIn(kinds: readonly AccountKind[]): string {
  const cases = kinds.filter(isOfHolders).map((kind) => `WHEN account ~ '${namesOf(kind)}' THEN '${groupOf(kind)}'`);
  return cases.length === 0 ? 'account' : `CASE ${cases.join(' ')} ELSE account END`;
}

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

/** All accounts, in the groups of the given kinds. */
export async function readBalanceGroups(
  books: BooksSnapshot,
  kinds: readonly AccountKind[],
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
     SELECT ${groupIn(kinds)} AS group, NULL::int AS shard, asset, count(*)::text AS accounts,
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

/** What stands now on the accounts of some kinds, by group. */
export async function readPresentGroups(
  books: BooksSnapshot,
  kinds: readonly AccountKind[],
): Promise<Map<string, bigint>> {
  const rows = await books.rows<{ group: string; amount: string }>(
    `SELECT ${groupIn(kinds)} AS group, sum(balance)::text AS amount FROM books.balances
     WHERE asset = $1 AND account ~ ANY ($2::text[]) GROUP BY 1`,
    [ASSET, kinds.map(namesOf)],
  );
  return new Map(rows.map(({ group, amount }) => [group, BigInt(amount)]));
}

export interface AccountBalance {
  readonly account: string;
  readonly asset: string;
  readonly balance: bigint;
}

/** Accounts with their balances, all or those of one group of the given kinds, ascending by account and asset. */
export async function listAccountBalances(
  books: BooksSnapshot,
  kinds: readonly AccountKind[],
  page: {
    readonly limit: number;
    readonly after?: { readonly account: string; readonly asset: string } | undefined;
    readonly group?: string | undefined;
  },
): Promise<AccountBalance[]> {
  const rows = await books.rows<{ account: string; asset: string; balance: string }>(
    `SELECT account, asset, sum(balance)::text AS balance FROM (${subBalances(books)}) AS sub
     WHERE ($3::text IS NULL OR (account, asset) > ($3, $4::text)) AND ($5::text IS NULL OR ${groupIn(kinds)} = $5)
     GROUP BY account, asset ORDER BY account, asset LIMIT $6`,
    [...books.at, page.after?.account ?? null, page.after?.asset ?? null, page.group ?? null, page.limit],
  );
  return rows.map((row) => ({ ...row, balance: BigInt(row.balance) }));
}
