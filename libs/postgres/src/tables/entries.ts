import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amount, instant, optional, wholeNumber, wholeNumberKey } from './columns.js';

/** One journal event; the whole event is read from its page. Partitioned by shard. */
@Entity({ schema: 'books', name: 'entries' })
export class Entry {
  @PrimaryColumn('int')
  shard!: number;

  @PrimaryColumn(wholeNumberKey())
  height!: number;

  @PrimaryColumn('int')
  index!: number;

  @Column('text')
  type!: string;

  @Column(instant({ name: 'recorded_at' }))
  recordedAt!: Date;

  /** When it happened, by the one who reported it; null for a time that is none. */
  @Column(instant(optional))
  time!: Date | null;

  /** Whose entry it is: the customer, the owner, the sender; null for what concerns no single holder. */
  @Column('text', optional)
  holder!: string | null;

  @Column('text', optional)
  counterparty!: string | null;

  @Column(amount(optional))
  amount!: string | null;

  @Column('text')
  actor!: string;

  @Column('text')
  origin!: string;
}

/** What one entry did to one account, and the account's sub-balance in the shard after it. Partitioned by shard. */
@Entity({ schema: 'books', name: 'movements' })
export class Movement {
  @PrimaryColumn('text')
  account!: string;

  @PrimaryColumn('text')
  asset!: string;

  @PrimaryColumn('int')
  shard!: number;

  @PrimaryColumn(wholeNumberKey())
  height!: number;

  @PrimaryColumn('int')
  index!: number;

  /** Credits minus debits of the entry. */
  @Column(amount())
  amount!: string;

  @Column(amount({ name: 'balance_after' }))
  balanceAfter!: string;
}

/** The present sub-balance of an account in one shard. */
@Entity({ schema: 'books', name: 'balances' })
export class Balance {
  @PrimaryColumn('text')
  account!: string;

  @PrimaryColumn('text')
  asset!: string;

  @PrimaryColumn('int')
  shard!: number;

  @Column(amount())
  balance!: string;

  /** Of the page that moved it last. */
  @Column(wholeNumber())
  height!: number;
}

/** Usage that no balance covered yet. */
@Entity({ schema: 'books', name: 'receivables' })
export class OpenReceivable {
  @PrimaryColumn('text')
  customer!: string;

  /** SHA-256 of source and id: a key of PostgreSQL is bounded, what producers call their events is not. */
  @PrimaryColumn('text', { name: 'usage_key' })
  usageKey!: string;

  @PrimaryColumn('int')
  shard!: number;

  @Column('text')
  source!: string;

  @Column('text')
  id!: string;

  @Column('text')
  provider!: string;

  /** What was uncovered when the usage was charged. */
  @Column(amount())
  amount!: string;

  @Column(amount({ name: 'amount_open' }))
  amountOpen!: string;

  @Column(wholeNumber())
  height!: number;

  @Column('int')
  index!: number;

  @Column(instant(optional))
  time!: Date | null;
}

/** What came to an account since the first page of a shard, by the page in which it last grew. */
@Entity({ schema: 'books', name: 'totals' })
export class Total {
  /** An account that usage pays, `provider:*:payable` for all of these together, `minted`, or `burned`. */
  @PrimaryColumn('text')
  name!: string;

  @PrimaryColumn('int')
  shard!: number;

  @PrimaryColumn(wholeNumberKey())
  height!: number;

  @Column(amount())
  amount!: string;
}
