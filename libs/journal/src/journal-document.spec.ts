import { FLOWS, LAYOUTS } from '#concepts';
import { openAudits } from '#concepts/audits';
import { SPEC_WRITER, specFounding } from '../test-support/spec-writers.js';
import { readFile } from 'node:fs/promises';
import { LEADING_MEMBERS } from '#domain';
import { exportPage, headerText, JOURNAL_LAWS, sealPage, sha256, verifyJournal, type Page } from './index.js';
import { exportOrder, forge, issueAgain, liveBySteps, liveThrough } from '../test-support/history.js';
import { altered, lineOf, reworded } from '../test-support/lines.js';
import { MemoryStore } from '../test-support/memory-store.js';
import { hasPython, verifyInPython } from '../test-support/python-verifier.js';
import { openWorld } from '../test-support/world.js';

const SHARDS = 3;
const DOCUMENT = new URL('../../../docs/journal.md', import.meta.url);

/** Elements of a charge that has every member: what every line begins with, and its own. */
const CHARGE_PLACES = LEADING_MEMBERS.length + Object.keys(LAYOUTS.UsageCharged).length;

/** The page that docs/journal.md shows. */
function examplePage(): Page {
  const minted = {
    type: 'Minted',
    time: '2026-11-22T09:59:58Z',
    actor: 'key:treasury',
    origin: 'request:0001',
    holder: 'acme',
    amount: '12500000000000000000',
    reason: 'sale of 12.5 tokens, Zürich',
    postings: [{ debit: 'issuance', credit: 'customer:acme:available', amount: '12500000000000000000', asset: 'AIR' }],
  };
  const rejected = {
    type: 'UsageRejected',
    time: '2026-11-22T10:00:00Z',
    actor: 'kafka',
    origin: 'kafka:airtime.usage.v1/0/41',
    topic: 'airtime.usage.v1',
    partition: 0,
    offset: 41,
    code: 'UNKNOWN_CUSTOMER',
    detail: 'No customer nobody is registered; register it with POST /v1/parties.',
  };
  return sealPage(
    {
      journal: specFounding(4).journal,
      shard: 0,
      height: 1,
      recordedAt: '2026-11-22T10:00:00.000Z',
      previousHash: '0'.repeat(64),
      offsets: [{ name: 'airtime.usage.v1', partition: 0, from: 40, to: 42, fingerprint: '2d711642b726b044' }],
      registry: { height: 1, hash: specFounding(4).hash },
    },
    [minted, rejected].map((event) => lineOf(event)),
    SPEC_WRITER,
  );
}

describe('docs/journal.md', () => {
  const documented = async (mark: string): Promise<string> => {
    const text = await readFile(DOCUMENT, 'utf8');
    const block = new RegExp(`<!-- ${mark} -->\\n+\`\`\`[a-z]*\\n([^]*?)\`\`\``).exec(text)?.[1];
    if (block === undefined) throw new Error(`docs/journal.md shows no ${mark}`);
    return block;
  };

  it('shows the body, header, hashes and export line that the code makes', async () => {
    const page = examplePage();
    expect(await documented('example body')).toBe(page.body.toString('utf8'));
    expect(await documented('example header')).toBe(headerText(page));
    expect(await documented('example hashes')).toBe(`bodyDigest ${page.bodyDigest}\nhash       ${page.hash}\n`);
    expect(await documented('example export')).toBe(`${exportPage(page)}\n`);
    expect(sha256(await documented('example header'))).toBe(page.hash);
  });
});

describe('the laws of docs/journal.md', () => {
  it('are all that the verifier names, whichever concept they are of', async () => {
    const text = await readFile(DOCUMENT, 'utf8');
    const { audits } = await verifyJournal(new MemoryStore(), openAudits, { shards: 1 });
    const laws = audits.concepts.flatMap((concept) => Object.keys(concept.laws ?? {}));
    const named = new Set([...text.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code!));
    expect([...Object.keys(JOURNAL_LAWS), ...laws].filter((law) => !named.has(law))).toEqual([]);
    expect(laws.length).toBeGreaterThan(5);
  });

  it('stand on rules that name every event that moves value', async () => {
    const text = await readFile(DOCUMENT, 'utf8');
    const [, rules] = /<!-- rules of the events -->([^]*)<!-- \/rules of the events -->/.exec(text)!;
    expect(Object.keys(FLOWS).filter((type) => !rules!.includes(`\`${type}\``))).toEqual([]);
  });
});

const describeWithPython = hasPython ? describe : describe.skip;

