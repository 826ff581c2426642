/** What somebody does who can write into the store, as a superuser of the database or a client of EventStoreDB, and has no admitted key. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  CODEC,
  customerAvailable,
  stateAsRoot,
  type JournalEvent,
  type RegistryCommand,
  type Stated,
  type StatedEvent,
} from '#concepts';
import { openAudits } from '#concepts/audits';
import { foundation, mint, nameIn, WHO } from '#concepts/testing';
import {
  PageRefused,
  readPages,
  sealPage,
  ShardRefused,
  TrustedJournal,
  verifyJournal,
  type JournalStore,
  type Page,
  type PageContent,
} from '#journal';
import type { SigningKey } from '#signing';
import { foundForSpec, hasPython, SPEC_ROOT, SPEC_WRITER, specKey, verifyInPython } from '#journal/testing';
import { createPool, PostgresJournal, type Pool } from '#postgres';
import { createEventStoreDbJournal } from '#eventstoredb';
import { SpecDatabase } from '#postgres/testing';
import { CatalogueFollower, Sequencers } from '#wiring';
import { SettlementScene } from '../crash/settlement-scene.js';
import type { StepperOrder, StepperPlace } from '../crash/settlement-stepper.js';
import { ADMIN_KEY } from './support/api.js';
import { apiOf, Stage } from './support/stage.js';
import { PROVIDERS } from './support/world.js';

const SHARDS = 2;
const CUSTOMER = nameIn(0, SHARDS);
const STRANGER = specKey(66);
const DISMISSED = specKey(67);
const OTHER_KINDS = specKey(68);
const encode = (event: object) => CODEC.encode(event as JournalEvent);
const SOLD = encode({
  ...{ type: 'Minted', time: '2026-11-22T10:00:00Z', actor: 'key:forger', origin: 'request:forged' },
  ...{ holder: CUSTOMER, amount: '1000000000000000000000', reason: 'forged' },
  postings: [
    { debit: 'issuance', credit: customerAvailable(CUSTOMER), amount: '1000000000000000000000', asset: 'AIR' },
  ],
});
const KEY = encode({
  ...{ type: 'KeyIssued', time: '2026-11-22T10:00:00Z', actor: 'key:forger', origin: 'request:forged' },
  ...{ key: 'k-forged', role: 'admin', hash: 'f'.repeat(64) },
});

/** A store, and how a stranger writes into it. */
interface Broken {
  readonly raw: JournalStore;
  insert(page: Page, below: Page): Promise<void>;
  close(): Promise<void>;
}

/** All pages as they stand, in the order of the export. */
async function exported(store: JournalStore): Promise<Page[]> {
  const pages: Page[] = [];
  for (let shard = 0; shard <= SHARDS; shard++) for await (const page of readPages(store, shard)) pages.push(page);
  return pages;
}

