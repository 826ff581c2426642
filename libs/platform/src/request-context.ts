import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

interface RequestContext {
  readonly requestId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` so that every log line written below it carries the request id. */
export function runWithRequestId(requestId: string, work: () => void): void {
  storage.run({ requestId }, work);
}

/** The id of the request being served, or undefined outside of one. */
export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}

/** A caller's `X-Request-Id` when it is harmless in a log and a header, else a new one. */
export function chooseRequestId(request: Pick<IncomingMessage, 'headers'>): string {
  const offered = request.headers['x-request-id'];
  return typeof offered === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(offered) ? offered : newRequestId();
}

export function newRequestId(): string {
  return randomUUID();
}