describeWithPython('a verifier in another language (Python 3), written from docs/journal.md', () => {
  let pages: Page[];
  let balances: Record<string, string>;

  const verify = (exported: readonly Page[], heads?: readonly string[]) => verifyInPython(exported, SHARDS, heads);

  /** The export with one shard's pages changed. */
  const tampered = (shard: number, change: (pages: Page[]) => Page[]): Page[] => [
    ...pages.filter((page) => page.shard < shard),
    ...change(pages.filter((page) => page.shard === shard)),
    ...pages.filter((page) => page.shard > shard),
  ];

  beforeAll(async () => {
    const store = new MemoryStore();
    await liveThrough(await openWorld(SHARDS, store));
    pages = await exportOrder(store, SHARDS);
    const { totals } = await verifyJournal(store, openAudits, { shards: SHARDS });
    const written = [...totals.balances].filter(([, balance]) => balance !== 0n).map(([a, b]) => [a, `${b}`]);
    balances = Object.fromEntries(written) as Record<string, string>;
  });

  it('finds nothing in a sound export and comes to the same balances', async () => {
    const { code, answer } = await verify(pages);
    expect(answer).toMatchObject({ sound: true, findings: [], pages: pages.length, balances });
    expect(code).toBe(0);
  });

  it('finds nothing in a history of every concept’s steps', async () => {
    const world = await openWorld(SHARDS);
    await liveBySteps(world);
    const { answer } = await verify(await exportOrder(world.store, SHARDS));
    expect(answer).toMatchObject({ sound: true, findings: [] });
  });

  it('finds a flipped byte, an altered header, a removed page and a wrong amount that was sealed anew', async () => {
    const shard = pages.find(({ body }) => body.includes('"UsageCharged"'))!.shard;
    const flipped = tampered(shard, ([first, ...rest]) => [
      { ...first!, body: Buffer.from(first!.body.toString('utf8').replace('2026', '2025')) },
      ...rest,
    ]);
    const altered = tampered(shard, ([first, ...rest]) => [
      { ...first!, recordedAt: '2020-01-01T00:00:00.000Z' },
      ...rest,
    ]);
    const removed = tampered(shard, (all) => all.filter(({ height }) => height !== 2));
    const charged = pages.find((page) => page.shard === shard && page.body.includes('"UsageCharged"'))!;
    const overcharged = tampered(shard, (all) =>
      forge(all, charged.height, (lines) =>
        lines.map((line) =>
          reworded(line, (event) =>
            event.type === 'UsageCharged' ? { ...event, amount: `${BigInt(event['amount'] as string) + 1n}` } : event,
          ),
        ),
      ),
    );
    const laws = async (exported: Page[]) => {
      const { code, answer } = await verify(exported);
      expect(code).toBe(1);
      return (answer['findings'] as { law: string }[]).map(({ law }) => law);
    };
    expect(await laws(flipped)).toContain('PAGE_UNSOUND');
    expect(await laws(altered)).toContain('PAGE_UNSOUND');
    expect(await laws(removed)).toContain('CHAIN_BROKEN');
    expect(await laws(overcharged)).toContain('AMOUNT_WRONG');
  });

  it('finds a supply that was issued a second time, on another chain', async () => {
    const { code, answer } = await verify(tampered(SHARDS, () => issueAgain(pages, SHARDS)));
    expect(code).toBe(1);
    const found = answer['findings'] as { law: string; detail: string }[];
    expect([...new Set(found.map(({ law }) => law))].sort()).toEqual([
      ...['CUT_WRONG', 'HEAD_REWRITTEN', 'PARTY_WRONG', 'SUM_WRONG', 'WRITER_WRONG'],
    ]);
    expect(found.map(({ detail }) => detail).join()).toContain('on all chains is');
  });

  it('finds a request key that was answered twice, and one that was used for two requests', async () => {
    const shard = pages.find(({ body }) => body.includes('"Minted"'))!.shard;
    const rename = (line: string, key: string, digest: string) =>
      reworded(line, (event) => ({ ...event, request: { key, digest } }));
    const keyed = (names: readonly (readonly [string, string])[]) =>
      tampered(shard, (all) => {
        let moved = 0;
        return all.reduce(
          (forged, { height }) =>
            forge(forged, height, (lines) =>
              lines.map((line) => {
                if (!/^\["(?:Minted|Burned)"/.test(line)) return line;
                const [key, digest] = names[moved++] ?? [`own-${moved}`, 'd'];
                return rename(line, key, digest);
              }),
            ),
          all,
        );
      });
    const laws = async (exported: Page[]) =>
      ((await verify(exported)).answer['findings'] as { law: string }[]).map(({ law }) => law);
    expect(
      await laws(
        keyed([
          ['k', 'd'],
          ['k', 'd'],
        ]),
      ),
    ).toContain('REQUEST_TWICE');
    expect(
      await laws(
        keyed([
          ['k#0', 'd'],
          ['k#1', 'e'],
        ]),
      ),
    ).toContain('REQUEST_TWICE');
    expect(
      await laws(
        keyed([
          ['k#0', 'd'],
          ['k#1', 'd'],
        ]),
      ),
    ).not.toContain('REQUEST_TWICE');
  });

  it('finds a member of a charge that it does not check', async () => {
    const charged = pages.find(({ body }) => body.includes('"UsageCharged"'))!;
    const voucher = tampered(charged.shard, (all) =>
      forge(all, charged.height, (lines) =>
        lines.map((line) => altered(line, (all) => all.concat(Array(CHARGE_PLACES - all.length).fill(null), [{}]))),
      ),
    );
    const details = ((await verify(voucher)).answer['findings'] as { detail: string }[]).map(({ detail }) => detail);
    expect(details.join()).toContain('has more elements than UsageCharged has members');
  });

  it('finds a removed last page against a remembered head, and nothing without one', async () => {
    const last = pages.at(-1)!;
    const remembered = [`${last.shard}:${last.height}:${last.hash}`];
    expect((await verify(pages, remembered)).code).toBe(0);
    expect((await verify(pages.slice(0, -1))).code).toBe(0);
    const { code, answer } = await verify(pages.slice(0, -1), remembered);
    expect(code).toBe(1);
    expect(answer['findings']).toEqual([expect.objectContaining({ law: 'HEAD_MISSING' })]);
  });
});
