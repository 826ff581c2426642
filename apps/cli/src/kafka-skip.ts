/** `airtime kafka skip`: go on behind a batch that cannot be read. */
import { InvalidArgumentError } from 'commander';
import type { ApiClient } from '#client';
import { EXIT, type ExitCode } from './failures.js';
import type { Terminal } from './terminal.js';

export interface OffsetName {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Reads `topic/partition/offset`, as logs and origins of entries write it. */
export function readOffsetName(text: string): OffsetName {
  const match = /^([a-zA-Z0-9._-]{1,249})\/(\d{1,10})\/(\d{1,16})$/.exec(text);
  const [partition, offset] = [Number(match?.[2]), Number(match?.[3])];
  if (match === null || !Number.isSafeInteger(offset)) {
    throw new InvalidArgumentError('Write it as topic/partition/offset, such as airtime.usage.v1/3/4711.');
  }
  return { topic: match[1]!, partition, offset };
}

export async function skipOffsets(
  client: ApiClient,
  terminal: Terminal,
  place: OffsetName,
  reason: string,
): Promise<ExitCode> {
  const answer = await client.post('/v1/kafka/skips', { body: { ...place, reason } });
  const { from, to } = answer;
  terminal.result(
    answer,
    `skipped ${from === to ? `offset ${from}` : `offsets ${from} to ${to}`} of ${place.topic}/${place.partition}; the partition goes on within seconds`,
  );
  return EXIT.fine;
}
