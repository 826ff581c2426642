/**
 * Mutations of a sound export, each sealed anew: both verifiers must find every one of them, and neither may find anything
 * in what a journal can lawfully hold.
 */
import { SPEC_ROOT, SPEC_WRITER, specFounding, specKey } from '../test-support/spec-writers.js';
import { openAudits } from '#concepts/audits';
import { shardOf } from '#domain';
import { sealPage, verifyJournal, type Page } from './index.js';
import { exportOrder, forge, liveThrough } from '../test-support/history.js';
import { altered, eventOf, lineOf, reworded } from '../test-support/lines.js';
import { MemoryStore } from '../test-support/memory-store.js';
import { hasPython, verifyInPython } from '../test-support/python-verifier.js';
import { CUSTOMERS, openWorld } from '../test-support/world.js';

const SHARDS = 3;

type Event = Record<string, unknown>;
type Where = (event: Event) => boolean;
/** The laws by which the two verifiers name it. */
type Laws = readonly [typescript: string, python: string];

const FORM: Laws = ['EVENT_UNREADABLE', 'form'];
/** What one of them cannot even read. */
const UNREAD: Laws = ['EVENT_UNREADABLE', 'event'];
const any: Where = () => true;
const isPlain: Where = ({ receivable, request }) => receivable === undefined && request === undefined;

/** A change of the first event of a type: of its members, */
const members = (type: string, change: (event: Event) => Event, where = any, laws = FORM) => ({
  ...{ type, where, laws },
  line: (line: string) => reworded(line, change),
});
/** of the elements of its line, */
const elements = (type: string, change: (all: unknown[]) => unknown[], laws = FORM, where = any) => ({
  ...{ type, where, laws },
  line: (line: string) => altered(line, change),
});
/** or of its text, which must change. */
const text = (type: string, from: string | RegExp, to: string, where = any, laws = FORM) => ({
  ...{ type, where, laws },
  line: (line: string) => {
    const changed = line.replace(from, to);
    if (changed === line) throw new Error(`nothing to change in ${line}`);
    return changed;
  },
});
const first = <T>(list: unknown, change: (one: T) => object) =>
  (list as T[]).map((one, i) => (i === 0 ? change(one) : one));
/** A line with one element more than its type has members. */
const longer = (type: string, places: number, extra: unknown) =>
  elements(type, (all) => [...all, ...Array<null>(places - all.length).fill(null), extra], UNREAD);

