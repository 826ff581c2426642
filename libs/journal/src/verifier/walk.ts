/** Reads shards page by page and checks what holds for every page, whatever its events say. */
import { isUtf8 } from 'node:buffer';
import { registryShard, type EventCodec, type RecordedEvent, type ShardHead } from '#domain';
import {
  BODY_BYTES_MAX,
  countLines,
  eventTypes,
  findChainFaults,
  findPageFaults,
  FIRST_PREVIOUS_HASH,
  headerText,
  headOf,
  PAGE_EVENTS_MAX,
  parseLines,
  readEvents,
  sha256,
  TOPIC_NAME,
  type Page,
  type PageHead,
} from '../page.js';
import { readPages, type JournalStore } from '../store.js';
import { isSignedBy, keccak256, keyId } from '#signing';
import { CompactUsageIndex } from '../usage-index.js';
import type { AuditWalk, PageAuthority } from './audit.js';
import { Findings, type Place } from './findings.js';
import { homeShard } from './home-shard.js';
import { instantOf, textOfInstant } from './instant.js';
import { OffsetsAudit } from './offsets-audit.js';

export interface WalkOptions {
  /** Number of holder shards. */
  readonly shards: number;
  /** Heads that somebody noted outside the journal: it must still contain each of them. */
  readonly rememberedHeads?: readonly ShardHead[];
  /** Told after each page. `of` is the head's height when the shard's reading began. */
  readonly progress?: (progress: { readonly shard: number; readonly height: number; readonly of: number }) => void;
  /** Findings that are kept; all are counted. */
  readonly findingsMax?: number;
  /** False leaves out the signatures of pages, for specs that verify many journals of one writer; those of statements are always checked. */
  readonly signatures?: false;
}

export type Visit = (event: RecordedEvent, place: Place) => void | Promise<void>;

/** The text of a line, what stands in it, and the event that this is. */
type Look = (line: string, written: unknown, event: RecordedEvent, place: Place) => void;

/** Homes of holders that are remembered; a bound on memory. */
const HOMES_KEPT = 50_000;

export class Walk implements AuditWalk {
  readonly crypto = { digest: sha256, keccak256, keyId, isSignedBy };
  readonly instantOf = instantOf;
  readonly textOfInstant = textOfInstant;
  /** Set before the first page is read. */
  authority!: PageAuthority;
  /** Shown each event that the registry recorded after it was read, as far as pages of holder shards rest on it. */
  onLater: Visit = () => undefined;
  /** Shown each page that is not void, before its events. */
  onPage: (page: Page) => void = () => undefined;
  restsOn = 0;
  recordedAtMs = 0;
  readonly findings: Findings;
  readonly heads = new Map<number, PageHead>();
  pages = 0;
  events = 0;
  private readonly expected = new Map<string, string>();
  private readonly named = new Map<string, string>();
  /** The registry's hashes by height; of a void page that of the one before. */
  private readonly registryHashes = new Map<number, string>([[0, FIRST_PREVIOUS_HASH]]);
  /** The highest of these. */
  private registryTop = 0;
  /** Pages of the registry that events above them declare void, whoever wrote those. */
  private readonly claimedVoid = new Set<string>();
  private readonly homes = new Map<string, number>();

  constructor(
    private readonly store: JournalStore,
    private readonly options: WalkOptions,
  ) {
    this.findings = new Findings(options.findingsMax ?? 100);
    this.expectHeads(
      new Map((options.rememberedHeads ?? []).map((head) => [`${head.shard}:${head.height}`, head.hash])),
    );
  }

  get shards(): number {
    return this.options.shards;
  }

  find(law: string, place: Place, detail: string): void {
    this.findings.add(law, place, detail);
  }

  expectSum(what: string, found: bigint, expected: bigint): void {
    if (found === expected) return;
    const place = { shard: registryShard(this.shards), height: 0 };
    this.find('SUM_WRONG', place, `${what} is ${found} and must be ${expected}`);
  }

