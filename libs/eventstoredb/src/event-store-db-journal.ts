/**
 * The journal in EventStoreDB: one stream per shard, one event per page. The event's revision is the page's height
 * less one, so the server's expected revision gives a height to one writer and leaves no gap.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  BACKWARDS,
  DeadlineExceededError,
  END,
  FORWARDS,
  NO_STREAM,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type EventStoreDBClient,
  type ReadStreamOptions,
  type RecordedEvent,
} from '@eventstore/db-client';
import {
  FIRST_PREVIOUS_HASH,
  HeightTaken,
  headOf,
  ShardLost,
  StoreUnavailable,
  type AppendTerms,
  type JournalStore,
  type Page,
  type PageHead,
} from '#journal';
import { closeClient, openClient } from './client.js';
import { ServerClock } from './server-clock.js';
import { MisplacedPage, toPage, toPageEvent, type PageEvent } from './page-event.js';
import { toStoreError } from './store-errors.js';
import { WholeStreams } from './whole-streams.js';

export interface EventStoreDbJournalOptions {
  /** Streams are named `<streamPrefix>-shard-<n>`. Default `airtime`. */
  readonly streamPrefix?: string;
  /** How long a call may stay without a sign of life, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Told of trouble that subscriptions handle by themselves. */
  readonly onTrouble?: (message: string, error: unknown) => void;
}

const TIMEOUT_MS_DEFAULT = 10_000;
const CLOSE_GRACE_MS = 2_000;
const RETRY_DELAY_MIN_MS = 50;
const RETRY_DELAY_MAX_MS = 2_000;
/** A page holds at most a megabyte: what one read may take into memory is bounded by this. */
const READ_PAGES_MAX = 64;
/** Pages that each stage between the connection and a subscription's consumer holds back; then the server waits. */
const SUBSCRIPTION_BUFFER_PAGES = 4;

/**
 * Opens the journal that a connection string names; the first call connects.
 *
 * @throws Error when the connection string is not valid; its text never repeats the string, which may hold a password
 */
export function createEventStoreDbJournal(
  connectionString: string,
  options: EventStoreDbJournalOptions = {},
): EventStoreDbJournal {
  return new EventStoreDbJournal(() => openClient(connectionString), options);
}

/** The server did not say no: it said nothing. */
class NoAnswer extends StoreUnavailable {}

export class EventStoreDbJournal implements JournalStore {
  private readonly streamPrefix: string;
  private readonly timeoutMs: number;
  private readonly closing = new AbortController();
  private readonly pending = new Set<Promise<unknown>>();
  private closed: Promise<void> | undefined;
  /** The highest page of each shard that was seen here: saves reading the page before at every append. */
  private readonly standing = new Map<number, PageHead>();

  private readonly whole: WholeStreams;
  private readonly clock: ServerClock;
  private client: EventStoreDBClient;

  /** @param open gives a client that becomes the journal's own: {@link close} ends it */
  constructor(
    private readonly open: () => EventStoreDBClient,
    private readonly options: EventStoreDbJournalOptions = {},
  ) {
    this.client = open();
    this.streamPrefix = options.streamPrefix ?? 'airtime';
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS_DEFAULT;
    this.whole = new WholeStreams({
      read: (stream, how) => this.readEvents(stream, how),
      onTrouble: options.onTrouble,
    });
    this.clock = new ServerClock(`${this.streamPrefix}-clock`);
  }

  /**
   * A page that stands at its height already may be appended again: the server knows its event id and reports success. It
   * compares nothing but the stream's revision: the page's time is held to nothing.
   *
   * @throws HeightTaken, StoreUnavailable; RangeError when the page is larger than EventStoreDB's append limit
   */
  async append(page: Page, { onto = page.previousHash }: AppendTerms = {}): Promise<void> {
    const event = toPageEvent(page);
    await this.call(page.shard, async () => {
      await this.assertWhole(page.shard);
      if (!(await this.followsStanding(page, onto))) throw new HeightTaken(page.shard, page.height);
      try {
        const { success, nextExpectedRevision } = await this.client.appendToStream<PageEvent>(
          this.streamOf(page.shard),
          event,
          {
            expectedRevision: page.height === 1 ? NO_STREAM : BigInt(page.height - 2),
            requiresLeader: true,
            deadline: this.timeoutMs,
          },
        );
        if (!success) throw new HeightTaken(page.shard, page.height);
        if (nextExpectedRevision !== BigInt(page.height - 1)) await this.assertStands(page, nextExpectedRevision);
      } catch (error) {
        throw error instanceof WrongExpectedVersionError ? new HeightTaken(page.shard, page.height) : error;
      }
      this.remember(page);
    });
  }

