/** What writes are answered with, and what reads say they include. */
import { ApiProperty } from '@nestjs/swagger';
import { entryId, type EntryPosition } from '#domain';

/** Where a write stands in the journal; `?position=shard:height` on a read waits until the books include it. */
export class PositionAnswer {
  @ApiProperty({ example: 2 }) shard!: number;
  @ApiProperty({ example: 17 }) height!: number;
}

/** The answer to every single write. */
export class EntryAnswer {
  @ApiProperty({ example: '2-17-0', description: 'The journal entry, as GET /v1/entries/{id} knows it' })
  entry!: string;
  @ApiProperty({ example: '2-17-0', description: 'The same as `entry`' }) id!: string;
  @ApiProperty({ type: PositionAnswer }) position!: PositionAnswer;
}

export function entryAnswer(entry: EntryPosition): EntryAnswer {
  const id = entryId(entry);
  return { entry: id, id, position: { shard: entry.shard, height: entry.height } };
}
