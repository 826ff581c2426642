/** The one way to a node. Whatever stands behind the address, an answer is bounded in size and time, or it is none. */
import { createPublicClient, http, ResponseBodyTooLargeError } from 'viem';
import type { PublicClient } from 'viem';
import { assertAnswers } from './node-answers.js';

/** Blocks with their transactions take some 2 MB; logs that take more are asked for in narrower ranges. */
const ANSWER_BYTES_MAX = 10 * 1024 * 1024;
const RETRIES = 2;

/**
 * A client of one node.
 *
 * @param timeoutMs longest wait for one answer, its last byte included
 */
export function createNodeClient(rpcUrl: string, timeoutMs: number): PublicClient {
  return createPublicClient({
    transport: http(rpcUrl, { timeout: timeoutMs, retryCount: RETRIES, fetchFn: fetchAnswer }),
  });
}

/**
 * Fetches an answer and checks that it is one before the client library sees it. Of the headers only the type goes on: a
 * `Retry-After` of a day would be slept through.
 *
 * @throws what the library takes for a broken connection
 */
async function fetchAnswer(url: string | URL | Request, request?: RequestInit): Promise<Response> {
  const response = await fetch(url, request);
  const text = await readBounded(response);
  if (response.ok) assertAnswers(text, String(request?.body));
  const headers = { 'content-type': response.headers.get('content-type') ?? '' };
  return new Response(text, { status: response.status, headers });
}

/** @throws ResponseBodyTooLargeError as soon as the text, unpacked, grows beyond {@link ANSWER_BYTES_MAX} */
async function readBounded({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > ANSWER_BYTES_MAX) throw new ResponseBodyTooLargeError({ maxSize: ANSWER_BYTES_MAX, size });
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
