/** Mutations of lines: each makes its event unreadable. */
import { elements, lines, members, text, type Mutation, type Where } from './mutation.js';

const isPlain: Where = ({ receivable, request }) => receivable === undefined && request === undefined;

const first = <T>(list: unknown, change: (one: T) => object) =>
  (list as T[]).map((one, i) => (i === 0 ? change(one) : one));
/** A line with one element more than its type has members. */
const longer = (type: string, places: number, extra: unknown) =>
  elements(type, (all) => [...all, ...Array<null>(places - all.length).fill(null), extra]);

/** What stands between the members before a reason and its postings. */
const REASON = /"([^"]*)",\[\[/;
const ATTEMPT = /^(\["SettlementSigned"(?:,"[^"]*"){4}),1,/;

export const OF_LINES: Readonly<Record<string, Mutation>> = {
  'a number where a string belongs': members('Minted', (event) => ({ ...event, amount: 5 })),
  'a string where a number belongs': members('UsageCharged', (event) => ({ ...event, priceBook: '1' })),
  'a chain without the hash of its first block': elements('ChainRegistered', (all) => all.with(5, null)),
  'a hash of code in capitals': members('ChainRegistered', (event) => ({
    ...event,
    tokenCodeHash: `0x${'E'.repeat(64)}`,
  })),
  'a missing member': elements('Minted', (all) => all.with(6, null)),
  'a line that ends too early': elements('Minted', (all) => all.slice(0, 7)),
  'a member that every event has, missing': elements('PartyRegistered', (all) => all.with(2, null)),
  'an unknown member': longer('Minted', 9, true),
  'an unknown member called __proto__': text('UsageCharged', ',{"', ',{"__proto__":"1","'),
  'an element too many within a posting': elements('Minted', (all) =>
    all.with(7, [[...(all[7] as unknown[][])[0]!, '']]),
  ),
  'an account by its name that the event tells': elements('Minted', (all) => all.with(7, [['issuance', 1, all[5]]])),
  'an account that the event does not tell': elements('Minted', (all) => all.with(7, [[0, 99, all[5]]])),
  'two groups of one debit': elements(
    'UsageCharged',
    (all) => {
      const [[debit, credit, amount, ...rest]] = all[13] as [unknown[]];
      return all.with(13, [
        [debit, credit, amount],
        [debit, ...rest],
      ]);
    },
    isPlain,
  ),
  'a group that moves nothing': elements('Minted', (all) => all.with(7, [...(all[7] as unknown[]), [1]])),
  'a member twice': text('UsageCharged', /,\{("[a-z_]+":"[^"]*")/, ',{$1,$1'),
  'a member twice within another': text('PriceBookPublished', '"effectiveAt":', '"effectiveAt":"x","effectiveAt":'),
  'a space outside strings': text('Minted', '["Minted",', '["Minted", '),
  'a space at the end of a line': text('Minted', /$/, ' '),
  'a tab between members': text('UsageCharged', '","', '",\t"'),
  'a whole number with a fraction': text('UsageCharged', /,1,1,"/, ',1.0,1,"'),
  'a number with an exponent': text('ChainRegistered', ',31337,', ',31337e0,'),
  'a fraction': text('SettlementSigned', ATTEMPT, '$1,1.5,'),
  'minus zero': text('ChainRegistered', /,0(?=[\],])/, ',-0'),
  'a negative number': members('UsageCharged', (event) => ({ ...event, splitPolicy: -1 })),
  'a number above 2^53': text('SettlementSigned', ATTEMPT, '$1,9007199254740993,'),
  'a later schema': text('Minted', '["Minted"', '["Minted/2"'),
  'a schema that is never written': text('Burned', '["Burned"', '["Burned/1"'),
  'null for what is left out': elements('UsageCharged', (all) => [...all, null], isPlain),
  'no postings where nothing moved': elements(
    'SettlementPlanned',
    (all) => all.with(11, null),
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
  'too few elements in a list within': elements('UsageCharged', (all) => all.with(4, [])),
  'an object for a list': elements('UsageCharged', (all) => all.with(4, { source: 's', id: 'i' })),
  'an escape that is not needed': text('Minted', '["M', '["\\u004d'),
  'an escaped slash': text('Minted', REASON, '"\\/$1",[['),
  'an escape in capitals': text('Minted', REASON, '"\\u001F$1",[['),
  'no object': lines('Minted', () => ['[]']),
  nothing: lines('Minted', () => ['null']),
  'no JSON': lines('Minted', () => ['[']),
  'an event in a shard of the other kind': lines('Minted', () => [
    '["KeyRevoked","2026-11-22T10:00:00Z","key:a","request:b","k"]',
  ]),
  'an event that nobody knows': lines('Minted', () => ['["Gifted","2026-11-22T10:00:00Z","key:a","request:b","k"]']),
  'a day that the calendar lacks': members('Minted', (event) => ({ ...event, time: '2026-02-30T10:00:00Z' })),
  'an event that is spread over two lines': lines('Minted', (line) => [line.replace(REASON, '"a\n$1",[[')]),
};
