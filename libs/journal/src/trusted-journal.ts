/**
 * The journal as readers may trust it: a store whose pages are judged before anybody sees them. A page that a root key
 * voided is passed over: it is shown without events, with the time and the hash of the page before, so that the next page
 * follows it as it follows the one before.
 */
import { findAdmissionFaults, findAuthorityFaults, findFaults, PageRefused, type Authority } from './authority.js';
import { findPageFaults, FIRST_PREVIOUS_HASH, hashHeader, headOf, type Page, type PageHead } from './page.js';
import { readHeads, type AppendTerms, type JournalStore } from './store.js';
import { inStretches, isWhole, type VerifiedStretches } from './verified-stretches.js';

/** An {@link Authority} that goes on reading. */
export interface FollowedAuthority extends Authority {
  /** Resolves once the picture includes a height, or is sure that the registry has no page there that counts. */
  reach(height: number): Promise<void>;
  /** The page of the registry beyond which it cannot be followed, if there is one. */
  readonly refusal: PageRefused | undefined;
}

/** The page that stands for a void one. */
export function voided(page: Page, previous: PageHead | undefined): Page {
  return {
    ...page,
    recordedAt: previous?.recordedAt ?? page.recordedAt,
    previousHash: previous?.hash ?? FIRST_PREVIOUS_HASH,
    hash: previous?.hash ?? FIRST_PREVIOUS_HASH,
    registry: { height: previous?.registryHeight ?? 0, hash: FIRST_PREVIOUS_HASH },
    offsets: [],
    count: 0,
    body: Buffer.alloc(0),
    isVoid: true,
  };
}

export class TrustedJournal implements JournalStore {
  /** The newest page of each shard that was judged here: whoever reads on need not read the page before again. */
  private readonly judged = new Map<number, PageHead>();

  constructor(
    private readonly store: JournalStore,
    private readonly authority: FollowedAuthority,
    /** What was verified before; absent: every signature is checked, whenever its page is read. */
    private readonly verified?: VerifiedStretches,
  ) {}

  /** A page over a void one stands on that one's row and follows the page before it. */
  async append(page: Page, terms?: AppendTerms): Promise<void> {
    await this.store.append(page, { onto: await this.hashBelow(page), time: terms?.time });
    this.judged.set(page.shard, headOf(page));
  }

  /** @throws PageRefused at a page that does not count; those before it are given first */
  async read(shard: number, fromHeight: number, limit: number): Promise<Page[]> {
    let previous = await this.before(shard, fromHeight);
    const sound: Page[] = [];
    try {
      for (const stretch of inStretches(await this.store.read(shard, fromHeight, limit))) {
        const known = await this.recognise(previous, stretch);
        if (known === undefined) await this.judgeEach(previous, stretch, sound);
        else sound.push(...known);
        previous = headOf(sound.at(-1)!);
        if (known === undefined && isWhole(stretch)) this.memoryOf(shard)?.remember({ shard, ...previous });
      }
    } catch (error) {
      // Those before it are given; it is met again by whoever reads on.
      if (sound.length === 0 || !(error instanceof PageRefused)) throw error;
      previous = headOf(sound.at(-1)!);
    }
    if (previous !== undefined && sound.length > 0) this.judged.set(shard, previous);
    return sound;
  }

  async head(shard: number): Promise<PageHead | undefined> {
    return (await this.heads([shard])).get(shard);
  }

  /** Of a page that is not judged yet, what the store says of it: whoever reads on will see. */
  async heads(shards: readonly number[]): Promise<ReadonlyMap<number, PageHead>> {
    const heads = new Map(await readHeads(this.store, shards));
    for (const [shard, head] of heads) {
      if (!this.authority.isVoid({ shard, ...head })) continue;
      const [shown] = await this.read(shard, head.height, 1);
      if (shown !== undefined) heads.set(shard, headOf(shown));
    }
    return heads;
  }

