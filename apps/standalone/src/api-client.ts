/** The demonstration uses Airtime as anybody does: by its HTTP API. */
import { setTimeout as delay } from 'node:timers/promises';

/** An answer of the API that is no success. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    what: string,
    detail: string,
  ) {
    super(`${what}: ${status} ${code}: ${detail}`);
  }
}

const ATTEMPTS = 20;
const RETRY_MS = 500;
/** The verification of a large journal takes its time. */
const ANSWER_TIMEOUT_MS = 10 * 60_000;

export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PUT', path, body);
  }

  /** @param idempotencyKey the same for the same step in every run, so that a run may be broken off and repeated */
  post<T>(path: string, body: unknown, idempotencyKey?: string, contentType = 'application/json'): Promise<T> {
    return this.send<T>('POST', path, body, {
      'content-type': contentType,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    });
  }

  private async send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${this.url}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      if (response.ok) return (await response.json()) as T;
      const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
      if (attempt < ATTEMPTS && (response.status === 503 || response.status === 429)) {
        await delay(RETRY_MS);
        continue;
      }
      throw new ApiProblem(
        response.status,
        problem.code ?? 'UNKNOWN',
        `${method} ${path}`,
        problem.detail ?? response.statusText,
      );
    }
  }
}
