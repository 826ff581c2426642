/** A settlement batch as its events tell it, and what the registry shard keeps of batches. */
import {
  irreversible,
  movements,
  optional,
  plain,
  requestLayout,
  UndoableMap,
  type AttoText,
  type Correct,
  type EntryPosition,
  type Evolve,
  type Flows,
  type HolderId,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Recorded,
  type ShardHead,
  type ShardState,
  type UndoLog,
  type WholeNumberText,
} from '#domain';
import { chainAccounts, chainSupply, type ChainsPart, type ChainsState } from '../chains/chain.js';
import type { PartiesState } from '../parties/party.js';
import type { WalletText } from '../parties/payout-wallet.js';
import { splitAccounts } from '../rating/split-policy.js';
import { cutAccounts } from './cut.js';

/** A batch begins: the compliance gate has looked at its providers. */
export interface SettlementOpened extends Recorded {
  readonly type: 'SettlementOpened';
  readonly batch: string;
  readonly chainId: number;
  /** Who is paid, to which wallet, and who is not, with the reason: the compliance gate as it stood. */
  readonly payable: readonly { readonly provider: HolderId; readonly wallet: WalletText }[];
  readonly withheld: readonly { readonly provider: HolderId; readonly reason: string }[];
}

/** All shards are cut: what the one transaction does, and the journal heads that it commits to. */
export interface SettlementPlanned extends Recorded {
  readonly type: 'SettlementPlanned';
  readonly batch: string;
  readonly heads: readonly ShardHead[];
  readonly headsDigest: string;
  readonly mint: AttoText;
  readonly burn: AttoText;
  readonly total: AttoText;
  /** Ascending by wallet, as the vault demands; at most one payout per provider and per wallet. */
  readonly payouts: readonly {
    readonly provider: HolderId;
    readonly wallet: WalletText;
    readonly amount: PositiveAttoText;
  }[];
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
  readonly maxFeePerGas: WholeNumberText;
  readonly maxPriorityFeePerGas: WholeNumberText;
}

/** The transaction is final on chain: what was in transit left the vault, and the supply there is what the cut said. */
export interface SettlementConfirmed extends Recorded {
  readonly type: 'SettlementConfirmed';
  readonly batch: string;
  readonly hash: string;
  readonly blockNumber: WholeNumberText;
  readonly blockHash: string;
  /** Transfer log index of each payout, in the plan's order. */
  readonly logIndexes: readonly number[];
  readonly gasUsed: WholeNumberText;
  readonly gasPrice: WholeNumberText;
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

export type SettlementEvent =
  SettlementOpened | SettlementPlanned | SettlementEmpty | SettlementSigned | SettlementConfirmed | SettlementReverted;

const headLayout = { shard: plain, height: plain, hash: plain } as const;
const request = optional(requestLayout);

export const settlementLayouts = {
  SettlementOpened: {
    batch: plain,
    chainId: plain,
    payable: [{ provider: plain, wallet: plain }],
    withheld: [{ provider: plain, reason: plain }],
    request,
  },
  SettlementPlanned: {
    batch: plain,
    heads: [headLayout],
    headsDigest: plain,
    mint: plain,
    burn: plain,
    total: plain,
    payouts: [{ provider: plain, wallet: plain, amount: plain }],
    postings: movements(cutAccounts.settlementInTransit),
    request,
  },
  SettlementEmpty: { batch: plain, heads: [headLayout], request },
  SettlementSigned: {
    batch: plain,
    attempt: plain,
    nonce: plain,
    raw: plain,
    hash: plain,
    maxFeePerGas: plain,
    maxPriorityFeePerGas: plain,
    request,
  },
  SettlementConfirmed: {
    batch: plain,
    hash: plain,
    blockNumber: plain,
    blockHash: plain,
    logIndexes: plain,
    gasUsed: plain,
    gasPrice: plain,
    postings: movements(cutAccounts.settlementInTransit),
    request,
  },
  SettlementReverted: {
    batch: plain,
    reason: plain,
    postings: movements(cutAccounts.settlementInTransit),
    hash: optional(plain),
    request,
  },
} as const satisfies Layouts<SettlementEvent>;

export type SettlementPhase = 'opened' | 'planned' | 'signed' | 'empty' | 'confirmed' | 'reverted';

/** A batch as its events tell it. */
export interface SettlementBatch {
  readonly batch: string;
  readonly phase: SettlementPhase;
  readonly opened: SettlementOpened;
  readonly openedAt: EntryPosition;
  readonly planned?: SettlementPlanned;
  /** Every signed attempt, oldest first: any of them may be the one that is mined. */
  readonly signed: readonly SettlementSigned[];
  readonly confirmed?: SettlementConfirmed;
  readonly reverted?: SettlementReverted;
}

/** True while the batch may still move value. */
export function isUnderWay(batch: SettlementBatch): boolean {
  return batch.phase === 'opened' || batch.phase === 'planned' || batch.phase === 'signed';
}

export function evolveSettlement(
  batch: SettlementBatch | undefined,
  event: SettlementEvent,
  position: EntryPosition,
): SettlementBatch {
  if (event.type === 'SettlementOpened') {
    return { batch: event.batch, phase: 'opened', opened: event, openedAt: position, signed: [] };
  }
  if (batch === undefined) throw new Error(`settlement ${event.batch} was never opened`);
  switch (event.type) {
    case 'SettlementPlanned':
      return { ...batch, phase: 'planned', planned: event };
    case 'SettlementEmpty':
      return { ...batch, phase: 'empty' };
    case 'SettlementSigned':
      return { ...batch, phase: 'signed', signed: [...batch.signed, event] };
    case 'SettlementConfirmed':
      return { ...batch, phase: 'confirmed', confirmed: event };
    case 'SettlementReverted':
      return { ...batch, phase: 'reverted', reverted: event };
  }
}

/** The batches, at most one of them under way. */
export class SettlementPart {
  readonly batches: UndoableMap<string, SettlementBatch>;
  private readonly nonces: UndoableMap<number, number>;
  private readonly underWay: UndoableMap<'batch', string>;

