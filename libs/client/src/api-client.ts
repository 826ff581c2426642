/** Airtime's HTTP API, typed by its document. Repeats what is safe to repeat; a refusal is one readable error. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createFinalURL, createQuerySerializer, defaultPathSerializer } from 'openapi-fetch';
import { RequestRefused, ServiceUnreachable, type Problem } from './failures.js';
import type { Answer, Call, CallArgument, CallSettings, ItemOf, Method, PathOf, Schemas } from './operations.js';
import { Transport, type WireAnswer, type WireRequest } from './transport.js';

/** Where the service is, and which key opens it. */
export interface Connection {
  /** Asked before every request: a service that was restarted may have moved to another port. */
  readonly url: () => URL;
  readonly key: string;
  /** What to do when nobody answers at the address. */
  readonly advice: () => string;
}

export interface RetryPolicy {
  /** How long an outage may last before a request is given up, milliseconds; 0 tries once. */
  readonly outageMaxMs: number;
  /** The first pause; each further one doubles, up to {@link PAUSE_MAX_MS}. */
  readonly firstPauseMs: number;
}

export interface ApiClientOptions {
  readonly retry?: RetryPolicy;
  /** Told once when an outage begins. */
  readonly note?: (text: string) => void;
  /**
   * Makes the Idempotency-Key of a write that is given none; a UUID unless set. Without a key a write is not repeated
   * after its connection broke: nobody knows whether it was done.
   */
  readonly newKey?: () => string | undefined;
  /** Longest silence of the service where a call names none, milliseconds. */
  readonly silenceMaxMs?: number;
}

export const RETRY_DEFAULT: RetryPolicy = { outageMaxMs: 120_000, firstPauseMs: 200 };
const PAUSE_MAX_MS = 5_000;
const RETRY_AFTER_MAX_MS = 30_000;
const SILENCE_MAX_MS = 60_000;

const RETRIABLE_STATUS: readonly number[] = [429, 502, 503, 504];
const BROKEN: readonly string[] = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED'];
/** Nobody listens. Worth waiting for only where somebody did before: else the address is wrong. */
const ABSENT: readonly string[] = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'];

const USAGE_BATCH = 'application/cloudevents-batch+json';

const toQueryString = createQuerySerializer({ array: { style: 'form', explode: true } });

/** An answer, or why there is none. */
type Outcome =
  | { readonly answer: WireAnswer; readonly error?: never }
  | { readonly answer?: never; readonly error: NodeJS.ErrnoException };

/** A request that is not typed: what a typed call comes to. */
export interface RawRequest extends CallSettings {
  readonly method: string;
  /** From the service's root on, query included. */
  readonly target: string;
  readonly body?: Buffer | undefined;
  readonly contentType?: string | undefined;
  /** Another key than the client's own; null sends none. */
  readonly key?: string | null | undefined;
}

/** An answer and how often its request had to be sent again. */
export interface Repeated<T> {
  readonly value: T;
  readonly repetitions: number;
}

/** A typed call with its types forgotten. */
interface AnyCall extends CallSettings {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export class ApiClient {
  private readonly transport = new Transport();
  private readonly retry: RetryPolicy;
  private readonly note: (text: string) => void;
  private readonly newKey: () => string | undefined;
  private readonly silenceMaxMs: number;
  private hasAnswered = false;
  private outageNoted = false;

  constructor(
    private readonly connection: Connection,
    { retry = RETRY_DEFAULT, note = () => undefined, newKey = randomUUID, silenceMaxMs }: ApiClientOptions = {},
  ) {
    this.retry = retry;
    this.note = note;
    this.newKey = newKey;
    this.silenceMaxMs = silenceMaxMs ?? SILENCE_MAX_MS;
  }

  /** @throws RequestRefused, ServiceUnreachable */
  async get<P extends PathOf<'get'>>(path: P, ...[call]: CallArgument<Call<P, 'get'>>): Promise<Answer<P, 'get'>> {
    return this.call('get', path, call);
  }

