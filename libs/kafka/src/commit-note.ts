/**
 * What the metadata of a commit says: which journal committed, where its shards stood, and at which batch the partition
 * stopped. Every process of the group can read it, also when the one that owned the partition is gone.
 */
import type { UnreadableCode } from './fetch/unreadable.js';

/** A journal in one history of its own: after an accepted loss its offsets count anew. */
export interface JournalHistory {
  /** The journal's id. */
  readonly journal: string;
  /** What tells this history from the ones before a loss of pages was accepted; absent: nothing was ever lost. */
  readonly since?: string;
}

/** Whose a commit is. Only its own commits say how far a journal is. */
export interface CommitOwner extends JournalHistory {
  /** The name that the topic is registered under. */
  readonly name: string;
}

/** Where a shard of the journal ended when the commit was made. */
export interface NotedHead {
  readonly shard: number;
  readonly height: number;
  /** SHA-256 of the page in hexadecimal, or its first 16 digits. */
  readonly hash: string;
}

/** Offsets that cannot be read, both inclusive, and why. */
export interface StoppedBatch {
  readonly from: number;
  readonly to: number;
  readonly code: UnreadableCode;
  /** One sentence for a person. */
  readonly detail: string;
}

export interface CommitNote extends CommitOwner {
  readonly heads: readonly NotedHead[];
  /** The batch at which the partition stopped, if it did. */
  readonly stopped?: StoppedBatch;
}

const PREFIX = 'airtime ';
const DETAIL_LENGTH_MAX = 300;
/** A broker accepts 4,096 by default: whole hashes of 45 shards, the first digits of all that there can be. */
const BYTES_MAX = 4_096;
const HASH_DIGITS_MIN = 16;
const HEAD = /^(\d{1,9}):(\d{1,15}):([0-9a-f]{64}|[0-9a-f]{16})$/;

/** Where all of it does not fit, the hashes are cut short; the heads are left out in the end: they are kept elsewhere too. */
export function writeCommitNote({ journal, since, name, heads, stopped }: CommitNote): string {
  const owner = { journal, ...(since === undefined ? {} : { since }), name };
  const stop =
    stopped === undefined ? {} : { stopped: { ...stopped, detail: stopped.detail.slice(0, DETAIL_LENGTH_MAX) } };
  const texts = (digits?: number) =>
    heads.map(({ shard, height, hash }) => `${shard}:${height}:${hash.slice(0, digits)}`);
  for (const fitting of [texts(), texts(HASH_DIGITS_MIN)]) {
    const note = PREFIX + JSON.stringify({ ...owner, heads: fitting, ...stop });
    if (Buffer.byteLength(note) <= BYTES_MAX) return note;
  }
  return PREFIX + JSON.stringify({ ...owner, heads: [], ...stop });
}

/** Undefined for metadata of anything else; whoever may commit for the group may write anything there. */
export function readCommitNote(metadata: string | null | undefined): CommitNote | undefined {
  if (metadata === null || metadata === undefined || !metadata.startsWith(PREFIX)) return undefined;
  let read: unknown;
  try {
    read = JSON.parse(metadata.slice(PREFIX.length));
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const { journal, since, name, heads, stopped } = read as Record<string, unknown>;
  if (typeof journal !== 'string' || typeof name !== 'string' || !Array.isArray(heads)) return undefined;
  if (since !== undefined && typeof since !== 'string') return undefined;
  const noted = heads.map(readHead);
  if (noted.includes(undefined)) return undefined;
  const stop = stopped === undefined ? undefined : readStop(stopped);
  return {
    ...{ journal, name, heads: noted as NotedHead[] },
    ...(since === undefined ? {} : { since }),
    ...(stop === undefined ? {} : { stopped: stop }),
  };
}

/** Whether a commit was made by a journal, in the history that it has now, under the name that the topic has now. */
export function isOf(note: CommitNote | undefined, { journal, since, name }: CommitOwner): note is CommitNote {
  return note !== undefined && note.journal === journal && note.since === since && note.name === name;
}

function readHead(text: unknown): NotedHead | undefined {
  const [, shard, height, hash] = (typeof text === 'string' && HEAD.exec(text)) || [];
  return hash === undefined ? undefined : { shard: Number(shard), height: Number(height), hash };
}

function readStop(stopped: unknown): StoppedBatch | undefined {
  if (typeof stopped !== 'object' || stopped === null) return undefined;
  const { from, to, code, detail } = stopped as Record<string, unknown>;
  const areOffsets = [from, to].every((offset) => Number.isSafeInteger(offset) && (offset as number) >= 0);
  if (!areOffsets || (to as number) < (from as number)) return undefined;
  return { from: from as number, to: to as number, code: code as UnreadableCode, detail: String(detail) };
}
