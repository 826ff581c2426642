/** Parties with their KYC state and wallets. */
import { attoOf, column, insert, instantText, table, updateOne, upsert, type Rows } from '#domain';
import type { CustomerTerms, KycState, PartyEvent, PartyRole } from './party.js';

/** A customer, a provider or both, with its present KYC state. */
export const PARTIES = table(
  'parties',
  {
    party: column.key(),
    roles: column.texts<PartyRole>(),
    reference: column.optional(column.text()),
    country: column.optional(column.text()),
    kyc: column.text<KycState>(),
    kycReason: column.text(),
    kycSince: column.instant(),
    registeredAt: column.instant(),
    /** Of a customer: the most that it may owe; null: any amount. */
    creditLimit: column.optional(column.amount()),
    /** Below which of its funds it is to be topped up; null: it is not. */
    topUpThreshold: column.optional(column.amount()),
  },
  { key: ['party'], control: null },
);

/** Where a party is paid on a chain. */
export const PARTY_WALLETS = table(
  'party_wallets',
  {
    party: column.key(),
    chainId: column.wholeNumber(),
    wallet: column.text(),
    setAt: column.instant(),
  },
  { key: ['party', 'chainId'] },
);

/** One change of a party's KYC state. */
export const KYC_CHANGES = table(
  'kyc_changes',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    party: column.key(),
    fromState: column.text<KycState>(),
    toState: column.text<KycState>(),
    reason: column.text(),
    evidence: column.optional(column.text()),
    time: column.instant(),
    recordedAt: column.instant(),
    actor: column.text(),
  },
  { key: ['shard', 'height', 'index'], indexes: { kyc_changes_by_party: { on: ['party', 'recordedAt'] } } },
);

export const partyTables = [PARTIES, PARTY_WALLETS, KYC_CHANGES] as const;

const attoOrNull = (amount: string | undefined): bigint | null => (amount === undefined ? null : attoOf(amount));
const termsOf = ({ creditLimit, topUpThreshold }: CustomerTerms) => ({
  creditLimit: attoOrNull(creditLimit),
  topUpThreshold: attoOrNull(topUpThreshold),
});

/** What the registry records it has timed itself; a time that cannot be read is then that of its page. */
export const partyRows: Rows<PartyEvent> = {
  PartyRegistered: {
    entry: ({ party }) => ({ holder: party }),
    movement: null,
    changes: ({ party, roles, reference = null, country = null, time, ...agreed }, _, recordedAt) => {
      const since = instantText(time) ?? recordedAt;
      const unverified = { kyc: 'unverified', kycReason: 'registered', kycSince: since } as const;
      const terms = { registeredAt: since, ...termsOf(agreed) };
      return [insert(PARTIES, { party, roles, reference, country, ...unverified, ...terms })];
    },
  },
  KycChanged: {
    entry: ({ party }) => ({ holder: party }),
    movement: null,
    changes: ({ party, from, to, reason, evidence = null, time, actor }, { shard, height, index }, recordedAt) => {
      const since = instantText(time) ?? recordedAt;
      const change = { party, fromState: from, toState: to, reason, evidence, time: since, recordedAt, actor };
      return [
        updateOne(PARTIES, { party }, { kyc: to, kycReason: reason, kycSince: since }),
        insert(KYC_CHANGES, { shard, height, index, ...change }),
      ];
    },
  },
  WalletSet: {
    entry: ({ party }) => ({ holder: party }),
    movement: null,
    changes: ({ party, chainId, wallet, time }, _, recordedAt) => [
      upsert(PARTY_WALLETS, { party, chainId, wallet, setAt: instantText(time) ?? recordedAt }),
    ],
  },
  CustomerTermsSet: {
    entry: ({ party }) => ({ holder: party }),
    movement: null,
    changes: ({ party, ...agreed }) => [updateOne(PARTIES, { party }, termsOf(agreed))],
  },
};