  /** Pages that an event says it has seen: the journal must contain them. Shards that come later are held to it when they are read. */
  nameHeads(heads: readonly ShardHead[], place: Place): void {
    for (const { shard, height, hash } of heads) {
      const key = `${shard}:${height}`;
      const named = this.named.get(key);
      if (named !== undefined && named !== hash)
        this.find('HEAD_REWRITTEN', place, `page ${height} of shard ${shard} was ${named} before, now ${hash}`);
      if (height > 0) this.named.set(key, hash);
      // The registry names its own pages, too: those have been read.
      const read = shard === registryShard(this.shards) ? this.registryHashes.get(height) : undefined;
      if (read !== undefined && read !== hash)
        this.find('HEAD_REWRITTEN', place, `page ${height} of shard ${shard} is ${read}, it names ${hash}`);
    }
  }

  giveUpHeads(head: ShardHead, lost: readonly Omit<ShardHead, 'shard'>[], place: Place): void {
    for (const key of this.named.keys()) {
      const [shard, height] = key.split(':').map(Number) as [number, number];
      if (shard === head.shard && height > head.height) this.named.delete(key);
    }
    for (const { height, hash } of lost) {
      const key = `${head.shard}:${height}`;
      for (const heads of [this.named, this.expected]) if (heads.get(key) === hash) heads.delete(key);
    }
    this.nameHeads([head], place);
  }

  homeOf(holder: string): number {
    let home = this.homes.get(holder);
    if (home === undefined) {
      if (this.homes.size >= HOMES_KEPT) this.homes.clear();
      home = homeShard(holder, this.shards);
      this.homes.set(holder, home);
    }
    return home;
  }

  createIndex(): CompactUsageIndex {
    return new CompactUsageIndex();
  }

  /** The pages that events have named must be there. Call before the shards in question are read. */
  expectNamedHeads(): void {
    this.expectHeads(this.named);
  }

  /** Reads a shard to the head that it has now. */
  async shard(shard: number, codec: EventCodec, visit: Visit): Promise<void> {
    const end = (await this.store.head(shard))?.height ?? 0;
    const offsets = new OffsetsAudit(this.findings);
    const checkSpelling = this.spellingCheck(codec);
    let previous: PageHead | undefined;
    const isRegistry = shard === registryShard(this.shards);
    if (isRegistry) await this.readClaims(shard, end, codec);
    for await (const page of readPages(this.store, shard)) {
      if (page.height > end) break;
      if (this.isPassedOver(page)) {
        previous = this.passOver(previous, page);
        continue;
      }
      this.checkPage(previous, page);
      if (!isRegistry && page.registry.height > this.registryTop) await this.readOn(codec);
      // The founding says itself who may have written it.
      const isFounding = isRegistry && page.height === 1;
      if (!isFounding) this.checkWriter(page);
      offsets.checkPage(page);
      this.restsOn = page.registry.height;
      this.recordedAtMs = Date.parse(page.recordedAt);
      this.onPage(page);
      await this.visitEvents(page, codec, checkSpelling, (event, place) => {
        offsets.checkOrigin(event, place);
        const waiting = visit(event, place);
        this.events++;
        return waiting;
      });
      if (isFounding) this.checkWriter(page);
      this.pages++;
      previous = headOf(page);
      this.options.progress?.({ shard, height: page.height, of: end });
    }
    if (previous !== undefined) this.heads.set(shard, previous);
    if (isRegistry) this.checkClaims(shard);
    for (const [key, hash] of this.expected) {
      const [expectedShard, height] = key.split(':').map(Number) as [number, number];
      if (expectedShard !== shard) continue;
      const read = isRegistry ? this.registryHashes.get(height) : undefined;
      if (read !== undefined) this.compareExpected({ shard, height, hash: read });
      if (height <= (previous?.height ?? 0)) continue;
      this.find('HEAD_MISSING', { shard, height }, `page ${hash} is remembered, the journal ends before it`);
    }
  }

  /**
   * Reads what the registry has gained, as far as it counts: pages that are decided on it may stand in a holder shard. The
   * next run checks it.
   */
  async readOn(codec: EventCodec): Promise<void> {
    const shard = registryShard(this.shards);
    const end = (await this.store.head(shard))?.height ?? 0;
    const from = this.registryTop + 1;
    if (end < from) return;
    await this.readClaims(shard, end, codec, from);
    for await (const page of readPages(this.store, shard, from)) {
      if (page.height > end) return;
      const before = this.registryHashes.get(this.registryTop)!;
      const counts = !this.isPassedOver(page) && this.findWriterFault(page) === undefined;
      this.knowRegistry(page.height, counts ? page.hash : before);
      if (counts) await this.visitEvents(page, codec, undefined, this.onLater);
    }
  }

