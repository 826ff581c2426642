/** Parties and the compliance gate: who may be paid is decided here and nowhere else. */
import { DomainError } from './errors.js';
import type { PartyRole } from './events.js';

export const KYC_STATES = [
  'unverified',
  'pending',
  'verified',
  'review_due',
  'expired',
  'rejected',
  'suspended',
  'offboarded',
] as const;
export type KycState = (typeof KYC_STATES)[number];

const TRANSITIONS: Readonly<Record<KycState, readonly KycState[]>> = {
  unverified: ['pending', 'verified', 'rejected', 'suspended', 'offboarded'],
  pending: ['verified', 'rejected', 'suspended', 'offboarded'],
  verified: ['review_due', 'expired', 'suspended', 'offboarded'],
  review_due: ['verified', 'expired', 'rejected', 'suspended', 'offboarded'],
  expired: ['pending', 'verified', 'rejected', 'suspended', 'offboarded'],
  rejected: ['pending', 'offboarded'],
  suspended: ['pending', 'verified', 'rejected', 'offboarded'],
  offboarded: [],
};

/** A customer, a provider or both. Its personal data live elsewhere; `reference` leads there. */
export interface Party {
  readonly id: string;
  readonly roles: readonly PartyRole[];
  readonly reference?: string;
  readonly country?: string;
  readonly kyc: KycState;
  readonly kycReason: string;
  readonly kycSince: string;
  /** Payout wallet by chain id. */
  readonly wallets: Readonly<Record<number, string>>;
}

/** @throws DomainError `KYC_TRANSITION_INVALID` with the states that may follow */
export function checkKycTransition(from: KycState, to: KycState): void {
  if (!TRANSITIONS[from].includes(to)) {
    const allowed = TRANSITIONS[from].join(', ') || 'none';
    throw new DomainError(
      'KYC_TRANSITION_INVALID',
      `A party that is ${from} cannot become ${to}; possible: ${allowed}.`,
      'state',
    );
  }
}

export const HOLD_REASONS = [
  'not_registered',
  'not_a_provider',
  'kyc_unverified',
  'kyc_pending',
  'kyc_expired',
  'kyc_rejected',
  'suspended',
  'offboarded',
  'no_wallet',
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

export type PayoutGate =
  { readonly open: true; readonly wallet: string } | { readonly open: false; readonly reason: HoldReason };

/**
 * Whether a provider may be paid on a chain now. A due review does not stop payouts, an expired verification does
 * (rule: expired KYC restricts operations, it never passes silently).
 */
export function gatePayout(party: Party | undefined, chainId: number): PayoutGate {
  if (party === undefined) return { open: false, reason: 'not_registered' };
  if (!party.roles.includes('provider')) return { open: false, reason: 'not_a_provider' };
  switch (party.kyc) {
    case 'verified':
    case 'review_due': {
      const wallet = party.wallets[chainId];
      return wallet === undefined ? { open: false, reason: 'no_wallet' } : { open: true, wallet };
    }
    case 'suspended':
    case 'offboarded':
      return { open: false, reason: party.kyc };
    case 'unverified':
    case 'pending':
    case 'expired':
    case 'rejected':
      return { open: false, reason: `kyc_${party.kyc}` };
  }
}
