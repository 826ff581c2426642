/** Compares the books with the balances that a fold of the journal gives: what `airtime verify` says about the tables. */
import { ASSET, type RowTables } from '#domain';
import type { Pool, PoolClient } from '../connection.js';
import { readConsistently } from '../reading/snapshot.js';
import { BOOKS_SCHEMA } from './projection.js';
import { AccountTotals, entryTotals } from './totals.js';

/** The balances of one shard as a fold of its pages up to a height gives them. */
export interface ExpectedBalances {
  readonly shard: number;
  readonly height: number;
  /** By account, atto-tokens; accounts that are not named have none. */
  readonly balances: ReadonlyMap<string, bigint>;
}

/** One disagreement. `account` is absent when it concerns the shard as a whole. */
export interface BooksFinding {
  readonly shard: number;
  readonly account?: string;
  readonly detail: string;
}

/** So many findings say enough. */
const FINDINGS_MAX = 1_000;
const ACCOUNTS_AT_A_TIME = 5_000;

/**
 * Checks, per shard and at one instant: every account's last movement up to the given height shows the expected
 * balance; every movement continues the one before it; the balance row repeats the last movement; every running total that
 * the tables define is the sum of the credits or entries that it stands for. The books may be ahead of the given height,
 * not behind it.
 *
 * @returns nothing when the books agree
 */
export async function verifyBooks(
  pool: Pool,
  tables: Pick<RowTables, 'totals' | 'writers'>,
  expected: readonly ExpectedBalances[],
): Promise<BooksFinding[]> {
  const totals = { ofAccounts: new AccountTotals(tables.totals), ofEntries: entryTotals(tables) };
  return readConsistently(
    pool,
    async (client) => {
      const findings: BooksFinding[] = [];
      for (const shard of expected) {
        if (findings.length >= FINDINGS_MAX) break;
        findings.push(...(await verifyShard(client, totals, shard)));
      }
      return findings.slice(0, FINDINGS_MAX);
    },
    `SET LOCAL search_path TO ${BOOKS_SCHEMA}; SET LOCAL statement_timeout = 0`,
  );
}

/** The running totals that the tables define. */
interface DefinedTotals {
  readonly ofAccounts: AccountTotals;
  readonly ofEntries: ReturnType<typeof entryTotals>;
}

async function verifyShard(
  client: PoolClient,
  totals: DefinedTotals,
  expected: ExpectedBalances,
): Promise<BooksFinding[]> {
  const { shard, height } = expected;
  const { rows } = await client.query<{ height: string }>('SELECT height::text FROM checkpoints WHERE shard = $1', [
    shard,
  ]);
  const reached = Number(rows[0]?.height ?? 0);
  if (reached < height) {
    return [{ shard, detail: `the books include height ${reached} only, the journal has ${height}` }];
  }
  const findings = await findWrongBalances(client, expected);
  findings.push(...(await findBrokenMovements(client, shard)));
  findings.push(...(await findStrayBalances(client, shard)));
  findings.push(...(await findWrongTotals(client, totals, shard)));
  return findings;
}

/** Accounts whose movements up to the height do not end in the expected balance, in either direction. */
async function findWrongBalances(client: PoolClient, expected: ExpectedBalances): Promise<BooksFinding[]> {
  const { shard, height } = expected;
  const findings: BooksFinding[] = [];
  const missing = new Set(expected.balances.keys());
  let after = '';
  while (findings.length < FINDINGS_MAX) {
    const { rows } = await client.query<{ account: string; balance: string | null }>({
      text: `
        SELECT account, (
          SELECT balance_after::text FROM movements
          WHERE movements.account = accounts.account AND asset = $2 AND shard = $1 AND height <= $3
          ORDER BY height DESC, index DESC LIMIT 1) AS balance
        FROM (SELECT account FROM balances WHERE shard = $1 AND asset = $2 AND account > $4 ORDER BY account LIMIT $5) AS accounts
        ORDER BY account`,
      values: [shard, ASSET, height, after, ACCOUNTS_AT_A_TIME],
    });
    for (const { account, balance } of rows) {
      missing.delete(account);
      const should = expected.balances.get(account) ?? 0n;
      if (BigInt(balance ?? 0) === should) continue;
      findings.push({
        shard,
        account,
        detail: `its movements end at ${balance ?? 'nothing'}, the journal says ${should}`,
      });
    }
    if (rows.length < ACCOUNTS_AT_A_TIME) break;
    after = rows.at(-1)!.account;
  }
  for (const account of missing) {
    const should = expected.balances.get(account)!;
    if (should !== 0n) findings.push({ shard, account, detail: `it has no balance row, the journal says ${should}` });
  }
  return findings;
}

