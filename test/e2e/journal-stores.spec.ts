/** The journal in PostgreSQL and in EventStoreDB: the same history gives the same books, and a page is the same page. */
import { join } from 'node:path';
import { createEventStoreDbJournal } from '#eventstoredb';
import { readPages, type JournalStore, type Page } from '#journal';
import { samplePage } from '#journal/contract';
import { migrateDatabase } from '#postgres';
import { ADMIN_KEY, type Api } from './support/api.js';
import { foldBooks, withPostgresJournal, type Books } from './support/books.js';
import type { ServiceProcess } from './support/service-process.js';
import { apiOf, createDatabase, sql, Stage, type DatabaseEngine } from './support/stage.js';
import { generateUsage, setUpWorld } from './support/world.js';

const SHARDS = 2;
/** A real server is used where one is named; its journal must be empty. Else the test server of our own speaks for it. */
const REAL_SERVER = process.env['EVENTSTOREDB_URL'];

let stage: Stage;
let database: DatabaseEngine;
let eventStoreUrl: string;

beforeAll(async () => {
  stage = await Stage.open();
  database = await stage.postgres();
  eventStoreUrl = REAL_SERVER ?? (await startEventStore('first'));
}, 120_000);

afterAll(() => stage?.close(), 60_000);

async function startEventStore(name: string): Promise<string> {
  const server = stage.program({
    program: 'libs/eventstoredb/test-support/main',
    args: ['--port', '0', '--data', join(stage.folder, `eventstore-${name}`)],
  });
  return server.seen(/^esdb:/);
}

/** A history with everything that HTTP can bring about in a ledger; the same each time. */
async function live(api: Api): Promise<void> {
  await setUpWorld(api);
  for (let batch = 0; batch < 5; batch++) await api.sendUsage(generateUsage(batch, 120, batch * 100));
  await api.post('/transfers', { from: 'acme', to: 'stark', amount: '0.1', reason: 'help' }, 'transfer-1');
  await api.post('/transfers', { from: 'globex', to: 'hooli', amount: '7', reason: 'team budget' }, 'transfer-2');
  await api.post('/burns', { holder: 'hooli', amount: '1.000000000000000001', reason: 'refund' }, 'burn-1');
  await api.post('/mints', { holder: 'stark', amount: '0.3', reason: 'late purchase' }, 'mint-late');
}

async function liveIn(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const service = await stage.service('ledger', { AIRTIME_SHARDS: String(SHARDS), ...env });
  await live(apiOf(service));
  return service;
}

