/**
 * Which events of a stream the test server still shows. The last event of `$$<stream>` says so in JSON: `$maxCount` keeps
 * the newest ones, `$tb` ("truncate before") those from a revision on. A soft deletion is a `$tb` above every revision.
 * What is cut off keeps its revisions: the stream goes on behind them. A deletion for good is `$tombstone` beside it; on the real server
 * it is an event of the stream itself.
 */

/** How EventStoreDB writes "truncate before everything": the largest signed 64-bit number. */
export const DELETED = '9223372036854775807';

/** In a plain number it is rounded up by one, like everything that large. */
const DELETED_FROM = Number(DELETED);
const PREFIX = '$$';

export interface Kept {
  /** Events of lower revisions are not shown. */
  readonly truncateBefore: number;
  readonly maxCount: number;
  /** Nothing brings the stream back. */
  readonly isTombstoned: boolean;
}

export const KEEP_ALL: Kept = { truncateBefore: 0, maxCount: Number.POSITIVE_INFINITY, isTombstoned: false };

export function metadataStreamOf(stream: string): string {
  return `${PREFIX}${stream}`;
}

/** The stream that a metadata stream speaks of; undefined for any other stream. */
export function describedBy(stream: string): string | undefined {
  return stream.startsWith(PREFIX) ? stream.slice(PREFIX.length) : undefined;
}

/** What is no metadata keeps everything, as on the real server. */
export function readKept(data: Uint8Array): Kept {
  try {
    const { $tb, $maxCount, $tombstone } = JSON.parse(Buffer.from(data).toString('utf8')) as Record<string, unknown>;
    return {
      truncateBefore: typeof $tb === 'number' ? $tb : 0,
      maxCount: typeof $maxCount === 'number' && $maxCount > 0 ? $maxCount : Number.POSITIVE_INFINITY,
      isTombstoned: $tombstone === true,
    };
  } catch {
    return KEEP_ALL;
  }
}

export function isDeleted({ truncateBefore }: Kept): boolean {
  return truncateBefore >= DELETED_FROM;
}

/** Revision of the first event that is shown of a stream with so many events in all. */
export function firstKept({ truncateBefore, maxCount }: Kept, length: number): number {
  return Math.min(length, Math.max(truncateBefore, length - maxCount, 0));
}
