/**
 * Wishes that instants be closed, as a stream beside those of the shards: one event for each wish. The newest ones are kept,
 * whoever begins to follow reads them, and what was wished before is wished again by whoever still waits.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  ANY,
  BACKWARDS,
  END,
  jsonEvent,
  START,
  StreamNotFoundError,
  type EventStoreDBClient,
  type JSONEventType,
} from '@eventstore/db-client';
import { joinInstants, StoreUnavailable, type ClosingWishes, type Instants } from '#journal';
import { closeClient, openClient } from './client.js';
import { toStoreError } from './store-errors.js';

export interface EventStoreDbClosingWishesOptions {
  /** The stream is named `<streamPrefix>-closing-wishes`. Default `airtime`. */
  readonly streamPrefix?: string;
  /** How long a call may stay without a sign of life, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Told of trouble that following handles by itself. */
  readonly onTrouble?: (message: string, error: unknown) => void;
}

const EVENT_TYPE = 'AirtimeClosingWish';
type WishEvent = JSONEventType<typeof EVENT_TYPE, { instants: Record<string, string> }>;

/** Wishes that are kept, and read by whoever begins to follow. */
const KEPT = 64;
const TIMEOUT_MS_DEFAULT = 10_000;
const RETRY_DELAY_MIN_MS = 50;
const RETRY_DELAY_MAX_MS = 2_000;
const CLOSE_GRACE_MS = 2_000;
/** Further than clocks differ. */
const AHEAD_MAX_MS = 10_000;

interface Kept {
  /** Revision of the newest wish. */
  readonly newest: bigint | undefined;
  readonly wished: Map<number, string>;
}

/** An instant as a reader writes it. Whatever else stands in the stream is no wish. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export class EventStoreDbClosingWishes implements ClosingWishes {
  private readonly stream: string;
  private readonly timeoutMs: number;
  private readonly closing = new AbortController();
  private client: EventStoreDBClient;
  private isBounded = false;
  /** What is wished and was not taken back here, by shard. */
  private readonly wished = new Map<number, string>();
  /** What was taken back here, by shard. */
  private readonly done = new Map<number, string>();

  /** @throws Error when the connection string is not valid; its text never repeats the string */
  constructor(
    private readonly connectionString: string,
    private readonly options: EventStoreDbClosingWishesOptions = {},
  ) {
    this.client = openClient(connectionString);
    this.stream = `${options.streamPrefix ?? 'airtime'}-closing-wishes`;
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS_DEFAULT;
  }

  async wish(instants: Instants): Promise<void> {
    const data = { instants: Object.fromEntries(instants) };
    const options = { expectedRevision: ANY, deadline: this.timeoutMs } as const;
    const { client } = this;
    try {
      await client.appendToStream(this.stream, jsonEvent<WishEvent>({ type: EVENT_TYPE, data }), options);
      // A user who may not say so leaves the stream to grow; that keeps nobody from wishing.
      if (!this.isBounded) await this.bound().catch((error: unknown) => this.tell('its size is not bounded', error));
    } catch (error) {
      const failure = toStoreError(error);
      if (failure instanceof StoreUnavailable) this.leave(client);
      throw failure;
    }
  }

  async *follow(signal: AbortSignal): AsyncIterable<Instants> {
    const stop = AbortSignal.any([signal, this.closing.signal]);
    const { wished } = this;
    for (let pauseMs = RETRY_DELAY_MIN_MS; !stop.aborted; pauseMs = Math.min(pauseMs * 2, RETRY_DELAY_MAX_MS)) {
      const { client } = this;
      try {
        for await (const instants of this.read(client, stop)) {
          pauseMs = RETRY_DELAY_MIN_MS;
          joinInstants(wished, instants);
          for (const [shard, instant] of wished) if (instant <= (this.done.get(shard) ?? '')) wished.delete(shard);
          if (wished.size > 0) yield new Map(wished);
          if (stop.aborted) return;
        }
      } catch (error) {
        if (stop.aborted) return;
        const failure = toStoreError(error);
        if (!(failure instanceof StoreUnavailable)) throw failure;
        this.tell('following them waits for the store', failure);
        this.leave(client);
      }
      await delay(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  /** What lies in the future is passed over once: remembered, it would hide every wish that comes before it. */
  takeBack(shard: number, instant: string): Promise<void> {
    if ((this.wished.get(shard) ?? '') <= instant) this.wished.delete(shard);
    if (Date.parse(instant) < Date.now() + AHEAD_MAX_MS) joinInstants(this.done, new Map([[shard, instant]]));
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.closing.abort();
    const closed = closeClient(this.client).catch(() => undefined);
    await Promise.race([closed, delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
  }

  private async bound(): Promise<void> {
    await this.client.setStreamMetadata(this.stream, { maxCount: KEPT }, { deadline: this.timeoutMs });
    this.isBounded = true;
  }

  /** What is kept, then whatever comes, over one connection. */
  private async *read(client: EventStoreDBClient, stop: AbortSignal): AsyncIterable<Instants> {
    const { newest, wished } = await this.readKept(client);
    if (wished.size > 0) yield wished;
    const fromRevision = newest ?? START;
    const subscription = client.subscribeToStream<WishEvent>(this.stream, { fromRevision });
    // The client may report a failure once more when nobody iterates any longer; unheard, that would end the process.
    subscription.on('error', () => undefined);
    const unconfirmed = setTimeout(() => {
      subscription.destroy(new StoreUnavailable(`no confirmation of a subscription within ${this.timeoutMs} ms`));
    }, this.timeoutMs);
    subscription.once('confirmation', () => {
      clearTimeout(unconfirmed);
    });
    const end = () => void subscription.destroy();
    stop.addEventListener('abort', end, { once: true });
    try {
      for await (const { event } of subscription) if (event !== undefined) yield readWish(event.data);
    } finally {
      clearTimeout(unconfirmed);
      stop.removeEventListener('abort', end);
      void subscription.unsubscribe().catch(() => undefined);
    }
  }

  private async readKept(client: EventStoreDBClient): Promise<Kept> {
    const wished = new Map<number, string>();
    let newest: bigint | undefined;
    const stream = client.readStream<WishEvent>(this.stream, {
      ...{ direction: BACKWARDS, fromRevision: END, maxCount: KEPT },
      deadline: this.timeoutMs,
    });
    stream.on('error', () => undefined); // as above
    try {
      for await (const { event } of stream) {
        if (event === undefined) continue;
        newest ??= event.revision;
        joinInstants(wished, readWish(event.data));
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    } finally {
      void stream.cancel().catch(() => undefined);
    }
    return { newest, wished };
  }

  /** Looks for the server anew: the client itself does not when a connection is never finished, as by a frozen server. */
  private leave(client: EventStoreDBClient): void {
    if (client !== this.client || this.closing.signal.aborted) return;
    this.client = openClient(this.connectionString);
    void closeClient(client).catch(() => undefined);
  }

  private tell(what: string, error: unknown): void {
    this.options.onTrouble?.(`wishes that instants be closed: ${what}`, error);
  }
}

function readWish(data: unknown): Map<number, string> {
  const wished = new Map<number, string>();
  const { instants } = (typeof data === 'object' && data !== null ? data : {}) as Partial<WishEvent['data']>;
  for (const [shard, instant] of Object.entries(instants ?? {})) {
    if (/^\d{1,2}$/.test(shard) && typeof instant === 'string' && INSTANT.test(instant))
      wished.set(Number(shard), instant);
  }
  return wished;
}