  /** @throws RequestRefused, ServiceUnreachable */
  async put<P extends PathOf<'put'>>(path: P, ...[call]: CallArgument<Call<P, 'put'>>): Promise<Answer<P, 'put'>> {
    return this.call('put', path, call);
  }

  /** @throws RequestRefused, ServiceUnreachable */
  async post<P extends PathOf<'post'>>(path: P, ...[call]: CallArgument<Call<P, 'post'>>): Promise<Answer<P, 'post'>> {
    return this.call('post', path, call);
  }

  /** @throws RequestRefused, ServiceUnreachable */
  async delete<P extends PathOf<'delete'>>(
    path: P,
    ...[call]: CallArgument<Call<P, 'delete'>>
  ): Promise<Answer<P, 'delete'>> {
    return this.call('delete', path, call);
  }

  /** Every item of a list, from its beginning to its end. @throws RequestRefused, ServiceUnreachable */
  async list<P extends PathOf<'get'>>(path: P, ...[call]: CallArgument<Call<P, 'get'>>): Promise<ItemOf<P>[]> {
    const { query, ...rest } = (call ?? {}) as AnyCall;
    const items: ItemOf<P>[] = [];
    for (let cursor: unknown = undefined; cursor !== null;) {
      const answer: { items?: readonly ItemOf<P>[]; nextCursor?: string | null } = await this.call('get', path, {
        ...rest,
        query: { ...query, cursor },
      });
      if (!Array.isArray(answer.items)) throw new ServiceUnreachable(`GET ${path} answered no list of items`);
      items.push(...(answer.items as readonly ItemOf<P>[]));
      cursor = answer.nextCursor ?? null;
    }
    return items;
  }

  /**
   * Charges a batch. It carries no Idempotency-Key: the ledger knows each event by its source and id, so a repetition
   * is answered as duplicates.
   *
   * @param events as JSON text of an array, or to be written as such
   * @throws RequestRefused, ServiceUnreachable
   */
  async sendUsage(events: Buffer | readonly unknown[]): Promise<Repeated<Schemas['UsageAnswerBody']>> {
    const body = Buffer.isBuffer(events) ? events : Buffer.from(JSON.stringify(events));
    return this.request({ method: 'POST', target: '/v1/usage', body, contentType: USAGE_BATCH }, true);
  }

  /** One attempt at anything; any answer is one. @throws Error with Node's code when the connection fails */
  async attempt(request: RawRequest, headers: Readonly<Record<string, string>> = {}): Promise<WireAnswer> {
    return this.transport.exchange(this.onWire(request, headers));
  }

  close(): void {
    this.transport.close();
  }

  private async call<T>(method: Method, path: string, call: unknown): Promise<T> {
    const { path: pathParameters = {}, query = {}, body, ...settings } = (call ?? {}) as AnyCall;
    const isWrite = method === 'post' || method === 'put';
    const idempotencyKey = settings.idempotencyKey ?? (isWrite ? this.newKey() : undefined);
    const { value } = await this.request<T>(
      {
        ...settings,
        method: method.toUpperCase(),
        target: createFinalURL(path, {
          baseUrl: '',
          params: { path: pathParameters, query },
          querySerializer: toQueryString,
          pathSerializer: defaultPathSerializer,
        }),
        body: isWrite ? Buffer.from(JSON.stringify(body ?? {})) : undefined,
        idempotencyKey,
      },
      !isWrite || idempotencyKey !== undefined,
    );
    return value;
  }

