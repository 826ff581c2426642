/**
 * What the journal holds. Events are plain JSON: amounts are decimal integer strings of atto-tokens, times are RFC 3339
 * UTC. Every event that moves value carries its own balanced postings, and every amount the versions that made it.
 */
import type { Posting } from './account.js';
import type { KycState } from './party.js';
import type { Meters, PriceBook } from './price-book.js';
import type { SplitPolicy } from './split-policy.js';

/** Who caused an event and how it came in. */
export interface Provenance {
  /** The key that asked (`key:<id>`), `kafka`, or the internal process (`system:<name>`). */
  readonly actor: string;
  /** `kafka:<topic>/<partition>/<offset>` or `request:<id>`. */
  readonly origin: string;
}

/** An `Idempotency-Key` and the digest of the request that used it. */
export interface RequestIdentity {
  readonly key: string;
  readonly digest: string;
}

interface Recorded extends Provenance {
  /** When it happened, by the one who reported it; the page says when it was recorded. */
  readonly time: string;
  readonly request?: RequestIdentity;
}

/** A producer's name for one usage event; unique for ever. `digest` covers what was reported. */
export interface UsageIdentity {
  readonly source: string;
  readonly id: string;
  readonly digest: string;
}

/** Amounts by share, as decimal integer strings of atto-tokens. */
export interface RecordedShares {
  readonly provider: string;
  readonly treasury: string;
  readonly stakers: string;
  readonly burn: string;
}

export interface UsageCharged extends Recorded {
  readonly type: 'UsageCharged';
  readonly usage: UsageIdentity;
  readonly usageType: string;
  readonly customer: string;
  readonly provider: string;
  readonly model: string;
  readonly meters: Meters;
  readonly budget?: string;
  readonly hold?: string;
  readonly priceBook: number;
  readonly splitPolicy: number;
  readonly amount: string;
  /** The part that the customer's balance could not cover, with the shares that wait for it. */
  readonly receivable?: { readonly amount: string; readonly shares: RecordedShares };
  readonly postings: readonly Posting[];
}

/** The same source and id with another body. Nothing is charged; the record is for whoever resolves it. */
export interface UsageConflicted extends Recorded {
  readonly type: 'UsageConflicted';
  readonly usage: UsageIdentity;
  readonly customer: string;
  readonly firstDigest: string;
}

/** A message that could not be applied; it also went to the dead-letter topic. Only for usage that no caller waits for. */
export interface UsageRejected extends Recorded {
  readonly type: 'UsageRejected';
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly code: string;
  readonly detail: string;
}

/** One durable answer to a usage batch that came with an `Idempotency-Key`. */
export interface UsageBatchAnswered extends Recorded {
  readonly type: 'UsageBatchAnswered';
  readonly request: RequestIdentity;
  readonly answer: UsageAnswer;
}

export interface UsageAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rejected: readonly RejectedUsage[];
}

/**
 * `index` is the event's place in the batch as sent; `path` the offending field, where one is to blame. `repeated`: the
 * message was redelivered by Kafka and its rejection stands in the journal already; never part of an event.
 */
export interface RejectedUsage {
  readonly index: number;
  readonly id: string;
  readonly code: string;
  readonly detail: string;
  readonly path?: string;
  readonly repeated?: true;
}

/** Funds arrived and paid for usage that had been booked as receivable, oldest first. */
export interface ReceivablesCovered extends Recorded {
  readonly type: 'ReceivablesCovered';
  readonly customer: string;
  readonly amount: string;
  /** Which usage was covered, by how much: `usage` is `source id` of the charge; shares are what left the uncovered accounts. */
  readonly covered: readonly {
    readonly source: string;
    readonly id: string;
    readonly provider: string;
    readonly amount: string;
    readonly shares: RecordedShares;
  }[];
  readonly postings: readonly Posting[];
}

export interface Minted extends Recorded {
  readonly type: 'Minted';
  readonly holder: string;
  readonly amount: string;
  readonly reason: string;
  readonly postings: readonly Posting[];
}

export interface Burned extends Recorded {
  readonly type: 'Burned';
  readonly holder: string;
  readonly amount: string;
  readonly reason: string;
  readonly postings: readonly Posting[];
}