  /** Reads what a shard has gained since {@link shard} read it, without checking it: the next run does. */
  async beyond(shard: number, codec: EventCodec, visit: Visit): Promise<void> {
    for await (const page of readPages(this.store, shard, (this.heads.get(shard)?.height ?? 0) + 1)) {
      await this.visitEvents(page, codec, undefined, visit);
    }
  }

  /** Pages that must be there, as `shard:height` and hash. */
  private expectHeads(heads: ReadonlyMap<string, string>): void {
    for (const [key, hash] of heads) {
      const [shard, height] = key.split(':').map(Number) as [number, number];
      const known = this.expected.get(key);
      if (known !== undefined && known !== hash) {
        this.find('HEAD_REWRITTEN', { shard, height }, `it is remembered as ${known} and as ${hash}`);
      }
      if (height > 0) this.expected.set(key, hash);
    }
  }

  /** Which pages of the registry are void is said above them: so that is read first. */
  private async readClaims(shard: number, end: number, codec: EventCodec, from = 1): Promise<void> {
    for await (const page of readPages(this.store, shard, from)) {
      if (page.height > end) return;
      if (!page.body.includes(VOIDED)) continue;
      try {
        for (const { event } of readEvents(page, codec)) {
          const {
            type,
            shard: of,
            height,
            hash,
          } = event as { type: unknown; shard?: unknown; height?: unknown; hash?: unknown };
          if (type === VOIDED && of === shard) this.claimedVoid.add(`${String(height)}:${String(hash)}`);
        }
      } catch {
        // A page that cannot be read is found where it stands.
      }
    }
  }

  /** A claim that no root signed voids nothing. */
  private checkClaims(shard: number): void {
    for (const claim of this.claimedVoid) {
      const [height, hash] = claim.split(':') as [string, string];
      const place = { shard, height: Number(height) };
      if (!this.authority.isVoid(shard, place.height, hash))
        this.find('WRITER_WRONG', place, 'no root declared it void');
    }
  }

  private isPassedOver({ shard, height, hash }: Page): boolean {
    return (
      this.authority.isVoid(shard, height, hash) ||
      (shard === registryShard(this.shards) && this.claimedVoid.has(`${height}:${hash}`))
    );
  }

  /** Nothing of a void page counts: the next one follows the one before. */
  private passOver(previous: PageHead | undefined, { shard, height, recordedAt }: Page): PageHead {
    const hash = previous?.hash ?? FIRST_PREVIOUS_HASH;
    this.checkExpected({ shard, height, hash });
    if (shard === registryShard(this.shards)) this.knowRegistry(height, hash);
    return { recordedAt: previous?.recordedAt ?? recordedAt, registryHeight: 0, ...previous, height, hash };
  }

  private knowRegistry(height: number, hash: string): void {
    this.registryHashes.set(height, hash);
    this.registryTop = Math.max(this.registryTop, height);
  }

  /** The writer was admitted for the page at the height of the registry that it names, and signed it. */
  private checkWriter(page: Page): void {
    const fault = this.findWriterFault(page);
    if (fault !== undefined) this.find('WRITER_WRONG', { shard: page.shard, height: page.height }, fault);
  }

  private findWriterFault(page: Page): string | undefined {
    const { authority } = this;
    const { journal, shard, height, writer, registry, signature, body } = page;
    if (journal !== authority.journal) return `it belongs to the journal ${journal}`;
    if (shard === registryShard(this.shards) && registry.height !== height - 1)
      return 'it does not rest on the page before';
    if (this.registryHashes.get(registry.height) !== registry.hash)
      return 'it rests on a page that the registry does not have';
    const admitted = authority.writerAt(writer, registry.height);
    if (admitted === undefined) return `${writer} is not admitted at height ${registry.height} of the registry`;
    const isChecked = this.options.signatures !== false;
    if (isChecked && !isSignedBy(admitted.publicKey, headerText(page), signature)) return `${writer} did not sign it`;
    if (admitted.shards?.includes(shard) === false) return `${writer} may not write in this shard`;
    const foreign = eventTypes(body).find((type) => admitted.events?.includes(type) === false);
    return foreign === undefined ? undefined : `${writer} may not write ${foreign}`;
  }

