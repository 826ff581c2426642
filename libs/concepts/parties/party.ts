/** Parties: customers and providers, what compliance knows of them, and the wallets that they are paid to. */
import {
  atto,
  optional,
  parseHolderId,
  parseTime,
  plain,
  refusalsOf,
  requestLayout,
  UndoableMap,
  type Amount,
  type AttoText,
  type DecideEvent,
  type Evolve,
  type HolderId,
  type Layouts,
  type PositiveAttoText,
  type Recorded,
  type Refusals,
  type Requested,
} from '#domain';
import { chainRefusal, type ChainsState } from '../chains/chain.js';
import { findWalletFault, type WalletText } from './payout-wallet.js';

export const partyRefusals = {
  UNKNOWN_CUSTOMER: 'unknown',
  UNKNOWN_PROVIDER: 'unknown',
  UNKNOWN_HOLDER: 'unknown',
  PARTY_EXISTS: 'conflict',
  KYC_TRANSITION_INVALID: 'conflict',
  WALLET_INVALID: 'invalid',
  TERMS_INVALID: 'invalid',
  CUSTOMER_SUSPENDED: 'refused',
} as const satisfies Refusals;
export const partyRefusal = refusalsOf(partyRefusals);

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
/** Where compliance stands with a party. */
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

/** What a party may be. */
export type PartyRole = 'customer' | 'provider';

/** What is agreed with a customer. */
export interface CustomerTerms {
  /** The most that it may owe, atto-tokens; absent: any amount. */
  readonly creditLimit?: AttoText;
  /** Below which of what it has, available and held, it is to be topped up, atto-tokens; absent: it is not. */
  readonly topUpThreshold?: PositiveAttoText;
}

/** A customer, a provider or both are known from now on. */
export interface PartyRegistered extends Recorded, CustomerTerms {
  readonly type: 'PartyRegistered';
  readonly party: HolderId;
  readonly roles: readonly PartyRole[];
  /** The party's name in the system that knows its personal data; the journal keeps none. */
  readonly reference?: string;
  readonly country?: CountryCode;
}

/**
 * ISO 3166-1 alpha-2.
 *
 * @pattern ^[A-Z]{2}$
 */
export type CountryCode = string;

/** Compliance moved a party to another KYC state. */
export interface KycChanged extends Recorded {
  readonly type: 'KycChanged';
  readonly party: HolderId;
  readonly from: KycState;
  readonly to: KycState;
  readonly reason: string;
  /** SHA-256 of the evidence file, where there is one. */
  readonly evidence?: string;
}

/** Where a party is paid on a chain from now on. */
export interface WalletSet extends Recorded {
  readonly type: 'WalletSet';
  readonly party: HolderId;
  readonly chainId: number;
  /** EIP-55 address that payouts on this chain go to. */
  readonly wallet: WalletText;
}

/** What is agreed with a customer from now on; it replaces all that was. */
export interface CustomerTermsSet extends Recorded, CustomerTerms {
  readonly type: 'CustomerTermsSet';
  readonly party: HolderId;
}

export type PartyEvent = PartyRegistered | KycChanged | WalletSet | CustomerTermsSet;

export const partyLayouts = {
  PartyRegistered: {
    party: plain,
    roles: plain,
    reference: optional(plain),
    country: optional(plain),
    request: optional(requestLayout),
    creditLimit: optional(plain),
    topUpThreshold: optional(plain),
  },
  KycChanged: {
    party: plain,
    from: plain,
    to: plain,
    reason: plain,
    evidence: optional(plain),
    request: optional(requestLayout),
  },
  WalletSet: { party: plain, chainId: plain, wallet: plain, request: optional(requestLayout) },
  CustomerTermsSet: {
    party: plain,
    creditLimit: optional(plain),
    request: optional(requestLayout),
    topUpThreshold: optional(plain),
  },
} as const satisfies Layouts<PartyEvent>;

/** Terms as they are asked for: absent leaves as it is, null takes away. */
export interface TermsChange {
  readonly creditLimit?: Amount | null;
  readonly topUpThreshold?: Amount | null;
}

export type PartyCommand = Requested &
  (
    | ({ readonly type: 'SetCustomerTerms'; readonly party: string } & TermsChange)
    | {
        readonly type: 'RegisterParty';
        readonly party: string;
        readonly roles: readonly PartyRole[];
        readonly reference?: string;
        readonly country?: string;
        readonly creditLimit?: Amount | null;
        readonly topUpThreshold?: Amount | null;
      }
    | {
        readonly type: 'ChangeKyc';
        readonly party: string;
        readonly to: KycState;
        readonly reason: string;
        readonly evidence?: string;
      }
    | { readonly type: 'SetWallet'; readonly party: string; readonly chainId: number; readonly wallet: string }
  );

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
  readonly terms: KnownTerms;
}

/** What is agreed with a party, as numbers. */
interface KnownTerms {
  readonly creditLimit?: Amount;
  readonly topUpThreshold?: Amount;
}

const knownTerms = ({ creditLimit, topUpThreshold }: CustomerTerms): KnownTerms => ({
  ...(creditLimit === undefined ? {} : { creditLimit: atto(BigInt(creditLimit)) }),
  ...(topUpThreshold === undefined ? {} : { topUpThreshold: atto(BigInt(topUpThreshold)) }),
});

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
      throw partyRefusal(
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
  throw partyRefusal(
    'CUSTOMER_SUSPENDED',
    `${party.id} is suspended and sends nothing; compliance lifts it with POST /v1/parties/${party.id}/kyc.`,
    path,
  );
}