/** Value left `from`. When both holders share a shard the one entry moves it; else it waits in `transit`. */
export interface TransferSent extends Recorded {
  readonly type: 'TransferSent';
  readonly transfer: string;
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly reason: string;
  readonly toShard: number;
  readonly postings: readonly Posting[];
}

export interface TransferReceived extends Recorded {
  readonly type: 'TransferReceived';
  readonly transfer: string;
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly reason: string;
  readonly postings: readonly Posting[];
}

/** The sending shard knows that the other entry is booked; the relay forgets the transfer. */
export interface TransferCompleted extends Recorded {
  readonly type: 'TransferCompleted';
  readonly transfer: string;
}

/** One shard's part of a settlement batch: payables frozen into the batch, or held with a reason. */
export interface PayablesCut extends Recorded {
  readonly type: 'PayablesCut';
  readonly batch: string;
  readonly payouts: readonly { readonly provider: string; readonly amount: string }[];
  readonly held: readonly { readonly provider: string; readonly amount: string; readonly reason: string }[];
  /** Minted minus burned in this shard up to and including this entry, atto-tokens (may be negative). */
  readonly supply: string;
  readonly postings: readonly Posting[];
}

export type LedgerEvent =
  | UsageCharged
  | UsageConflicted
  | UsageRejected
  | UsageBatchAnswered
  | ReceivablesCovered
  | Minted
  | Burned
  | TransferSent
  | TransferReceived
  | TransferCompleted
  | PayablesCut;

export interface PriceBookPublished extends Recorded {
  readonly type: 'PriceBookPublished';
  readonly version: number;
  readonly book: PriceBook;
}

export interface SplitPolicyPublished extends Recorded {
  readonly type: 'SplitPolicyPublished';
  readonly version: number;
  readonly policy: SplitPolicy;
}

export type PartyRole = 'customer' | 'provider';

export interface PartyRegistered extends Recorded {
  readonly type: 'PartyRegistered';
  readonly party: string;
  readonly roles: readonly PartyRole[];
  /** The party's name in the system that knows its personal data; the journal keeps none. */
  readonly reference?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
}

export interface KycChanged extends Recorded {
  readonly type: 'KycChanged';
  readonly party: string;
  readonly from: KycState;
  readonly to: KycState;
  readonly reason: string;
  /** SHA-256 of the evidence file, where there is one. */
  readonly evidence?: string;
}

export interface WalletSet extends Recorded {
  readonly type: 'WalletSet';
  readonly party: string;
  readonly chainId: number;
  /** EIP-55 address that payouts on this chain go to. */
  readonly wallet: string;
}

export interface KeyIssued extends Recorded {
  readonly type: 'KeyIssued';
  readonly key: string;
  readonly role: string;
  readonly provider?: string;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
}

export interface KeyRevoked extends Recorded {
  readonly type: 'KeyRevoked';
  readonly key: string;
}

/** The token and the vault of one chain, as deployed. Block numbers are decimal strings. */
export interface ChainRegistered extends Recorded {
  readonly type: 'ChainRegistered';
  readonly chainId: number;
  readonly token: string;
  readonly vault: string;
  readonly signer: string;
  readonly deployBlock: string;
  /** The signer's first nonce for settlement transactions; each batch takes the next. */
  readonly firstNonce: number;
}

export interface ShardHead {
  readonly shard: number;
  readonly height: number;
  readonly hash: string;
}

export interface SettlementOpened extends Recorded {
  readonly type: 'SettlementOpened';
  readonly batch: string;
  readonly chainId: number;
  /** Who is paid, to which wallet, and who is not, with the reason: the compliance gate as it stood. */
  readonly payable: readonly { readonly provider: string; readonly wallet: string }[];
  readonly held: readonly { readonly provider: string; readonly reason: string }[];
}

