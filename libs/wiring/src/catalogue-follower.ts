/**
 * Keeps one process's copy of the registry: it reads the registry shard and follows it, so the copy holds durable events
 * only and never lags by more than the store's notification. By it the process judges every page of the journal.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Catalogue, LossAccepted, Stated } from '#concepts';
import { RegistryCopy, WRITER_CRYPTO } from '#concepts/shards';
import {
  readPages,
  ShardLost,
  StoreUnavailable,
  type AdmittedWriter,
  type Evidence,
  type FollowedAuthority,
  type JournalStore,
  type Memory,
  type RememberedPage,
  type Page,
  type PageRefused,
  type RegistryHead,
} from '#journal';
import { Unavailable, type KeyGrant, type KeyRing, type Role } from '#platform';
import { withDeadline } from './deadline.js';
import { PictureAge, SYSTEM_CLOCKS, type Clocks } from './picture-age.js';

const WAIT_MAX_MS = 5_000;
/** Unknown names cause at most this many looks into the store, however many requests name them. */
const REFRESH_PAUSE_MS = 50;
/** Decisions use this copy only while its last look at the registry began less than this long ago. */
export const PICTURE_AGE_MAX_MS = 1_000;
/** A person has to mend the registry. */
const LOST_RETRY_SECONDS = 30;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;

interface Waiter {
  readonly height: number;
  readonly resolve: () => void;
}

export class CatalogueFollower implements KeyRing, FollowedAuthority {
  private readonly copy: RegistryCopy;
  private fault: string | undefined;
  private readonly stopping = new AbortController();
  private following: Promise<void> | undefined;
  private readonly waiters = new Set<Waiter>();
  private nextLook: Promise<void> | undefined;
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private readonly age: PictureAge;

  constructor(
    private readonly store: JournalStore,
    readonly shard: number,
    private readonly onTrouble: (message: string, error: unknown) => void,
    clocks: Clocks = SYSTEM_CLOCKS,
  ) {
    this.age = new PictureAge(clocks);
    this.copy = new RegistryCopy(shard, WRITER_CRYPTO);
  }

  /** Milliseconds since the last confirmed look at the registry's head began, see {@link PictureAge}. */
  get pictureAgeMs(): number {
    return this.age.ms;
  }

  get catalogue(): Catalogue {
    return this.copy.catalogue;
  }

  /** Height of the registry shard that the copy includes. */
  get height(): number {
    return this.copy.height;
  }

  /** What decisions of this process rest on now. */
  get newest(): RegistryHead {
    const { height } = this;
    return { height, hash: this.hashAt(height)! };
  }

  get journal(): string | undefined {
    return this.copy.journal;
  }

  get refusal(): PageRefused | undefined {
    return this.copy.refusal;
  }

  /** Why the copy cannot go on, if so: a page of the registry shard that does not count, or that cannot be read. */
  get trouble(): string | undefined {
    return this.fault ?? this.copy.refusal?.message;
  }

  hashAt(height: number): string | undefined {
    return this.copy.hashAt(height);
  }

  writerAt(writer: string, height: number): AdmittedWriter | undefined {
    return this.copy.writerAt(writer, height);
  }

  isVoid(page: Pick<Page, 'shard' | 'height' | 'hash'>): boolean {
    return this.copy.isVoid(page);
  }

  hasVoid(shard: number): boolean {
    return this.copy.hasVoid(shard);
  }

  /** Passes over a page of the registry that a root key has declared void; the statement is about to be recorded above it. */
  promiseVoid(page: Pick<Page, 'shard' | 'height' | 'hash'>): void {
    this.copy.promiseVoid(page);
    this.wakeWaiters();
  }

  /** Pages that the registry's events name, see {@link RegistryCopy.namedHeads}. */
  get namedHeads(): readonly Memory[] {
    return this.copy.namedHeads;
  }

  /** Whether a root key has accepted that the journal lacks what somebody remembers. */
  isGivenUp(memory: RememberedPage): boolean {
    return this.copy.isGivenUp(memory);
  }

  /** Whether a root key has accepted a loss of the shard after that. */
  isCovered(evidence: Evidence): boolean {
    return this.copy.isCovered(evidence);
  }

  get hasGivenUp(): boolean {
    return this.copy.hasGivenUp;
  }

  /** Hash of the page of the registry that accepted the newest loss; undefined: nothing was ever lost. */
  get lastLoss(): string | undefined {
    const { lossesAt } = this.catalogue.writers;
    return lossesAt === undefined ? undefined : this.hashAt(lossesAt);
  }

  /** Lets the registry go on from what it has; the statement is about to be recorded in it. */
  promiseLoss(stated: Stated<LossAccepted>, time: string): void {
    this.copy.promiseLoss(stated, time);
  }

  /** @throws StoreUnavailable when the registry cannot be read now */
  async reach(height: number): Promise<void> {
    if (this.copy.height >= height) return;
    try {
      await this.refresh();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      throw new StoreUnavailable('the registry shard cannot be followed', { cause: error });
    }
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
    if (this.copy.height >= height) return;
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
      ...(issued.customer === undefined ? {} : { customer: issued.customer }),
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
    const head = await this.store.head(this.shard).catch((error: unknown) => {
      if (error instanceof ShardLost) throw new Unavailable(error.message, LOST_RETRY_SECONDS, { cause: error });
      throw error;
    });
    if ((head?.height ?? 0) <= this.copy.top) return;
    for await (const page of readPages(this.store, this.shard, this.copy.top + 1)) this.apply(page);
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    let pauseMs = RETRY_FIRST_MS;
    while (!signal.aborted) {
      try {
        for await (const page of this.store.subscribe(this.shard, this.copy.top + 1, signal)) {
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
    const refusedBefore = this.copy.refusal;
    try {
      // A look and the subscription may both bring it.
      this.copy.take(page);
    } catch (error) {
      this.fault = `page ${page.height} of the registry shard cannot be followed: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
    this.fault = undefined;
    const { refusal } = this.copy;
    if (refusal !== undefined && refusal !== refusedBefore)
      this.onTrouble('the registry shard cannot be followed', refusal);
    this.wakeWaiters();
  }

  private wakeWaiters(): void {
    for (const waiter of this.waiters) if (waiter.height <= this.copy.height) waiter.resolve();
  }
}
