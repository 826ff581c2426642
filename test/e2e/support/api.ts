/** Calls of the public HTTP interface, good and bad ones, by the client that the command line uses. */
import { randomUUID } from 'node:crypto';
import { ApiClient, type Schemas } from '#client';
import { HANG_MS, type Route, type RouteAnswer } from '#testing';

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

export type Position = Schemas['PositionAnswer'];

/** A call was refused where the test counts on its success. */
export class CallRefused extends Error {
  constructor(
    call: string,
    readonly answer: Answer,
  ) {
    super(`${call} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

const RETRY_NEVER = { outageMaxMs: 0, firstPauseMs: 1 } as const;
export const ADMIN_KEY = 'a-key-for-tests-that-nobody-else-has';
export const USAGE_BATCH = 'application/cloudevents-batch+json';

export class Api {
  /** The typed way, for what is not itself the subject of a test. Nothing is repeated: a test sees every answer. */
  readonly client: ApiClient;

  constructor(
    readonly url: string,
    readonly key: string = ADMIN_KEY,
  ) {
    const connection = { url: () => new URL(url), key, advice: () => 'the service’s output says why' };
    // A service that hangs must fail the test that asks it, and no other.
    this.client = new ApiClient(connection, {
      ...{ retry: RETRY_NEVER, silenceMaxMs: HANG_MS },
      newKey: () => undefined,
    });
  }

  /** The same service with another key. */
  as(key: string): Api {
    return new Api(this.url, key);
  }

  /** Any call, any answer, bad paths included; {@link ask} is for the others. Paths without a leading `/v1` are given one, except those outside of it. */
  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    { body, headers = {}, key = this.key }: CallOptions = {},
  ): Promise<Answer<T>> {
    const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const answer = await this.client.attempt(
      {
        method,
        target: /^\/(v1|health|metrics|docs)/.test(path) ? path : `/v1${path}`,
        body: body === undefined ? undefined : Buffer.from(bytes),
        key,
      },
      headers,
    );
    const contentType = answer.headers['content-type'] ?? '';
    const text = answer.body.toString('utf8');
    return {
      status: answer.status,
      contentType,
      body: (contentType.includes('json') && text !== '' ? JSON.parse(text) : text) as T,
    };
  }

  /** A call of a route that the API has, whatever it answers. */
  ask<M extends 'GET' | 'POST' | 'PUT' | 'DELETE', const Text extends string>(
    method: M,
    path: Text & Route<Lowercase<M>, Text>,
    options: CallOptions = {},
  ): Promise<Answer> {
    return this.call(method, path, options);
  }

  /** @throws CallRefused unless the answer is a success */
  async get<const Text extends string>(path: Text & Route<'get', Text>): Promise<RouteAnswer<'get', Text>> {
    return this.must('GET', path, {});
  }

  /** Carries an Idempotency-Key, a new one unless given. @throws CallRefused */
  async post<const Text extends string>(
    path: Text & Route<'post', Text>,
    body: unknown = {},
    idempotencyKey?: string,
  ): Promise<RouteAnswer<'post', Text>> {
    return this.must('POST', path, { body, headers: { 'idempotency-key': idempotencyKey ?? randomUUID() } });
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
export type UsageReceipt = Schemas['UsageAnswerBody'];
