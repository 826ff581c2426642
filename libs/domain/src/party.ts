/** Parties and the compliance gate: who may be paid is decided here and nowhere else. */
import { DomainError } from './errors.js';
import type { ChainRegistered, PartyRole } from './events.js';
import { findWalletFault, WALLET_FAULTS } from './payout-wallet.js';

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
  /** When it was barred from using and sending, oldest first; only the last one may be open. */
  readonly suspensions: readonly Suspension[];
  /** Payout wallet by chain id. */
  readonly wallets: Readonly<Record<number, string>>;
}

/** Milliseconds since 1970, from the first to before the second; without an end it lasts. */
export interface Suspension {
  readonly fromMs: number;
  readonly untilMs?: number;
}

/** States that begin a suspension. */
const SUSPENDING: readonly KycState[] = ['suspended', 'offboarded'];

/**
 * The suspensions of a party after its state became `to` at an instant. A suspension that was followed by a rejection
 * lasts: only a party that compliance takes up again (`pending`, `verified`) is free again.
 */
export function suspensionsAfter(known: readonly Suspension[], to: KycState, atMs: number): readonly Suspension[] {
  const last = known.at(-1);
  const isOpen = last !== undefined && last.untilMs === undefined;
  if (SUSPENDING.includes(to)) return isOpen ? known : [...known, { fromMs: atMs }];
  return !isOpen || to === 'rejected' ? known : [...known.slice(0, -1), { ...last, untilMs: atMs }];
}

/** The instant since which a party is suspended, or undefined when it is not. */
export function suspendedSinceMs(party: Party): number | undefined {
  const last = party.suspensions.at(-1);
  return last?.untilMs === undefined ? last?.fromMs : undefined;
}

/**
 * Usage belongs to the instant at which it happened: what was used before a suspension is owed, what was used during one
 * is refused, also when it is reported after its end.
 *
 * @throws DomainError `CUSTOMER_SUSPENDED`
 */
export function refuseUsageInSuspension(party: Party, usedAtMs: number): void {
  for (const { fromMs, untilMs } of party.suspensions) {
    if (usedAtMs >= fromMs && (untilMs === undefined || usedAtMs < untilMs)) {
      throw new DomainError(
        'CUSTOMER_SUSPENDED',
        `Customer ${party.id} was suspended when this was used; only usage from before a suspension is charged.`,
        'subject',
      );
    }
  }
}

/** A suspended party receives and repays, but sends nothing. @throws DomainError `CUSTOMER_SUSPENDED` */
export function refuseSendingWhileSuspended(party: Party, path: string): void {
  if (suspendedSinceMs(party) === undefined) return;
  throw new DomainError(
    'CUSTOMER_SUSPENDED',
    `${party.id} is suspended and sends nothing; compliance lifts it with POST /v1/parties/${party.id}/kyc.`,
    path,
  );
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
