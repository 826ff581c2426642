/** How every read comes to its books: it waits for the positions it was asked to include, then reads one snapshot. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { registryShard, type AnyTable, type RowOf } from '#domain';
import {
  CLOCKS_APART_MAX_MS,
  isClosedUpTo,
  joinInstants,
  PageRefused,
  type ClosingWishes,
  type JournalStore,
  type PageHead,
} from '#journal';
import {
  ClockAhead,
  CONFIGURATION,
  NotClosedYet,
  ReadTimedOut,
  RequestError,
  Unavailable,
  type Configuration,
  type ListAnswer,
  type ListQuery,
} from '#platform';
import {
  findAhead,
  isDatabaseAway,
  isStatementTimeout,
  readBooks,
  readCheckpoints,
  type BooksCheckpoint,
  type BooksSnapshot,
  type Pool,
  type Where,
} from '#postgres';
import { CatalogueFollower, CLOSING_WISHES, HeadMemories, READ_DATABASE, READ_JOURNAL } from '#wiring';
import { lastInstantOf, parseAsOf } from './read-parameters.js';
import type { TableList } from './table-list.js';

const WAIT_MAX_MS = 5_000;
const POLL_MS = 20;
/** A person has to say what becomes of a lost shard, or of a page that does not count. */
const PERSON_RETRY_SECONDS = 30;
/** A journal that is ahead of the clock is asked again after so long at the latest. */
const AHEAD_RETRY_MAX_SECONDS = 3_600;

export interface ReadOptions {
  /** `shard:height` texts, already checked for form. */
  readonly position?: readonly string[] | undefined;
  /** RFC 3339 or a plain day, as asked. */
  readonly asOf?: string | undefined;
  /** The end of a period, as asked: what is answered for the time before it is closed like an instant, once it is over. */
  readonly to?: string | undefined;
}

/** The shards whose books are not as far as was asked for. */
type Missing = (checkpoints: readonly BooksCheckpoint[]) => readonly number[];

interface Waiter {
  readonly missing: Missing;
  readonly resolve: () => void;
}

@Injectable()
export class Books implements OnModuleDestroy {
  private readonly waiting = new Set<Waiter>();
  private readonly stopping = new AbortController();
  private watching: Promise<void> | undefined;
  /** What the next wish asks for, and the one that is being made. */
  private readonly wanted = new Map<number, string>();
  private wishing: Promise<void> | undefined;

  constructor(
    @Inject(READ_DATABASE) private readonly database: Pool,
    @Inject(READ_JOURNAL) private readonly journal: JournalStore,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(CLOSING_WISHES) private readonly wishes: ClosingWishes,
    private readonly memories: HeadMemories,
    private readonly follower: CatalogueFollower,
  ) {}

  /**
   * Reads the books at one state that includes everything asked for. For an instant that is over it is closed first, in
   * every shard, so that the answer never changes.
   *
   * @throws DomainError `TIME_INVALID`, `TIME_IN_FUTURE`; RequestError `VALIDATION_FAILED` for a position that no write has;
   *   NotClosedYet and Unavailable when the books do not get there within five seconds; ClockAhead; Unavailable when the
   *   database does not answer
   */
  async read<T>(options: ReadOptions, work: (books: BooksSnapshot) => Promise<T>): Promise<T> {
    const heights = this.parsePositions(options.position ?? []);
    try {
      await this.refuseLost();
      await this.refuseFuture(heights);
      await this.include(heights);
      const nowMs = Date.now();
      const asOf = options.asOf === undefined ? undefined : parseAsOf(options.asOf, nowMs);
      const closedTo = asOf ?? lastInstantOf(options.to, nowMs);
      if (closedTo !== undefined) await this.includeInstant(closedTo);
      return await readBooks(this.database, work, { asOf, closedTo });
    } catch (error) {
      if (isStatementTimeout(error)) throw new ReadTimedOut({ cause: error });
      if (!isDatabaseAway(error)) throw error;
      throw new Unavailable('The database is away or too busy; send the request again.', 1, { cause: error });
    }
  }