  private checkPage(previous: PageHead | undefined, page: Page): void {
    const place = { shard: page.shard, height: page.height };
    if (page.shard === registryShard(this.shards)) this.knowRegistry(page.height, page.hash);
    for (const fault of [...findPageFaults(page), ...findFormFaults(page)]) this.find('PAGE_UNSOUND', place, fault);
    for (const fault of findChainFaults(previous, page)) this.find('CHAIN_BROKEN', place, fault);
    this.checkExpected(page);
  }

  /** Pages of the registry may say which heads are given up: those are compared when it is read. */
  private checkExpected(head: ShardHead): void {
    if (head.shard !== registryShard(this.shards)) this.compareExpected(head);
  }

  private compareExpected({ shard, height, hash }: ShardHead): void {
    const expected = this.expected.get(`${shard}:${height}`);
    if (expected === undefined || expected === hash) return;
    this.find('HEAD_REWRITTEN', { shard, height }, `its hash is remembered as ${expected} and is now ${hash}`);
  }

  /** Whether a line is spelt in the one way that its event has: it is written again. */
  private spellingCheck(codec: EventCodec): Look {
    return (line, written, event, place) => {
      if (codec.respell(written, event) === line) return;
      const detail = 'the line has a space outside strings, a member twice, or is spelt otherwise';
      this.find('EVENT_UNREADABLE', place, detail);
    };
  }

  private async visitEvents(page: Page, codec: EventCodec, look: Look | undefined, visit: Visit): Promise<void> {
    const place = { shard: page.shard, height: page.height };
    const text = page.body.toString('utf8');
    const lines = parseEach(page, text);
    let start = 0;
    for (let index = 0; index < lines.length; index++) {
      const position = { shard: place.shard, height: place.height, index };
      const end = look === undefined ? 0 : text.indexOf('\n', start);
      try {
        if (lines[index] instanceof Error) throw lines[index];
        const event = codec.decode(lines[index]);
        look?.(text.slice(start, end === -1 ? text.length : end), lines[index], event, position);
        // Hardly any event has to wait, and a turn for each would cost more than its checks.
        const waiting = visit(event, position);
        if (waiting !== undefined) await waiting;
      } catch (error) {
        this.find('EVENT_UNREADABLE', position, messageOf(error));
      }
      start = end === -1 ? text.length : end + 1;
    }
  }
}

/** What stands in each line; an error in place of one that is no JSON: the others count all the same. */
function parseEach(page: Page, text: string): unknown[] {
  try {
    if (countLines(page.body) !== page.count) throw new Error('an event may be spread over lines');
    return parseLines(page, text);
  } catch {
    const lines = text.split('\n');
    // What follows the last line feed is no line.
    lines.pop();
    return lines.map((line): unknown => {
      try {
        return JSON.parse(line);
      } catch (error) {
        return error;
      }
    });
  }
}

const VOIDED = 'PageVoided';
const RECORDED_AT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** What a page may not be beside what its digests say: a store may hold anything. */
function findFormFaults({ body, count, recordedAt, offsets, journal, writer, registry, signature }: Page): string[] {
  const faults: string[] = [];
  if (count > PAGE_EVENTS_MAX || body.length > BODY_BYTES_MAX) faults.push('it is larger than a page may be');
  if (!RECORDED_AT.test(recordedAt)) faults.push(`${recordedAt} is no time of a page`);
  if (!/^[0-9a-f]{32}$/.test(journal)) faults.push(`${journal} is no id of a journal`);
  if (!/^[0-9a-f]{16}$/.test(writer)) faults.push(`${writer} is no id of a key`);
  if (!/^[0-9a-f]{128}$/.test(signature)) faults.push('the signature is none');
  if (!Number.isSafeInteger(registry.height) || registry.height < 0) faults.push('the registry has no such height');
  if (!isUtf8(body)) faults.push('the body is not UTF-8');
  if (body.length > 0 && body.at(-1) !== 10) faults.push('the body does not end with a line feed');
  for (const { name, partition, from, to, fingerprint } of offsets) {
    if (!/^[0-9a-f]{16}$/.test(fingerprint)) faults.push(`${fingerprint} is no fingerprint`);
    if (!TOPIC_NAME.test(name) || ![partition, from, to].every((one) => Number.isSafeInteger(one) && one >= 0))
      faults.push(`${name}/${partition} ${from} ${to} is no range of offsets`);
  }
  return faults;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
