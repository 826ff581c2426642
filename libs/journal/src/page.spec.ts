import { createCodec, optional, plain } from '#domain';
import { generateSigningKey } from '#signing';
import {
  eventTypes,
  exportPage,
  findChainFaults,
  findPageFaults,
  FIRST_PREVIOUS_HASH,
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
  offsets: [{ name: 'usage', partition: 3, from: 5, to: 9, fingerprint: 'f00d'.repeat(4) }],
  registry: { height: 3, hash: 'c'.repeat(64) },
};
const LINES = ['["A","t","a","o","a\\nb, \u2028 ü 🎉"]', '["B","t","a","o"]'];
const COMMON = { time: 't', actor: 'a', origin: 'o' };
const CODEC = createCodec({ A: { text: optional(plain) }, B: {} });
const page = sealPage(content, LINES, KEY);
const next = sealPage({ ...content, height: 2, previousHash: page.hash }, [], KEY);

describe('a page', () => {
  it('is sound as sealed, with and without events', () => {
    expect([findPageFaults(page), findPageFaults(next)]).toEqual([[], []]);
    expect(next.body).toHaveLength(0);
  });

  it('gives back its events in order with their positions', () => {
    expect([...readEvents(page, CODEC)]).toEqual([
      { event: { type: 'A', ...COMMON, text: 'a\nb, \u2028 ü 🎉' }, position: { shard: 1, height: 1, index: 0 } },
      { event: { type: 'B', ...COMMON }, position: { shard: 1, height: 1, index: 1 } },
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
    const forged = sealPage(content, ['["A","t","a","o"],["B","t","a","o"]'], KEY);
    expect(() => [...readEvents(forged, CODEC)]).toThrow('holds 2 events, not 1');
  });

  it('whose lines hide an event of a type that begins none is not read', () => {
    // Read together, the two lines are two events, of which the second is a B: a writer of As only could have signed it.
    const forged = sealPage(content, ['["A","t","a","o"],["B","t","a"', '["A","o"]]'], KEY);
    expect(eventTypes(forged.body)).toEqual(['A']);
    const lenient = { ...CODEC, decode: (line: unknown) => ({ ...COMMON, type: (line as string[])[0]! }) };
    expect(() => [...readEvents(forged, lenient)]).toThrow('an event that does not begin a line');
  });

  it('takes no topic that could be mistaken for another line of the header', () => {
    const offsets = [{ ...content.offsets[0]!, name: 'a/0 1 2\nb' }];
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

describe('earlier schemas', () => {
  const codec = createCodec(
    { A: { count: plain }, B: {} },
    {
      A: [
        { layout: { text: plain }, upcast: ({ text, ...rest }) => ({ ...rest, texts: [text] }) },
        {
          layout: { texts: plain },
          upcast: ({ texts, ...rest }) => ({ ...rest, count: (texts as unknown[]).length }),
        },
      ],
    },
  );

  it('are brought to the present one, step by step, by whoever reads a page', () => {
    const lines = ['["A","t","a","o","x"]', '["A/2","t","a","o",["x","y"]]', '["A/3","t","a","o",7]', LINES[1]!];
    const old = sealPage(content, lines, KEY);
    const events = [...readEvents(old, codec)].map(({ event }) => event);
    expect(events).toEqual([
      { type: 'A', ...COMMON, count: 1 },
      { type: 'A', ...COMMON, count: 2 },
      { type: 'A', ...COMMON, count: 7 },
      { type: 'B', ...COMMON },
    ]);
    expect(lines.map((line, i) => codec.respell(JSON.parse(line), events[i]!))).toEqual(lines);
    expect(codec.encode(events[2]!)).toBe(lines[2]);
  });
});
