import { Column, Entity, PrimaryColumn } from 'typeorm';
import { amount, instant, wholeNumber, wholeNumberKey } from './columns.js';

/** Metered quantities by the usage's own UTC day. */
@Entity({ schema: 'books', name: 'usage_totals' })
export class UsageTotal {
  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text')
  customer!: string;

  @PrimaryColumn('text')
  provider!: string;

  @PrimaryColumn('text')
  model!: string;

  @PrimaryColumn('text', { name: 'usage_type' })
  usageType!: string;

  @PrimaryColumn('text')
  meter!: string;

  @Column('numeric', { precision: 60, scale: 9 })
  quantity!: string;

  @Column(wholeNumber())
  events!: number;
}

/** What usage cost, by the usage's own UTC day. */
@Entity({ schema: 'books', name: 'usage_amounts' })
export class UsageAmount {
  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text')
  customer!: string;

  @PrimaryColumn('text')
  provider!: string;

  @PrimaryColumn('text')
  model!: string;

  @PrimaryColumn('text', { name: 'usage_type' })
  usageType!: string;

  @Column(wholeNumber())
  events!: number;

  @Column(amount())
  amount!: string;

  /** The part that no balance covered when the usage was charged. */
  @Column(amount())
  receivable!: string;
}

/** A usage id that came again with another body. */
@Entity({ schema: 'books', name: 'conflicts' })
export class Conflict {
  @PrimaryColumn('int')
  shard!: number;

  @PrimaryColumn(wholeNumberKey())
  height!: number;

  @PrimaryColumn('int')
  index!: number;

  @Column('text')
  customer!: string;

  @Column('text')
  source!: string;

  @Column('text')
  id!: string;

  @Column('text')
  digest!: string;

  @Column('text', { name: 'first_digest' })
  firstDigest!: string;

  @Column(instant({ name: 'recorded_at' }))
  recordedAt!: Date;

  @Column('text')
  origin!: string;
}

/** A Kafka message that could not be applied. */
@Entity({ schema: 'books', name: 'rejections' })
export class Rejection {
  @PrimaryColumn('text')
  topic!: string;

  @PrimaryColumn('int')
  partition!: number;

  @PrimaryColumn(wholeNumberKey())
  offset!: number;

  @PrimaryColumn('int')
  shard!: number;

  @PrimaryColumn(wholeNumberKey())
  height!: number;

  @PrimaryColumn('int')
  index!: number;

  @Column('text')
  code!: string;

  @Column('text')
  detail!: string;

  @Column(instant({ name: 'recorded_at' }))
  recordedAt!: Date;
}
