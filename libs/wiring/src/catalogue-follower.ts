/**
 * Keeps one process's copy of the catalogue: it reads the registry shard and follows it, so the copy holds durable
 * events only and never lags by more than the store's notification.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Catalogue, type RegistryEvent } from '#domain';
import { readEvents, readPages, type JournalStore, type Page } from '#journal';
import { Unavailable, type KeyGrant, type KeyRing, type Role } from '#platform';
import { withDeadline } from './deadline.js';

const WAIT_MAX_MS = 5_000;
/** So often at most is the store asked on behalf of unknown names, however much such traffic comes in. */
const REFRESH_PAUSE_MS = 50;
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

  constructor(
    private readonly store: JournalStore,
    private readonly shard: number,
    private readonly onTrouble: (message: string, error: unknown) => void,
  ) {}

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
    // From here on this look may miss what is registered: who comes now gets the next.
    this.nextLook = undefined;
    this.lookedAtMs = performance.now();
    const head = await withDeadline(
      this.store.head(this.shard),
      WAIT_MAX_MS,
      () => new Unavailable('the registry shard cannot be read'),
    );
    await this.until(head?.height ?? 0);
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
    try {
      if (page.height !== this.reached + 1)
        throw new Error(`height ${page.height} of the registry shard follows height ${this.reached}`);
      for (const { event } of readEvents(page)) this.catalogue.evolve(event as RegistryEvent);
    } catch (error) {
      this.fault = `page ${page.height} of the registry shard cannot be followed: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
    this.fault = undefined;
    this.reached = page.height;
    for (const waiter of this.waiters) if (waiter.height <= page.height) waiter.resolve();
  }
}
