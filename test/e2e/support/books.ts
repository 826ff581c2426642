/** The books as the journal tells them: read from the store itself, past every service. */
import { CODEC, type JournalEvent } from '#concepts';
import { postingsOf, registryShard } from '#domain';
import {
  findChainFaults,
  findPageFaults,
  headOf,
  readEvents,
  readPages,
  type JournalStore,
  type Page,
  type PageHead,
} from '#journal';
import { createPool, PostgresJournal } from '#postgres';

/** A fold of the whole journal. */
export interface Books {
  /** Balance of every account that is not zero, in atto-tokens, over all shards. */
  readonly balances: Readonly<Record<string, bigint>>;
  readonly events: readonly JournalEvent[];
  readonly heads: readonly (PageHead | undefined)[];
}

/** Opens the journal of a database, and closes it again. */
export async function withPostgresJournal<T>(url: string, use: (store: JournalStore) => Promise<T>): Promise<T> {
  const pool = createPool(url, { max: 2 });
  const store = new PostgresJournal(pool);
  try {
    return await use(store);
  } finally {
    await store.close();
    await pool.end();
  }
}

/** Folds the journal of a database. @throws Error when a page is not what was sealed or an asset does not sum to zero */
export function readBooks(databaseUrl: string, shards: number): Promise<Books> {
  return withPostgresJournal(databaseUrl, (store) => foldBooks(store, shards));
}

/** See {@link readBooks}. */
export async function foldBooks(store: JournalStore, shards: number): Promise<Books> {
  const balances = new Map<string, bigint>();
  const events: JournalEvent[] = [];
  const heads: (PageHead | undefined)[] = [];
  for (let shard = 0; shard <= registryShard(shards); shard++) {
    let previous: PageHead | undefined;
    for await (const page of readPages(store, shard)) {
      refuseFaults(page, [...findPageFaults(page), ...findChainFaults(previous, page)]);
      previous = headOf(page);
      for (const { event } of readEvents<JournalEvent>(page, CODEC)) {
        events.push(event);
        for (const { debit, credit, amount } of postingsOf(event)) {
          balances.set(debit, (balances.get(debit) ?? 0n) - BigInt(amount));
          balances.set(credit, (balances.get(credit) ?? 0n) + BigInt(amount));
        }
      }
    }
    heads.push(previous);
  }
  const sum = [...balances.values()].reduce((total, balance) => total + balance, 0n);
  if (sum !== 0n) throw new Error(`all balances sum to ${sum}, not to zero`);
  const entries = [...balances].filter(([, balance]) => balance !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
  return { balances: Object.fromEntries(entries), events, heads };
}

function refuseFaults(page: Page, faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(`page ${page.height} of shard ${page.shard}: ${faults.join('; ')}`);
}

/** Height of every shard, the registry's last; 0 for an empty one. */
export function readHeights(databaseUrl: string, shards: number): Promise<number[]> {
  return withPostgresJournal(databaseUrl, async (store) => {
    const heads = await Promise.all(Array.from({ length: shards + 1 }, (_, shard) => store.head(shard)));
    return heads.map((head) => head?.height ?? 0);
  });
}

/** Tells how many of the events have a type. */
export function countEvents(books: Books, type: JournalEvent['type']): number {
  return books.events.filter((event) => event.type === type).length;
}

/** Every charged usage by source and id. @throws Error when one was charged twice */
export function chargedUsage(books: Books): Set<string> {
  const charged = new Set<string>();
  for (const event of books.events) {
    if (event.type !== 'UsageCharged') continue;
    const name = `${event.usage.source} ${event.usage.id}`;
    if (charged.has(name)) throw new Error(`${name} was charged twice`);
    charged.add(name);
  }
  return charged;
}