  constructor(
    undo: UndoLog,
    private readonly chains: ChainsPart,
  ) {
    this.batches = new UndoableMap(undo);
    this.nonces = new UndoableMap(undo);
    this.underWay = new UndoableMap(undo);
  }

  batch(id: string): SettlementBatch | undefined {
    return this.batches.get(id);
  }

  /** The batch under way, if any. */
  get active(): SettlementBatch | undefined {
    const id = this.underWay.get('batch');
    return id === undefined ? undefined : this.batches.get(id);
  }

  /** The next unused nonce of the chain's signer. */
  nextNonce(chainId: number): number {
    return this.nonces.get(chainId) ?? this.chains.get(chainId)?.firstNonce ?? 0;
  }

  evolve(event: SettlementEvent, position: EntryPosition): void {
    const batch = evolveSettlement(this.batches.get(event.batch), event, position);
    this.batches.set(event.batch, batch);
    if (isUnderWay(batch)) this.underWay.set('batch', event.batch);
    else this.underWay.delete('batch');
    if (event.type === 'SettlementSigned') this.nonces.set(batch.opened.chainId, event.nonce + 1);
  }
}

/** What the registry shard keeps of this concept, and what its decisions read beside it. */
export interface SettlementState extends Pick<ShardState, 'balance'> {
  readonly catalogue: PartiesState & ChainsState;
  readonly settlement: SettlementPart;
}

/** Tokens issued on all registered chains together, as the books have it. */
export function chainsSupply(state: SettlementState): bigint {
  let sum = 0n;
  for (const chainId of state.catalogue.chains.keys()) sum += state.balance(chainSupply(chainId));
  return sum;
}

const evolveBatch = ({ settlement }: SettlementState, event: SettlementEvent, position: EntryPosition): void => {
  settlement.evolve(event, position);
};

export const evolveSettlements: Evolve<SettlementEvent, SettlementState> = {
  SettlementOpened: evolveBatch,
  SettlementPlanned: evolveBatch,
  SettlementEmpty: evolveBatch,
  SettlementSigned: evolveBatch,
  SettlementConfirmed: evolveBatch,
  SettlementReverted: evolveBatch,
};

/** What a chain has made final stays. A batch that cannot pay is reverted as a whole, which gives everything back. */
export type SettlementIrreversible = 'settled-on-chain' | 'settled-as-a-batch';

/** No step of a batch is corrected by itself. */
export const correctSettlements: Correct<
  SettlementEvent,
  Pick<SettlementState, 'settlement'>,
  SettlementIrreversible
> = {
  SettlementPlanned: ({ settlement }, { batch }) =>
    irreversible(settlement.batch(batch)?.phase === 'confirmed' ? 'settled-on-chain' : 'settled-as-a-batch'),
  SettlementConfirmed: () => irreversible('settled-on-chain'),
  SettlementReverted: () => irreversible('settled-as-a-batch'),
};

export const settlementFlows: Flows<SettlementEvent> = {
  SettlementPlanned: [[splitAccounts.providerPayable, cutAccounts.settlementInTransit]],
  SettlementConfirmed: [
    [chainAccounts.chainVault, chainAccounts.chainSupply],
    [chainAccounts.chainSupply, chainAccounts.chainVault],
    [cutAccounts.settlementInTransit, chainAccounts.chainVault],
  ],
  SettlementReverted: [[cutAccounts.settlementInTransit, splitAccounts.providerPayable]],
};
