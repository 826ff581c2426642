import type { IncomingMessage } from 'node:http';
import { RequestError } from './problem.js';

/** RFC 9112, section 3.2. @throws RequestError for a request of HTTP/1.1 without a host */
export function assertHost({ httpVersion, headers }: Pick<IncomingMessage, 'httpVersion' | 'headers'>): void {
  if (httpVersion !== '1.1' || headers.host !== undefined) return;
  throw new RequestError('BAD_REQUEST', 'The request has no Host header; send one.');
}