async function withEventStore<T>(url: string, use: (store: JournalStore) => Promise<T>, prefix?: string): Promise<T> {
  const store = createEventStoreDbJournal(url, prefix === undefined ? {} : { streamPrefix: prefix });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Copies every page; returns how many. */
async function copyPages(from: JournalStore, to: JournalStore): Promise<number> {
  let copied = 0;
  for (let shard = 0; shard <= SHARDS; shard++) {
    for await (const page of readPages(from, shard)) {
      await to.append(page);
      copied += 1;
    }
  }
  return copied;
}

const kinds = (books: Books) => {
  const counts: Record<string, number> = {};
  for (const { type } of books.events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
};

it('the same history gives the same balances in both, also after a restart that reads everything again', async () => {
  const inPostgres = await liveIn({ DATABASE_URL: database.url });
  await inPostgres.end('SIGTERM');
  const books = await withPostgresJournal(database.url, (store) => foldBooks(store, SHARDS));

  const env = {
    DATABASE_URL: await createDatabase(database.url, 'beside_eventstore'),
    JOURNAL_STORE: 'eventstoredb',
    EVENTSTOREDB_URL: eventStoreUrl,
  };
  const inEventStore = await liveIn(env);
  expect(await inEventStore.end('SIGTERM')).toEqual({ code: 0, signal: null });
  const others = await withEventStore(eventStoreUrl, (store) => foldBooks(store, SHARDS));
  expect(others.balances).toEqual(books.balances);
  expect(kinds(others)).toEqual(kinds(books));
  expect(kinds(books)).toMatchObject({ UsageCharged: 520, UsageConflicted: 80 });

  // Everything was charged before: a process that knew less than the journal would charge it again.
  const restarted = await stage.restart(inEventStore);
  const again = await apiOf(restarted).sendUsage(generateUsage(4, 120, 400));
  expect(again).toMatchObject({ accepted: 0, duplicates: 100, conflicts: 20 });
  await restarted.end('SIGTERM');
  const after = await withEventStore(eventStoreUrl, (store) => foldBooks(store, SHARDS));
  expect(after.balances).toEqual(books.balances);
}, 120_000);

it('pages copied from one store to the other keep their hashes, and a ledger goes on from the copy', async () => {
  const otherUrl = REAL_SERVER ?? (await startEventStore('copy'));
  const prefix = REAL_SERVER === undefined ? undefined : `airtime-copy-${process.pid}`;
  const heads = await withPostgresJournal(database.url, async (postgres) => {
    const copied = await withEventStore(otherUrl, (store) => copyPages(postgres, store), prefix);
    expect(copied).toBeGreaterThan(20);
    return (await foldBooks(postgres, SHARDS)).heads;
  });
  // The fold refuses a page whose digest, hash or chain is not right; the heads seal all of it.
  const copy = await withEventStore(otherUrl, (store) => foldBooks(store, SHARDS), prefix);
  expect(copy.heads).toEqual(heads);

  const backUrl = await createDatabase(database.url, 'copied_back');
  // A service would found a journal of its own.
  await migrateDatabase(backUrl);
  await withEventStore(eventStoreUrl, (store) =>
    withPostgresJournal(backUrl, (postgres) => copyPages(store, postgres)),
  );
  const original = await withEventStore(eventStoreUrl, (store) => foldBooks(store, SHARDS));
  const back = await withPostgresJournal(backUrl, (store) => foldBooks(store, SHARDS));
  expect(back.heads).toEqual(original.heads);
  expect(back.balances).toEqual(original.balances);

  const goingOn = await stage.service('ledger', { DATABASE_URL: backUrl, AIRTIME_SHARDS: String(SHARDS) });
  expect(await apiOf(goingOn).sendUsage(generateUsage(0, 120, 0))).toMatchObject({ accepted: 0, duplicates: 120 });
  expect(await apiOf(goingOn).sendUsage(generateUsage(99, 50, 5_000))).toMatchObject({ accepted: 50 });
  await goingOn.end('SIGTERM');
}, 120_000);

it('ends the start with one line when EventStoreDB refuses the user', async () => {
  const server = stage.program({
    program: 'libs/eventstoredb/test-support/main',
    args: ['--port', '0', '--deny-access'],
  });
  const refused = stage.program({
    program: 'apps/ledger/src/main',
    env: {
      AIRTIME_DATA_DIR: join(stage.folder, 'refused'),
      AIRTIME_ADMIN_KEY: ADMIN_KEY,
      PORT: '0',
      DATABASE_URL: await createDatabase(database.url, 'beside_refused'),
      JOURNAL_STORE: 'eventstoredb',
      EVENTSTOREDB_URL: await server.seen(/^esdb:/),
    },
  });
  expect(await refused.ended).toEqual({ code: 2, signal: null });
  expect(refused.lines.join('\n')).not.toMatch(/\n\s+at |ExceptionHandler/);
  expect(refused.errorLines).toEqual([
    'EVENTSTOREDB_URL: the server refuses this user; check its name, its password and its access to the streams',
  ]);
});

describe('a journal of format 1', () => {
  const REFUSAL =
    'JOURNAL_STORE: holds a journal of format 1, which this release cannot go on with: export it with "airtime journal export" of the release that wrote it, and start on an empty store';

  async function inPostgres(): Promise<Record<string, string>> {
    const url = await createDatabase(database.url, 'format_1');
    await sql(url, 'CREATE SCHEMA journal', 'CREATE TABLE journal.pages (shard integer, height bigint, hash text)');
    return { DATABASE_URL: url };
  }

  async function inEventStoreDb(): Promise<Record<string, string>> {
    const url = await startEventStore('format-1');
    const {
      journal: _journal,
      writer: _writer,
      registry,
      signature: _signature,
      ...old
    } = samplePage(SHARDS, undefined);
    // What is not enumerable is not written: pages had none of these members.
    const page = Object.defineProperty(old, 'registry', { value: registry, enumerable: false }) as Page;
    await withEventStore(url, (store) => store.append(page));
    return {
      DATABASE_URL: await createDatabase(database.url, 'beside_format_1'),
      ...{ JOURNAL_STORE: 'eventstoredb', EVENTSTOREDB_URL: url },
    };
  }

  it.each([
    ['PostgreSQL', inPostgres],
    ['EventStoreDB', inEventStoreDb],
  ])('ends the start with one line that says how to export it: %s', async (_, prepare) => {
    const service = stage.program({
      program: 'apps/ledger/src/main',
      env: {
        AIRTIME_DATA_DIR: join(stage.folder, 'format-1'),
        AIRTIME_ADMIN_KEY: ADMIN_KEY,
        AIRTIME_SHARDS: String(SHARDS),
        PORT: '0',
        ...(await prepare()),
      },
    });
    expect(await service.ended).toEqual({ code: 2, signal: null });
    expect(service.errorLines).toEqual([REFUSAL]);
  });
});
