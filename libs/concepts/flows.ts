/** Which entries move value between which kinds of accounts: the part of the chart of accounts that knows the events. */
import { postingsOf, type Posting } from '#domain';
import { accountKind, type AccountName } from './accounts.js';
import type { LedgerEvent } from './ledger.js';
import type { RegistryEvent } from './registry.js';

/** A movement from one kind of account to another. */
export type Flow = readonly [debit: AccountName, credit: AccountName];
/** Events that move value. */
export type PostedEvent = Extract<LedgerEvent | RegistryEvent, { readonly postings: readonly Posting[] }>;

const UNCOVERED_SHARES: readonly Flow[] = [
  ['customerReceivable', 'providerUncovered'],
  ['customerReceivable', 'treasuryUncovered'],
  ['customerReceivable', 'stakingUncovered'],
  ['customerReceivable', 'burnUncovered'],
];

/** Which kinds of accounts the postings of each event may move value between; a balanced entry can still be unlawful. */
export const FLOWS: Readonly<Record<PostedEvent['type'], readonly Flow[]>> = {
  Minted: [['issuance', 'customerAvailable']],
  Burned: [['customerAvailable', 'issuance']],
  UsageCharged: [
    ['customerAvailable', 'providerPayable'],
    ['customerAvailable', 'treasuryFees'],
    ['customerAvailable', 'stakingRewards'],
    ['customerAvailable', 'issuance'],
    ...UNCOVERED_SHARES,
  ],
  ReceivablesCovered: [
    ['customerAvailable', 'customerReceivable'],
    ['providerUncovered', 'providerPayable'],
    ['treasuryUncovered', 'treasuryFees'],
    ['stakingUncovered', 'stakingRewards'],
    ['burnUncovered', 'issuance'],
  ],
  TransferSent: [
    ['customerAvailable', 'customerAvailable'],
    ['customerAvailable', 'transit'],
  ],
  TransferReceived: [['transit', 'customerAvailable']],
  PayablesCut: [
    ['providerPayable', 'settlementInTransit'],
    ['providerWithheld', 'settlementInTransit'],
    ['providerPayable', 'providerWithheld'],
  ],
  SettlementPlanned: [['providerPayable', 'settlementInTransit']],
  SettlementConfirmed: [
    ['chainVault', 'chainSupply'],
    ['chainSupply', 'chainVault'],
    ['settlementInTransit', 'chainVault'],
  ],
  SettlementReverted: [['settlementInTransit', 'providerPayable']],
};

/** The postings of an event that go between kinds of accounts which its type may not move value between. */
export function strayPostings(event: LedgerEvent | RegistryEvent): readonly Posting[] {
  const flows: readonly Flow[] = event.type in FLOWS ? FLOWS[event.type as PostedEvent['type']] : [];
  return postingsOf(event).filter(({ debit, credit }) => {
    const [from, to] = [accountKind(debit), accountKind(credit)];
    return !flows.some(([source, target]) => source === from && target === to);
  });
}
