/**
 * The page: one atomic append to one shard of the journal. Its bytes, digest and chain are specified in
 * `docs/journal.md`; this file is that page in code.
 */
import { hash as digest } from 'node:crypto';
import type { AppliedOffsets, EntryPosition, EventCodec, RecordedEvent } from '#domain';
import type { SigningKey } from '#signing';

/** A page of the registry that a decision rested on; height 0 and zeros before the first. */
export interface RegistryHead {
  readonly height: number;
  readonly hash: string;
}

/** A sealed page. Immutable; `body` is the exact UTF-8 text that the digest covers. */
export interface Page {
  /** The journal's id, which follows from its founding: 32 hex digits. */
  readonly journal: string;
  readonly shard: number;
  /** From 1, without gaps. */
  readonly height: number;
  /** RFC 3339 UTC with milliseconds; never earlier than the page before. */
  readonly recordedAt: string;
  /** Hash of the page before that is not void, or {@link FIRST_PREVIOUS_HASH}. */
  readonly previousHash: string;
  /** Kafka offsets that this page applied, ascending by the topic's name and partition. */
  readonly offsets: readonly AppliedOffsets[];
  /** Number of events, which is the number of lines of the body. */
  readonly count: number;
  /** SHA-256 of the body, 64 hex digits. */
  readonly bodyDigest: string;
  /** The id of the key that signed the page. */
  readonly writer: string;
  /** What the page was decided on, never before what the page before it names. In the registry: the page before. */
  readonly registry: RegistryHead;
  /** SHA-256 of the header, 64 hex digits. */
  readonly hash: string;
  /** Ed25519 over the header's text by the writer's key, 128 hex digits. */
  readonly signature: string;
  /** One event per line, each line a JSON array ended by a line feed. */
  readonly body: Buffer;
  /** Shown in place of a page that a root key declared void: nothing of it counts, and its hash is that of the page before. */
  readonly isVoid?: true;
}

/** Where a shard's journal ends. */
export interface PageHead {
  readonly height: number;
  readonly hash: string;
  readonly recordedAt: string;
  /** Height of the registry that the page names. */
  readonly registryHeight: number;
}

export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/** EventStoreDB appends at most 1 MiB; the header takes less than the difference. */
export const BODY_BYTES_MAX = 1_000_000;
export const PAGE_EVENTS_MAX = 5_000;

export const TOPIC_NAME = /^[A-Za-z0-9._-]{1,249}$/;

/** What a page says beside its lines, its digests and its writer. */
export type PageContent = Pick<
  Page,
  'journal' | 'shard' | 'height' | 'recordedAt' | 'previousHash' | 'offsets' | 'registry'
>;

/** What the header's text is made of. */
type PageHeader = Omit<Page, 'hash' | 'body' | 'signature' | 'isVoid'>;

/**
 * Seals the lines of a page: computes digest and hash, and signs.
 *
 * @param lines JSON texts without a line feed
 * @throws RangeError when the offsets name what Kafka would not call a topic
 */
export function sealPage(content: PageContent, lines: readonly string[], key: SigningKey): Page {
  for (const { name } of content.offsets) {
    if (!TOPIC_NAME.test(name)) throw new RangeError(`${JSON.stringify(name)} is no name of a Kafka topic`);
  }
  const body = Buffer.from(lines.length === 0 ? '' : `${lines.join('\n')}\n`, 'utf8');
  const header = { ...content, count: lines.length, bodyDigest: sha256(body), writer: key.id };
  const text = headerText(header);
  return { ...header, hash: sha256(text), signature: key.sign(text), body };
}

/** The hash of a page's header: what chains it to the page before and to its body. */
export function hashHeader(page: PageHeader): string {
  return sha256(headerText(page));
}

