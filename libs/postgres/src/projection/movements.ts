/** Movements and balances: what each entry did to each account, and how much stood there afterwards. */
import { attoOf, postingsOf, type EntryPosition } from '#domain';
import type { PoolClient } from '../connection.js';
import { copyText } from './text.js';
import type { AccountTotals, TotalsDraft } from './totals.js';

/** An account's movements in a run of pages, in journal order. */
interface AccountMovements {
  readonly account: string;
  readonly asset: string;
  readonly heights: number[];
  readonly indexes: number[];
  readonly amounts: bigint[];
}

const keyOf = (account: string, asset: string): string => `${account}\t${asset}`;

/** The sub-balances of one shard that a projection remembers. */
export type BalanceCache = Map<string, bigint>;

const LOAD_ACCOUNTS = `
  SELECT account, asset, balance::text FROM balances
  WHERE shard = $1 AND (account, asset) IN (SELECT * FROM unnest($2::text[], $3::text[]))`;

const SAVE_BALANCES = `
  INSERT INTO balances (account, asset, shard, balance, height)
  SELECT account, asset, $1::int, balance, height
  FROM unnest($2::text[], $3::text[], $4::numeric[], $5::bigint[]) AS moved (account, asset, balance, height)
  ON CONFLICT (account, asset, shard) DO UPDATE SET balance = excluded.balance, height = excluded.height`;

export class MovementsDraft {
  private readonly accounts = new Map<string, AccountMovements>();

  constructor(private readonly shard: number) {}

  /** Notes one movement per account of the entry, however many of its postings touch the account. */
  add(event: object, position: EntryPosition): void {
    for (const { debit, credit, amount, asset } of postingsOf(event)) {
      const value = attoOf(amount);
      this.move(debit, asset, position, -value);
      this.move(credit, asset, position, value);
    }
  }

  private move(account: string, asset: string, { height, index }: EntryPosition, value: bigint): void {
    const key = keyOf(account, asset);
    let moved = this.accounts.get(key);
    if (moved === undefined) {
      moved = { account, asset, heights: [], indexes: [], amounts: [] };
      this.accounts.set(key, moved);
    }
    const last = moved.amounts.length - 1;
    if (last >= 0 && moved.heights[last] === height && moved.indexes[last] === index) {
      moved.amounts[last] = moved.amounts[last]! + value;
      return;
    }
    moved.heights.push(height);
    moved.indexes.push(index);
    moved.amounts.push(value);
  }

  /** Adds what came to the accounts that have a running total: the entries' net credits. */
  addTotals(totals: TotalsDraft, accountTotals: AccountTotals): void {
    for (const { account, asset, heights, amounts } of this.accounts.values()) {
      for (const name of accountTotals.namesOf(account, asset)) {
        for (let i = 0; i < heights.length; i++) totals.add(name, heights[i]!, amounts[i]!);
      }
    }
  }

  /** Puts the balances before this run into the cache, for accounts that it does not know. */
  async loadBalances(client: PoolClient, cache: BalanceCache): Promise<void> {
    const unknown = [...this.accounts].filter(([key]) => !cache.has(key)).map(([, moved]) => moved);
    if (unknown.length === 0) return;
    const { rows } = await client.query<{ account: string; asset: string; balance: string }>({
      name: 'load-balances',
      text: LOAD_ACCOUNTS,
      values: [this.shard, unknown.map(({ account }) => account), unknown.map(({ asset }) => asset)],
    });
    for (const { account, asset } of unknown) cache.set(keyOf(account, asset), 0n);
    for (const { account, asset, balance } of rows) cache.set(keyOf(account, asset), BigInt(balance));
  }

  /** The movements as COPY text, account by account so that index pages are filled one after the other; moves the cache. */
  toCopyText(cache: BalanceCache): string {
    const lines: string[] = [];
    for (const key of [...this.accounts.keys()].sort(byCodeUnit)) {
      const { account, asset, heights, indexes, amounts } = this.accounts.get(key)!;
      const prefix = `${copyText(account)}\t${copyText(asset)}\t${this.shard}\t`;
      let balance = cache.get(key)!;
      for (let i = 0; i < heights.length; i++) {
        balance += amounts[i]!;
        lines.push(`${prefix}${heights[i]}\t${indexes[i]}\t${amounts[i]}\t${balance}\n`);
      }
      cache.set(key, balance);
    }
    return lines.join('');
  }

  /** Writes the balances after the run. Call after {@link toCopyText}. */
  async saveBalances(client: PoolClient, cache: BalanceCache): Promise<void> {
    const moved = [...this.accounts].sort(([a], [b]) => byCodeUnit(a, b));
    if (moved.length === 0) return;
    await client.query({
      name: 'save-balances',
      text: SAVE_BALANCES,
      values: [
        this.shard,
        moved.map(([, { account }]) => account),
        moved.map(([, { asset }]) => asset),
        moved.map(([key]) => cache.get(key)!.toString()),
        moved.map(([, { heights }]) => heights.at(-1)!),
      ],
    });
  }
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
