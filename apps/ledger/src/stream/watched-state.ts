/** What `GET /v1/stream` says with each event. */
import { ApiProperty } from '@nestjs/swagger';

class WatchedShard {
  @ApiProperty({ type: 'integer' }) shard!: number;
  @ApiProperty({ enum: ['holders', 'registry'] }) kind!: 'holders' | 'registry';
  @ApiProperty({ type: 'integer', description: '0: the shard is empty' }) height!: number;
  @ApiProperty({ nullable: true, type: String, format: 'date-time', description: 'Of the newest page' })
  recordedAt!: string | null;
  @ApiProperty({
    nullable: true,
    type: String,
    format: 'date-time',
    description: 'The last instant at which nothing can be recorded any more',
  })
  closedTo!: string | null;
  @ApiProperty({ type: 'integer', description: 'Pages that the read models do not include yet' }) behind!: number;
}

class WatchedPartition {
  @ApiProperty({ type: 'integer' }) partition!: number;
  @ApiProperty({ type: 'integer', description: 'Messages that the group has not committed' }) lag!: number;
}

class WatchedKafka {
  @ApiProperty() topic!: string;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Of all partitions; null: no broker says it' })
  lag!: number | null;
  @ApiProperty({ type: [WatchedPartition] }) partitions!: WatchedPartition[];
}

export class WatchedState {
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ type: [WatchedShard] }) shards!: WatchedShard[];
  @ApiProperty({ type: WatchedKafka, nullable: true, description: 'Null where usage comes over HTTP alone' })
  kafka!: WatchedKafka | null;
  @ApiProperty({ type: 'integer', description: 'Rejected messages that wait for somebody' }) deadLetters!: number;
  @ApiProperty({ type: 'integer', description: 'Open breaks between ledger and chain' }) breaks!: number;
}
