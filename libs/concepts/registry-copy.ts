/**
 * A reader's copy of the registry: the catalogue, and the authority by which every page of the journal is judged. It takes
 * the registry's pages one by one, each judged by what those before it say.
 *
 * A page that does not count stops it, until a root key declares that page void. The registry's own void pages are named
 * by the page above them: it follows the last one that counts, and its events void all between.
 */
import { millisecondsOf, UndoableMap, UndoLog } from '#domain';
import {
  findFaults,
  FIRST_PREVIOUS_HASH,
  headOf,
  PageRefused,
  readEvents,
  type AdmittedWriter,
  type Authority,
  type Evidence,
  type Memory,
  type RememberedPage,
  type Page,
  type PageHead,
} from '#journal';
import { CODEC } from './codec.js';
import {
  Catalogue,
  type CatalogueEvent,
  type LossAccepted,
  type Stated,
  type WriterCrypto,
  type WriterGrant,
} from './catalogue.js';
import { headsNamedBy, type RegistryEvent } from './registry.js';

export class RegistryCopy implements Authority {
  readonly catalogue: Catalogue;
  private readonly undo = new UndoLog();
  /** By height, of the newest page there or below that counts; also of heights whose page is refused so far. */
  private readonly hashes: string[] = [FIRST_PREVIOUS_HASH];
  private newest: PageHead | undefined;
  private refused: PageRefused[] = [];
  /** Pages that a root key has declared void in a statement that is not in the registry yet. */
  private readonly promised = new Set<string>();
  private readonly admitted = new WeakMap<WriterGrant, AdmittedWriter>();
  /** The newest page of each shard that an event of the registry has named. */
  private readonly named = new UndoableMap<number, Memory>(this.undo);
  /** Losses that a root key has accepted in statements that are not in the registry yet. */
  private readonly promisedLosses: { readonly stated: Stated<LossAccepted>; readonly time: string }[] = [];

  /** @param shard the registry's number */
  constructor(
    readonly shard: number,
    crypto: WriterCrypto,
  ) {
    this.catalogue = new Catalogue(this.undo, crypto);
  }

  get journal(): string | undefined {
    return this.catalogue.writers.founded?.journal;
  }

  /** The newest height that counts. */
  get height(): number {
    return this.top - this.refused.length;
  }

  /** The newest height that was looked at. */
  get top(): number {
    return this.hashes.length - 1;
  }

  /** The first page that does not count, where that keeps the copy from going on. */
  get refusal(): PageRefused | undefined {
    return this.refused[0];
  }

  hashAt(height: number): string | undefined {
    return height > this.height ? undefined : this.hashes[height];
  }

  writerAt(writer: string, height: number): AdmittedWriter | undefined {
    const grant = this.catalogue.writers.grantAt(writer, height);
    if (grant === undefined) return undefined;
    let known = this.admitted.get(grant);
    if (known === undefined) this.admitted.set(grant, (known = admittedBy(grant)));
    return known;
  }

  isVoid(page: Pick<Page, 'shard' | 'height' | 'hash'>): boolean {
    return this.catalogue.writers.isVoid(page) || this.promised.has(keyOf(page));
  }

  hasVoid(shard: number): boolean {
    return this.catalogue.writers.hasVoid(shard) || (shard === this.shard && this.promised.size > 0);
  }

  /**
   * Looks at the next page; one that was looked at before changes nothing.
   *
   * @returns whether {@link height} has grown
   * @throws Error when a page is missing before it
   */
  take(page: Page): boolean {
    const { top } = this;
    if (page.height <= top) return false;
    if (page.height !== top + 1) throw new Error(`height ${page.height} of the registry shard follows height ${top}`);
    const faults = this.fold(page);
    if (faults.length > 0) {
      this.undo.rollback();
      this.passOver(page, faults);
      return this.refused.length === 0;
    }
    this.undo.clear();
    this.hashes.push(page.hash);
    this.refused = [];
    this.newest = headOf(page);
    return true;
  }

  /**
   * Passes over pages that a root key has declared void, before the statement is in the registry: whoever writes it there
   * must be able to write above them. The caller has checked the statement.
   */
  promiseVoid(page: Pick<Page, 'shard' | 'height' | 'hash'>): void {
    this.promised.add(keyOf(page));
    while (this.refused.length > 0 && this.promised.has(keyOf(this.refused[0]!.page))) this.refused.shift();
  }

