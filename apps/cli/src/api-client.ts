/** The HTTP client: keeps connections, repeats what is safe to repeat, and turns refusals into one line. */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { ListAnswer, Problem } from '#platform';
import type { Connection } from './connection.js';
import { RequestRefused, ServiceUnreachable } from './failures.js';

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly contentType?: string;
  /** Given when a repetition of the whole command must not act twice; otherwise each request has its own. */
  readonly idempotencyKey?: string;
  /** Longest silence of the service, milliseconds. */
  readonly silenceMaxMs?: number;
}

export interface RetryPolicy {
  /** How long an outage may last before a request is given up, milliseconds. */
  readonly outageMaxMs: number;
  /** The first pause; each further one doubles, up to {@link PAUSE_MAX_MS}. */
  readonly firstPauseMs: number;
}

export const RETRY_DEFAULT: RetryPolicy = { outageMaxMs: 120_000, firstPauseMs: 200 };
const PAUSE_MAX_MS = 5_000;
const RETRY_AFTER_MAX_MS = 30_000;
const SILENCE_MAX_MS = 60_000;
const CONNECTIONS_MAX = 32;
/** Twenty pages of the journal, each a megabyte before JSON escapes it, fit with room to spare. */
const ANSWER_BYTES_MAX = 128 * 1024 * 1024;

const RETRIABLE_STATUS: readonly number[] = [429, 502, 503, 504];
const BROKEN: readonly string[] = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED'];
/** Nobody listens. Worth waiting for only where somebody did before: else the address is wrong. */
const ABSENT: readonly string[] = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'];

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer, or why there is none. */
type Outcome =
  | { readonly answer: Answer; readonly error?: never }
  | { readonly answer?: never; readonly error: NodeJS.ErrnoException };

/** A call and how often its request had to be sent again. */
export interface Called<T> {
  readonly value: T;
  readonly repetitions: number;
}

export class ApiClient {
  private readonly agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX }),
  };
  private hasAnswered = false;
  private outageNoted = false;

  constructor(
    private readonly connection: Connection,
    private readonly note: (text: string) => void,
    private readonly retry: RetryPolicy = RETRY_DEFAULT,
  ) {}

  async get<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return (await this.call<T>('GET', path, undefined, options)).value;
  }

  async post<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    const bytes = Buffer.from(JSON.stringify(body));
    return (await this.call<T>('POST', path, bytes, { idempotencyKey: randomUUID(), ...options })).value;
  }

  async put<T>(path: string, body: unknown, options: RequestOptions = {}): Promise<T> {
    const bytes = Buffer.from(JSON.stringify(body));
    return (await this.call<T>('PUT', path, bytes, { idempotencyKey: randomUUID(), ...options })).value;
  }

  /** Follows `nextCursor` to the end of a list. */
  async list<T>(path: string, query: Query = {}): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null | undefined = undefined; cursor !== null;) {
      const answer: ListAnswer<T> = await this.get(path, { query: { ...query, cursor } });
      if (!Array.isArray(answer.items)) throw new ServiceUnreachable(`GET ${path} answered no list of items`);
      items.push(...answer.items);
      cursor = answer.nextCursor ?? null;
    }
    return items;
  }

  /**
   * Sends a request until it is answered, refused, or the service was away for too long. Safe for usage, which the
   * ledger knows by source and id, and for whatever carries an idempotency key.
   *
   * @throws RequestRefused, ServiceUnreachable
   */
  async call<T>(method: string, path: string, body: Buffer | undefined, options: RequestOptions): Promise<Called<T>> {
    let downSinceMs: number | undefined;
    for (let repetitions = 0; ; repetitions += 1) {
      const outcome = await this.attempt(method, path, body, options);
      if (outcome.answer !== undefined) {
        this.hasAnswered = true;
        if (!RETRIABLE_STATUS.includes(outcome.answer.status)) {
          this.outageNoted = false;
          return { value: readAnswer<T>(outcome.answer, path), repetitions };
        }
      } else if (!this.isWorthWaiting(outcome.error)) {
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

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private async attempt(
    method: string,
    path: string,
    body: Buffer | undefined,
    options: RequestOptions,
  ): Promise<Outcome> {
    try {
      return { answer: await this.exchange(method, path, body, options) };
    } catch (error) {
      if (error instanceof ServiceUnreachable) throw error;
      return { error: error as NodeJS.ErrnoException };
    }
  }

  private exchange(method: string, path: string, body: Buffer | undefined, options: RequestOptions): Promise<Answer> {
    const base = this.connection.url();
    const url = new URL(`${base.href.replace(/\/+$/, '')}/v1${path}`);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers: http.OutgoingHttpHeaders = {
      accept: 'application/json, application/problem+json',
      authorization: `Bearer ${this.connection.key}`,
    };
    if (body !== undefined) {
      headers['content-type'] = options.contentType ?? 'application/json';
      headers['content-length'] = body.length;
    }
    if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
    const isSecure = url.protocol === 'https:';
    const agent = this.agents[isSecure ? 'https:' : 'http:'];
    return new Promise((resolve, reject) => {
      const request = (isSecure ? https : http).request(url, { method, headers, agent }, (response) => {
        receive(response).then(resolve, reject);
      });
      const silenceMaxMs = options.silenceMaxMs ?? SILENCE_MAX_MS;
      request.setTimeout(silenceMaxMs, () => {
        const silence = new Error(`no answer for ${silenceMaxMs / 1_000} s`) as NodeJS.ErrnoException;
        silence.code = 'ETIMEDOUT';
        request.destroy(silence);
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  private isWorthWaiting(error: NodeJS.ErrnoException): boolean {
    const code = error.code ?? '';
    return BROKEN.includes(code) || (this.hasAnswered && ABSENT.includes(code));
  }

  private pauseMs(repetitions: number, answer: Answer | undefined): number {
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

async function receive(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new ServiceUnreachable('the answer is larger than this program takes');
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

function readAnswer<T>(answer: Answer, path: string): T {
  if (answer.status >= 400) throw refusalOf(answer);
  if (answer.status >= 200 && answer.status < 300) {
    if (answer.body.length === 0) return {} as T;
    const value = parseObject(answer.body);
    if (value !== undefined) return value as T;
  }
  throw new ServiceUnreachable(
    `${path} answered ${answer.status} with something else than JSON; is --url the address of Airtime?`,
  );
}

function refusalOf(answer: Answer): RequestRefused {
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
