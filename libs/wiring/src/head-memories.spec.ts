/** What is remembered of a journal against what a real PostgreSQL holds now, where its end was replaced or its registry cut. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIRST_PREVIOUS_HASH, headOf, sealPage, TrustedJournal, WatchedJournal, type Page } from '#journal';
import { foundForSpec, SPEC_WRITER } from '#journal/testing';
import { createLogger } from '#platform';
import { PostgresJournal, type Pool } from '#postgres';
import { SpecDatabase } from '#postgres/testing';
import { eventually } from '#testing';
import { CatalogueFollower } from './catalogue-follower.js';
import { HeadMemories, type MemorySource } from './head-memories.js';
import { RememberedHeads } from './remembered-heads.js';

const SHARDS = 2;
const REGISTRY = SHARDS;

let database: SpecDatabase;
let pool: Pool;
let folder: string;
let store: PostgresJournal;
const processes: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await SpecDatabase.start();
  pool = database.openPool();
});

afterAll(() => database.stop(), 60_000);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airtime-memories-'));
  store = new PostgresJournal(pool);
  await pastTheTrigger('DELETE FROM journal.pages');
  await foundForSpec(store, SHARDS);
  for (const shard of [0, 1, 0, 0, REGISTRY, REGISTRY]) await store.append(await nextPage(shard));
});

afterEach(async () => {
  await Promise.all(processes.splice(0).map((stop) => stop()));
  await store.close();
  await rm(folder, { recursive: true });
});

async function pastTheTrigger(statement: string): Promise<void> {
  const client = await pool.connect();
  await client.query('SET session_replication_role = replica');
  await client.query(statement);
  await client.query('RESET session_replication_role');
  client.release();
}

/** A sound page of an admitted writer that holds nothing; another one with each second. */
async function nextPage(shard: number, second = 0): Promise<Page> {
  const [registry, last] = [await store.head(REGISTRY), await store.head(shard)];
  const { journal } = (await store.read(REGISTRY, 1, 1))[0]!;
  return sealPage(
    {
      ...{ journal, shard, height: (last?.height ?? 0) + 1, offsets: [] },
      recordedAt: new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString(),
      previousHash: last?.hash ?? FIRST_PREVIOUS_HASH,
      registry: { height: registry!.height, hash: registry!.hash },
    },
    [],
    SPEC_WRITER,
  );
}

/** Another sound page in the place of the newest one. */
async function replaceHead(shard: number): Promise<void> {
  const head = (await store.head(shard))!;
  await pastTheTrigger(`DELETE FROM journal.pages WHERE shard = ${shard} AND height = ${head.height}`);
  const other = await nextPage(shard, 30);
  expect([other.height, other.hash === head.hash]).toEqual([head.height, false]);
  await store.append(other);
}

/** A process that reads and writes, as far as its memories go. */
async function startProcess(sources: readonly MemorySource[] = []) {
  const follower = new CatalogueFollower(store, REGISTRY, () => undefined);
  await follower.start();
  const trusted = new TrustedJournal(store, follower);
  const noted = new RememberedHeads(folder);
  const logger = createLogger('silent');
  const memories = new HeadMemories({ store: trusted, follower, database: pool, noted, sources, logger });
  processes.push(async () => {
    await memories.stop();
    await follower.stop();
  });
  await memories.start();
  return { follower, memories, journal: new WatchedJournal(trusted, memories.watch) };
}

async function noteHeads(): Promise<void> {
  const heads = await Promise.all([0, 1, REGISTRY].map(async (shard) => ({ shard, ...headOf((await last(shard))!) })));
  const { journal } = (await last(REGISTRY))!;
  const noted = heads.map(({ shard, height, hash }) => ({ shard, height, hash }));
  await new RememberedHeads(folder).write({ journal, heads: noted }, '2026-01-02T03:04:05.000Z');
}

async function last(shard: number): Promise<Page | undefined> {
  return (await store.read(shard, (await store.head(shard))!.height, 1))[0];
}

const halted = (shard: number, height: number) =>
  expect.objectContaining({
    name: 'ShardLost',
    message: expect.stringMatching(
      new RegExp(
        `^shard ${shard} is halted: .* remembers page \\d .*ends at height ${height} or has another page there`,
      ),
    ),
  });

async function expectHalted({ journal }: Awaited<ReturnType<typeof startProcess>>, shard: number, of = shard) {
  const height = (await store.head(of))!.height;
  await expect(journal.head(shard)).rejects.toEqual(halted(of, height));
  await expect(journal.read(shard, 1, 1)).rejects.toEqual(halted(of, height));
  await expect(journal.append(await nextPage(shard, 40))).rejects.toEqual(halted(of, height));
}

describe('a head that another page of the same height has replaced', () => {
  it.each([0, REGISTRY])('is noticed in shard %s by a process that saw the other one', async (shard) => {
    const process = await startProcess();
    await process.journal.head(shard);
    await process.journal.read(shard, 1, 10);
    await replaceHead(shard);
    await eventually(() => process.memories.watch.losses.length > 0);
    await expectHalted(process, shard);
    if (shard === REGISTRY) await expectHalted(process, 1, REGISTRY);
    else expect((await process.journal.head(1))?.height).toBe(1);
  });

  it.each([0, REGISTRY])('is noticed in shard %s at the start, by what was noted', async (shard) => {
    await noteHeads();
    await replaceHead(shard);
    await expectHalted(await startProcess(), shard);
  });
});

describe('a registry that is shorter than it was', () => {
  const cut = () => pastTheTrigger(`DELETE FROM journal.pages WHERE shard = ${REGISTRY} AND height = 3`);

  it('halts every shard of a process that runs', async () => {
    const process = await startProcess();
    await cut();
    await eventually(() => process.memories.watch.losses.length > 0);
    for (const shard of [0, 1, REGISTRY]) await expectHalted(process, shard, REGISTRY);
  });

  it('halts every shard of a process that starts on it, where a memory can be reached', async () => {
    await noteHeads();
    await cut();
    const process = await startProcess();
    for (const shard of [0, 1, REGISTRY]) await expectHalted(process, shard, REGISTRY);
  });

  it('is noticed by a source that answers late, which delays the start by seconds only and is named meanwhile', async () => {
    const { journal } = (await last(REGISTRY))!;
    const { height, hash } = (await store.head(REGISTRY))!;
    await cut();
    let answer!: () => void;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    const heads = [{ shard: REGISTRY, height, hash }];
    let times = 0;
    const read = async () => {
      times++;
      await asked;
      return [
        { journal: 'of another journal', heads: [{ shard: 0, height: 99, hash }] },
        { journal, heads },
      ];
    };
    const process = await startProcess([{ name: 'somebody', read }]);
    expect(process.memories.unreachable.get('somebody')).toBe('no answer');
    expect((await process.journal.head(0))?.height).toBe(3);
    answer();
    await eventually(() => process.memories.watch.losses.length > 0);
    await expectHalted(process, 0, REGISTRY);
    expect([process.memories.unreachable.size, times]).toEqual([0, 1]);
  });
});
