/** Why a record batch cannot be read. Stable and short; it stands in logs, metrics and Kafka's commit. */
export type UnreadableCode = 'BATCH_TOO_LARGE' | 'BATCH_CORRUPT' | 'CODEC_UNKNOWN' | 'FORMAT_TOO_OLD';

/** A record batch that no repetition makes readable. The message quotes nothing of the batch. */
export class UnreadableBatch extends Error {
  constructor(
    readonly code: UnreadableCode,
    message: string,
  ) {
    super(message);
    this.name = 'UnreadableBatch';
  }
}

export function corrupt(what: string): UnreadableBatch {
  return new UnreadableBatch('BATCH_CORRUPT', what);
}

export function tooLarge(bytesMax: number): UnreadableBatch {
  return new UnreadableBatch('BATCH_TOO_LARGE', `it unpacks to more than ${bytesMax} bytes`);
}
