import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { instant, wholeNumber, wholeNumberKey } from './columns.js';

/** How far the read models include a shard: written in the transaction that writes the rows. */
@Entity({ schema: 'books', name: 'checkpoints' })
export class Checkpoint {
  @PrimaryColumn('int')
  shard!: number;

  @Column(wholeNumber())
  height!: number;

  @Column('text')
  hash!: string;

  @Column(instant({ name: 'recorded_at' }))
  recordedAt!: Date;
}

/** When each page was recorded: leads from an instant to a height of each shard. */
@Entity({ schema: 'books', name: 'page_times' })
@Index(['shard', 'recordedAt', 'height'])
export class PageTime {
  @PrimaryColumn('int')
  shard!: number;

  @PrimaryColumn(wholeNumberKey())
  height!: number;

  @Column(instant({ name: 'recorded_at' }))
  recordedAt!: Date;

  @Column('text')
  hash!: string;

  /** Events in the page. */
  @Column('int')
  count!: number;
}

/** The next Kafka offset of a partition as one shard knows it; the partition's is the least of all shards'. */
@Entity({ schema: 'books', name: 'kafka_offsets' })
export class KafkaOffset {
  @PrimaryColumn('text')
  topic!: string;

  @PrimaryColumn('int')
  partition!: number;

  @PrimaryColumn('int')
  shard!: number;

  @Column(wholeNumber({ name: 'next_offset' }))
  nextOffset!: number;
}