/** Movements whose balance is not the one before plus their amount. */
async function findBrokenMovements(client: PoolClient, shard: number): Promise<BooksFinding[]> {
  const { rows } = await client.query<{ account: string; entry: string; expected: string; found: string }>(
    `SELECT account, shard || '-' || height || '-' || index AS entry, (before + amount)::text AS expected, balance_after::text AS found
     FROM (
       SELECT *, lag(balance_after, 1, 0::numeric) OVER (PARTITION BY account, asset ORDER BY height, index) AS before
       FROM movements WHERE shard = $1
     ) AS chained
     WHERE before + amount <> balance_after LIMIT $2`,
    [shard, FINDINGS_MAX],
  );
  return rows.map(({ account, entry, expected, found }) => ({
    shard,
    account,
    detail: `the movement of entry ${entry} shows the balance ${found} instead of ${expected}`,
  }));
}

/** Running totals that are not what the movements and entries up to their page add up to. */
async function findWrongTotals(
  client: PoolClient,
  { ofAccounts: { accounts, families }, ofEntries }: DefinedTotals,
  shard: number,
): Promise<BooksFinding[]> {
  const { rows } = await client.query<{ name: string; height: string; should: string | null; found: string | null }>(
    `WITH credits AS (
       SELECT account AS name, height, amount FROM movements
       WHERE shard = $1 AND asset = $2 AND amount > 0 AND account ~ ANY ($3::text[])),
     grown AS (
       SELECT name, height, amount FROM credits
       UNION ALL SELECT family.name, height, amount
         FROM credits JOIN unnest($4::text[], $5::text[]) AS family (accounts, name) ON credits.name ~ family.accounts
       UNION ALL SELECT summed.name, height, amount
         FROM entries JOIN unnest($6::text[], $7::text[]) AS summed (type, name) ON entries.type = summed.type
         WHERE shard = $1 AND amount > 0),
     summed AS (
       SELECT name, height, sum(sum(amount)) OVER (PARTITION BY name ORDER BY height) AS should
       FROM grown GROUP BY name, height),
     kept AS (SELECT name, height, amount AS found FROM totals WHERE shard = $1)
     SELECT name, height::text, should::text, found::text FROM summed FULL JOIN kept USING (name, height)
     WHERE should IS DISTINCT FROM found ORDER BY name, height LIMIT $8`,
    [
      shard,
      ASSET,
      accounts,
      families.map((family) => family.accounts),
      families.map(({ name }) => name),
      ofEntries.map(({ type }) => type),
      ofEntries.map(({ name }) => name),
      FINDINGS_MAX,
    ],
  );
  const noAccounts = new Set([...families, ...ofEntries].map(({ name }) => name));
  return rows.map(({ name, height, should, found }) => ({
    shard,
    ...(noAccounts.has(name) ? {} : { account: name }),
    detail: `the running total of ${name} at height ${height} is ${found ?? 'missing'} instead of ${should ?? 'none'}`,
  }));
}

/** Balance rows that differ from their account's last movement, or that have none. */
async function findStrayBalances(client: PoolClient, shard: number): Promise<BooksFinding[]> {
  const { rows } = await client.query<{ account: string; balance: string; last: string | null }>(
    `SELECT account, balance::text, last FROM (
       SELECT account, balance, (
         SELECT balance_after FROM movements
         WHERE movements.account = balances.account AND movements.asset = balances.asset AND shard = $1
         ORDER BY height DESC, index DESC LIMIT 1) AS last
       FROM balances WHERE shard = $1
     ) AS compared
     WHERE balance IS DISTINCT FROM last LIMIT $2`,
    [shard, FINDINGS_MAX],
  );
  return rows.map(({ account, balance, last }) => ({
    shard,
    account,
    detail: `its balance row shows ${balance}, its last movement ${last ?? 'does not exist'}`,
  }));
}
