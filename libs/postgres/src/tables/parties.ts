import type { KycState, PartyRole } from '#concepts';
import { column, table } from '#domain';

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
  },
  { key: ['party'] },
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
