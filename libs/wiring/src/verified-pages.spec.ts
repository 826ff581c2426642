/** What an installation remembers of the signatures that it has checked, and whatever may become of that memory. */
import { chmod, copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stateAsRoot, type RegistryCommand } from '#concepts';
import { openAudits } from '#concepts/audits';
import { WHO } from '#concepts/testing';
import {
  FIRST_PREVIOUS_HASH,
  PageRefused,
  readPages,
  sealPage,
  STRETCH_PAGES,
  TrustedJournal,
  verifyJournal,
  type Page,
} from '#journal';
import { foundForSpec, MemoryStore, SPEC_ROOT, SPEC_WRITER } from '#journal/testing';
import type { Configuration } from '#platform';
import { CatalogueFollower } from './catalogue-follower.js';
import { Sequencers } from './sequencers.js';
import { openVerifiedPages } from './verified-pages.js';

const SHARD = 0;
const REGISTRY = 1;
const STRETCHES = 2;
/** Beyond the last whole stretch. */
const REST = 3;
const PAGES = STRETCHES * STRETCH_PAGES + REST;
/** In the first stretch. */
const INSIDE = 5;
/** In a writer's name, without its key. */
const NOBODY = { ...SPEC_WRITER, sign: () => '0'.repeat(128) };

let folder: string;
let store: MemoryStore;
let warnings: string[];
const followers: CatalogueFollower[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airtime-verified-'));
  warnings = [];
  store = new MemoryStore();
  await foundForSpec(store, 1);
  for (let page = 0; page < PAGES; page++) await store.append(await nextPage());
});

afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()));
  await rm(folder, { recursive: true });
});

const pagesOf = () => store.pages.get(SHARD)!;
const file = () => join(folder, 'verified.log');

/** A page without events over those that are there, or over the first ones. */
async function nextPage(
  key = SPEC_WRITER,
  below = store.pages.get(SHARD) ?? [],
  second = 0,
  previous = below.at(-1),
): Promise<Page> {
  const [founding] = await store.read(REGISTRY, 1, 1);
  const registry = (await store.head(REGISTRY))!;
  const content = {
    ...{ journal: founding!.journal, shard: SHARD, height: below.length + 1, offsets: [] },
    recordedAt: new Date(Date.UTC(2026, 0, 2, 3, 4, second, below.length)).toISOString(),
    previousHash: previous?.hash ?? FIRST_PREVIOUS_HASH,
    registry: { height: registry.height, hash: registry.hash },
  };
  return sealPage(content, [], key);
}

/** A process that starts on what is there; without a memory unless it has one. */
async function start(dataDir: string | undefined = folder) {
  const follower = new CatalogueFollower(store, REGISTRY, () => undefined);
  followers.push(follower);
  await follower.start();
  const say = (said: unknown) => void warnings.push(String(said));
  const logger = { info: say, warn: say };
  const verified = openVerifiedPages({ dataDir } as Configuration, follower.journal!, logger);
  return { follower, verified, journal: new TrustedJournal(store, follower, verified) };
}

/** The heights that are shown, and which page is refused. */
async function replay(dataDir?: string): Promise<{ readonly shown: number; readonly refused: number | undefined }> {
  const { journal, verified } = await start(dataDir);
  let shown = 0;
  try {
    for await (const page of readPages(journal, SHARD)) shown = page.height;
    return { shown, refused: undefined };
  } catch (error) {
    if (!(error instanceof PageRefused)) throw error;
    return { shown, refused: error.page.height };
  } finally {
    await verified?.flush();
  }
}

const whole = { shown: PAGES, refused: undefined };
const refusedAt = (height: number) => ({ shown: height - 1, refused: height });

/** Takes the signature of a page away: whoever checks it refuses the page, and its hash is what it was. */
function unsign(height: number): void {
  pagesOf()[height - 1] = { ...pagesOf()[height - 1]!, signature: '0'.repeat(128) };
}

/** Writes the shard anew from a height on, as whoever has the key. */
async function rewrite(height: number, second: number, key = SPEC_WRITER): Promise<void> {
  const below = pagesOf().slice(0, height - 1);
  while (below.length < PAGES) below.push(await nextPage(key, below, second));
  store.pages.set(SHARD, below);
}