  /**
   * Answers a list of a table's rows.
   *
   * @param where what the rows must hold; undefined members: whatever
   * @param present makes items of rows; what it reads besides is of the same state
   * @throws as {@link read}; RequestError `CURSOR_INVALID`
   */
  async list<T extends AnyTable, Without extends keyof RowOf<T>, Item>(
    list: TableList<T, Without>,
    query: ListQuery & ReadOptions,
    where: Where<T>,
    present: (
      rows: readonly Omit<RowOf<T>, Without>[],
      books: BooksSnapshot,
    ) => readonly Item[] | Promise<readonly Item[]>,
  ): Promise<ListAnswer<Item>> {
    const page = list.page(query);
    return this.read(query, async (books) => {
      const { items, nextCursor } = await list.read(books, page, where);
      return { items: await present(items, books), nextCursor };
    });
  }

  /** Books that hold what the journal has lost say what is not so. @throws Unavailable */
  private async refuseLost(): Promise<void> {
    const [lost] = this.memories.watch.losses;
    if (lost !== undefined) throw new Unavailable(lost.message, PERSON_RETRY_SECONDS, { cause: lost });
    if (!this.follower.hasGivenUp) return;
    const checkpoints = await readCheckpoints(this.database);
    const stale = checkpoints.find(({ shard, height, hash }) => this.follower.isGivenUp({ shard, height, hash }));
    if (stale !== undefined)
      throw new Unavailable(`The books of shard ${stale.shard} hold pages that were lost; they are being rebuilt.`, 5);
  }

  /** Waits until the books include these heights. @throws Unavailable */
  async include(heights: ReadonlyMap<number, number>, waitMs = WAIT_MAX_MS): Promise<void> {
    if (heights.size === 0) return;
    await this.until((checkpoints) => missingHeights(heights, checkpoints), {
      waitMs,
      tooLate: () => new Unavailable('The books do not include that position yet; try again in a moment.'),
    });
  }