  async *subscribe(shard: number, fromHeight: number, signal: AbortSignal): AsyncIterable<Page> {
    let previous = await this.before(shard, fromHeight);
    for await (const page of this.store.subscribe(shard, fromHeight, signal)) {
      const shown = await this.judge(previous, page);
      previous = headOf(shown);
      yield shown;
    }
  }

  now(): Promise<number> {
    return this.store.now();
  }

  close(): Promise<void> {
    return this.store.close();
  }

  /** Adds pages as they are shown. */
  private async judgeEach(
    previous: PageHead | undefined,
    pages: readonly Page[],
    sound: Page[],
    find?: typeof findAdmissionFaults,
  ): Promise<void> {
    let before = previous;
    for (const page of pages) {
      const shown = await this.judge(before, page, find);
      sound.push(shown);
      before = headOf(shown);
    }
  }

  /** Whoever follows the registry judges that: it is never taken from memory. */
  private memoryOf(shard: number): VerifiedStretches | undefined {
    return shard === this.authority.shard ? undefined : this.verified;
  }

  /**
   * Pages whose signatures were checked before, when they end with the hash that was remembered then: by the chain it fixes each
   * of them. All else is judged as ever. Undefined where they are not remembered, or are others now.
   */
  private async recognise(
    previous: PageHead | undefined,
    pages: readonly Page[],
  ): Promise<readonly Page[] | undefined> {
    const { shard, height } = pages.at(-1)!;
    const hash = isWhole(pages) ? this.memoryOf(shard)?.hashOf(shard, height) : undefined;
    if (hash === undefined) return undefined;
    const shown: Page[] = [];
    try {
      await this.judgeEach(previous, pages, shown, findAdmissionFaults);
    } catch (error) {
      if (error instanceof PageRefused) return undefined;
      throw error;
    }
    return shown.at(-1)!.hash === hash ? shown : undefined;
  }

  private async judge(
    previous: PageHead | undefined,
    page: Page,
    find: typeof findAdmissionFaults = findAuthorityFaults,
  ): Promise<Page> {
    const { authority } = this;
    if (page.shard === authority.shard) {
      // Whoever follows the registry judged it page by page: here it is only recognised.
      await authority.reach(page.height);
      if (authority.isVoid(page)) return voided(page, previous);
      const isTaken = authority.height >= page.height && authority.hashAt(page.height) === page.hash;
      if (!isTaken) throw new PageRefused(page, authority.refusal?.faults ?? ['it is not the one that was followed']);
      const faults = findPageFaults(page);
      if (faults.length > 0) throw new PageRefused(page, faults);
      return page;
    }
    await authority.reach(page.registry.height);
    if (authority.isVoid(page)) return voided(page, previous);
    const faults = findFaults(authority, previous, page, find);
    if (faults.length > 0) throw new PageRefused(page, faults);
    return page;
  }

  /** The head before a height, as readers see it. */
  private async before(shard: number, height: number): Promise<PageHead | undefined> {
    if (height <= 1) return undefined;
    const known = this.judged.get(shard);
    if (known?.height === height - 1) return known;
    // A page that an admitted writer signed vouches for those before it; a void one vouches for nothing.
    let at = height - 1;
    const below: Page[] = [];
    for (; at >= 1; at--) {
      const [page] = await this.store.read(shard, at, 1);
      if (page === undefined) return undefined;
      below.unshift(page);
      if (this.authority.isVoid(page)) continue;
      // Its hash is what the next page is held to: so it must be its own.
      if (hashHeader(page) !== page.hash) throw new PageRefused(page, ['the header does not have the recorded hash']);
      break;
    }
    let previous: PageHead | undefined;
    for (const page of below) previous = headOf(this.authority.isVoid(page) ? voided(page, previous) : page);
    return previous;
  }

  /** The hash of the row that a page stands on: that of the page which it follows, unless there is a void one between. */
  private async hashBelow({ shard, height, previousHash }: Page): Promise<string> {
    if (height === 1 || !this.authority.hasVoid(shard)) return previousHash;
    const [below] = await this.store.read(shard, height - 1, 1);
    return below !== undefined && this.authority.isVoid(below) ? below.hash : previousHash;
  }
}
