/**
 * Keeps one process's copy of the catalogue: it reads the registry shard and follows it, so the copy holds durable
 * events only and never lags by more than the store's notification.
 */
import type { Catalogue } from '#domain';
import { Catalogue as CatalogueFold, type RegistryEvent } from '#domain';
import { readEvents, readPages, StoreUnavailable, type JournalStore, type Page } from '#journal';
import { Unavailable, type KeyGrant, type KeyRing, type Role } from '#platform';

const WAIT_MAX_MS = 5_000;
const REFRESH_PAUSE_MS = 200;

export class CatalogueFollower implements KeyRing {
  readonly catalogue: Catalogue = new CatalogueFold();
  private reached = 0;
  private lastRefresh = 0;
  private readonly stopping = new AbortController();
  private following: Promise<void> | undefined;
  private waiting: { readonly height: number; readonly resolve: () => void }[] = [];

  constructor(
    private readonly store: JournalStore,
    private readonly shard: number,
    private readonly onTrouble: (message: string, error: unknown) => void,
  ) {}

  /** Height of the registry shard that the copy includes. */
  get height(): number {
    return this.reached;
  }

  /** Reads what there is, then follows in the background. */
  async start(): Promise<void> {
    for await (const page of readPages(this.store, this.shard)) this.apply(page);
    this.following = this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  /** Resolves once the copy includes a height. @throws Unavailable after five seconds */
  async until(height: number): Promise<void> {
    if (this.reached >= height) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Unavailable(`the catalogue has not reached height ${height} yet`)),
        WAIT_MAX_MS,
      );
    });
    try {
      await Promise.race([new Promise<void>((resolve) => this.waiting.push({ height, resolve })), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Makes sure that what other processes registered a moment ago is known, before something is refused as unknown.
   * Asks the store at most five times a second, however much unknown traffic comes in.
   */
  async refresh(): Promise<void> {
    const now = Date.now();
    if (now - this.lastRefresh < REFRESH_PAUSE_MS) return;
    this.lastRefresh = now;
    const head = await this.store.head(this.shard);
    await this.until(head?.height ?? 0);
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

  private async follow(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        for await (const page of this.store.subscribe(this.shard, this.reached + 1, this.stopping.signal))
          this.apply(page);
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        this.onTrouble('the catalogue lost the registry shard; following again', error);
        if (!(error instanceof StoreUnavailable)) await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
  }

  private apply(page: Page): void {
    for (const { event } of readEvents(page)) this.catalogue.evolve(event as RegistryEvent);
    this.reached = page.height;
    const ready = this.waiting.filter(({ height }) => height <= page.height);
    if (ready.length === 0) return;
    this.waiting = this.waiting.filter(({ height }) => height > page.height);
    for (const { resolve } of ready) resolve();
  }
}