describe('stretches of pages that this installation has verified', () => {
  it('are recognised: their signatures are not checked again, those beyond are, and the verifier checks all', async () => {
    expect(await replay()).toEqual(whole);
    unsign(INSIDE);
    expect(await replay()).toEqual(whole);
    const { findings } = await verifyJournal(store, openAudits, { shards: 1 });
    expect(findings).toMatchObject([{ class: 'WRITER_WRONG', height: INSIDE }]);
    unsign(PAGES);
    expect(await replay()).toEqual(refusedAt(PAGES));
    expect(warnings).toEqual([]);
  });

  it('are noted once, for the owner alone, and not of the registry', async () => {
    await replay();
    await replay();
    const lines = (await readFile(file(), 'utf8')).trimEnd().split('\n');
    const { journal } = pagesOf()[0]!;
    const ends = [1, 2].map((one) => pagesOf()[one * STRETCH_PAGES - 1]!);
    expect(lines.map((line) => line.split(' ').slice(0, 4))).toEqual(
      ends.map(({ height, hash }) => [journal, '0', String(height), hash]),
    );
    for (const name of ['verified.log', 'installation.key'])
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('are not recognised where the journal is another one since: then every signature is checked', async () => {
    await replay();
    await rewrite(INSIDE, 30);
    expect(await replay()).toEqual(whole);
    unsign(INSIDE);
    // What was checked then is what is remembered now.
    expect(await replay()).toEqual(whole);
    await rewrite(INSIDE, 31, NOBODY);
    expect(await replay()).toEqual(refusedAt(INSIDE));
  });

  it('show nothing of a page that was changed among them', async () => {
    await replay();
    pagesOf()[INSIDE - 1] = await nextPage(NOBODY, pagesOf().slice(0, INSIDE - 1), 30);
    expect(await replay()).toEqual(refusedAt(INSIDE));
  });

  it('are recognised with the void pages among them and at their end', async () => {
    store.pages.set(SHARD, []);
    const { follower, journal } = await start(join(folder, 'elsewhere'));
    const sequencers = new Sequencers({ store: journal, shards: 1, follower, key: SPEC_WRITER });
    await sequencers.start();
    const all: Page[] = [];
    let sound: Page | undefined;
    while (all.length < PAGES) {
      const page = await nextPage(SPEC_WRITER, all, 0, sound);
      const isForged = [INSIDE, INSIDE + 1, STRETCH_PAGES].includes(page.height);
      all.push(isForged ? { ...page, signature: '0'.repeat(128) } : page);
      if (!isForged) sound = page;
    }
    store.pages.set(SHARD, all);
    expect(await replay()).toEqual(refusedAt(INSIDE));
    for (const height of [INSIDE, INSIDE + 1, STRETCH_PAGES]) {
      const stated = {
        type: 'PageVoided',
        shard: SHARD,
        height,
        hash: all[height - 1]!.hash,
        reason: 'forged',
      } as const;
      const order = stateAsRoot(SPEC_ROOT, follower.journal!, follower.catalogue.writers.stated + 1, stated);
      const common = { time: '2026-01-02T03:04:05Z', provenance: WHO };
      await sequencers.executeRegistry({ ...order, ...common } as RegistryCommand);
    }
    await sequencers.stop();
    expect(await replay()).toEqual(whole);
    unsign(INSIDE + 2);
    expect(await replay()).toEqual(whole);
    await rm(file());
    expect(await replay()).toEqual(refusedAt(INSIDE + 2));
  });
});

describe('a memory that', () => {
  const other = async () => {
    const folderOfAnother = await mkdtemp(join(tmpdir(), 'airtime-other-'));
    await replay(folderOfAnother);
    return folderOfAnother;
  };
  const change = async (to: (text: string) => string) => writeFile(file(), to(await readFile(file(), 'utf8')));

  it.each<[string, () => Promise<void>]>([
    [
      'another installation wrote',
      async () => {
        const from = await other();
        await copyFile(join(from, 'verified.log'), file());
        await rm(from, { recursive: true });
      },
    ],
    ['somebody forged', () => change((text) => text.replaceAll(/[0-9a-f]{64}\n/g, `${'a'.repeat(64)}\n`))],
    ['names other heights', () => change((text) => text.replace(' 0 64 ', ' 0 128 '))],
    ['is damaged', () => change((text) => `${text.slice(0, 40)}\0${text.slice(41)}`)],
    ['is no text of lines', () => writeFile(file(), Buffer.alloc(300, 10))],
    ['is of another journal', () => change((text) => text.replaceAll(/^[0-9a-f]{32}/gm, 'ab'.repeat(16)))],
  ])('%s is forgotten with one line, and every signature is checked', async (_, spoil) => {
    await replay();
    await spoil();
    unsign(INSIDE);
    expect(await replay()).toEqual(refusedAt(INSIDE));
    expect(warnings).toEqual([expect.stringMatching(/verified\.log is .*it is begun anew, and every signature/)]);
    expect(await readFile(file(), 'utf8')).toBe('');
  });

  it('was being written when the process was killed keeps what was whole', async () => {
    await replay();
    const text = await readFile(file(), 'utf8');
    await writeFile(file(), text.slice(0, -30));
    unsign(INSIDE);
    expect(await replay()).toEqual(whole);
    expect([await readFile(file(), 'utf8'), warnings]).toEqual([text, []]);
  });

  it('nobody can write is done without, with one line', async () => {
    await writeFile(join(folder, 'in-the-way'), '');
    expect(await replay(join(folder, 'in-the-way'))).toEqual(whole);
    unsign(INSIDE);
    expect(await replay(join(folder, 'in-the-way'))).toEqual(refusedAt(INSIDE));
    expect(warnings).toHaveLength(2);
    await writeFile(join(folder, 'installation.key'), 'what is no secret');
    await chmod(join(folder, 'installation.key'), 0o600);
    expect(await replay()).toEqual(refusedAt(INSIDE));
    expect(warnings[2]).toMatch(/^each start checks all signatures: .*installation\.key/);
    expect(warnings[2]).not.toContain('what is no secret');
  });
});