  /** At most {@link READ_PAGES_MAX} pages at a time. @throws StoreUnavailable, MisplacedPage, ShardLost */
  async read(shard: number, fromHeight: number, limit: number): Promise<Page[]> {
    return this.call(shard, async () => {
      await this.assertWhole(shard);
      return this.readForwards(shard, fromHeight, limit);
    });
  }

  /** @throws StoreUnavailable, MisplacedPage, ShardLost */
  async head(shard: number): Promise<PageHead | undefined> {
    const [last] = await this.call(shard, async () => {
      await this.assertWhole(shard);
      return this.readPages(shard, { direction: BACKWARDS, fromRevision: END, maxCount: 1 });
    });
    return last === undefined ? undefined : headOf(last);
  }

  /**
   * A consumer that is slower than the writers holds the server back. While the server is away the subscription waits
   * for it and goes on behind the last page that it gave. Ends when the signal aborts or the journal is closed.
   */
  async *subscribe(shard: number, fromHeight: number, signal: AbortSignal): AsyncIterable<Page> {
    const stop = AbortSignal.any([signal, this.closing.signal]);
    let next = fromHeight;
    for (let pauseMs = RETRY_DELAY_MIN_MS; !stop.aborted; pauseMs = Math.min(pauseMs * 2, RETRY_DELAY_MAX_MS)) {
      try {
        for await (const page of this.follow(shard, next, stop)) {
          if (stop.aborted) return;
          next = page.height + 1;
          pauseMs = RETRY_DELAY_MIN_MS;
          yield page;
          if (stop.aborted) return;
        }
        this.options.onTrouble?.(`the server ended a subscription to shard ${shard}; asking again`, undefined);
      } catch (error) {
        if (stop.aborted) return;
        const failure = toStoreError(error);
        if (!(failure instanceof StoreUnavailable)) throw failure;
        this.options.onTrouble?.(`a subscription to shard ${shard} waits for its store`, failure);
      }
      await delay(pauseMs, undefined, { signal: stop }).catch(ignore);
    }
  }

  /** The leader's clock. @throws StoreUnavailable */
  now(): Promise<number> {
    return this.call(undefined, () => this.clock.read(this.client, this.timeoutMs));
  }

  close(): Promise<void> {
    this.closed ??= this.end();
    return this.closed;
  }