/** All shards are cut: what the one transaction does, and the journal heads that it commits to. */
export interface SettlementPlanned extends Recorded {
  readonly type: 'SettlementPlanned';
  readonly batch: string;
  readonly heads: readonly ShardHead[];
  readonly headsDigest: string;
  readonly mint: string;
  readonly burn: string;
  readonly total: string;
  /** Ascending by wallet, as the vault demands; at most one payout per provider and per wallet. */
  readonly payouts: readonly { readonly provider: string; readonly wallet: string; readonly amount: string }[];
  /** What an earlier reverted batch gave back to this shard joins the batch. */
  readonly postings: readonly Posting[];
}

/** The cut found nothing to pay and no supply to move: the batch ends without a transaction. */
export interface SettlementEmpty extends Recorded {
  readonly type: 'SettlementEmpty';
  readonly batch: string;
  readonly heads: readonly ShardHead[];
}

/** The signed bytes, before anybody else sees them. A later attempt replaces fees only: the nonce stays. */
export interface SettlementSigned extends Recorded {
  readonly type: 'SettlementSigned';
  readonly batch: string;
  readonly attempt: number;
  readonly nonce: number;
  readonly raw: string;
  readonly hash: string;
  readonly maxFeePerGas: string;
  readonly maxPriorityFeePerGas: string;
}

/** The transaction is final on chain: what was in transit left the vault, and the supply there is what the cut said. */
export interface SettlementConfirmed extends Recorded {
  readonly type: 'SettlementConfirmed';
  readonly batch: string;
  readonly hash: string;
  readonly blockNumber: string;
  readonly blockHash: string;
  /** Transfer log index of each payout, in the plan's order. */
  readonly logIndexes: readonly number[];
  readonly gasUsed: string;
  readonly gasPrice: string;
  readonly postings: readonly Posting[];
}

/** The transaction can never pay (reverted at finality, or could not be built): everything goes back to payable. */
export interface SettlementReverted extends Recorded {
  readonly type: 'SettlementReverted';
  readonly batch: string;
  readonly hash?: string;
  readonly reason: string;
  readonly postings: readonly Posting[];
}

export const BREAK_CLASSES = [
  'SUPPLY_MISMATCH',
  'VAULT_MISMATCH',
  'MISSING_ON_CHAIN',
  'MISSING_IN_LEDGER',
  'AMOUNT_MISMATCH',
  'WRONG_RECIPIENT',
  'DUPLICATE_ON_CHAIN',
  'DUPLICATE_IN_LEDGER',
  'HEADS_MISMATCH',
  'TIMING',
] as const;

export type BreakClass = (typeof BREAK_CLASSES)[number];

/** One itemised disagreement between ledger and chain. `key` is the same in every run that still finds it. */
export interface ReconciliationBreak {
  readonly key: string;
  readonly class: BreakClass;
  readonly detail: string;
  readonly ledger: string;
  readonly chain: string;
  /** When a reconciliation first found it. */
  readonly since: string;
}

export interface ReconciliationRecorded extends Recorded {
  readonly type: 'ReconciliationRecorded';
  readonly reconciliation: string;
  readonly chainId: number;
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly heads: readonly ShardHead[];
  readonly checks: readonly {
    readonly name: string;
    readonly ledger: string;
    readonly chain: string;
    readonly agrees: boolean;
  }[];
  readonly matched: number;
  readonly breaks: readonly ReconciliationBreak[];
  readonly closed: readonly string[];
}

export type RegistryEvent =
  | PriceBookPublished
  | SplitPolicyPublished
  | PartyRegistered
  | KycChanged
  | WalletSet
  | KeyIssued
  | KeyRevoked
  | ChainRegistered
  | SettlementOpened
  | SettlementPlanned
  | SettlementEmpty
  | SettlementSigned
  | SettlementConfirmed
  | SettlementReverted
  | ReconciliationRecorded;

export type JournalEvent = LedgerEvent | RegistryEvent;

/** Where an event stands: its entry id is `shard-height-index`. */
export interface EntryPosition {
  readonly shard: number;
  readonly height: number;
  readonly index: number;
}

export function entryId(position: EntryPosition): string {
  return `${position.shard}-${position.height}-${position.index}`;
}

/** The postings of an event, none for events that move no value. */
export function postingsOf(event: JournalEvent): readonly Posting[] {
  return 'postings' in event ? event.postings : [];
}
