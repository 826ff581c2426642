/** Mutations of pages, of what they say of each other and of their writers, by the law that they break. */
import { statementText, type JournalEvent } from '#concepts';
import { sha256, type Page } from '#journal';
import { DISMISSED_WRITER, NARROW_WRITER, SAVERS } from '../history.js';
import { lineOf } from '../lines.js';
import { SPEC_ROOT, specFounding, specKey } from '../spec-writers.js';
import {
  appended,
  draft,
  members,
  redrafted,
  reheaded,
  SHARDS,
  tampered,
  text,
  type Mutated,
  type Mutation,
} from './mutation.js';
import { linesOf, type PageDraft } from './rewriting.js';

const is =
  (shard: number, height: number) =>
  (page: { readonly shard: number; readonly height: number }): boolean =>
    page.shard === shard && page.height === height;
/** The last page of a shard: nothing that follows would be wrong, too. */
const last = (sound: readonly Page[], shard: number) => sound.findLast((page) => page.shard === shard)!;
const lastChanged =
  (shard: number, change: (page: Page) => Page, signatures = false): Mutation =>
  (sound) => {
    const page = last(sound, shard);
    return { pages: sound.with(sound.indexOf(page), change(page)), signatures };
  };
const lastDraft =
  (shard: number, change: (draft: PageDraft) => PageDraft, signatures = false): Mutation =>
  (sound) =>
    draft(is(shard, last(sound, shard).height), change, signatures)(sound);

const hasOffsets = ({ offsets }: Page): boolean => offsets.length > 0;

const common = { time: '2026-11-22T10:00:00Z', actor: 'key:admin', origin: 'request:test' };
/** What is sound in shard 0, whoever may write it. */
const BURNED = lineOf({
  ...{ type: 'Burned', ...common, holder: SAVERS[0], amount: '1', reason: 'redeemed' },
  postings: [{ debit: `customer:${SAVERS[0]}:available`, credit: 'issuance', amount: '1', asset: 'AIR' }],
});
type Stated = Parameters<typeof statementText>[2];
/** A line in which a root states something. */
const statement = (number: number, stated: Stated, root = SPEC_ROOT, signer = root): string => {
  const signature = signer.sign(statementText(specFounding(SHARDS).journal, number, stated));
  const { type, ...rest } = stated;
  const event = { type, ...common, ...rest, statement: { root: root.publicKey, number, signature } };
  return lineOf(event as JournalEvent);
};
/** How many statements the sound export has. */
const STATED = 4;
const stranger = { publicKey: specKey(9).publicKey, name: 'stranger' };
const admission: Stated = { type: 'WriterAdmitted', writer: stranger };