  /** Sends a request until it is answered, refused, or the service was away for too long. */
  private async request<T>(request: RawRequest, isRepeatable: boolean): Promise<Repeated<T>> {
    let downSinceMs: number | undefined;
    for (let repetitions = 0; ; repetitions += 1) {
      const outcome = await this.outcomeOf(request);
      if (outcome.answer !== undefined) {
        this.hasAnswered = true;
        if (!RETRIABLE_STATUS.includes(outcome.answer.status)) {
          this.outageNoted = false;
          return { value: readAnswer<T>(outcome.answer, request.target), repetitions };
        }
      } else if (!this.isWorthWaiting(outcome.error, isRepeatable)) {
        throw unreachable(this.connection, outcome.error);
      }
      const failure =
        outcome.answer === undefined ? unreachable(this.connection, outcome.error) : refusalOf(outcome.answer);
      const nowMs = performance.now();
      downSinceMs ??= nowMs;
      const pauseMs = this.pauseMs(repetitions, outcome.answer);
      if (nowMs + pauseMs - downSinceMs > this.retry.outageMaxMs) throw failure;
      this.noteOutage(outcome.answer === undefined ? describeError(outcome.error) : failure.message);
      await delay(pauseMs);
    }
  }

  private async outcomeOf(request: RawRequest): Promise<Outcome> {
    try {
      return { answer: await this.transport.exchange(this.onWire(request)) };
    } catch (error) {
      if (error instanceof ServiceUnreachable) throw error;
      return { error: error as NodeJS.ErrnoException };
    }
  }

  private onWire(request: RawRequest, headers: Readonly<Record<string, string>> = {}): WireRequest {
    const { method, target, body, contentType = 'application/json', idempotencyKey, silenceMaxMs } = request;
    const { key = this.connection.key } = request;
    return {
      method,
      url: new URL(`${this.connection.url().href.replace(/\/+$/, '')}${target}`),
      headers: {
        accept: 'application/json, application/problem+json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...headers,
      },
      body,
      silenceMaxMs: silenceMaxMs ?? this.silenceMaxMs,
    };
  }

  private isWorthWaiting(error: NodeJS.ErrnoException, isRepeatable: boolean): boolean {
    const code = error.code ?? '';
    return (isRepeatable && BROKEN.includes(code)) || (this.hasAnswered && ABSENT.includes(code));
  }

  private pauseMs(repetitions: number, answer: WireAnswer | undefined): number {
    const asked = answer?.headers['retry-after'];
    if (asked !== undefined && /^\d{1,6}$/.test(asked)) {
      return Math.min(RETRY_AFTER_MAX_MS, Number.parseInt(asked, 10) * 1_000);
    }
    const fullMs = Math.min(PAUSE_MAX_MS, this.retry.firstPauseMs * 2 ** Math.min(repetitions, 20));
    // Clients that were cut off together must not come back together.
    return fullMs * (0.5 + Math.random() / 2);
  }

  private noteOutage(reason: string): void {
    if (this.outageNoted) return;
    this.outageNoted = true;
    this.note(`the service is away (${reason}); trying again for up to ${this.retry.outageMaxMs / 1_000} s`);
  }
}

function readAnswer<T>(answer: WireAnswer, target: string): T {
  if (answer.status >= 400) throw refusalOf(answer);
  if (answer.status >= 200 && answer.status < 300) {
    if (answer.body.length === 0) return {} as T;
    const value = parseObject(answer.body);
    if (value !== undefined) return value as T;
  }
  throw new ServiceUnreachable(
    `${target.split('?')[0]} answered ${answer.status} with something else than JSON; is --url the address of Airtime?`,
  );
}

function refusalOf(answer: WireAnswer): RequestRefused {
  return new RequestRefused(answer.status, (parseObject(answer.body) as Partial<Problem> | undefined) ?? {});
}

function parseObject(body: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function unreachable({ url, advice }: Connection, error: Error): ServiceUnreachable {
  return new ServiceUnreachable(`cannot reach ${url().origin} (${describeError(error)}); ${advice()}`);
}

function describeError(error: NodeJS.ErrnoException): string {
  // Node tries each address of a name and reports them together, with an empty message.
  return error.code ?? (error.message || 'unknown cause');
}
