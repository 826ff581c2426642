import type { IncomingMessage } from 'node:http';
import { RequestError } from './problem.js';

/** What can stand in no host and port (RFC 3986, section 3.2): whoever reads on there reads another host. */
const FOREIGN_TO_HOSTS = /[\s/\\?#@,<>"^`{|}]/;

/** RFC 9112, section 3.2. @throws RequestError for a request of HTTP/1.1 without a host, and for two or an impossible one */
export function assertHost({
  httpVersion,
  headers: { host },
  rawHeaders,
}: Pick<IncomingMessage, 'httpVersion' | 'headers' | 'rawHeaders'>): void {
  if (host === undefined) {
    if (httpVersion !== '1.1') return;
    throw new RequestError('BAD_REQUEST', 'The request has no Host header; send one.');
  }
  // Node keeps the first of several.
  const isName = (text: string, index: number) => index % 2 === 0 && text.length === 4 && text.toLowerCase() === 'host';
  if (rawHeaders.filter(isName).length > 1 || FOREIGN_TO_HOSTS.test(host)) {
    throw new RequestError('BAD_REQUEST', 'The request has two Host headers, or one that is no host; send one.');
  }
}
