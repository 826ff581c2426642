/**
 * Running totals: what came to some accounts since the first page, by the page in which it last grew. A report about a
 * period takes one total from another instead of adding up the period's entries.
 */
import { ASSET, groupOf, isOfHolders, namesOf, type AccountKind, type RowTables } from '#domain';
import type { PoolClient } from '../connection.js';
import { copyText } from './text.js';

/** The running totals of one shard that a projection remembers, by name. */
export type TotalsCache = Map<string, bigint>;

const LOAD_TOTALS = `
  SELECT wanted.name, last.amount::text AS amount FROM unnest($2::text[]) AS wanted (name)
  CROSS JOIN LATERAL (
    SELECT amount FROM totals WHERE totals.name = wanted.name AND shard = $1 ORDER BY height DESC LIMIT 1) AS last`;

/** A running total of the credits of all accounts of a kind together. */
interface Family {
  /** The accounts' names, as a regular expression. */
  readonly accounts: string;
  readonly name: string;
}

/** Which running totals the credits of an account add to. */
export class AccountTotals {
  /** The names of all accounts that have a running total, as regular expressions. */
  readonly accounts: readonly string[];
  readonly families: readonly Family[];
  private readonly single: ReadonlyMap<string, readonly string[]>;
  private readonly patterns: readonly { readonly accounts: RegExp; readonly name: string }[];

  constructor(kinds: readonly AccountKind[]) {
    this.accounts = kinds.map(namesOf);
    const families = kinds.filter(isOfHolders);
    this.families = families.map((kind) => ({ accounts: namesOf(kind), name: groupOf(kind) }));
    this.patterns = this.families.map(({ accounts, name }) => ({ accounts: new RegExp(accounts), name }));
    const others = kinds.filter((kind) => !isOfHolders(kind));
    this.single = new Map(others.map(({ pattern }) => [pattern, [pattern]]));
  }

  namesOf(account: string, asset: string): readonly string[] {
    if (asset !== ASSET) return NO_NAMES;
    const single = this.single.get(account);
    if (single !== undefined) return single;
    for (const { accounts, name } of this.patterns) if (accounts.test(account)) return [account, name];
    return NO_NAMES;
  }
}

const NO_NAMES: readonly string[] = [];

/** The running totals that entries' amounts add to, by event type. */
export function entryTotals({
  writers,
}: Pick<RowTables, 'writers'>): { readonly type: string; readonly name: string }[] {
  return Object.entries(writers).flatMap(([type, writer]) =>
    writer?.total === undefined ? [] : [{ type, name: writer.total }],
  );
}

export class TotalsDraft {
  /** What each page of the run adds, by name and height. */
  private readonly added = new Map<string, Map<number, bigint>>();

  constructor(private readonly shard: number) {}

  /** Amounts of 0 or less are left out. */
  add(name: string, height: number, amount: bigint): void {
    if (amount <= 0n) return;
    let pages = this.added.get(name);
    if (pages === undefined) {
      pages = new Map();
      this.added.set(name, pages);
    }
    pages.set(height, (pages.get(height) ?? 0n) + amount);
  }

  /** Puts the totals before this run into the cache, for names that it does not know. */
  async load(client: PoolClient, cache: TotalsCache): Promise<void> {
    const unknown = [...this.added.keys()].filter((name) => !cache.has(name));
    if (unknown.length === 0) return;
    const { rows } = await client.query<{ name: string; amount: string }>({
      name: 'load-totals',
      text: LOAD_TOTALS,
      values: [this.shard, unknown],
    });
    for (const name of unknown) cache.set(name, 0n);
    for (const { name, amount } of rows) cache.set(name, BigInt(amount));
  }

  /** The totals after each page as COPY text; moves the cache. Call after {@link load}. */
  toCopyText(cache: TotalsCache): string {
    const lines: string[] = [];
    for (const [name, pages] of this.added) {
      let total = cache.get(name)!;
      for (const height of [...pages.keys()].sort((a, b) => a - b)) {
        total += pages.get(height)!;
        lines.push(`${copyText(name)}\t${this.shard}\t${height}\t${total}\n`);
      }
      cache.set(name, total);
    }
    return lines.join('');
  }
}
