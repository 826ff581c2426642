import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amount, instant, optional, wholeNumber, wholeNumberKey } from './columns.js';

/** A settlement batch and how far it is. */
@Entity({ schema: 'books', name: 'settlements' })
export class Settlement {
  @PrimaryColumn('text')
  batch!: string;

  @Column(wholeNumber({ name: 'chain_id' }))
  chainId!: number;

  /** `opened`, `planned`, `signed`, `empty`, `confirmed` or `reverted`. */
  @Column('text')
  phase!: string;

  @Column(instant({ name: 'opened_at' }))
  openedAt!: Date;

  /** When it became final: confirmed, reverted or empty. */
  @Column(instant({ name: 'closed_at', ...optional }))
  closedAt!: Date | null;

  @Column(amount())
  total!: string;

  @Column(amount())
  mint!: string;

  @Column(amount())
  burn!: string;

  @Column('int', { name: 'payout_count' })
  payoutCount!: number;

  /** Providers that the compliance gate kept out. */
  @Column('int', { name: 'held_count' })
  heldCount!: number;

  /** Signed transactions so far; all have one nonce, so at most one is mined. */
  @Column('int')
  attempts!: number;

  /** Of the newest attempt, then of the one that became final. */
  @Column('text', { name: 'tx_hash', ...optional })
  txHash!: string | null;

  @Column(amount({ name: 'block_number', ...optional }))
  blockNumber!: string | null;

  @Column('text', { name: 'block_hash', ...optional })
  blockHash!: string | null;

  @Column(amount({ name: 'gas_used', ...optional }))
  gasUsed!: string | null;

  /** Wei per unit of gas. */
  @Column(amount({ name: 'gas_price', ...optional }))
  gasPrice!: string | null;

  @Column('text', { name: 'heads_digest', ...optional })
  headsDigest!: string | null;

  /** Why it was reverted. */
  @Column('text', optional)
  reason!: string | null;
}

/** One transfer of a batch to one provider. */
@Entity({ schema: 'books', name: 'payouts' })
export class Payout {
  @PrimaryColumn('text')
  batch!: string;

  @PrimaryColumn('text')
  provider!: string;

  /** Its place in the batch's plan, from 0. */
  @Column('int')
  ordinal!: number;

  @Column(wholeNumber({ name: 'chain_id' }))
  chainId!: number;

  @Column('text')
  wallet!: string;

  @Column(amount())
  amount!: string;

  /** `cut`, `signed`, `confirmed` or `reverted`. */
  @Column('text')
  state!: string;

  @Column(instant({ name: 'planned_at' }))
  plannedAt!: Date;

  @Column(instant({ name: 'closed_at', ...optional }))
  closedAt!: Date | null;

  @Column('text', { name: 'tx_hash', ...optional })
  txHash!: string | null;

  @Column(wholeNumber({ name: 'log_index', ...optional }))
  logIndex!: number | null;

  @Column(amount({ name: 'block_number', ...optional }))
  blockNumber!: string | null;

  @Column('text', { name: 'block_hash', ...optional })
  blockHash!: string | null;
}

/** What a cut kept out of a batch in one shard, and why; a provider's held payout is the sum over shards. */
@Entity({ schema: 'books', name: 'held_payouts' })
export class HeldPayout {
  @PrimaryColumn('text')
  batch!: string;

  @PrimaryColumn('text')
  provider!: string;

  @PrimaryColumn('int')
  shard!: number;

  @Column(amount())
  amount!: string;

  @Column('text')
  reason!: string;

  @Column(instant({ name: 'recorded_at' }))
  recordedAt!: Date;
}

/** The token and the vault of one chain. */
@Entity({ schema: 'books', name: 'chains' })
export class ChainRow {
  @PrimaryColumn(wholeNumberKey({ name: 'chain_id' }))
  chainId!: number;

  @Column('text')
  token!: string;

  @Column('text')
  vault!: string;

  @Column('text')
  signer!: string;

  @Column(amount({ name: 'deploy_block', ...optional }))
  deployBlock!: string | null;

  @Column(instant({ name: 'registered_at' }))
  registeredAt!: Date;
}