/** The exact text that a page's hash and its signature cover. */
export function headerText(page: PageHeader): string {
  const lines = [
    'airtime-page-v2',
    page.journal,
    page.shard,
    page.height,
    page.recordedAt,
    page.previousHash,
    page.bodyDigest,
    page.count,
    page.writer,
    `${page.registry.height} ${page.registry.hash}`,
    ...page.offsets.map(
      ({ name, partition, from, to, fingerprint }) => `${name}/${partition} ${from} ${to} ${fingerprint}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** SHA-256 of bytes, or of a text's UTF-8 bytes, as 64 hex digits. */
export function sha256(content: Uint8Array | string): string {
  return digest('sha256', content, 'hex');
}

/** Why a page cannot be what was sealed; empty when it is sound in itself. */
export function findPageFaults(page: Page): string[] {
  if (page.isVoid === true) return [];
  const faults: string[] = [];
  if (sha256(page.body) !== page.bodyDigest) faults.push('the body does not have the recorded digest');
  if (hashHeader(page) !== page.hash) faults.push('the header does not have the recorded hash');
  if (countLines(page.body) !== page.count) faults.push('the body does not have the recorded number of events');
  return faults;
}

/** A {@link PageHead} as read models remember it: they may not know what it rested on. */
export type RememberedHead = Omit<PageHead, 'registryHeight'> & Partial<Pick<PageHead, 'registryHeight'>>;

/** Whether `page` follows the head `previous` (undefined: the shard is empty). */
export function findChainFaults(previous: RememberedHead | undefined, page: Page): string[] {
  const faults: string[] = [];
  const height = (previous?.height ?? 0) + 1;
  if (page.height !== height) faults.push(`height ${page.height} stands where ${height} must`);
  if (page.previousHash !== (previous?.hash ?? FIRST_PREVIOUS_HASH))
    faults.push('the previous hash is not that of the page before');
  if (previous !== undefined && page.recordedAt < previous.recordedAt)
    faults.push('it was recorded before the page before');
  if (page.registry.height < (previous?.registryHeight ?? 0))
    faults.push('it rests on an earlier page of the registry than the page before');
  return faults;
}

/** @throws Error with all that is wrong with the page, or with its following the head `previous` */
export function assertFollows(previous: RememberedHead | undefined, page: Page): void {
  const faults = [...findPageFaults(page), ...findChainFaults(previous, page)];
  if (faults.length > 0) throw new Error(`page ${page.height} of shard ${page.shard} is unsound: ${faults.join('; ')}`);
}

export function headOf({ height, hash, recordedAt, registry }: Page): PageHead {
  return { height, hash, recordedAt, registryHeight: registry.height };
}

/** How many line feeds a body has. */
export function countLines(body: Buffer): number {
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
  // By these its writer was judged: a body whose lines are not its events could hide one of another type.
  const types = eventTypes(page.body);
  let last: string | undefined;
  for (let index = 0; index < lines.length; index++) {
    const event = codec.decode(lines[index]);
    if (event.type !== last && !types.includes(event.type)) {
      throw new Error(`page ${page.height} of shard ${page.shard} holds an event that does not begin a line`);
    }
    last = event.type;
    yield { event: event as Event, position: { shard: page.shard, height: page.height, index } };
  }
}

/** Every line begins so, and its type ends with a quote, or with a slash before the number of its schema. */
const LINE_START = Buffer.from('["');
const SLASH = 0x2f;
const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/** The types of a body's events, each once. A line that does not begin with a type has none. */
export function eventTypes(body: Buffer): readonly string[] {
  const types: string[] = [];
  let last: Buffer | undefined;
  for (let at = 0; at < body.length;) {
    const from = at + LINE_START.length;
    const to = body.indexOf(QUOTE, from);
    // Lines of one type stand together: compared as bytes, a text is made only where it changes.
    if (last === undefined || body.compare(last, 0, last.length, at, at + last.length) !== 0) {
      last = to === -1 ? undefined : body.subarray(at, to + 1);
      const type = to === -1 || !body.subarray(at, from).equals(LINE_START) ? '' : typeIn(body.subarray(from, to));
      if (!types.includes(type)) types.push(type);
    }
    const end = body.indexOf(LINE_FEED, at);
    at = end === -1 ? body.length : end + 1;
  }
  return types;
}

/** What a line's first element says before the number of a later schema. */
function typeIn(tag: Buffer): string {
  const slash = tag.indexOf(SLASH);
  return tag.toString('utf8', 0, slash === -1 ? tag.length : slash);
}

/** A page as one JSON line of `airtime journal export`: everything that the digest covers, the body as exact text. */
export function exportPage(page: Page): string {
  const { journal, shard, height, recordedAt, previousHash, offsets, count, bodyDigest, writer, registry } = page;
  const header = { journal, shard, height, recordedAt, previousHash, offsets, count, bodyDigest, writer, registry };
  return JSON.stringify({ ...header, hash: page.hash, signature: page.signature, body: page.body.toString('utf8') });
}
