import { openAudits } from '#concepts/audits';
import { sampleMoves } from '#concepts/testing';
import { shardOf } from '#domain';
import { readPages, verifyJournal, type AuditWalk, type Page, type Verification, type VerifyOptions } from './index.js';
import { exportOrder, forge, issueAgain, liveThrough } from '../test-support/history.js';
import { altered, eventOf, lineOf } from '../test-support/lines.js';
import { MemoryStore, type MemoryPages } from '../test-support/memory-store.js';
import { CUSTOMERS, mint, openWorld, report, take, TIME, usage, WHO } from '../test-support/world.js';

const SHARDS = 3;
let sound: MemoryPages;

beforeAll(async () => {
  const store = new MemoryStore();
  await liveThrough(await openWorld(SHARDS, store));
  sound = store.pages;
});

function verify(
  pages: MemoryPages,
  options: Partial<VerifyOptions> = {},
): Promise<Verification<ReturnType<typeof openAudits>>> {
  return verifyJournal(new MemoryStore(pages), openAudits, { shards: SHARDS, ...options });
}

/** The sound journal with one shard's pages changed. */
function tampered(shard: number, change: (pages: Page[]) => Page[]): MemoryPages {
  return new Map(sound).set(shard, change([...sound.get(shard)!]));
}

function classes({ findings }: Verification): string[] {
  return [...new Set(findings.map((finding) => finding.class))].sort();
}

/** Shard, height and index of the first event of a type, and a change of that one line. */
function place(type: string, where: (event: Record<string, unknown>) => boolean = () => true) {
  for (const [shard, pages] of sound) {
    for (const page of pages) {
      const lines = page.body.toString('utf8').split('\n').slice(0, -1);
      const index = lines.findIndex((line) => {
        const event = eventOf(line);
        return event['type'] === type && where(event);
      });
      if (index >= 0) return { shard, height: page.height, index };
    }
  }
  throw new Error(`no ${type} in the history`);
}

function withEvent(
  at: { shard: number; height: number; index: number },
  change: (line: string) => string,
): MemoryPages {
  return tampered(at.shard, (pages) =>
    forge(pages, at.height, (lines) => lines.map((line, i) => (i === at.index ? change(line) : line))),
  );
}

/** A customer who lives in a shard. */
const customerOf = (shard: number): string => CUSTOMERS.find((name) => shardOf(name, SHARDS) === shard)!;

/** The place of a cut's payouts in its line. */
const PAYOUTS = 5;

describe('the verifier', () => {
  it('finds nothing in a sound journal and adds it up', async () => {
    const progress: number[] = [];
    const verification = await verify(sound, { progress: ({ height }) => progress.push(height) });
    expect(verification.findings).toEqual([]);
    expect(verification.sound).toBe(true);
    const pages = await exportOrder(new MemoryStore(sound), SHARDS);
    expect(verification.totals.pages).toBe(pages.length);
    expect(progress).toHaveLength(pages.length);
    expect(verification.totals.events).toBe(pages.reduce((sum, { count }) => sum + count, 0));
    let sum = 0n;
    for (const balance of verification.totals.balances.values()) sum += balance;
    expect(sum).toBe(0n);
  });

  it('lists transfers that have not arrived yet without calling them wrong', async () => {
    const { audits } = await verify(sound);
    for (const transfer of audits.transfers.open) expect(transfer.to).toBe('echo');
  });

  it('is sound for the heads it reported itself, and later too', async () => {
    const { heads } = await verify(sound);
    const store = new MemoryStore(new Map(sound));
    const { ledgers } = await openWorld(SHARDS, store);
    await Promise.all(ledgers.map((ledger, shard) => ledger.execute(mint(customerOf(shard), '1'))));
    expect(heads).toHaveLength(SHARDS + 1);
    expect((await verify(store.pages, { rememberedHeads: heads })).sound).toBe(true);
  });

  it('is sound for an empty journal', async () => {
    await expect(verify(new Map())).resolves.toMatchObject({ sound: true, heads: [] });
  });

  it('finds nothing at any stop of a history of every concept’s steps, while value is between shards too', async () => {
    const store = new MemoryStore();
    const world = await openWorld(SHARDS, store);
    for (const [i, move] of sampleMoves(world.scene.cast, 400, 20_261_126).entries()) {
      await take(world, move);
      if (i % 20 === 0) expect([i, (await verify(store.pages)).findings]).toEqual([i, []]);
    }
  });

  it('verifies a journal that grows meanwhile', async () => {
    const store = new MemoryStore(new Map(sound));
    const { ledgers } = await openWorld(SHARDS, store);
    let n = 0;
    const growing: Promise<unknown>[] = [];
    store.fate = async (call) => {
      if (call === 'read' && n++ < 30) {
        growing.push(...ledgers.map((ledger, i) => ledger.execute(mint(customerOf(i), '1'))));
        await new Promise(setImmediate);
      }
      return 'well' as const;
    };
    expect((await verifyJournal(store, openAudits, { shards: SHARDS })).findings).toEqual([]);
    await Promise.all(growing);
  });

  it('verifies pages that rest on more of the registry than there was when it began', async () => {
    const store = new MemoryStore(new Map(sound));
    const { ledgers, registry } = await openWorld(SHARDS, store);
    let n = 0;
    const growing: Promise<unknown>[] = [];
    store.fate = async (call) => {
      if (call === 'read' && n++ < 30) {
        const party = `late-${n}`;
        const register = { type: 'RegisterParty', time: TIME, provenance: WHO, party, roles: ['customer'] } as const;
        growing.push(registry.execute(register).then(() => ledgers[shardOf(party, SHARDS)]!.execute(mint(party, '1'))));
        await new Promise(setImmediate);
      }
      return 'well' as const;
    };
    expect((await verifyJournal(store, openAudits, { shards: SHARDS })).findings).toEqual([]);
    await Promise.all(growing);
  });
});

