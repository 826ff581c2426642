/** Reading a body: bounded by its route, in bytes held by the process and by each key, and in time. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError, Unavailable } from './problem.js';
import { TooManyRequests } from './rate-limit.js';

export interface BodyLimits {
  /** Bytes of unfinished requests' bodies that the process holds at most. */
  readonly processBytes: number;
  /** Of these, what one key may hold. */
  readonly keyBytes: number;
  /** A body is given up when it brings less than {@link minimumBytes} in this time, milliseconds. */
  readonly paceMs: number;
  readonly minimumBytes: number;
}

/** Parsed JSON takes some ten times its bytes: a process stays below two gigabytes when all of this is being parsed. */
export const BODY_LIMITS_DEFAULT: BodyLimits = {
  processBytes: 128 * 1024 * 1024,
  keyBytes: 64 * 1024 * 1024,
  paceMs: 5_000,
  minimumBytes: 4 * 1024,
};

export interface BodyOrigin {
  /** Whose body it is: the id of its key. */
  readonly owner: string;
  readonly limitBytes: number;
}

/** The bodies that a process holds now. What a request holds is given back when its answer is sent or its client is gone. */
export class BodyIntake {
  private heldBytes = 0;
  private readonly heldByOwner = new Map<string, number>();
  private readonly awaitingContinue = new WeakMap<IncomingMessage, ServerResponse>();

  constructor(private readonly limits: BodyLimits = BODY_LIMITS_DEFAULT) {}

  /** Bytes of bodies held now. */
  get held(): number {
    return this.heldBytes;
  }

  /** Remembers a client that sends its body only when it is told to (`Expect: 100-continue`). */
  expectContinue(request: IncomingMessage, response: ServerResponse): void {
    this.awaitingContinue.set(request, response);
  }

  /** Whether the client still waits to be told to send. */
  isAwaitingContinue(request: IncomingMessage): boolean {
    return this.awaitingContinue.has(request);
  }

  /**
   * Reads the whole body.
   *
   * @throws RequestError `BODY_TOO_LARGE`, `REQUEST_TIMEOUT`, `BAD_REQUEST`; TooManyRequests; Unavailable
   */
  receive(request: IncomingMessage, response: ServerResponse, origin: BodyOrigin): Promise<Buffer> {
    assertDeclaredLength(request, origin.limitBytes);
    const lease = new BodyLease((bytes) => this.add(origin.owner, bytes));
    response.once('close', () => lease.release());
    this.awaitingContinue.get(request)?.writeContinue();
    this.awaitingContinue.delete(request);
    return collect(request, lease, origin.limitBytes, this.limits);
  }

  /** @throws TooManyRequests, Unavailable */
  private add(owner: string, bytes: number): void {
    const owned = (this.heldByOwner.get(owner) ?? 0) + bytes;
    if (bytes > 0 && owned > this.limits.keyBytes) {
      throw new TooManyRequests('This key has too many bodies under way; send fewer at a time.', 1);
    }
    if (bytes > 0 && this.heldBytes + bytes > this.limits.processBytes) {
      throw new Unavailable('Too many bodies are under way; send the request again.');
    }
    this.heldBytes += bytes;
    if (owned <= 0) this.heldByOwner.delete(owner);
    else this.heldByOwner.set(owner, owned);
  }
}

/** @throws RequestError `BODY_TOO_LARGE` when the request announces more than its route takes */
export function assertDeclaredLength(request: Pick<IncomingMessage, 'headers'>, limitBytes: number): void {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limitBytes) throw bodyTooLarge(limitBytes);
}

/** Whether a request has a body, however long. */
export function hasBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function bodyTooLarge(limitBytes: number): RequestError {
  return new RequestError(
    'BODY_TOO_LARGE',
    `The body is larger than the ${limitBytes} bytes that this call takes; send it in smaller parts.`,
  );
}

/** What one request holds. */
class BodyLease {
  private bytes = 0;
  private isReleased = false;

  constructor(private readonly add: (bytes: number) => void) {}

  grow(bytes: number): void {
    if (this.isReleased) return;
    this.add(bytes);
    this.bytes += bytes;
  }

  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.add(-this.bytes);
  }
}

function collect(
  body: IncomingMessage,
  lease: BodyLease,
  limitBytes: number,
  { paceMs, minimumBytes }: BodyLimits,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let atLastLook = 0;
    let isFinished = false;
    const finish = (end: () => void): void => {
      isFinished = true;
      clearInterval(pace);
      body.off('data', take).off('end', complete).off('error', lost).off('close', lost);
      end();
    };
    const refuse = (error: unknown): void => {
      // Not read any further: what is to be done with the rest is decided with the answer.
      finish(() => reject(error instanceof Error ? error : new Error(String(error))));
      body.pause();
      lease.release();
    };
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      try {
        if (bytes > limitBytes) throw bodyTooLarge(limitBytes);
        lease.grow(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        chunks.length = 0;
        refuse(error);
      }
    };
    const complete = (): void => finish(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes)));
    const lost = (): void => refuse(new RequestError('BAD_REQUEST', 'The body ended before it was complete.'));
    const look = (): void => {
      if (isFinished) return;
      if (bytes - atLastLook < minimumBytes) {
        refuse(new RequestError('REQUEST_TIMEOUT', `The body came slower than ${minimumBytes} bytes in ${paceMs} ms.`));
      }
      atLastLook = bytes;
    };
    // After a look at the sockets: a process that was busy itself must not take its own delay for the client's.
    const pace = setInterval(() => setImmediate(look), paceMs);
    body.on('data', take).once('end', complete).once('error', lost).once('close', lost);
  });
}
