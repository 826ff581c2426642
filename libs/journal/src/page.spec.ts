import {
  createUpcast,
  exportPage,
  findChainFaults,
  findPageFaults,
  FIRST_PREVIOUS_HASH,
  generateSigningKey,
  hashHeader,
  headOf,
  readEvents,
  sealPage,
  type Page,
} from './index.js';

const { key: KEY } = generateSigningKey();
const content = {
  journal: 'ab'.repeat(16),
  shard: 1,
  height: 1,
  recordedAt: '2026-11-22T10:00:00.000Z',
  previousHash: FIRST_PREVIOUS_HASH,
  offsets: [{ topic: 'usage', partition: 3, from: 5, to: 9, fingerprint: 'f00d'.repeat(4) }],
  registry: { height: 3, hash: 'c'.repeat(64) },
};
const LINES = ['{"type":"A","text":"a\\nb, \u2028 ü 🎉"}', '{"type":"B"}'];
const page = sealPage(content, LINES, KEY);
const next = sealPage({ ...content, height: 2, previousHash: page.hash }, [], KEY);

describe('a page', () => {
  it('is sound as sealed, with and without events', () => {
    expect([findPageFaults(page), findPageFaults(next)]).toEqual([[], []]);
    expect(next.body).toHaveLength(0);
  });

  it('gives back its events in order with their positions', () => {
    expect([...readEvents(page)]).toEqual([
      { event: JSON.parse(LINES[0]!) as unknown, position: { shard: 1, height: 1, index: 0 } },
      { event: { type: 'B' }, position: { shard: 1, height: 1, index: 1 } },
    ]);
  });

  it.each<[string, Partial<Page>]>([
    ['journal', { journal: 'ac'.repeat(16) }],
    ['writer', { writer: '0'.repeat(16) }],
    ['registry height', { registry: { ...content.registry, height: 4 } }],
    ['registry hash', { registry: { ...content.registry, hash: 'd'.repeat(64) } }],
    ['fingerprint', { offsets: [{ ...content.offsets[0]!, fingerprint: '0'.repeat(16) }] }],
    ['shard', { shard: 2 }],
    ['height', { height: 2 }],
    ['time', { recordedAt: '2026-11-22T10:00:00.001Z' }],
    ['previous hash', { previousHash: 'f'.repeat(64) }],
    ['offsets', { offsets: [] }],
    ['partition', { offsets: [{ ...content.offsets[0]!, partition: 4 }] }],
    ['end of the offsets', { offsets: [{ ...content.offsets[0]!, to: 10 }] }],
    ['count', { count: 3 }],
    ['digest', { bodyDigest: 'f'.repeat(64) }],
    ['hash', { hash: 'f'.repeat(64) }],
    ['body', { body: Buffer.from(page.body.toString().replace('"A"', '"C"')) }],
    ['last line feed', { body: page.body.subarray(0, -1) }],
  ])('with another %s is unsound', (_, change) => {
    expect(findPageFaults({ ...page, ...change })).not.toEqual([]);
  });

  it('whose line holds two events is not read', () => {
    const forged = sealPage(content, ['{"type":"A"},{"type":"B"}'], KEY);
    expect(() => [...readEvents(forged)]).toThrow('holds 2 events, not 1');
  });

  it('takes no topic that could be mistaken for another line of the header', () => {
    const offsets = [{ ...content.offsets[0]!, topic: 'a/0 1 2\nb' }];
    expect(() => sealPage({ ...content, offsets }, [], KEY)).toThrow(RangeError);
  });

  it('is exported with everything that its hash covers', () => {
    const exported = JSON.parse(exportPage(page)) as Page & { body: string };
    expect(hashHeader(exported)).toBe(page.hash);
    expect(Buffer.from(exported.body)).toEqual(page.body);
  });
});

describe('a chain of pages', () => {
  it('begins at height 1 and goes on without a gap', () => {
    expect([findChainFaults(undefined, page), findChainFaults(headOf(page), next)]).toEqual([[], []]);
  });

  it.each<[string, Partial<Page>]>([
    ['a gap', { height: 3 }],
    ['another page before', { previousHash: 'f'.repeat(64) }],
    ['an earlier page of the registry', { registry: { ...content.registry, height: 2 } }],
    ['an earlier time', { recordedAt: '2026-11-22T09:00:00.000Z' }],
  ])('is broken by %s', (_, change) => {
    expect(findChainFaults(headOf(page), { ...next, ...change })).toHaveLength(1);
  });
});

describe('upcasting', () => {
  const upcast = createUpcast({
    A: [
      ({ text, ...rest }) => ({ ...rest, schema: 2, texts: [text] }),
      ({ texts, ...rest }) => ({ ...rest, schema: 3, count: (texts as unknown[]).length }),
    ],
  });

  it('brings every older schema to the present one, step by step', () => {
    const old = sealPage(
      content,
      ['{"type":"A","text":"x"}', '{"type":"A","schema":2,"texts":["x","y"]}', LINES[1]!],
      KEY,
    );
    expect([...readEvents(old, upcast)].map(({ event }) => event)).toEqual([
      { type: 'A', schema: 3, count: 1 },
      { type: 'A', schema: 3, count: 2 },
      { type: 'B' },
    ]);
  });
});