/** What stands between the members before a reason and its postings. */
const REASON = /"([^"]*)",\[\[/;
const ATTEMPT = /^(\["SettlementSigned"(?:,"[^"]*"){4}),1,/;

const FORMS: Readonly<Record<string, ReturnType<typeof members>>> = {
  'a number where a string belongs': members('Minted', (event) => ({ ...event, amount: 5 })),
  'a string where a number belongs': members('UsageCharged', (event) => ({ ...event, priceBook: '1' })),
  'a chain without the hash of its first block': elements('ChainRegistered', (all) => all.with(5, null)),
  'a hash of code in capitals': members('ChainRegistered', (event) => ({
    ...event,
    tokenCodeHash: `0x${'E'.repeat(64)}`,
  })),
  'a missing member': elements('Minted', (all) => all.with(6, null)),
  'a line that ends too early': elements('Minted', (all) => all.slice(0, 7), UNREAD),
  'a member that every event has, missing': elements('PartyRegistered', (all) => all.with(2, null)),
  'an unknown member': longer('Minted', 9, true),
  'an unknown member called __proto__': text('UsageCharged', ',{"', ',{"__proto__":"1","'),
  'an element too many within a posting': elements(
    'Minted',
    (all) => all.with(7, [[...(all[7] as unknown[][])[0]!, '']]),
    UNREAD,
  ),
  'an account by its name that the event tells': elements('Minted', (all) => all.with(7, [['issuance', 1, all[5]]])),
  'an account that the event does not tell': elements('Minted', (all) => all.with(7, [[0, 99, all[5]]]), UNREAD),
  'two groups of one debit': elements(
    'UsageCharged',
    (all) => {
      const [[debit, credit, amount, ...rest]] = all[13] as [unknown[]];
      return all.with(13, [
        [debit, credit, amount],
        [debit, ...rest],
      ]);
    },
    FORM,
    isPlain,
  ),
  'a group that moves nothing': elements('Minted', (all) => all.with(7, [...(all[7] as unknown[]), [1]])),
  'a member twice': text('UsageCharged', /,\{("[a-z_]+":"[^"]*")/, ',{$1,$1'),
  'a member twice within another': text('PriceBookPublished', '"effectiveAt":', '"effectiveAt":"x","effectiveAt":'),
  'a space outside strings': text('Minted', '["Minted",', '["Minted", '),
  'a space at the end of a line': text('Minted', /$/, ' '),
  'a tab between members': text('UsageCharged', '","', '",\t"'),
  'a whole number with a fraction': text('UsageCharged', /,1,1,"/, ',1.0,1,"', any, UNREAD),
  'a number with an exponent': text('ChainRegistered', ',31337,', ',31337e0,', any, UNREAD),
  'a fraction': text('SettlementSigned', ATTEMPT, '$1,1.5,', any, UNREAD),
  'minus zero': text('ChainRegistered', /,0(?=[\],])/, ',-0'),
  'a negative number': members('UsageCharged', (event) => ({ ...event, splitPolicy: -1 })),
  'a number above 2^53': text('SettlementSigned', ATTEMPT, '$1,9007199254740993,'),
  'a later schema': text('Minted', '["Minted"', '["Minted/2"', any, UNREAD),
  'a schema that is never written': text('Burned', '["Burned"', '["Burned/1"', any, UNREAD),
  'null for what is left out': elements('UsageCharged', (all) => [...all, null], FORM, isPlain),
  'no postings where nothing moved': elements(
    'SettlementPlanned',
    (all) => all.with(11, null),
    UNREAD,
    (event) => (event['postings'] as unknown[]).length === 0,
  ),
  'empty postings of an event that moves nothing': longer('PartyRegistered', 9, []),
  'an amount with a leading zero': members('UsageCharged', (event) => ({ ...event, amount: `0${event['amount']}` })),
  'an amount with a sign': members('Minted', (event) => ({ ...event, amount: `+${event['amount']}` })),
  'an amount in tokens': members('Burned', (event) => ({ ...event, amount: `${event['amount']}.0` })),
  'a hash in capitals': members('SettlementPlanned', (event) => ({
    ...event,
    heads: first<{ hash: string }>(event['heads'], (head) => ({ ...head, hash: `ABCDEF${head.hash.slice(6)}` })),
  })),
  'a digest that is too short': members('UsageConflicted', (event) => ({
    ...event,
    firstDigest: (event['firstDigest'] as string).slice(1),
  })),
  'a time without a zone': members('Minted', (event) => ({ ...event, time: (event['time'] as string).slice(0, -1) })),
  'an id that is none': members('PartyRegistered', (event) => ({ ...event, party: 'a:b' })),
  'a role that is none': members('PartyRegistered', (event) => ({ ...event, roles: ['king'] })),
  'a KYC state that is none': members('KycChanged', (event) => ({ ...event, to: 'blessed' })),
  'a quantity as a number': members('UsageCharged', (event) => ({ ...event, meters: { input_tokens: 7 } })),
  'a meter in capitals': members('UsageCharged', (event) => ({ ...event, meters: { Tokens: '7' } })),
  'a wallet that is too short': members('WalletSet', (event) => ({
    ...event,
    wallet: (event['wallet'] as string).slice(0, -1),
  })),
  'a share above the whole': text('SplitPolicyPublished', '"provider":8000', '"provider":10001'),
  'too few elements in a list within': elements('UsageCharged', (all) => all.with(4, []), UNREAD),
  'an object for a list': elements('UsageCharged', (all) => all.with(4, { source: 's', id: 'i' }), UNREAD),
  'an escape that is not needed': text('Minted', '["M', '["\\u004d'),
  'an escaped slash': text('Minted', REASON, '"\\/$1",[['),
  'an escape in capitals': text('Minted', REASON, '"\\u001F$1",[['),
};

const LAWS: Readonly<Record<string, ReturnType<typeof members>>> = {
  'no object': { ...members('Minted', (event) => event, any, UNREAD), line: () => '[]' },
  nothing: { ...members('Minted', (event) => event, any, UNREAD), line: () => 'null' },
  'an event in a shard of the other kind': {
    ...members('Minted', (event) => event, any, UNREAD),
    line: () => '["KeyRevoked","2026-11-22T10:00:00Z","key:a","request:b","k"]',
  },
  'a holder who lives in another shard': members(
    'Minted',
    (event) => {
      const other = CUSTOMERS.find((one) => shardOf(one, SHARDS) !== shardOf(event['holder'] as string, SHARDS))!;
      return JSON.parse(JSON.stringify(event).replaceAll(event['holder'] as string, other)) as Event;
    },
    any,
    ['SHARD_WRONG', 'shard'],
  ),
  'a wallet that the gate did not open for': members(
    'SettlementOpened',
    (event) => ({
      ...event,
      payable: first<{ wallet: string }>(event['payable'], (one) => ({
        ...one,
        wallet: `0xfff${one.wallet.slice(5)}`,
      })),
    }),
    any,
    ['PARTY_WRONG', 'gate'],
  ),
  'a provider who stands in a batch twice': members(
    'SettlementOpened',
    (event) => ({ ...event, withheld: [{ provider: 'p1', reason: 'no_wallet' }] }),
    any,
    ['PARTY_WRONG', 'gate'],
  ),
  'a KYC state that the party did not have': members('KycChanged', (event) => ({ ...event, from: 'expired' }), any, [
    'PARTY_WRONG',
    'party',
  ]),
  'payouts whose wallets do not ascend': members(
    'SettlementPlanned',
    (event) => ({ ...event, payouts: (event['payouts'] as unknown[]).toReversed() }),
    (event) => (event['payouts'] as unknown[]).length > 1,
    ['SETTLEMENT_WRONG', 'settlement'],
  ),
  'a page of the registry that never was': members(
    'SettlementPlanned',
    (event) => ({
      ...event,
      heads: [...(event['heads'] as object[]), { shard: SHARDS, height: 1, hash: 'f'.repeat(64) }],
    }),
    any,
    ['HEAD_REWRITTEN', 'head'],
  ),
  'a covering of less than there was': members(
    'ReceivablesCovered',
    (event) => ({ ...event, covered: (event['covered'] as object[]).slice(0, -1) }),
    (event) => (event['covered'] as object[]).length > 1,
    ['RECEIVABLE_WRONG', 'receivable'],
  ),
};

let sound: Page[];

beforeAll(async () => {
  const store = new MemoryStore();
  await liveThrough(await openWorld(SHARDS, store));
  sound = await exportOrder(store, SHARDS);
});

const linesOf = (page: Page): string[] => page.body.toString('utf8').split('\n').slice(0, -1);

/** The export with some pages of one shard changed and sealed anew. */
function reseal(shard: number, change: (pages: readonly Page[]) => readonly Page[]): Page[] {
  const changed = change(sound.filter((page) => page.shard === shard));
  return [...sound.filter((page) => page.shard < shard), ...changed, ...sound.filter((page) => page.shard > shard)];
}

/** The export with the first fitting event changed; undefined takes its line out. */
function mutate(type: string, where: Where, change: (line: string) => string | undefined): Page[] {
  for (const page of sound) {
    const index = linesOf(page).findIndex((line) => {
      const event = eventOf(line);
      return event.type === type && where(event);
    });
    if (index === -1) continue;
    return reseal(page.shard, (pages) =>
      forge(pages, page.height, (lines) => lines.flatMap((line, i) => (i === index ? (change(line) ?? []) : line))),
    );
  }
  throw new Error(`no ${type} fits`);
}

/** What both verifiers say of an export: the laws that are broken. */
async function verify(exported: readonly Page[]) {
  const pages = new Map<number, Page[]>();
  for (const page of exported) pages.set(page.shard, [...(pages.get(page.shard) ?? []), page]);
  const store = new MemoryStore(pages);
  const { findings } = await verifyJournal(store, openAudits, { shards: SHARDS });
  const python = hasPython ? (await verifyInPython(exported, SHARDS)).laws : undefined;
  return { typescript: [...new Set(findings.map((finding) => finding.class))].sort(), python };
}

async function expectFound(exported: readonly Page[], [typescript, python]: Laws): Promise<void> {
  const found = await verify(exported);
  expect(found.typescript).toContain(typescript);
  if (found.python !== undefined) expect(found.python).toContain(python);
}

describe('both verifiers find', () => {
  it.each(Object.entries({ ...FORMS, ...LAWS }))('%s', async (_, { type, where, line, laws }) => {
    await expectFound(mutate(type, where, line), laws);
  });

  it('funds that cover nothing', async () => {
    const isPartOfIt: Where = (event) => (event['covered'] as object[]).length > 1;
    await expectFound(
      mutate('ReceivablesCovered', isPartOfIt, () => undefined),
      ['RECEIVABLE_WRONG', 'receivable'],
    );
  });

  it('an event that is spread over two lines', async () => {
    const split = mutate('Minted', any, (line) => line.replace(REASON, '"a\n$1",[['));
    await expectFound(split, UNREAD);
  });

  it('a page that was sealed at no time', async () => {
    const untimed = reseal(0, ([page, ...rest]) => {
      return [sealPage({ ...page!, recordedAt: 'yesterday' }, linesOf(page!), SPEC_WRITER), ...rest];
    });
    await expectFound(untimed, ['PAGE_UNSOUND', 'page']);
  });
});

/** The first page of a shard, sealed otherwise. */
const sealedOtherwise = (shard: number, change: (page: Page) => Page) =>
  reseal(shard, ([page, ...rest]) => [change(page!), ...rest]);
/** A page of the registry that comes last. */
const added = (line: string) =>
  reseal(SHARDS, (pages) => {
    const last = pages.at(-1)!;
    const content = { ...last, height: last.height + 1, previousHash: last.hash };
    return [
      ...pages,
      sealPage({ ...content, registry: { height: last.height, hash: last.hash } }, [line], SPEC_WRITER),
    ];
  });
const STATEMENT = { root: SPEC_ROOT.publicKey, number: 1, signature: '0'.repeat(128) };
const admitted = {
  ...{ type: 'WriterAdmitted', time: '2026-11-22T10:00:00Z', actor: 'key:test', origin: 'request:test' },
  ...{ writer: { publicKey: specKey(9).publicKey, name: 'stranger' }, statement: STATEMENT },
};

describe('both verifiers find, of writers,', () => {
  it.each<[string, () => ReturnType<typeof reseal>, Laws]>([
    [
      'a page of another journal',
      () => sealedOtherwise(0, (page) => sealPage({ ...page, journal: 'ab'.repeat(16) }, linesOf(page), SPEC_WRITER)),
      ['WRITER_WRONG', 'writer'],
    ],
    [
      'a page that nobody signed',
      () => sealedOtherwise(0, (page) => ({ ...page, signature: '0'.repeat(128) })),
      ['WRITER_WRONG', 'writer'],
    ],
    [
      'a page of somebody who was never admitted',
      () => sealedOtherwise(0, (page) => sealPage(page, linesOf(page), specKey(9))),
      ['WRITER_WRONG', 'writer'],
    ],
    [
      'a page that rests on what the registry does not have',
      () =>
        sealedOtherwise(0, (page) =>
          sealPage({ ...page, registry: { ...page.registry, hash: 'a'.repeat(64) } }, linesOf(page), SPEC_WRITER),
        ),
      ['WRITER_WRONG', 'writer'],
    ],
    [
      'a page of the registry that does not rest on the page before',
      () =>
        reseal(SHARDS, ([founding, page, ...rest]) => [
          founding!,
          sealPage({ ...page!, registry: { height: 0, hash: '0'.repeat(64) } }, linesOf(page!), SPEC_WRITER),
          ...rest,
        ]),
      ['WRITER_WRONG', 'writer'],
    ],
    [
      'a page that rests on an earlier page than the one before',
      () =>
        reseal(0, ([page, next, ...rest]) => [
          page!,
          sealPage({ ...next!, registry: { height: 0, hash: '0'.repeat(64) } }, linesOf(next!), SPEC_WRITER),
          ...rest,
        ]),
      ['CHAIN_BROKEN', 'chain'],
    ],
    ['a statement that no root signed', () => added(lineOf(admitted)), ['STATEMENT_WRONG', 'statement']],
    [
      'a statement of a number that does not follow',
      () => added(lineOf({ ...admitted, statement: { ...STATEMENT, number: 2 } })),
      ['STATEMENT_WRONG', 'statement'],
    ],
    ['a second founding', () => added(linesOf(specFounding(SHARDS))[0]!), ['STATEMENT_WRONG', 'statement']],
    [
      'a founding that was changed',
      () => mutate('JournalFounded', any, (line) => line.replace('"founder"', '"finder"')),
      ['STATEMENT_WRONG', 'statement'],
    ],
  ])('%s', async (_, change, laws) => {
    await expectFound(change(), laws);
  });
});

describe('neither verifier finds anything but that plans saw another page in', () => {
  const ONLY_REWRITTEN = { typescript: ['HEAD_REWRITTEN'], python: hasPython ? ['head'] : undefined };

  it.each([
    ['NUL and other control characters', '\0\u0001\b\t\n\f\r\u001f\u007f'],
    ['unpaired surrogates', '\ud800 \udfff'],
    ['characters of every plane, and line separators', '\u2028\u{10ffff}💩é'],
    ['quotes, backslashes and JSON', '"\\ {"a":1} \\u0041 / __proto__'],
  ])('%s in a text', async (_, reason) => {
    const rewrite = (line: string) => reworded(line, (event) => ({ ...event, reason }));
    expect(await verify(mutate('Minted', any, rewrite))).toEqual(ONLY_REWRITTEN);
  });

  it('meters in another order', async () => {
    const turned = (line: string) =>
      reworded(line, (event) => ({
        ...event,
        meters: Object.fromEntries(Object.entries(event['meters'] as object).reverse()),
      }));
    expect(await verify(mutate('UsageCharged', any, turned))).toEqual(ONLY_REWRITTEN);
  });
});