  /**
   * Says what is wrong where books cannot get further: the next page of a shard does not count. What they include up to
   * there is answered all the same.
   *
   * @throws Unavailable
   */
  private async refuseUncounted(shards: readonly number[]): Promise<void> {
    const checkpoints = await readCheckpoints(this.database);
    for (const shard of shards) {
      const reached = heightOf(checkpoints, shard);
      try {
        await this.journal.read(shard, reached + 1, 1);
      } catch (error) {
        if (!(error instanceof PageRefused)) throw error;
        const way = `answers of shard ${shard} end at height ${reached} until "airtime journal void-page" declares it void`;
        throw new Unavailable(`${upperFirst(error.message)}; ${way}.`, PERSON_RETRY_SECONDS, { cause: error });
      }
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.watching;
  }

  private parsePositions(texts: readonly string[]): Map<number, number> {
    const heights = new Map<number, number>();
    const last = registryShard(this.configuration.shards);
    for (const text of texts) {
      const [shard = 0, height = 0] = text.split(':').map((part) => Number.parseInt(part, 10));
      if (shard > last) {
        throw positionInvalid(`there is no shard ${shard}; shards are numbered 0 to ${last}`);
      }
      heights.set(shard, Math.max(height, heights.get(shard) ?? 0));
    }
    return heights;
  }

  /** A write is durable before its position is told: one beyond the journal's head was never given out. */
  private async refuseFuture(heights: ReadonlyMap<number, number>): Promise<void> {
    if (heights.size === 0) return;
    const checkpoints = await readCheckpoints(this.database);
    for (const [shard, height] of heights) {
      if (heightOf(checkpoints, shard) >= height) continue;
      const head = (await this.journal.head(shard))?.height ?? 0;
      if (height > head)
        throw positionInvalid(`shard ${shard} ends at height ${head}; ${shard}:${height} is yet to come`);
    }
  }

  /**
   * Makes sure that every shard is closed up to an instant that is over, and that the books include it whole: no page can
   * be appended any more that belongs to it, so the answer for it never changes.
   *
   * @param instant RFC 3339 UTC with milliseconds
   * @throws NotClosedYet after five seconds; ClockAhead where a shard is closed by nothing but pages that are ahead
   */
  async includeInstant(instant: string): Promise<void> {
    await this.closeAndInclude(instant);
    await this.refuseAhead(instant);
  }

  private async closeAndInclude(instant: string): Promise<void> {
    const missing: Missing = (checkpoints) => {
      const reached = new Map(checkpoints.map((checkpoint) => [checkpoint.shard, checkpoint]));
      return this.shards.filter((shard) => !isClosedUpTo(reached.get(shard), instant));
    };
    const behind = missing(await readCheckpoints(this.database));
    if (behind.length === 0) return;
    await this.refuseUncounted(behind);
    const heads = await this.heads();
    const open = this.shards.filter((shard) => !isClosedUpTo(heads[shard], instant));
    if (open.length > 0) await this.wish(new Map(open.map((shard) => [shard, instant])));
    const message = `${instant} is not closed yet in every shard, or the books do not include it; try again in a moment.`;
    await this.until(missing, { waitMs: WAIT_MAX_MS, tooLate: () => new NotClosedYet(message) });
  }

  /** @throws ClockAhead */
  private async refuseAhead(instant: string): Promise<void> {
    const ahead = await findAhead(this.database, instant, CLOCKS_APART_MAX_MS);
    if (ahead.length === 0) return;
    const shards = ahead.map(({ shard, until }) => `shard ${shard} until ${until}`).join(', ');
    const leftMs = Math.max(...ahead.map((one) => one.leftMs));
    throw new ClockAhead(
      `The journal is ahead of the clock: ${shards}. What was recorded since stands at times that are yet to come, so ${instant} can be answered only then.`,
      Math.min(Math.max(1, Math.ceil(leftMs / 1_000)), AHEAD_RETRY_MAX_SECONDS),
    );
  }

  /** Asks for all that is waited for by now. Requests that come while a wish is being made share the next one. */
  private async wish(instants: ReadonlyMap<number, string>): Promise<void> {
    joinInstants(this.wanted, instants);
    // A failure is for those who asked for it; the next wish is another.
    await this.wishing?.catch(() => undefined);
    this.wishing ??= this.makeWish().finally(() => {
      this.wishing = undefined;
    });
    await this.wishing;
  }

  private async makeWish(): Promise<void> {
    const wanted = new Map(this.wanted);
    this.wanted.clear();
    if (wanted.size > 0) await this.wishes.wish(wanted);
  }

  private get shards(): readonly number[] {
    return Array.from({ length: registryShard(this.configuration.shards) + 1 }, (_, shard) => shard);
  }

  /** The journal's heads, by shard. */
  async heads(): Promise<(PageHead | undefined)[]> {
    return Promise.all(this.shards.map((shard) => this.journal.head(shard)));
  }

  private async until(
    missing: Missing,
    { waitMs, tooLate }: { readonly waitMs: number; readonly tooLate: () => Error },
  ): Promise<void> {
    const behind = missing(await readCheckpoints(this.database));
    if (behind.length === 0) return;
    await this.refuseUncounted(behind);
    const timeout = new AbortController();
    let waiter: Waiter | undefined;
    const arrived = new Promise<void>((resolve) => {
      waiter = { missing, resolve };
      this.waiting.add(waiter);
    });
    this.watching ??= this.watch().finally(() => {
      this.watching = undefined;
    });
    const late = delay(waitMs, undefined, { signal: timeout.signal }).then(async () => {
      await this.refuseUncounted(missing(await readCheckpoints(this.database)));
      throw tooLate();
    });
    try {
      await Promise.race([arrived, late]);
    } finally {
      timeout.abort();
      late.catch(() => undefined);
      this.waiting.delete(waiter!);
    }
  }

  /** One look at the checkpoints serves everybody who waits. A failed look is repeated; the waiters have their own limit. */
  private async watch(): Promise<void> {
    while (this.waiting.size > 0 && !this.stopping.signal.aborted) {
      await delay(POLL_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      const checkpoints = await readCheckpoints(this.database).catch(() => undefined);
      if (checkpoints === undefined) continue;
      for (const { missing, resolve } of this.waiting) if (missing(checkpoints).length === 0) resolve();
    }
  }
}

function positionInvalid(message: string): RequestError {
  return new RequestError('VALIDATION_FAILED', `The position is not valid: ${message}.`, [
    { path: 'position', message },
  ]);
}

function heightOf(checkpoints: readonly BooksCheckpoint[], shard: number): number {
  return checkpoints.find((checkpoint) => checkpoint.shard === shard)?.height ?? 0;
}

function missingHeights(heights: ReadonlyMap<number, number>, checkpoints: readonly BooksCheckpoint[]): number[] {
  return [...heights].flatMap(([shard, height]) => (heightOf(checkpoints, shard) < height ? shard : []));
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
