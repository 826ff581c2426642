/**
 * A partition that stopped at a batch which cannot be read says so in the metadata of its commit, where every process of
 * the group can see it, also when the process that owned the partition is gone.
 */
import type { UnreadableCode } from './fetch/unreadable.js';

/** Offsets that cannot be read, both inclusive, and why. */
export interface StoppedBatch {
  readonly from: number;
  readonly to: number;
  readonly code: UnreadableCode;
  /** One sentence for a person. */
  readonly detail: string;
}

const PREFIX = 'airtime-stopped ';
const DETAIL_LENGTH_MAX = 300;

/** Within the 4,096 bytes that a broker accepts. */
export function stopMetadata({ from, to, code, detail }: StoppedBatch): string {
  return PREFIX + JSON.stringify({ from, to, code, detail: detail.slice(0, DETAIL_LENGTH_MAX) });
}

/** Undefined for metadata of anything else; whoever may commit for the group may write anything there. */
export function readStopMetadata(metadata: string | null | undefined): StoppedBatch | undefined {
  if (metadata === null || metadata === undefined || !metadata.startsWith(PREFIX)) return undefined;
  try {
    const { from, to, code, detail } = JSON.parse(metadata.slice(PREFIX.length)) as Record<string, unknown>;
    const areOffsets = [from, to].every((offset) => Number.isSafeInteger(offset) && (offset as number) >= 0);
    if (!areOffsets || (to as number) < (from as number)) return undefined;
    return { from: from as number, to: to as number, code: code as UnreadableCode, detail: String(detail) };
  } catch {
    return undefined;
  }
}
