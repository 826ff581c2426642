/** One page is one event: the header is its JSON metadata, the body its binary data, unchanged. */
import type { BinaryEventType, EventData, RecordedEvent } from '@eventstore/db-client';
import type { AppliedOffsets } from '#domain';
import { JournalOfOlderFormat, type Page } from '#journal';

export const PAGE_EVENT_TYPE = 'AirtimePage';

/** EventStoreDB's default limit of one append: data, metadata and type of all its events, in bytes. */
export const APPEND_BYTES_MAX = 1_048_576;

export type PageHeader = Omit<Page, 'body'>;
export type PageEvent = BinaryEventType<typeof PAGE_EVENT_TYPE, PageHeader & Record<string, unknown>>;

/** An event of a shard's stream is not the page that must stand there. Nothing cures this but a look at the store. */
export class MisplacedPage extends Error {
  constructor(stream: string, revision: bigint, reason: string) {
    super(`event ${revision} of stream ${stream} is not a page of this journal: ${reason}`);
    this.name = 'MisplacedPage';
  }
}

/** @throws RangeError when the page is larger than the server would take */
export function toPageEvent(page: Page): EventData<PageEvent> {
  const { body, ...header } = page;
  // The server may count a type's characters as two bytes each.
  const bytes = body.byteLength + Buffer.byteLength(JSON.stringify(header)) + 2 * PAGE_EVENT_TYPE.length;
  if (bytes > APPEND_BYTES_MAX) {
    throw new RangeError(
      `page ${page.height} of shard ${page.shard} takes ${bytes} bytes; EventStoreDB appends ${APPEND_BYTES_MAX}`,
    );
  }
  return {
    id: eventIdOf(page),
    type: PAGE_EVENT_TYPE,
    contentType: 'application/octet-stream',
    data: new Uint8Array(body.buffer, body.byteOffset, body.byteLength),
    metadata: { ...header },
  };
}

/**
 * The event's id follows from the page's hash: EventStoreDB takes a second append with the same id at the same place
 * for the first one's repetition and reports success. So the same page must have the same id, and two pages must never
 * share one, or a rival would be told that it won. The hash covers the whole header;
 * 122 of its 256 bits stay in a version 8 UUID (RFC 9562), and a collision among those is out of reach.
 */
export function eventIdOf({ hash }: Pick<Page, 'hash'>): string {
  const variant = ((parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

/**
 * Reads a page back. Shard and height must agree with the stream and the revision; digests are left to the reader, as a
 * verifier must be able to see a page that was tampered with.
 *
 * @throws MisplacedPage; JournalOfOlderFormat for a page that has no signature
 */
export function toPage(event: RecordedEvent, shard: number): Page {
  const misplaced = (reason: string) => new MisplacedPage(event.streamId, event.revision, reason);
  if (event.type !== PAGE_EVENT_TYPE) throw misplaced(`its type is ${JSON.stringify(event.type).slice(0, 80)}`);
  if (event.isJson || !(event.data instanceof Uint8Array)) throw misplaced('its data is not binary');
  const header: unknown = event.metadata;
  if (isOfFormat1(header)) throw new JournalOfOlderFormat();
  if (!isPageHeader(header)) throw misplaced('its metadata is no page header');
  if (header.shard !== shard) throw misplaced(`its header says shard ${header.shard}`);
  if (BigInt(header.height) !== event.revision + 1n) throw misplaced(`its header says height ${header.height}`);
  const { journal, height, recordedAt, previousHash, offsets, count, bodyDigest, writer, registry } = header;
  const { hash, signature } = header;
  const body = Buffer.from(event.data.buffer, event.data.byteOffset, event.data.byteLength);
  return {
    journal,
    shard,
    height,
    recordedAt,
    previousHash,
    offsets: offsets.map(({ name, partition, from, to, fingerprint }) => {
      return { name, partition, from, to, fingerprint };
    }),
    count,
    bodyDigest,
    writer,
    registry: { height: registry.height, hash: registry.hash },
    hash,
    signature,
    body,
  };
}

const TEXTS = ['journal', 'recordedAt', 'previousHash', 'bodyDigest', 'writer', 'hash', 'signature'];

function isPageHeader(value: unknown): value is PageHeader {
  if (!isRecord(value)) return false;
  return (
    ['shard', 'height', 'count'].every((key) => isCount(value[key])) &&
    TEXTS.every((key) => typeof value[key] === 'string') &&
    isRegistryHead(value['registry']) &&
    Array.isArray(value['offsets']) &&
    value['offsets'].every(isAppliedOffsets)
  );
}

/** A header without what format 2 added: the journal's id, the writer, the registry and the signature. */
function isOfFormat1(value: unknown): boolean {
  return (
    isRecord(value) &&
    ['previousHash', 'bodyDigest', 'hash'].every((key) => typeof value[key] === 'string') &&
    ['journal', 'writer', 'registry', 'signature'].every((key) => !(key in value))
  );
}

function isRegistryHead(value: unknown): value is Page['registry'] {
  return isRecord(value) && isCount(value['height']) && typeof value['hash'] === 'string';
}

function isAppliedOffsets(value: unknown): value is AppliedOffsets {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    typeof value['fingerprint'] === 'string' &&
    ['partition', 'from', 'to'].every((key) => isCount(value[key]))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