  private async end(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.pending);
    // A cluster that cannot be discovered would keep the client from finding the connection that it is to end.
    await Promise.race([closeClient(this.client).catch(ignore), delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
  }

  /** One connection's part of a subscription. */
  private async *follow(shard: number, fromHeight: number, stop: AbortSignal): AsyncIterable<Page> {
    const { client } = this;
    const subscription = client.subscribeToStream<PageEvent>(
      this.streamOf(shard),
      // A subscription begins behind the revision that it names.
      { fromRevision: fromHeight === 1 ? START : BigInt(fromHeight - 2) },
      { highWaterMark: SUBSCRIPTION_BUFFER_PAGES },
    );
    // The client may report a failure once more when nobody iterates any longer; unheard, that would end the process.
    subscription.on('error', ignore);
    const unconfirmed = setTimeout(() => {
      subscription.destroy(new NoAnswer(`no confirmation of a subscription within ${this.timeoutMs} ms`));
      this.leave(client);
    }, this.timeoutMs);
    subscription.once('confirmation', () => clearTimeout(unconfirmed));
    const end = () => void subscription.destroy();
    stop.addEventListener('abort', end, { once: true });
    try {
      let next = fromHeight;
      for await (const { event } of subscription) {
        if (event === undefined || event.revision < BigInt(next - 1)) continue;
        const page = toPage(event, shard);
        if (page.height !== next)
          throw new MisplacedPage(event.streamId, event.revision, `height ${next} must come before it`);
        next++;
        yield page;
      }
    } finally {
      clearTimeout(unconfirmed);
      stop.removeEventListener('abort', end);
      void subscription.unsubscribe().catch(ignore);
    }
  }

  private async readForwards(shard: number, fromHeight: number, limit: number): Promise<Page[]> {
    const maxCount = Math.min(limit, READ_PAGES_MAX);
    if (maxCount < 1) return [];
    const pages = await this.readPages(shard, {
      direction: FORWARDS,
      fromRevision: BigInt(fromHeight - 1),
      maxCount,
    });
    pages.forEach((page, index) => {
      if (page.height !== fromHeight + index)
        throw new MisplacedPage(
          this.streamOf(shard),
          BigInt(page.height - 1),
          `height ${fromHeight + index} must come before it`,
        );
    });
    const last = pages.at(-1);
    if (last !== undefined) this.remember(last);
    return pages;
  }

  /** Up to `maxCount` pages; none when the stream does not exist. */
  private async readPages(shard: number, options: ReadStreamOptions): Promise<Page[]> {
    return (await this.readEvents(this.streamOf(shard), options)).map((event) => toPage(event, shard));
  }

  private assertWhole(shard: number): Promise<void> {
    return this.whole.assertWhole(shard, this.streamOf(shard));
  }

  private async readEvents(name: string, options: ReadStreamOptions): Promise<RecordedEvent[]> {
    const stream = this.client.readStream<PageEvent>(name, { ...options, requiresLeader: true });
    stream.on('error', ignore); // as in follow
    const silent = setTimeout(() => {
      stream.destroy(new NoAnswer(`no answer to a read within ${this.timeoutMs} ms`));
    }, this.timeoutMs);
    const events: RecordedEvent[] = [];
    try {
      // Read to the end before anything is judged: the client could never dispose of a stream that was left half read.
      for await (const { event } of stream) {
        if (event !== undefined) events.push(event);
        silent.refresh();
      }
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    } finally {
      clearTimeout(silent);
      void stream.cancel().catch(ignore);
    }
    return events;
  }

  /**
   * Whether the page before stands under the hash that this page names. The expected revision compares heights only: a
   * writer that remembers another page at that height (the store was restored from a backup, say) would fork the chain.
   * Standing pages never change, so that looking first and appending then is safe.
   */
  private async followsStanding(page: Page, onto: string): Promise<boolean> {
    if (page.height === 1) return page.previousHash === FIRST_PREVIOUS_HASH;
    const known = this.standing.get(page.shard);
    if (known?.height === page.height - 1) return known.hash === onto;
    const [before] = await this.readForwards(page.shard, page.height - 1, 1);
    return before?.hash === onto;
  }

  /**
   * A stream that somebody deleted softly looks like none: it takes the first page, but behind all that it once held.
   *
   * @throws MisplacedPage when the page does not stand at its height
   */
  private async assertStands(page: Page, revision: bigint): Promise<void> {
    const [standing] = await this.readForwards(page.shard, page.height, 1);
    if (standing?.hash === page.hash) return;
    throw new MisplacedPage(
      this.streamOf(page.shard),
      revision,
      `page ${page.height} landed there; the stream was deleted`,
    );
  }

  private remember(page: Page): void {
    const known = this.standing.get(page.shard);
    if (known === undefined || known.height <= page.height) this.standing.set(page.shard, headOf(page));
  }

  private goneForGood(shard: number): ShardLost {
    const hidden = `the stream ${this.streamOf(shard)} was deleted for good; restore a backup of the server`;
    return new ShardLost({ shard, head: undefined, memories: [], hidden });
  }

  /**
   * Runs a call within its time, and keeps count of it for {@link close}.
   *
   * @param shard undefined: it concerns none
   */
  private async call<T>(shard: number | undefined, work: () => Promise<T>): Promise<T> {
    if (this.closed !== undefined) throw new StoreUnavailable('this journal was closed');
    const { client } = this;
    const timer = new AbortController();
    // An append may read the page before first, and each of the two has a limit of its own; this one bounds what the
    // client does outside of them, such as discovering a cluster.
    const limitMs = this.timeoutMs * 3;
    const late = delay(limitMs, undefined, { signal: timer.signal }).then(() => {
      throw new NoAnswer(`no answer within ${limitMs} ms`);
    });
    late.catch(ignore);
    const running = Promise.race([work(), late]);
    this.pending.add(running);
    try {
      return await running;
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof DeadlineExceededError) this.leave(client);
      const isGone = shard !== undefined && error instanceof StreamDeletedError;
      const failure = toStoreError(isGone ? this.goneForGood(shard) : error);
      // Whatever comes back after an outage may be another server: see followsStanding.
      if (failure instanceof StoreUnavailable) {
        this.standing.clear();
        this.whole.forget();
      }
      throw failure;
    } finally {
      timer.abort();
      this.pending.delete(running);
    }
  }

  /**
   * Leaves a connection on which nobody answers, and looks for the leader anew. The client itself does so when a
   * connection is lost, but not when one is never finished: a frozen server's kernel goes on accepting them.
   */
  private leave(client: EventStoreDBClient): void {
    if (client !== this.client || this.closed !== undefined) return;
    this.client = this.open();
    this.options.onTrouble?.('the server says nothing; connecting anew', undefined);
    void closeClient(client).catch(ignore);
  }

  private streamOf(shard: number): string {
    return `${this.streamPrefix}-shard-${shard}`;
  }
}

function ignore(): void {
  // The failure was told on another path, or nobody waits for it any longer.
}
