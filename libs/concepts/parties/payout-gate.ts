/** The compliance gate: who may be paid is decided here and nowhere else. */
import type { ChainRegistered } from '../chains/chain.js';
import type { Party } from './party.js';
import { findWalletFault, WALLET_FAULTS } from './payout-wallet.js';

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
  ...WALLET_FAULTS,
  /** Another provider of the batch is paid to the same wallet. */
  'wallet_shared',
  /** Owed more than one payout carries, 2^96 - 1 atto-tokens. */
  'AMOUNT_TOO_LARGE',
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

export type PayoutGate =
  { readonly open: true; readonly wallet: string } | { readonly open: false; readonly reason: HoldReason };

/** What one payout can carry, atto-tokens: the vault packs an address and an amount into one word of 32 bytes. */
export const PAYOUT_MAX = 2n ** 96n - 1n;

const NO_CHAINS: ReadonlyMap<number, ChainRegistered> = new Map();

/**
 * Whether a provider may be paid on a chain now. A due review does not stop payouts, an expired verification does
 * (rule: expired KYC restricts operations, it never passes silently).
 *
 * @param chains the registered chains, whose contracts and signers are no wallets
 * @param owed what it would be paid, atto-tokens; more than {@link PAYOUT_MAX} fits no payout
 */
export function gatePayout(
  party: Party | undefined,
  chainId: number,
  chains: ReadonlyMap<number, ChainRegistered> = NO_CHAINS,
  owed = 0n,
): PayoutGate {
  if (party === undefined) return { open: false, reason: 'not_registered' };
  if (!party.roles.includes('provider')) return { open: false, reason: 'not_a_provider' };
  switch (party.kyc) {
    case 'verified':
    case 'review_due': {
      const wallet = party.wallets[chainId];
      if (wallet === undefined) return { open: false, reason: 'no_wallet' };
      const fault = findWalletFault(wallet, chainId, chains);
      if (fault !== undefined) return { open: false, reason: fault.reason };
      return owed > PAYOUT_MAX ? { open: false, reason: 'AMOUNT_TOO_LARGE' } : { open: true, wallet };
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