/** S of a signature with the order of the group added: the same number to whoever is lax. */
function addOrder(signature: string): string {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${Buffer.from(signature.slice(64), 'hex').reverse().toString('hex')}`) + order;
  const bytes = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return signature.slice(0, 64) + bytes.toString('hex');
}

const remembering =
  (heads: (sound: readonly Page[]) => Mutated['heads']): Mutation =>
  (sound) => ({ pages: sound, heads: heads(sound)! });

export const OF_PAGES = {
  PAGE_UNSOUND: {
    'a flipped byte in a body': lastChanged(0, (page) => {
      const body = Buffer.from(page.body);
      // Of the origin, which every event has.
      body[Math.max(body.indexOf('request:'), body.indexOf('system:'))]! ^= 1;
      return { ...page, body };
    }),
    'another time in a header': lastChanged(0, (page) => ({ ...page, recordedAt: '2027-01-01T00:00:00.000Z' }), true),
    'the digest of another body': lastChanged(1, (page) => reheaded(page, { bodyDigest: sha256('') })),
    'a count that is too high': lastChanged(1, (page) => reheaded(page, { count: page.count + 1 })),
    'a body without its last line feed': lastChanged(0, (page) => {
      const body = page.body.subarray(0, -1);
      return reheaded(page, { body, bodyDigest: sha256(body) });
    }),
    'a page that was sealed at no time': lastDraft(2, ({ content, ...rest }) => ({
      ...rest,
      content: { ...content, recordedAt: 'yesterday' },
    })),
    'a fingerprint in capitals': tampered(
      hasOffsets,
      (page) => ({
        ...page,
        offsets: page.offsets.map((range) => ({ ...range, fingerprint: 'ABCDEF0123456789' })),
      }),
      true,
    ),
    'a hash of another page': lastChanged(2, (page) => ({ ...page, hash: page.previousHash })),
  },
  CHAIN_BROKEN: {
    'a removed page in the middle': (sound) => ({ pages: sound.filter((page) => !is(1, 2)(page)) }),
    'two pages that changed places': (sound) => {
      const at = sound.findIndex(is(0, 2));
      return { pages: sound.toSpliced(at, 2, sound[at + 1]!, sound[at]!) };
    },
    'another hash of the page before': lastDraft(0, ({ content, ...rest }) => ({
      ...rest,
      content: { ...content, previousHash: 'f'.repeat(64) },
    })),
    'a time that goes back': lastDraft(1, ({ content, ...rest }) => ({
      ...rest,
      content: { ...content, recordedAt: '2020-01-01T00:00:00.000Z' },
    })),
    'a page that rests on an earlier page of the registry than the one before': draft(is(0, 2), (one) => ({
      ...one,
      restsOn: 1,
      lines: [],
    })),
  },
  WRITER_WRONG: {
    'a page of another journal': lastDraft(0, ({ content, ...rest }) => ({
      ...rest,
      content: { ...content, journal: 'ab'.repeat(16) },
    })),
    'a page that nobody signed': lastChanged(0, (page) => ({ ...page, signature: '0'.repeat(128) }), true),
    'a page of somebody who was never admitted': lastDraft(0, (one) => ({ ...one, key: specKey(9) })),
    'a signature of another page': (sound) =>
      lastChanged(2, (page) => ({ ...page, signature: sound[0]!.signature }), true)(sound),
    'a signature whose S is too large': lastChanged(
      1,
      (page) => ({ ...page, signature: addOrder(page.signature) }),
      true,
    ),
    'a page that rests on what the registry does not have': lastDraft(0, ({ content, restsOn, ...rest }) => ({
      ...{ ...rest, restsOn },
      content: { ...content, registry: { height: restsOn, hash: 'a'.repeat(64) } },
    })),
    'a page that rests on a height that the registry does not have': lastDraft(0, ({ content, ...rest }) => ({
      ...rest,
      content: { ...content, registry: { height: 9_999, hash: 'a'.repeat(64) } },
    })),
    'a page of the registry that does not rest on the page before': lastDraft(SHARDS, ({ content, ...rest }) => ({
      ...rest,
      content: { ...content, registry: { height: 0, hash: '0'.repeat(64) } },
    })),
    'a writer in a shard that is not its': lastDraft(1, (one) => ({ ...one, key: NARROW_WRITER })),
    'a writer of other kinds of events': appended(0, [BURNED], { key: NARROW_WRITER }),
    'a writer before it was admitted': draft(is(0, 1), (one) => ({ ...one, key: DISMISSED_WRITER })),
    'a writer after it was dismissed': lastDraft(2, (one) => ({ ...one, key: DISMISSED_WRITER })),
  } as Record<string, Mutation>,
  HEAD_MISSING: {
    'a remembered page beyond the end': remembering((sound) => [
      { shard: 0, height: last(sound, 0).height + 1, hash: 'a'.repeat(64) },
    ]),
    'a removed last page that somebody remembers': (sound) => {
      const { shard, height, hash } = last(sound, 2);
      return { pages: sound.filter((page) => !is(2, height)(page)), heads: [{ shard, height, hash }] };
    },
    'pages of a shard that a plan has seen, all removed': (sound) => ({
      pages: sound.filter(({ shard, height }) => shard !== 1 || height < 2),
    }),
    'a reconciliation that has seen what is not there': members('ReconciliationRecorded', (event) => ({
      ...event,
      heads: [{ shard: 1, height: 9_999, hash: 'a'.repeat(64) }],
    })),
  } as Record<string, Mutation>,
  HEAD_REWRITTEN: {
    'another hash than somebody remembers': remembering((sound) => [
      { shard: 1, height: last(sound, 1).height, hash: 'a'.repeat(64) },
    ]),
    'two hashes of one page remembered': remembering((sound) => {
      const { shard, height, hash } = last(sound, 0);
      return [
        { shard, height, hash },
        { shard, height, hash: 'b'.repeat(64) },
      ];
    }),
    'a page of the registry that never was': members('SettlementPlanned', (event) => ({
      ...event,
      heads: [...(event['heads'] as object[]), { shard: SHARDS, height: 1, hash: 'f'.repeat(64) }],
    })),
    'a reconciliation that has seen another page': members('ReconciliationRecorded', (event) => ({
      ...event,
      heads: (event['heads'] as object[]).map((head) => ({ ...head, hash: 'c'.repeat(64) })),
    })),
  } as Record<string, Mutation>,
  OFFSETS_WRONG: {
    'offsets that were applied before': redrafted((drafts) => {
      const [first, second] = drafts.filter(({ content }) =>
        content.offsets.some(({ name, partition }) => name.includes('usage') && partition === 0),
      );
      const from = (first!.content.offsets[0]!.from + first!.content.offsets[0]!.to) >> 1;
      const offsets = second!.content.offsets.map((range) => ({ ...range, from }));
      return drafts.with(drafts.indexOf(second!), { ...second!, content: { ...second!.content, offsets } });
    }),
    'an empty range': lastDraft(0, ({ content, ...rest }) => ({
      ...rest,
      content: { ...content, offsets: [{ name: 't', partition: 0, from: 7, to: 7, fingerprint: '0'.repeat(16) }] },
    })),
    'ranges that do not ascend': lastDraft(0, ({ content, ...rest }) => ({
      ...rest,
      content: {
        ...content,
        offsets: ['b', 'a'].map((name) => ({ name, partition: 0, from: 0, to: 1, fingerprint: '0'.repeat(16) })),
      },
    })),
    'an event of an offset that its page did not apply': text('UsageCharged', /"kafka:([^"]*)\/0"/, '"kafka:$1/99"'),
    'an offset with a leading zero': text('UsageCharged', /"kafka:([^"]*)\/1"/, '"kafka:$1/01"', ({ origin }) =>
      `${String(origin)}`.endsWith('/1'),
    ),
    'an origin from Kafka without an offset': text('Minted', '"request:test"', '"kafka:airtime"'),
    'a message played again that is none': text('Minted', '"request:test"', '"replay:topic/0"'),
  },
  STATEMENT_WRONG: {
    'a statement that no root signed': appended(SHARDS, [statement(STATED + 1, admission, SPEC_ROOT, specKey(9))]),
    'a statement of somebody who is no root': appended(SHARDS, [statement(STATED + 1, admission, specKey(9))]),
    'a statement of a number that does not follow': appended(SHARDS, [statement(STATED + 2, admission)]),
    'a statement that stands twice': appended(SHARDS, [
      statement(STATED + 1, admission),
      statement(STATED + 1, { type: 'RootsChanged', roots: [SPEC_ROOT.publicKey], reason: 'again' }),
    ]),
    'a key that is admitted a second time': appended(SHARDS, [
      statement(STATED + 1, { type: 'WriterAdmitted', writer: { publicKey: NARROW_WRITER.publicKey, name: 'again' } }),
    ]),
    'a writer that is dismissed a second time': appended(SHARDS, [
      statement(STATED + 1, { type: 'WriterDismissed', publicKey: DISMISSED_WRITER.publicKey, reason: 'again' }),
    ]),
    'a second founding': appended(SHARDS, [linesOf(specFounding(SHARDS))[0]!]),
    'a founding that was changed': text('JournalFounded', '"founder"', '"finder"'),
    'a reason that the root did not give': text('WriterDismissed', '"replaced"', '"stolen"'),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