/** Writes a row past every service, as only a superuser of the database can. */
async function insertAsSuperuser(pool: Pool, page: Page): Promise<void> {
  const { height: registryHeight, hash: registryHash } = page.registry;
  await pool.query(
    `INSERT INTO journal.pages (shard, height, recorded_at, previous_hash, offsets, count, body_digest, hash, body,
       journal, writer, registry_height, registry_hash, signature)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      ...[page.shard, page.height, page.recordedAt, page.previousHash, JSON.stringify(page.offsets), page.count],
      ...[page.bodyDigest, page.hash, page.body, page.journal, page.writer, registryHeight, registryHash],
      page.signature,
    ],
  );
}

async function openPostgres(): Promise<Broken> {
  const database = await SpecDatabase.start();
  const pool = database.openPool();
  const raw = new PostgresJournal(pool);
  return {
    raw,
    insert: (page) => insertAsSuperuser(pool, page),
    close: () => database.stop(),
  };
}

async function openEventStoreDb(): Promise<Broken> {
  const stage = await Stage.open();
  const data = `${stage.folder}/eventstore`;
  const server = stage.program({
    program: 'libs/eventstoredb/test-support/main',
    args: ['--port', '0', '--data', data],
  });
  const url = await server.seen(/^esdb:/);
  return {
    raw: createEventStoreDbJournal(url),
    insert: async (page, below) => {
      const stranger = createEventStoreDbJournal(url);
      await stranger.append(page, { onto: below.hash });
      await stranger.close();
    },
    close: () => stage.close(),
  };
}

describe.each([
  ['a superuser of the database', openPostgres],
  ['a client of EventStoreDB', openEventStoreDb],
] as const)('%s', (_, open) => {
  let broken: Broken;
  let raw: JournalStore;

  let follower: CatalogueFollower;
  let trusted: TrustedJournal;
  let sequencers: Sequencers;

  beforeAll(async () => {
    broken = await open();
    raw = broken.raw;
    await foundForSpec(raw, SHARDS);
    follower = new CatalogueFollower(raw, SHARDS, () => undefined);
    await follower.start();
    trusted = new TrustedJournal(raw, follower);
    sequencers = new Sequencers({ store: trusted, shards: SHARDS, follower, key: SPEC_WRITER });
    await sequencers.start();
    for (const command of foundation({ customers: [CUSTOMER], providers: ['p1'] }))
      await sequencers.executeRegistry(command);
    await state({ type: 'WriterAdmitted', writer: { publicKey: DISMISSED.publicKey, name: 'of last year' } });
    await state({
      type: 'WriterAdmitted',
      writer: { publicKey: OTHER_KINDS.publicKey, name: 'burner', events: ['Burned'] },
    });
    beforeDismissal = follower.newest;
    await state({ type: 'WriterDismissed', publicKey: DISMISSED.publicKey, reason: 'rotated' });
    // Every shard rests on the dismissal: from here on nothing can be dated before it.
    await sequencers.execute(0, mint(CUSTOMER, '1'));
  }, 120_000);

  afterAll(async () => {
    await sequencers.stop();
    await follower.stop();
    await raw.close();
    await broken.close();
  }, 60_000);

  let beforeDismissal: { readonly height: number; readonly hash: string };

  async function state(stated: Stated<StatedEvent>) {
    const { writers } = follower.catalogue;
    const order = stateAsRoot(SPEC_ROOT, follower.journal!, writers.stated + 1, stated);
    return sequencers.executeRegistry({ ...order, time: '2026-11-22T10:00:00Z', provenance: WHO } as RegistryCommand);
  }

  /** The page that would come next in a shard, but for what is given. */
  async function nextPage(
    shard: number,
    line: string,
    key: SigningKey,
    changes: Partial<PageContent> = {},
  ): Promise<Page> {
    const [below] = await raw.read(shard, (await raw.head(shard))?.height ?? 1, 1);
    const { height, hash } = (await trusted.head(shard))!;
    const content = {
      ...{ journal: follower.journal!, shard, height: below!.height + 1, recordedAt: new Date().toISOString() },
      ...{ previousHash: hash, offsets: [] },
      registry: shard === SHARDS ? { height, hash } : follower.newest,
    };
    return sealPage({ ...content, ...changes }, [line], key);
  }

  async function insert(page: Page): Promise<void> {
    const [below] = await raw.read(page.shard, page.height - 1, 1);
    await broken.insert(page, below!);
  }

  const balance = () => sequencers.ledger(0).state.balance(customerAvailable(CUSTOMER));
  const verify = () => verifyJournal(raw, openAudits, { shards: SHARDS });

  /** The first page that somebody is not shown, by whoever follows the shard. */
  async function subscribed(shard: number): Promise<unknown> {
    const stop = new AbortController();
    try {
      for await (const page of trusted.subscribe(shard, 1, stop.signal)) void page;
      return undefined;
    } catch (error) {
      return error;
    } finally {
      stop.abort();
    }
  }

  describe('writes into a holder shard a page that', () => {
    const forgeries: Record<string, () => Promise<Page>> = {
      unsigned: async () => ({ ...(await nextPage(0, SOLD, SPEC_WRITER)), signature: '0'.repeat(128) }),
      'signed by a stranger': () => nextPage(0, SOLD, STRANGER),
      'signed by a stranger in the name of a writer': async () => ({
        ...(await nextPage(0, SOLD, SPEC_WRITER)),
        signature: (await nextPage(0, SOLD, STRANGER)).signature,
      }),
      'signed by a dismissed writer': () => nextPage(0, SOLD, DISMISSED),
      'backdated by a dismissed writer': () => nextPage(0, SOLD, DISMISSED, { registry: beforeDismissal }),
      'by a writer of other kinds': () => nextPage(0, SOLD, OTHER_KINDS),
      'of another journal': () => nextPage(0, SOLD, SPEC_WRITER, { journal: 'ab'.repeat(16) }),
      'on a page of the registry that is not there': async () =>
        nextPage(0, SOLD, SPEC_WRITER, { registry: { height: follower.height + 5, hash: 'a'.repeat(64) } }),
    };

    it.each(Object.entries(forgeries))(
      'is %s: every reader refuses it, and the shard goes on once it is void',
      async (_, forge) => {
        const before = balance();
        const page = await forge();
        await insert(page);
        await expect(sequencers.execute(0, mint(CUSTOMER, '1'))).rejects.toBeInstanceOf(ShardRefused);
        expect(balance()).toBe(before);
        expect(await subscribed(0)).toBeInstanceOf(PageRefused);
        expect((await verify()).sound).toBe(false);
        await state({ type: 'PageVoided', shard: 0, height: page.height, hash: page.hash, reason: 'forged' });
        await sequencers.execute(0, mint(CUSTOMER, '1'));
        expect(balance()).toBe(before + 10n ** 18n);
        expect((await verify()).findings).toEqual([]);
      },
    );
  });

  describe('writes into the registry a page that', () => {
    it.each<[string, () => Promise<Page>]>([
      ['unsigned', async () => ({ ...(await nextPage(SHARDS, KEY, SPEC_WRITER)), signature: '0'.repeat(128) })],
      ['signed by a stranger', () => nextPage(SHARDS, KEY, STRANGER)],
      ['signed by a dismissed writer', () => nextPage(SHARDS, KEY, DISMISSED)],
      ['by a writer of other kinds', () => nextPage(SHARDS, KEY, OTHER_KINDS)],
    ])('is %s: it issues no key, and the registry goes on once it is void', async (_, forge) => {
      const page = await forge();
      await insert(page);
      await delay(0);
      await follower.refresh();
      expect([follower.find('f'.repeat(64)), follower.refusal?.page.height]).toEqual([undefined, page.height]);
      expect((await verify()).sound).toBe(false);
      await state({ type: 'PageVoided', shard: SHARDS, height: page.height, hash: page.hash, reason: 'forged' });
      expect([follower.refusal, follower.find('f'.repeat(64))]).toEqual([undefined, undefined]);
      expect((await verify()).findings).toEqual([]);
      // Whoever starts anew comes to the same.
      const second = new CatalogueFollower(raw, SHARDS, () => undefined);
      await second.start();
      expect([second.height, second.hashAt(second.height)]).toEqual([follower.height, follower.newest.hash]);
      await second.stop();
    });

    it('is told by a checker in another language', async () => {
      if (!hasPython) return;
      const pages = await exported(raw);
      expect(await verifyInPython(pages, SHARDS)).toMatchObject({ code: 0, laws: [] });
      const [head] = await raw.read(0, (await raw.head(0))!.height, 1);
      const forged = { ...head!, signature: '0'.repeat(128) };
      const { laws } = await verifyInPython(
        pages.map((page) => (page.hash === head!.hash ? forged : page)),
        SHARDS,
      );
      expect(laws).toEqual(['WRITER_WRONG']);
    });
  });
});

describe('a superuser of the database who writes a plan', () => {
  const BATCH = 'batch-forged';
  const WALLET = `0x${'bad'.padStart(40, '0')}`;
  let stage: Stage;
  let scene: SettlementScene;
  let pool: Pool;

  beforeAll(async () => {
    stage = await Stage.open();
    scene = await SettlementScene.open(stage);
    pool = createPool(scene.database.url, { max: 2 });
  }, 120_000);

  afterAll(async () => {
    await pool.end();
    await stage.close();
  }, 60_000);

  /** Opens a batch and leaves it to whoever comes next. */
  async function open(): Promise<void> {
    const { database, chain, signerKey, writerKeyFile } = scene;
    const place: StepperPlace = {
      ...{ databaseUrl: database.url, shards: SHARDS, rpcUrl: chain.rpcUrl },
      ...{ signerKey, writerKeyFile },
    };
    const opener = stage.program({ program: 'test/crash/settlement-stepper', args: [JSON.stringify(place)] });
    const order: StepperOrder = { open: BATCH, dieAt: { moment: 'opened', nth: 1 } };
    opener.order(JSON.stringify(order));
    await opener.ended;
  }

  /** The page that would make a signer pay a stranger, in the name of the writer that everybody trusts. */
  async function forgedPlan(raw: JournalStore): Promise<Page> {
    const [head] = await raw.read(SHARDS, (await raw.head(SHARDS))!.height, 1);
    const { journal, height, hash, writer } = head!;
    const amount = '1000000000000000000000';
    const plan = encode({
      ...{ type: 'SettlementPlanned', time: '2026-11-22T10:00:00Z', actor: 'system:settlement', origin: 'settlement' },
      ...{ batch: BATCH, heads: [], headsDigest: `0x${'0'.repeat(64)}`, mint: amount, burn: '0', total: amount },
      ...{ payouts: [{ provider: PROVIDERS[0], wallet: WALLET, amount }], postings: [] },
    });
    const content = {
      ...{ journal, shard: SHARDS, height: height + 1, recordedAt: new Date().toISOString(), previousHash: hash },
      ...{ offsets: [], registry: { height, hash } },
    };
    return sealPage(content, [plan], { ...STRANGER, id: writer });
  }

  async function written(type: JournalEvent['type'], raw: JournalStore): Promise<number> {
    const bodies = (await exported(raw)).map(({ body }) => body.toString('utf8')).join('');
    return bodies.split(`["${type}"`).length - 1;
  }

  /** As an operator does it: the ledger alone is asked, whatever other services there are. */
  async function voidPage(height: number): Promise<{ readonly code: number | null; readonly text: string }> {
    const page = ['--shard', `${SHARDS}`, '--height', `${height}`, '--root-key', scene.rootKeyFile];
    const command = stage.program({
      program: 'apps/cli/src/main',
      args: ['journal', 'void-page', ...page, '--reason', 'forged', '--url', scene.ledger.url],
      env: { AIRTIME_ADMIN_KEY: ADMIN_KEY },
    });
    const { code } = await command.ended;
    return { code, text: command.lines.join('\n') };
  }

  it('makes no signer pay: it is refused, nothing is signed, and once it is void the batch pays who was owed', async () => {
    const raw = new PostgresJournal(pool);
    await scene.earn();
    await open();
    const page = await forgedPlan(raw);
    await insertAsSuperuser(pool, page);

    const settlement = await scene.settlementService();
    await settlement.seen(/the settlement step failed/);
    await settlement.seen(new RegExp(`page ${page.height} of shard ${SHARDS} is refused`));
    expect((await apiOf(settlement).call('GET', '/health/ready')).status).toBe(503);
    expect(await written('SettlementSigned', raw)).toBe(0);
    expect(await scene.balanceOf(WALLET)).toBe(0n);
    expect(
      (await apiOf(scene.ledger).ask('POST', '/parties', { body: { id: 'late', roles: ['customer'] } })).status,
    ).toBe(503);

    const counted = await voidPage(page.height - 1);
    expect([counted.code, counted.text]).toEqual([2, expect.stringContaining('only a refused page can be void')]);
    const done = await voidPage(page.height);
    expect([done.code, done.text]).toEqual([
      0,
      expect.stringContaining(`page ${page.height} of shard ${SHARDS} is void`),
    ]);

    await settlement.seen(/"moment":"confirmed"/);
    expect(await written('SettlementConfirmed', raw)).toBe(1);
    for (const provider of PROVIDERS) expect(await scene.walletBalance(provider)).toBeGreaterThan(0n);
    expect(await scene.balanceOf(WALLET)).toBe(0n);
    // Ledger and chain agree on every payout and on the whole supply.
    await scene.expectNoBreak(settlement, 1);
    const { findings } = await verifyJournal(raw, openAudits, { shards: SHARDS });
    expect(findings).toEqual([]);
    if (hasPython) expect(await verifyInPython(await exported(raw), SHARDS)).toMatchObject({ code: 0, laws: [] });
    await raw.close();
  }, 120_000);
});
