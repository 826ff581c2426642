/**
 * Keeps one process's copy of the catalogue: it reads the registry shard and follows it, so the copy holds durable
 * events only and never lags by more than the store's notification.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Catalogue, CODEC, type RegistryEvent } from '#concepts';
import { readEvents, readPages, type JournalStore, type Page } from '#journal';
import { Unavailable, type KeyGrant, type KeyRing, type Role } from '#platform';
import { withDeadline } from './deadline.js';
import { PictureAge, SYSTEM_CLOCKS, type Clocks } from './picture-age.js';

const WAIT_MAX_MS = 5_000;
/** Unknown names cause at most this many looks into the store, however many requests name them. */
const REFRESH_PAUSE_MS = 50;
/** Decisions use this copy only while its last look at the registry began less than this long ago. */
export const PICTURE_AGE_MAX_MS = 1_000;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;

interface Waiter {
  readonly height: number;
  readonly resolve: () => void;
}

export class CatalogueFollower implements KeyRing {
  readonly catalogue = new Catalogue();
  private reached = 0;
  private fault: string | undefined;
  private readonly stopping = new AbortController();
  private following: Promise<void> | undefined;
  private readonly waiters = new Set<Waiter>();
  private nextLook: Promise<void> | undefined;
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private readonly age: PictureAge;

  constructor(
    private readonly store: JournalStore,
    private readonly shard: number,
    private readonly onTrouble: (message: string, error: unknown) => void,
    clocks: Clocks = SYSTEM_CLOCKS,
  ) {
    this.age = new PictureAge(clocks);
  }

  /** Milliseconds since the last confirmed look at the registry's head began, see {@link PictureAge}. */
  get pictureAgeMs(): number {
    return this.age.ms;
  }

  /** Height of the registry shard that the copy includes. */
  get height(): number {
    return this.reached;
  }

  /** Why the copy cannot go on, if so: a page of the registry shard that this version cannot read. */
  get trouble(): string | undefined {
    return this.fault;
  }

  /** Reads what there is, then follows in the background. */
  async start(): Promise<void> {
    const look = this.age.begin();
    for await (const page of readPages(this.store, this.shard)) this.apply(page);
    this.age.confirm(look);
    this.following = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  /** Resolves once the copy includes a height. @throws Unavailable after five seconds */
  async until(height: number): Promise<void> {
    if (this.reached >= height) return;
    let waiter: Waiter | undefined;
    const reached = new Promise<void>((resolve) => {
      waiter = { height, resolve };
      this.waiters.add(waiter);
    });
    try {
      await withDeadline(
        reached,
        WAIT_MAX_MS,
        () => new Unavailable(`the catalogue has not reached height ${height} of the registry shard yet`),
      );
    } finally {
      this.waiters.delete(waiter!);
    }
  }

  /**
   * Makes sure that what any process registered before this call is known, before something is refused as unknown. Calls
   * that come together share one look at the store; there are at most twenty a second.
   *
   * @throws Unavailable after five seconds; StoreUnavailable
   */
  refresh(): Promise<void> {
    this.nextLook ??= this.look();
    return this.nextLook;
  }

  /**
   * Looks at the registry again when the last look is older than {@link PICTURE_AGE_MAX_MS}, as after the process was
   * stopped for a while. A busy process looks once a second, an idle one never.
   *
   * @throws Unavailable after five seconds; StoreUnavailable
   */
  async refreshIfOld(): Promise<void> {
    if (this.age.ms > PICTURE_AGE_MAX_MS) await this.refresh();
  }

  find(keyHash: string): KeyGrant | undefined {
    const issued = this.catalogue.keysByHash.get(keyHash);
    if (issued === undefined) return undefined;
    return {
      id: issued.key,
      role: issued.role as Role,
      ...(issued.provider === undefined ? {} : { provider: issued.provider }),
    };
  }

  private async look(): Promise<void> {
    await delay(Math.max(0, this.lookedAtMs + REFRESH_PAUSE_MS - performance.now()));
    // Callers who arrive after this line need a new look: this one may miss what they ask for.
    this.nextLook = undefined;
    this.lookedAtMs = performance.now();
    const look = this.age.begin();
    await withDeadline(this.readOn(), WAIT_MAX_MS, () => new Unavailable('the registry shard cannot be read'));
    this.age.confirm(look);
  }

  /** Reads what is missing without the subscription, which may be what was lost. */
  private async readOn(): Promise<void> {
    const head = await this.store.head(this.shard);
    if ((head?.height ?? 0) <= this.reached) return;
    for await (const page of readPages(this.store, this.shard, this.reached + 1)) this.apply(page);
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    let pauseMs = RETRY_FIRST_MS;
    while (!signal.aborted) {
      try {
        for await (const page of this.store.subscribe(this.shard, this.reached + 1, signal)) {
          this.apply(page);
          pauseMs = RETRY_FIRST_MS;
        }
        if (!signal.aborted) throw new Error('the subscription ended by itself');
      } catch (error) {
        if (signal.aborted) return;
        this.onTrouble(`the catalogue lost the registry shard; following again in ${pauseMs} ms`, error);
        await delay(pauseMs, undefined, { signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, RETRY_MAX_MS);
      }
    }
  }

  private apply(page: Page): void {
    // A look and the subscription may both bring it.
    if (page.height <= this.reached) return;
    try {
      if (page.height !== this.reached + 1)
        throw new Error(`height ${page.height} of the registry shard follows height ${this.reached}`);
      for (const { event } of readEvents(page, CODEC)) this.catalogue.evolve(event as RegistryEvent);
    } catch (error) {
      this.fault = `page ${page.height} of the registry shard cannot be followed: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
    this.fault = undefined;
    this.reached = page.height;
    for (const waiter of this.waiters) if (waiter.height <= page.height) waiter.resolve();
  }
}