  /** The newest page of each shard that events of the registry have named. */
  get namedHeads(): readonly Memory[] {
    return [...this.named].map(([, memory]) => memory);
  }

  /** Whether a root key has accepted that the journal lacks a page which somebody remembers. */
  isGivenUp({ shard, height, hash, asOf }: RememberedPage): boolean {
    const loss = this.catalogue.writers.lossOf(shard);
    const promised = this.promisedLosses.filter(({ stated }) => stated.shard === shard);
    if (loss !== undefined && asOf !== undefined && asOf < loss.at) return true;
    const lost = [...(loss?.lost ?? []), ...promised.flatMap(({ stated }) => stated.lost)];
    return lost.some((head) => head.height === height && head.hash.startsWith(hash));
  }

  /** Whether a root key has accepted a loss of the shard after something happened that its lost pages explain. */
  isCovered({ shard, at }: Evidence): boolean {
    const accepted = this.catalogue.writers.lossOf(shard)?.time;
    const times = this.promisedLosses.flatMap(({ stated, time }) => (stated.shard === shard ? time : []));
    return [...times, ...(accepted === undefined ? [] : [accepted])].some(
      (time) => (millisecondsOf(time) ?? 0) >= (millisecondsOf(at) ?? 0),
    );
  }

  /** Whether any loss was ever accepted. */
  get hasGivenUp(): boolean {
    return this.catalogue.writers.hasLosses || this.promisedLosses.length > 0;
  }

  /** As {@link promiseVoid}, for what the registry itself has lost. @param time of the command, RFC 3339 */
  promiseLoss(stated: Stated<LossAccepted>, time: string): void {
    this.promisedLosses.push({ stated, time });
  }

  private passOver(page: Page, faults: readonly string[]): void {
    this.hashes.push(this.hashes.at(-1)!);
    if (this.refused.length > 0 || !this.promised.has(keyOf(page))) this.refused.push(new PageRefused(page, faults));
  }

  /** Folds a page, or says why it does not count: what was changed is then the caller's to take back. */
  private fold(page: Page): readonly string[] {
    try {
      // The founding says itself who may have written it.
      if (page.height === 1) this.evolve(page);
      const faults = findFaults(this.asOfTop(), this.before(page), page);
      if (faults.length > 0) return faults;
      if (page.height === 1) return this.foundingFaults(page);
      this.evolve(page);
      const open = this.refused.find(({ page: one }) => !this.isVoid(one));
      return open === undefined ? [] : [`page ${open.page.height} below it is refused, and it does not void it`];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }

  private evolve(page: Page): void {
    for (const { event, position } of readEvents<RegistryEvent>(page, CODEC)) {
      this.catalogue.evolve(event as CatalogueEvent, position);
      const source = `height ${page.height} of the registry`;
      const isAccepted = event.type === 'LossAccepted';
      if (isAccepted) this.named.delete(event.shard);
      for (const head of headsNamedBy(event)) {
        if (!isAccepted && (this.named.get(head.shard)?.height ?? 0) > head.height) continue;
        const { shard, height, hash } = head;
        this.named.set(shard, { shard, height, hash, source, asOf: page.height });
      }
    }
  }

  private foundingFaults({ count }: Page): readonly string[] {
    const { founded } = this.catalogue.writers;
    if (founded === undefined || count !== 1) return ['the journal’s first page is not its founding'];
    return founded.shards === this.shard ? [] : [`it founds a journal of ${founded.shards} shards`];
  }

  /** The page before, with void pages and refused ones between passed over. */
  private before({ height }: Page): PageHead | undefined {
    return this.newest === undefined ? undefined : { ...this.newest, height: height - 1 };
  }

  /** The authority for the page above everything that was looked at. */
  private asOfTop(): Authority {
    const { top, hashes } = this;
    return {
      shard: this.shard,
      journal: this.journal,
      height: top,
      hashAt: (height) => hashes[height],
      writerAt: (writer, height) => this.writerAt(writer, height),
      isVoid: (page) => this.isVoid(page),
      hasVoid: (shard) => this.hasVoid(shard),
    };
  }
}

function admittedBy({ publicKey, shards, events }: WriterGrant): AdmittedWriter {
  return {
    publicKey,
    mayWriteIn: (shard) => shards === undefined || shards.includes(shard),
    mayWrite: (type) => events === undefined || events.includes(type),
  };
}

function keyOf({ shard, height, hash }: Pick<Page, 'shard' | 'height' | 'hash'>): string {
  return `${shard}:${height}:${hash}`;
}