/** @throws DomainError `KYC_TRANSITION_INVALID` with the states that may follow */
export function checkKycTransition(from: KycState, to: KycState): void {
  if (!TRANSITIONS[from].includes(to)) {
    const allowed = TRANSITIONS[from].join(', ') || 'none';
    throw partyRefusal(
      'KYC_TRANSITION_INVALID',
      `A party that is ${from} cannot become ${to}; possible: ${allowed}.`,
      'state',
    );
  }
}

/** The registered parties by their id. */
export class PartiesPart extends UndoableMap<string, Party> {
  /** @throws DomainError `UNKNOWN_HOLDER` */
  require(id: string, path = 'id'): Party {
    const party = this.get(id);
    if (party === undefined) {
      throw partyRefusal('UNKNOWN_HOLDER', `No party ${id} is registered; register it with POST /v1/parties.`, path);
    }
    return party;
  }
}

/** What every shard reads of this concept. */
export interface PartiesState {
  readonly parties: PartiesPart;
}

export const evolveParties: Evolve<PartyEvent, PartiesState> = {
  PartyRegistered: ({ parties }, event) => {
    parties.set(event.party, {
      id: event.party,
      roles: event.roles,
      ...(event.reference === undefined ? {} : { reference: event.reference }),
      ...(event.country === undefined ? {} : { country: event.country }),
      kyc: 'unverified',
      kycReason: 'registered',
      kycSince: event.time,
      suspensions: [],
      wallets: {},
      terms: knownTerms(event),
    });
  },
  KycChanged: ({ parties }, event) => {
    const party = parties.require(event.party);
    parties.set(event.party, {
      ...party,
      kyc: event.to,
      kycReason: event.reason,
      kycSince: event.time,
      suspensions: suspensionsAfter(party.suspensions, event.to, parseTime(event.time, 'time')),
    });
  },
  WalletSet: ({ parties }, event) => {
    const party = parties.require(event.party);
    parties.set(event.party, { ...party, wallets: { ...party.wallets, [event.chainId]: event.wallet } });
  },
  CustomerTermsSet: ({ parties }, event) => {
    parties.set(event.party, { ...parties.require(event.party), terms: knownTerms(event) });
  },
};

/**
 * What is agreed once a change is made.
 *
 * @throws DomainError `TERMS_INVALID` for a party that is no customer
 */
function termsAfter(roles: readonly PartyRole[], known: KnownTerms, change: TermsChange): CustomerTerms {
  const { creditLimit = known.creditLimit, topUpThreshold = known.topUpThreshold } = change;
  const isCustomer = roles.includes('customer');
  return {
    ...termOf('creditLimit', creditLimit, isCustomer),
    ...termOf('topUpThreshold', topUpThreshold === 0n ? null : topUpThreshold, isCustomer),
  };
}

function termOf(name: keyof CustomerTerms, amount: Amount | null | undefined, isCustomer: boolean): CustomerTerms {
  if (amount === undefined || amount === null) return {};
  if (isCustomer) return { [name]: amount.toString() };
  throw partyRefusal('TERMS_INVALID', 'This is agreed with customers alone; register it with the role customer.', name);
}

export const decideParties: DecideEvent<PartyCommand, { readonly catalogue: PartiesState & ChainsState }, PartyEvent> =
  {
    RegisterParty: ({ catalogue: { parties } }, command) => {
      const { party, roles, reference, country, time, provenance } = command;
      parseHolderId(party, 'id');
      if (parties.has(party)) throw partyRefusal('PARTY_EXISTS', `Party ${party} is registered already.`, 'id');
      return {
        type: 'PartyRegistered',
        time,
        ...provenance,
        party,
        roles,
        ...(reference === undefined ? {} : { reference }),
        ...(country === undefined ? {} : { country }),
        ...termsAfter(roles, {}, command),
      };
    },
    SetCustomerTerms: ({ catalogue: { parties } }, command) => {
      const { party, time, provenance } = command;
      const { roles, terms } = parties.require(party);
      return { type: 'CustomerTermsSet', time, ...provenance, party, ...termsAfter(roles, terms, command) };
    },
    ChangeKyc: ({ catalogue: { parties } }, { party, to, reason, evidence: file, time, provenance }) => {
      const { kyc: from } = parties.require(party);
      checkKycTransition(from, to);
      const evidence = file === undefined ? {} : { evidence: file };
      return { type: 'KycChanged', time, ...provenance, party, from, to, reason, ...evidence };
    },
    SetWallet: ({ catalogue }, { party, chainId, wallet, time, provenance }) => {
      checkWallet(catalogue, party, chainId, wallet);
      return { type: 'WalletSet', time, ...provenance, party, chainId, wallet };
    },
  };

/** One wallet serves one party per chain, so that each payout is one transfer that can be matched one to one. */
function checkWallet({ parties, chains }: PartiesState & ChainsState, party: string, chainId: number, wallet: string) {
  parties.require(party);
  // Before any chain is registered a wallet may be set ahead; the gate looks at it again when a batch is opened.
  if (chains.size > 0 && !chains.has(chainId)) {
    const known = [...chains.keys()].join(', ');
    throw chainRefusal(
      'CHAIN_NOT_REGISTERED',
      `Payouts are made on chain ${known}, not on ${chainId}: give a wallet there.`,
      'chainId',
    );
  }
  const fault = findWalletFault(wallet, chainId, chains);
  if (fault !== undefined) throw partyRefusal('WALLET_INVALID', fault.detail, 'wallet');
  const lower = wallet.toLowerCase();
  for (const other of parties.values()) {
    if (other.id !== party && other.wallets[chainId]?.toLowerCase() === lower) {
      throw partyRefusal('WALLET_INVALID', 'Another party is paid to this wallet; each needs its own.', 'wallet');
    }
  }
}
