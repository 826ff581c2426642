/**
 * The page: one atomic append to one shard of the journal. Its bytes, digest and chain are specified in
 * `docs/journal.md`; this file is that page in code.
 */
import { hash as digest } from 'node:crypto';
import type { EntryPosition, EventCodec, OffsetRange, RecordedEvent } from '#domain';

/** A sealed page. Immutable; `body` is the exact UTF-8 text that the digest covers. */
export interface Page {
  readonly shard: number;
  /** From 1, without gaps. */
  readonly height: number;
  /** RFC 3339 UTC with milliseconds; never earlier than the page before. */
  readonly recordedAt: string;
  /** Hash of the page before, or {@link FIRST_PREVIOUS_HASH}. */
  readonly previousHash: string;
  /** Kafka offsets that this page applied, ascending by topic and partition. */
  readonly offsets: readonly OffsetRange[];
  /** Number of events, which is the number of lines of the body. */
  readonly count: number;
  /** SHA-256 of the body, 64 hex digits. */
  readonly bodyDigest: string;
  /** SHA-256 of the header, 64 hex digits. */
  readonly hash: string;
  /** One event per line, each line a JSON array ended by a line feed. */
  readonly body: Buffer;
}

/** Where a shard's journal ends. */
export interface PageHead {
  readonly height: number;
  readonly hash: string;
  readonly recordedAt: string;
}

export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/** EventStoreDB appends at most 1 MiB; the header takes less than the difference. */
export const BODY_BYTES_MAX = 1_000_000;
export const PAGE_EVENTS_MAX = 5_000;

export const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;

/**
 * Seals the lines of a page: computes digest and hash.
 *
 * @param lines JSON texts without a line feed
 * @throws RangeError when the offsets name what Kafka would not call a topic
 */
export function sealPage(
  content: Pick<Page, 'shard' | 'height' | 'recordedAt' | 'previousHash' | 'offsets'>,
  lines: readonly string[],
): Page {
  for (const { topic } of content.offsets) {
    if (!TOPIC.test(topic)) throw new RangeError(`${JSON.stringify(topic)} is no name of a Kafka topic`);
  }
  const body = Buffer.from(lines.length === 0 ? '' : `${lines.join('\n')}\n`, 'utf8');
  const unhashed = { ...content, count: lines.length, bodyDigest: sha256(body) };
  return { ...unhashed, hash: hashHeader(unhashed), body };
}

/** The hash of a page's header: what chains it to the page before and to its body. */
export function hashHeader(page: Omit<Page, 'hash' | 'body'>): string {
  return sha256(headerText(page));
}

/** The exact text that a page's hash covers. */
export function headerText(page: Omit<Page, 'hash' | 'body'>): string {
  const lines = [
    'airtime-page-v1',
    page.shard,
    page.height,
    page.recordedAt,
    page.previousHash,
    page.bodyDigest,
    page.count,
    ...page.offsets.map(({ topic, partition, from, to }) => `${topic}/${partition} ${from} ${to}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** SHA-256 of bytes, or of a text's UTF-8 bytes, as 64 hex digits. */
export function sha256(content: Uint8Array | string): string {
  return digest('sha256', content, 'hex');
}

/** Why a page cannot be what was sealed; empty when it is sound in itself. */
export function findPageFaults(page: Page): string[] {
  const faults: string[] = [];
  if (sha256(page.body) !== page.bodyDigest) faults.push('the body does not have the recorded digest');
  if (hashHeader(page) !== page.hash) faults.push('the header does not have the recorded hash');
  if (countLines(page.body) !== page.count) faults.push('the body does not have the recorded number of events');
  return faults;
}

/** Whether `page` follows the head `previous` (undefined: the shard is empty). */
export function findChainFaults(previous: PageHead | undefined, page: Page): string[] {
  const faults: string[] = [];
  const height = (previous?.height ?? 0) + 1;
  if (page.height !== height) faults.push(`height ${page.height} stands where ${height} must`);
  if (page.previousHash !== (previous?.hash ?? FIRST_PREVIOUS_HASH))
    faults.push('the previous hash is not that of the page before');
  if (previous !== undefined && page.recordedAt < previous.recordedAt)
    faults.push('it was recorded before the page before');
  return faults;
}

export function headOf(page: Page): PageHead {
  return { height: page.height, hash: page.hash, recordedAt: page.recordedAt };
}

function countLines(body: Buffer): number {
  let lines = 0;
  for (let at = body.indexOf(10); at !== -1; at = body.indexOf(10, at + 1)) lines++;
  return lines;
}

/**
 * What stands in the lines of a page, as JSON says it: a codec makes events of it.
 *
 * @param text the body, where the caller has it already
 * @throws Error when the body is no JSON, or has not so many lines
 */
export function parseLines(page: Page, text = page.body.toString('utf8')): unknown[] {
  if (page.count === 0) return [];
  // One parse of the whole page is several times faster than one per line.
  const lines = JSON.parse(`[${text.slice(0, -1).replaceAll('\n', ',')}]`) as unknown[];
  if (lines.length !== page.count) {
    throw new Error(`page ${page.height} of shard ${page.shard} holds ${lines.length} events, not ${page.count}`);
  }
  return lines;
}

/**
 * Reads the events of a page with their positions, each in the present schema of its type. What they are is for the codec
 * to say: a page is opaque here.
 *
 * @throws LineUnreadable, Error
 */
export function* readEvents<Event extends RecordedEvent = RecordedEvent>(
  page: Page,
  codec: EventCodec,
): Iterable<{ readonly event: Event; readonly position: EntryPosition }> {
  const lines = parseLines(page);
  for (let index = 0; index < lines.length; index++) {
    yield {
      event: codec.decode(lines[index]) as Event,
      position: { shard: page.shard, height: page.height, index },
    };
  }
}

/** A page as one JSON line of `airtime journal export`: everything that the digest covers, the body as exact text. */
export function exportPage(page: Page): string {
  const { body, ...header } = page;
  return JSON.stringify({ ...header, body: body.toString('utf8') });
}
