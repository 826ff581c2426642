import { RequestError } from './problem.js';

/** Requests per minute. Generous: it stops a runaway client, not a busy one (a batch of 5,000 events is one request). */
export interface RateLimits {
  /** For each known key. */
  readonly perKey: number;
  /** For each network address that shows no known key: also the bound on guessing keys. */
  readonly perAddress: number;
}

export const RATE_LIMITS_DEFAULT: RateLimits = { perKey: 600_000, perAddress: 3_000 };

const WINDOW_MS = 60_000;
/** More callers than this in one minute start to push the oldest counters out: memory stays bounded under attack. */
const COUNTERS_MAX = 20_000;

/** Too many requests; another one makes sense after `retryAfterSeconds`. */
export class TooManyRequests extends RequestError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super('RATE_LIMITED', message);
    this.name = 'TooManyRequests';
  }
}

/** Counts every request, whatever its answer: what is refused, malformed or misdirected counts like what is served. */
export class RateLimiter {
  private readonly keys = new WindowCounters();
  private readonly addresses = new WindowCounters();

  constructor(private readonly limits: RateLimits) {}

  /** @throws TooManyRequests */
  countKey(id: string): void {
    this.keys.count(id, this.limits.perKey);
  }

  /**
   * @param network {@link networkOf} the address
   * @throws TooManyRequests
   */
  countAddress(network: string): void {
    this.addresses.count(network, this.limits.perAddress);
  }

  /** How many callers are remembered now. */
  get size(): number {
    return this.keys.size + this.addresses.size;
  }
}

interface Counter {
  hits: number;
  readonly endsAtMs: number;
}

/** Fixed windows of a minute, one for each caller. */
class WindowCounters {
  private readonly counters = new Map<string, Counter>();

  get size(): number {
    return this.counters.size;
  }

  count(caller: string, limit: number): void {
    const nowMs = performance.now();
    const counter = this.current(caller, nowMs);
    counter.hits += 1;
    if (counter.hits <= limit) return;
    const seconds = Math.max(1, Math.ceil((counter.endsAtMs - nowMs) / 1000));
    throw new TooManyRequests(
      `More than ${limit} requests in a minute; wait ${seconds} s, and send batches instead of single events.`,
      seconds,
    );
  }

  private current(caller: string, nowMs: number): Counter {
    const found = this.counters.get(caller);
    if (found !== undefined && found.endsAtMs > nowMs) return found;
    // Deleting first moves the caller to the young end of the map, which is ordered by insertion.
    this.counters.delete(caller);
    if (this.counters.size >= COUNTERS_MAX) {
      const oldest = this.counters.keys().next();
      if (!oldest.done) this.counters.delete(oldest.value);
    }
    const counter = { hits: 0, endsAtMs: nowMs + WINDOW_MS };
    this.counters.set(caller, counter);
    return counter;
  }
}
