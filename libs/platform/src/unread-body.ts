/**
 * What happens to a body that nobody will read. A client that still sends when its connection is closed finds it reset, with
 * the answer lost on the way; a client that never ends must not be read for ever.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** How much of an unread body we drain, and for how long: enough for an oversight, too little for a flood. */
export interface RestLimits {
  readonly bytes: number;
  readonly totalMs: number;
  /** Silence of this length ends the draining. */
  readonly idleMs: number;
}

/** For a caller with a key that a mistake is more likely of than an attack. */
export const REST_OF_KNOWN: RestLimits = { bytes: 64 * 1024 * 1024, totalMs: 10_000, idleMs: 1_000 };
export const REST_OF_UNKNOWN: RestLimits = { bytes: 1024 * 1024, totalMs: 3_000, idleMs: 500 };
const LOOK_MS = 100;

/** After the answer, on a connection that stays: ends it when the rest does not come, or does not stop coming. */
export function endUnreadBody(request: IncomingMessage, response: ServerResponse, limits: RestLimits): void {
  const { socket } = request;
  response.once('finish', () => {
    if (request.complete || socket.destroyed) return;
    // Node reads on and drops what comes, so only the connection's own count tells how much that is.
    const firstByte = socket.bytesRead;
    const endMs = performance.now() + limits.totalMs;
    const timer = setInterval(() => {
      const isOver = socket.bytesRead - firstByte > limits.bytes || performance.now() > endMs;
      if (request.complete || socket.destroyed || isOver) clearInterval(timer);
      if (isOver && !request.complete) socket.destroy();
    }, LOOK_MS);
  });
}

/** Before the answer, on a connection that ends with it: reads what a client still sends, without keeping it. */
export function takeUnreadBody(body: IncomingMessage, limits: RestLimits, done: () => void): void {
  let bytes = 0;
  const finish = (): void => {
    clearTimeout(total);
    clearTimeout(idle);
    body.off('data', count).off('end', finish).off('close', finish);
    done();
  };
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    idle.refresh();
    if (bytes > limits.bytes) finish();
  };
  const total = setTimeout(finish, limits.totalMs);
  const idle = setTimeout(finish, limits.idleMs);
  body.on('data', count).once('end', finish).once('close', finish).resume();
}
