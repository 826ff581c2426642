import type { ReconciliationBreak, ReconciliationRecorded } from '#domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amount, instant, optional, wholeNumber } from './columns.js';

/** One comparison of ledger and chain. */
@Entity({ schema: 'books', name: 'reconciliations' })
export class Reconciliation {
  @PrimaryColumn('text')
  reconciliation!: string;

  @Column(wholeNumber({ name: 'chain_id' }))
  chainId!: number;

  @Column(amount({ name: 'block_number', ...optional }))
  blockNumber!: string | null;

  @Column('text', { name: 'block_hash' })
  blockHash!: string;

  @Column(instant())
  time!: Date;

  @Column('int')
  matched!: number;

  @Column('int', { name: 'break_count' })
  breakCount!: number;

  @Column('jsonb')
  heads!: ReconciliationRecorded['heads'];

  @Column('jsonb')
  checks!: ReconciliationRecorded['checks'];

  @Column('jsonb')
  breaks!: readonly ReconciliationBreak[];

  /** Keys of the breaks that it no longer found. */
  @Column('jsonb')
  closed!: readonly string[];
}

/** An itemised disagreement between ledger and chain, as of the last reconciliation that spoke of it. */
@Entity({ schema: 'books', name: 'breaks' })
export class Break {
  @PrimaryColumn('text')
  key!: string;

  @Column('text')
  class!: string;

  @Column('text')
  detail!: string;

  @Column('text')
  ledger!: string;

  @Column('text')
  chain!: string;

  @Column(instant())
  since!: Date;

  @Column(instant({ name: 'closed_at', ...optional }))
  closedAt!: Date | null;

  @Column(instant({ name: 'last_seen' }))
  lastSeen!: Date;
}
