/** Mutations of what events say and move, by the law that they break. */
import { createHash } from 'node:crypto';
import { digestHeads } from '#concepts/testing';
import { shardOf, type ShardHead } from '#domain';
import { issuingAgain, SAVERS } from '../history.js';
import { eventOf, lineOf } from '../lines.js';
import { CUSTOMERS } from '../world.js';
import {
  appended,
  draft,
  lines,
  firstOf,
  list,
  members,
  more,
  redrafted,
  SHARDS,
  twice,
  without,
  type Event,
  type Mutation,
  type Where,
} from './mutation.js';

interface Posting {
  readonly debit: string;
  readonly credit: string;
  readonly amount: string;
}
const postingsOf = (event: Event): readonly Posting[] => event['postings'] as Posting[];
const isPlain: Where = ({ receivable }) => receivable === undefined;
const isOwed: Where = ({ receivable }) => receivable !== undefined;
const isLate: Where = ({ usage }) => (usage as { id: string }).id === 'late';
const isSaver: Where = ({ holder }) => SAVERS.includes(holder as string);
const ofBatch =
  (id: string): Where =>
  ({ batch }) =>
    batch === id;
const isBetweenShards: Where = ({ from, toShard }) => shardOf(from as string, SHARDS) !== toShard;
const hasPayouts: Where = (event) => list(event, 'payouts').length > 1;
const isLongCover: Where = (event) => list(event, 'covered').length > 1;

/** Somebody who lives elsewhere. */
const elsewhere = (holder: unknown): string =>
  [...SAVERS, ...CUSTOMERS].find((one) => shardOf(one, SHARDS) !== shardOf(holder as string, SHARDS))!;
const moved = (event: Event, member: string): object => {
  const name = event[member] as string;
  return JSON.parse(JSON.stringify(event).replaceAll(name, elsewhere(name))) as object;
};

/** A plan that names other pages, with the digest of these; and one with another digest. */
const heads = (change: (heads: readonly ShardHead[]) => readonly ShardHead[]): Mutation =>
  members('SettlementPlanned', (event) => {
    const changed = change(list<ShardHead>(event, 'heads'));
    return { ...event, heads: changed, headsDigest: digestHeads(changed) };
  });
const digest = (change: (heads: readonly ShardHead[]) => string): Mutation =>
  members('SettlementPlanned', (event) => ({ ...event, headsDigest: change(list<ShardHead>(event, 'heads')) }));

const common = { time: '2026-11-22T10:00:00Z', actor: 'key:admin', origin: 'request:test' };
const posting = (debit: string, credit: string, amount: string) => ({ debit, credit, amount, asset: 'AIR' });
const minted = (changes: object = {}, holder = SAVERS[0]!) =>
  lineOf({
    ...{ type: 'Minted', ...common, holder, amount: '1', reason: 'sale', ...changes },
    postings: [posting('issuance', `customer:${holder}:available`, '1')],
  });
const burned = (holder: string, amount: string) =>
  lineOf({
    ...{ type: 'Burned', ...common, holder, amount, reason: 'redeemed' },
    postings: [posting(`customer:${holder}:available`, 'issuance', amount)],
  });
const A_LOT = `1${'0'.repeat(40)}`;
const requested = (key: string, digest: string) => appended(0, [minted({ request: { key, digest } })]);
const answered = (key: string, digest: string) =>
  appended(0, [
    lineOf({
      ...{ type: 'UsageBatchAnswered', ...common, request: { key, digest } },
      answer: { accepted: 0, duplicates: 0, conflicts: 0, rejected: [] },
    }),
  ]);

