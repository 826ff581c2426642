/** Calls of the public HTTP interface, by fetch. */
import { randomUUID } from 'node:crypto';
import { HANG_MS } from '#testing';

export { eventually } from '#testing';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly contentType: string;
  readonly body: T;
}

export interface CallOptions {
  /** Sent as it is when a string or bytes, else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another key than the caller's own; null sends none. */
  readonly key?: string | null;
}

export interface Position {
  readonly shard: number;
  readonly height: number;
}

/** A call was refused where the test counts on its success. */
export class CallRefused extends Error {
  constructor(
    call: string,
    readonly answer: Answer,
  ) {
    super(`${call} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

export const ADMIN_KEY = 'a-key-for-tests-that-nobody-else-has';
export const USAGE_BATCH = 'application/cloudevents-batch+json';

export class Api {
  constructor(
    readonly url: string,
    readonly key: string = ADMIN_KEY,
  ) {}

  /** The same service with another key. */
  as(key: string): Api {
    return new Api(this.url, key);
  }

  /** Any call, any answer. Paths without a leading `/v1` are given one, except those outside of it. */
  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    { body, headers = {}, key = this.key }: CallOptions = {},
  ): Promise<Answer<T>> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${this.url}${/^\/(v1|health|metrics|docs)/.test(path) ? path : `/v1${path}`}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
      // A service that hangs must fail the test that asks it, and no other.
      signal: AbortSignal.timeout(HANG_MS),
    });
    const contentType = response.headers.get('content-type') ?? '';
    const text = await response.text();
    return {
      status: response.status,
      contentType,
      body: (contentType.includes('json') && text !== '' ? JSON.parse(text) : text) as T,
    };
  }

  /** @throws CallRefused unless the answer is a success */
  async get<T = Record<string, unknown>>(path: string): Promise<T> {
    return this.must<T>('GET', path, {});
  }

  /** Carries an Idempotency-Key, a new one unless given. @throws CallRefused */
  async post<T = Record<string, unknown>>(path: string, body: unknown = {}, idempotencyKey?: string): Promise<T> {
    return this.must<T>('POST', path, { body, headers: { 'idempotency-key': idempotencyKey ?? randomUUID() } });
  }

  /** @throws CallRefused */
  async put<T = Record<string, unknown>>(path: string, body: unknown): Promise<T> {
    return this.must<T>('PUT', path, { body });
  }

  /** @throws CallRefused */
  async sendUsage(events: readonly unknown[]): Promise<UsageReceipt> {
    return this.must<UsageReceipt>('POST', '/usage', { body: events, headers: { 'content-type': USAGE_BATCH } });
  }

  private async must<T>(method: string, path: string, options: CallOptions): Promise<T> {
    const answer = await this.call<T>(method, path, options);
    if (answer.status >= 300) throw new CallRefused(`${method} ${path}`, answer as Answer);
    return answer.body;
  }
}

/** What `POST /v1/usage` answers. */
export interface UsageReceipt {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rejected: readonly {
    readonly index: number;
    readonly id: string;
    readonly code: string;
    readonly detail: string;
  }[];
  readonly positions: readonly Position[];
}