describe('the verifier finds', () => {
  it('a flipped byte in a body', async () => {
    const pages = tampered(0, ([first, ...rest]) => {
      const body = Buffer.from(first!.body);
      body[body.indexOf('"time"') + 1]! ^= 1;
      return [{ ...first!, body }, ...rest];
    });
    // What a line that cannot be read would have posted is missing from there on.
    expect(classes(await verify(pages))).toEqual(expect.arrayContaining(['EVENT_UNREADABLE', 'PAGE_UNSOUND']));
  });

  it('an altered header', async () => {
    const pages = tampered(0, ([first, ...rest]) => [{ ...first!, recordedAt: '2020-01-01T00:00:00.000Z' }, ...rest]);
    expect(classes(await verify(pages))).toEqual(['PAGE_UNSOUND', 'WRITER_WRONG']);
  });

  it('a removed last page, against the remembered head', async () => {
    const { heads } = await verify(sound);
    const quiet = await openQuietShard();
    expect((await verify(quiet.pages, { rememberedHeads: quiet.heads })).sound).toBe(true);
    const cut = new Map(quiet.pages).set(quiet.shard, quiet.pages.get(quiet.shard)!.slice(0, -1));
    // The shorter journal is sound in itself: only what somebody remembers can tell.
    expect((await verify(cut, { rememberedHeads: heads })).sound).toBe(true);
    expect(classes(await verify(cut, { rememberedHeads: quiet.heads }))).toEqual(['HEAD_MISSING']);
  });

  it('a removed last page that a settlement plan has seen', async () => {
    const pages = tampered(0, (all) => all.slice(0, -1));
    expect(classes(await verify(pages))).toContain('HEAD_MISSING');
  });

  it('a removed last page that an event of the registry has seen, whatever the event’s own audit looks at', async () => {
    const pages = tampered(0, (all) => all.slice(0, -1));
    const blind = (walk: AuditWalk) => {
      const audits = openAudits(walk);
      return {
        ...audits,
        registry: Object.fromEntries(Object.keys(audits.registry).map((type) => [type, () => undefined])),
      };
    };
    // Nobody is registered where nobody looks, and every entry says so.
    const found = await verifyJournal(new MemoryStore(pages), blind, { shards: SHARDS, findingsMax: 10_000 });
    expect(classes(found)).toContain('HEAD_MISSING');
  });

  it('a removed page in the middle', async () => {
    const pages = tampered(0, (all) => all.filter(({ height }) => height !== 3));
    expect(classes(await verify(pages))).toContain('CHAIN_BROKEN');
  });

  it('swapped pages', async () => {
    const pages = tampered(0, (all) => {
      const [second, third] = [all[1]!, all[2]!];
      return all.map((page, i) =>
        i === 1 ? { ...third, height: second.height } : i === 2 ? { ...second, height: third.height } : page,
      );
    });
    expect(classes(await verify(pages))).toEqual(expect.arrayContaining(['PAGE_UNSOUND', 'CHAIN_BROKEN']));
  });

  it('a history that was rewritten and sealed anew, against a remembered head', async () => {
    const { heads } = await verify(sound);
    const at = place('Minted');
    const pages = withEvent(at, (line) => line.replace('"sale"', '"gift"'));
    expect(classes(await verify(pages, { rememberedHeads: heads }))).toEqual(['HEAD_REWRITTEN']);
  });

  it('an amount that the price book does not give, however well it is sealed', async () => {
    const at = place('UsageCharged', ({ receivable }) => receivable === undefined);
    const pages = withEvent(at, (line) => {
      const event = eventOf<{ amount: string }>(line);
      return lineOf({ ...event, amount: `${BigInt(event.amount) + 1n}` });
    });
    const { findings } = await verify(pages);
    expect(findings).toContainEqual(expect.objectContaining({ class: 'AMOUNT_WRONG', ...at }));
  });

  it('one atto moved from the provider to the treasury', async () => {
    const at = place('UsageCharged', ({ receivable }) => receivable === undefined);
    const pages = withEvent(at, (line) => {
      const event = eventOf<{ postings: { amount: string }[] }>(line);
      const [provider, treasury] = event.postings;
      provider!.amount = `${BigInt(provider!.amount) - 1n}`;
      treasury!.amount = `${BigInt(treasury!.amount) + 1n}`;
      return lineOf(event);
    });
    expect((await verify(pages)).findings).toContainEqual(expect.objectContaining({ class: 'POSTINGS_WRONG', ...at }));
  });

  it('a usage that was charged twice', async () => {
    const at = place('UsageCharged');
    const pages = tampered(at.shard, (all) => forge(all, at.height, (lines) => [...lines, lines[at.index]!]));
    expect(classes(await verify(pages))).toContain('USAGE_TWICE');
  });

  it('a usage that two shards charged', async () => {
    const store = new MemoryStore();
    const { ledgers } = await openWorld(SHARDS, store);
    const [left, right] = CUSTOMERS.flatMap((a) => CUSTOMERS.map((b) => [a, b] as const)).find(
      ([a, b]) => shardOf(a, SHARDS) !== shardOf(b, SHARDS),
    )!;
    for (const customer of [left, right]) {
      await ledgers[shardOf(customer, SHARDS)]!.execute(usage([report({ customer })]));
    }
    const { findings } = await verify(store.pages);
    expect(findings.map((found) => found.class)).toEqual(['USAGE_TWICE']);
    expect(findings[0]!.detail).toMatch(/POST \/v1\/reversals \{"entry":"\d+-\d+-\d+"/);
  });

  it('a request key that was used in two shards, and says what takes the second back', async () => {
    const store = new MemoryStore(new Map(sound));
    const { ledgers } = await openWorld(SHARDS, store);
    const [first, second] = [0, 1].map((shard) => CUSTOMERS.find((name) => shardOf(name, SHARDS) === shard)!);
    await ledgers[0]!.execute(mint(first!, '1', 'twice'));
    await ledgers[1]!.execute(mint(second!, '2.5', 'twice'));
    const { findings } = await verify(store.pages);
    expect(findings.map((found) => found.class)).toEqual(['REQUEST_TWICE']);
    expect(findings[0]!.detail).toContain(`POST /v1/burns {"holder":"${second}","amount":"2.5"}`);
  });

  it('a request key that was used for two requests, part by part', async () => {
    const store = new MemoryStore(new Map(sound));
    const { ledgers } = await openWorld(SHARDS, store);
    const [first, second] = [0, 1].map((shard) => CUSTOMERS.find((name) => shardOf(name, SHARDS) === shard)!);
    const part = (customer: string, key: string, digest: string, id: string) => ({
      ...usage([report({ customer, id })]),
      request: { key, digest },
    });
    await ledgers[0]!.execute(part(first!, 'batch#0', 'one', 'part-0'));
    await ledgers[1]!.execute(part(second!, 'batch#1', 'one', 'part-1'));
    expect(classes(await verify(store.pages))).toEqual([]);
    await ledgers[1]!.execute(part(second!, 'batch#2', 'another', 'part-2'));
    expect(classes(await verify(store.pages))).toEqual(['REQUEST_TWICE']);
  });

  it('tokens spent that were not there', async () => {
    const at = place('Minted');
    const pages = tampered(at.shard, (all) =>
      forge(all, at.height, (lines) => lines.filter((_, index) => index !== at.index)),
    );
    expect(classes(await verify(pages))).toEqual(expect.arrayContaining(['OVERSPENT']));
  });

  it('offsets that were applied twice', async () => {
    const shard = [...sound].find(([, all]) => all.some(({ offsets }) => offsets.length > 0))![0];
    const pages = tampered(shard, (all) => {
      const ranges = all.find(({ offsets }) => offsets.length > 0)!.offsets;
      const last = all.at(-1)!;
      return forge([...all.slice(0, -1), { ...last, offsets: ranges }], 0, (lines) => lines);
    });
    expect(classes(await verify(pages))).toContain('OFFSETS_WRONG');
  });

  it('a transfer that arrives without having left', async () => {
    const at = place('TransferReceived');
    const pages = withEvent(at, (line) => line.replaceAll(/"transfer-\d"/g, '"transfer-x"'));
    expect(classes(await verify(pages))).toContain('TRANSFER_WRONG');
  });

  it('a receivable covered out of turn', async () => {
    const at = place('ReceivablesCovered', ({ covered }) => (covered as unknown[]).length > 1);
    const pages = withEvent(at, (line) => {
      const event = eventOf<{ covered: unknown[] }>(line);
      return lineOf({ ...event, covered: event.covered.toReversed() });
    });
    expect(classes(await verify(pages))).toContain('RECEIVABLE_WRONG');
  });

  it('a cut that leaves a provider out', async () => {
    const at = place('PayablesCut', ({ payouts }) => (payouts as unknown[]).length > 0);
    const pages = withEvent(at, (line) => lineOf({ ...eventOf(line), payouts: [] }));
    expect(classes(await verify(pages))).toContain('CUT_WRONG');
  });

  it('a plan that mints too much', async () => {
    const at = place('SettlementPlanned');
    const pages = withEvent(at, (line) => {
      const event = eventOf<{ mint: string }>(line);
      return lineOf({ ...event, mint: `${BigInt(event.mint) + 1n}` });
    });
    expect(classes(await verify(pages))).toEqual(expect.arrayContaining(['CUT_WRONG', 'POSTINGS_WRONG']));
  });

  it('a supply that was issued a second time, on another chain', async () => {
    const all = await exportOrder(new MemoryStore(sound), SHARDS);
    const { findings } = await verify(new Map(sound).set(SHARDS, issueAgain(all, SHARDS)));
    // Its providers have no wallets on that chain either; the plan and the other shards rest on what was rewritten.
    const found = [...new Set(findings.map((one) => one.class))].sort();
    expect(found).toEqual(['CUT_WRONG', 'HEAD_REWRITTEN', 'PARTY_WRONG', 'SUM_WRONG', 'WRITER_WRONG']);
    expect(findings.map(({ detail }) => detail).join()).toContain('the supply on all chains together is');
  });

  it('a batch that is confirmed twice', async () => {
    const at = place('SettlementConfirmed');
    const pages = tampered(at.shard, (all) => forge(all, at.height, (lines) => [...lines, lines[at.index]!]));
    expect(classes(await verify(pages))).toContain('SETTLEMENT_WRONG');
  });

  it('an event that it does not know', async () => {
    const at = place('Minted');
    const pages = withEvent(at, () => '["Gifted"]');
    expect(classes(await verify(pages))).toContain('EVENT_UNREADABLE');
  });

  it('a type that every object has, as no event', async () => {
    const pages = withEvent(place('Minted'), () => '["toString"]');
    expect((await verify(pages)).findings).toContainEqual(
      expect.objectContaining({
        class: 'EVENT_UNREADABLE',
        detail: 'a line is no event that this release knows: it is of the type toString; update Airtime',
      }),
    );
  });

  it('value that moves with an event which moves none', async () => {
    const at = place('PartyRegistered');
    // Its line has no place for postings.
    const pages = withEvent(at, (line) => altered(line, (all) => [...all, [['issuance', 'treasury:fees', '1']]]));
    expect((await verify(pages)).findings).toContainEqual(
      expect.objectContaining({ class: 'EVENT_UNREADABLE', ...at }),
    );
  });

  it('a cut that lacks what the plans are held against, and goes on', async () => {
    const at = place('PayablesCut');
    const pages = withEvent(at, (line) => altered(line, ([...all]) => all.with(PAYOUTS, null)));
    expect(classes(await verify(pages))).toEqual(expect.arrayContaining(['EVENT_UNREADABLE', 'CUT_WRONG']));
  });

  it('more than it keeps, and counts the rest', async () => {
    const at = place('UsageCharged');
    const pages = tampered(at.shard, (all) =>
      forge(all, at.height, (lines) => [...lines, ...Array.from({ length: 20 }, () => lines[at.index]!)]),
    );
    const { findings, findingCount } = await verify(pages, { findingsMax: 5 });
    expect(findings).toHaveLength(5);
    expect(findingCount).toBeGreaterThan(19);
  });
});

/** A journal whose last page in one shard no plan has seen. */
async function openQuietShard() {
  const store = new MemoryStore(new Map(sound));
  const { ledgers } = await openWorld(SHARDS, store);
  const quiet = CUSTOMERS.find((customer) => shardOf(customer, SHARDS) === 1)!;
  const { position } = await ledgers[1]!.execute(mint(quiet, '1', 'quiet'));
  const heads = [];
  for (let shard = 0; shard <= SHARDS; shard++) {
    for await (const { height, hash } of readPages(store, shard)) heads.push({ shard, height, hash });
  }
  return {
    pages: store.pages,
    shard: position.shard,
    heads: heads.filter(({ shard }) => shard === position.shard).slice(-1),
  };
}