export const OF_EVENTS = {
  SHARD_WRONG: {
    'a mint for somebody who lives elsewhere': members('Minted', (event) => moved(event, 'holder'), isSaver),
    'usage of somebody who lives elsewhere': members('UsageCharged', (event) => moved(event, 'customer'), isLate),
    'a conflict of somebody who lives elsewhere': members('UsageConflicted', (event) => moved(event, 'customer')),
    'a transfer to somebody who lives elsewhere': members('TransferReceived', (event) => moved(event, 'to')),
  },
  POSTINGS_WRONG: {
    'usage that is not split by the shares of its type': members(
      'SplitPolicyPublished',
      (event) => ({ ...event, policy: { ...(event['policy'] as object), types: [] } }),
      ({ version }) => version === 2,
    ),
    'another account': members(
      'Minted',
      (event) => firstOf<Posting>(event, 'postings', (one) => ({ ...one, credit: 'treasury:fees' })),
      isSaver,
    ),
    'less than the event says': members(
      'Minted',
      (event) => firstOf<Posting>(event, 'postings', (one) => ({ ...one, amount: '7' })),
      isSaver,
    ),
    'postings in another order': members(
      'UsageCharged',
      (event) => ({ ...event, postings: postingsOf(event).toReversed() }),
      isPlain,
    ),
    'a posting too few': members(
      'UsageCharged',
      (event) => ({ ...event, postings: postingsOf(event).slice(0, -1) }),
      isPlain,
    ),
    'a posting twice': members('Burned', (event) => ({
      ...event,
      postings: [...postingsOf(event), ...postingsOf(event)],
    })),
    'a buy-back whose tokens stay': members('TokensBoughtBack', (event) => ({ ...event, postings: [] })),
    'a buy-back of more than it takes': members('TokensBoughtBack', (event) => ({
      ...event,
      amount: more(event['amount']),
    })),
    'an amount of nothing': members('Burned', (event) =>
      firstOf<Posting>(event, 'postings', (one) => ({ ...one, amount: '0' })),
    ),
  },
  REQUEST_TWICE: {
    'a request that is done twice': requested('key-1', 'acme 100'),
    'a key for two requests': requested('key-1', 'saver 1'),
    'a key of the registry for a request of a holder shard': requested('k-issue', 'other'),
    'a part that is answered twice': answered('k-usage#0', 'd-usage'),
    'parts of two requests under one key': answered('k-usage#1', 'other'),
  },
  OVERSPENT: {
    'a burn of more than there is': appended(0, [burned(SAVERS[0]!, A_LOT)]),
    'a burn of what somebody else has': appended(1, [burned(SAVERS[1]!, A_LOT)]),
    'a transfer of more than there is': appended(2, [
      lineOf({
        ...{ type: 'TransferSent', ...common, transfer: 'huge', from: SAVERS[2], to: SAVERS[0] },
        ...{ amount: A_LOT, reason: 'gift', toShard: 0 },
        postings: [posting(`customer:${SAVERS[2]}:available`, 'transit', A_LOT)],
      }),
    ]),
  },
  SUM_WRONG: {
    'a mint of more than it moves': members('Minted', (event) => ({ ...event, amount: '7' }), isSaver),
    'a transfer that brings more than was sent': members('TransferReceived', (event) =>
      firstOf<Posting>(event, 'postings', (one) => ({ ...one, amount: more(one.amount) })),
    ),
    'a covering that leaves a receivable': members('ReceivablesCovered', (event) => ({
      ...event,
      postings: postingsOf(event).slice(1),
    })),
    'a confirmation that leaves something in transit': members('SettlementConfirmed', (event) => ({
      ...event,
      postings: postingsOf(event).slice(0, -1),
    })),
    'a supply that is issued a second time, on another chain': redrafted((drafts, sound) => {
      const change = issuingAgain(sound);
      return drafts.map((one) => (one.shard === SHARDS ? { ...one, lines: one.lines.map(change) } : one));
    }),
  },
  TRANSFER_WRONG: {
    'a transfer that arrives twice': twice('TransferReceived'),
    'a transfer that was never sent': members('TransferReceived', (event) => ({ ...event, transfer: 'other' })),
    'a transfer from another sender': members('TransferReceived', (event) => ({ ...event, from: SAVERS[0] })),
    'a transfer that is sent twice': twice('TransferSent', isBetweenShards),
    'a transfer to a shard that is not the receiver’s': members(
      'TransferSent',
      (event) => ({ ...event, toShard: 99 }),
      isBetweenShards,
    ),
    'a completed transfer that was never sent': members('TransferCompleted', () => ({
      ...{ type: 'TransferCompleted', ...common, transfer: 'other' },
    })),
    'a transfer that is completed twice': twice('TransferCompleted'),
  },
  RECEIVABLE_WRONG: {
    'a covering of less than there was': members(
      'ReceivablesCovered',
      (event) => ({ ...event, covered: list(event, 'covered').slice(0, -1) }),
      isLongCover,
    ),
    'funds that cover nothing': without('ReceivablesCovered', isLongCover),
    'what is newer covered first': members(
      'ReceivablesCovered',
      (event) => ({ ...event, covered: list(event, 'covered').toReversed() }),
      isLongCover,
    ),
    'a part whose shares are others': members('ReceivablesCovered', (event) =>
      firstOf<{ shares: Record<string, string> }>(event, 'covered', ({ shares, ...one }) => ({
        ...one,
        shares: { ...shares, treasury: shares['provider'], provider: shares['treasury'] },
      })),
    ),
    'an amount that is not the sum': members('ReceivablesCovered', (event) => ({
      ...event,
      amount: more(event['amount']),
    })),
    'what somebody else owes': members('ReceivablesCovered', (event) =>
      firstOf<object>(event, 'covered', (one) => ({ ...one, id: 'other' })),
    ),
  },
  SHARES_WRONG: {
    'more owed than is missing': members(
      'UsageCharged',
      (event) => ({
        ...event,
        receivable: { ...(event['receivable'] as object), amount: more((event['receivable'] as Posting).amount) },
      }),
      isOwed,
    ),
    'shares of what is owed that are others': members(
      'UsageCharged',
      (event) => {
        const { amount, shares } = event['receivable'] as { amount: string; shares: Record<string, string> };
        const turned = { ...shares, treasury: shares['burn'], burn: shares['treasury'] };
        return { ...event, receivable: { amount, shares: turned } };
      },
      isOwed,
    ),
    'nothing said of what is owed': members('UsageCharged', ({ receivable: _, ...event }) => event as object, isOwed),
    'something owed where all was there': members(
      'UsageCharged',
      (event) => ({
        ...event,
        receivable: { amount: '1', shares: { provider: '1', treasury: '0', stakers: '0', burn: '0' } },
      }),
      isPlain,
    ),
  },
  DIGEST_WRONG: {
    'a usage whose digest is of something else': members(
      'UsageCharged',
      (event) => ({ ...event, usage: { ...(event['usage'] as object), digest: 'a'.repeat(16) } }),
      isLate,
    ),
    'a usage of a budget that was not reported': members(
      'UsageCharged',
      (event) => ({ ...event, budget: 'b' }),
      isLate,
    ),
    'a usage of data that was not reported': members(
      'UsageCharged',
      (event) => ({ ...event, provenance: { licence: 'MIT' } }),
      isLate,
    ),
    'a usage of another model than was reported': members(
      'UsageCharged',
      (event) => ({ ...event, model: 'm' }),
      isLate,
    ),
  },
  USAGE_TWICE: {
    'a usage that is charged twice': twice('UsageCharged', isLate),
    'a usage that another shard has charged': members(
      'UsageCharged',
      (event) => ({ ...event, usage: { ...(event['usage'] as object), id: 'acme-1' } }),
      ({ customer }) => shardOf(customer as string, SHARDS) !== shardOf('acme', SHARDS),
    ),
    'a usage with another digest': lines(
      'UsageCharged',
      (line) => {
        const event = eventOf(line);
        const usage = { ...(event['usage'] as object), digest: 'a'.repeat(16) };
        return [line, lineOf({ ...event, usage })];
      },
      isLate,
    ),
  },
  PARTY_WRONG: {
    'a credit limit of somebody who never owes': members(
      'PartyRegistered',
      (event) => ({ ...event, creditLimit: '1' }),
      ({ roles }) => !(roles as string[]).includes('customer'),
    ),
    'what is agreed with nobody': members('CustomerTermsSet', (event) => ({ ...event, party: 'nobody' })),
    'a party that is registered twice': twice('PartyRegistered'),
    'a KYC state that the party did not have': members('KycChanged', (event) => ({ ...event, from: 'expired' })),
    'a wallet of somebody who is not registered': members('WalletSet', (event) => ({ ...event, party: 'nobody' })),
    'a provider who is none': members(
      'PartyRegistered',
      (event) => ({ ...event, roles: ['customer'] }),
      ({ party }) => party === 'p1',
    ),
    'a customer who was registered later': draft(
      ({ lines: all }) => all.some((line) => line.startsWith('["Minted"') && line.includes(SAVERS[0]!)),
      (one) => ({ ...one, restsOn: 1 }),
    ),
    'usage in a suspension': members(
      'KycChanged',
      (event) => ({ ...event, party: 'acme', time: '2026-11-22T09:00:00Z' }),
      ({ party }) => party === 'delta',
    ),
    'a transfer from somebody who is suspended': members(
      'KycChanged',
      (event) => ({ ...event, party: 'acme', time: '2026-11-22T11:00:00Z' }),
      ({ party }) => party === 'delta',
    ),
    'a wallet that the gate did not open for': members('SettlementOpened', (event) =>
      firstOf<{ wallet: string }>(event, 'payable', (one) => ({ ...one, wallet: `0xfff${one.wallet.slice(5)}` })),
    ),
    'a provider who stands in a batch twice': members('SettlementOpened', (event) => ({
      ...event,
      withheld: [{ provider: 'p1', reason: 'no_wallet' }],
    })),
    'a provider withheld without a ground': members(
      'SettlementOpened',
      (event) => ({
        ...event,
        payable: list(event, 'payable').slice(1),
        withheld: [{ provider: list<{ provider: string }>(event, 'payable')[0]!.provider, reason: 'kyc_expired' }],
      }),
      ofBatch('batch-4'),
    ),
    'a provider withheld for another reason': members(
      'SettlementOpened',
      (event) => firstOf<object>(event, 'withheld', (one) => ({ ...one, reason: 'kyc_pending' })),
      ofBatch('batch-4'),
    ),
  },
  CUT_WRONG: {
    'a cut of more than was owed': members(
      'PayablesCut',
      (event) => firstOf<Posting>(event, 'payouts', (one) => ({ ...one, amount: more(one.amount) })),
      (event) => list(event, 'payouts').length > 0,
    ),
    'a cut that withholds nothing': members(
      'PayablesCut',
      (event) => ({ ...event, withheld: [] }),
      (event) => list(event, 'withheld').length > 0,
    ),
    'another supply than the shard has': members('PayablesCut', (event) => ({
      ...event,
      supply: more(event['supply']),
    })),
    'a shard that cuts twice': lines(
      'PayablesCut',
      (line) => [line, lineOf({ ...eventOf(line), payouts: [], postings: [] })],
      ofBatch('batch-4'),
    ),
    'a shard that does not cut': without('PayablesCut', ofBatch('batch-4')),
    'a cut of a batch that never was': appended(0, [
      lineOf({
        ...{ type: 'PayablesCut', ...common, batch: 'batch-9', payouts: [], withheld: [] },
        ...{ supply: '0', postings: [] },
      }),
    ]),
    'a plan that mints more': members(
      'SettlementPlanned',
      (event) => ({ ...event, mint: more(event['mint']) }),
      ofBatch('batch-4'),
    ),
  },
  HEADS_WRONG: {
    'a plan that names no pages': heads(() => []),
    'a plan that leaves out the page of its opening': heads((all) => all.slice(0, -1)),
    'a plan that names its pages in another order': heads((all) => all.toReversed()),
    'a plan that names a page twice': heads((all) => all.flatMap((head) => [head, head])),
    'a plan that has the chain remember another page': digest((all) =>
      digestHeads(all.map((head, i) => (i === 0 ? { ...head, hash: 'd'.repeat(64) } : head))),
    ),
    'a plan that has the chain remember a page too few': digest((all) => digestHeads(all.slice(1))),
    'a plan whose digest is NIST’s SHA-3': digest((all) => {
      const text = all.map(({ shard, height, hash }) => `${shard}:${height}:${hash}\n`).join('');
      return `0x${createHash('sha3-256').update(text).digest('hex')}`;
    }),
    'a plan whose digest is in capitals': digest((all) => digestHeads(all).toUpperCase().replace('X', 'x')),
  },
  SETTLEMENT_WRONG: {
    'payouts whose wallets do not ascend': members(
      'SettlementPlanned',
      (event) => ({ ...event, payouts: list(event, 'payouts').toReversed() }),
      hasPayouts,
    ),
    'a total that is not the sum': members(
      'SettlementPlanned',
      (event) => ({ ...event, total: more(event['total']) }),
      ofBatch('batch-4'),
    ),
    'a payout to a wallet that the gate did not open for': members(
      'SettlementPlanned',
      (event) => firstOf<object>(event, 'payouts', (one) => ({ ...one, wallet: `0x${'0'.repeat(39)}1` })),
      ofBatch('batch-4'),
    ),
    'a transaction that was never signed': members('SettlementConfirmed', (event) => ({ ...event, hash: '0xother' })),
    'payouts without a log': members('SettlementConfirmed', (event) => ({
      ...event,
      logIndexes: list(event, 'logIndexes').slice(1),
    })),
    'a batch that is opened beside another': twice('SettlementOpened', ofBatch('batch-4')),
    'a batch that was never opened': members(
      'SettlementSigned',
      (event) => ({ ...event, batch: 'batch-9' }),
      ofBatch('batch-4'),
    ),
    'a batch that is signed before it is planned': without('SettlementPlanned', ofBatch('batch-4')),
    'a batch that is planned twice': lines(
      'SettlementPlanned',
      (line) => [line, lineOf({ ...eventOf(line), postings: [] })],
      ofBatch('batch-4'),
    ),
  },
} satisfies Readonly<Record<string, Readonly<Record<string, Mutation>>>>;
