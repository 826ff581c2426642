import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from './auth.js';
import { RequestError } from './problem.js';

/** Requests per minute. Generous: it stops a runaway client, not a busy one (a batch of 5,000 events is one request). */
export interface RateLimits {
  /** For each known key. */
  readonly perKey: number;
  /** For each network address that shows no known key: also the bound on guessing keys. */
  readonly perAddress: number;
}

/** Injection token of the {@link RateLimits}. */
export const RATE_LIMITS = Symbol('RATE_LIMITS');

export const RATE_LIMITS_DEFAULT: RateLimits = { perKey: 600_000, perAddress: 3_000 };

const WINDOW_MS = 60_000;
/** More callers than this in one minute start to push the oldest counters out: memory stays bounded under attack. */
const COUNTERS_MAX = 20_000;

const UNLIMITED = Symbol('UNLIMITED');

/** Exempts a route or controller: probes and scrapers must be answered whatever else their address does. */
export const Unlimited = () => SetMetadata(UNLIMITED, true);

interface Counter {
  hits: number;
  readonly endsAtMs: number;
}

/** Counts each caller's requests in fixed windows of a minute. It runs before the keys are judged, so that guesses count. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly counters = new Map<string, Counter>();

  constructor(
    @Inject(RATE_LIMITS) private readonly limits: RateLimits,
    private readonly authenticator: Authenticator,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(UNLIMITED, places) === true) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = this.authenticator.identify(request);
    const limit = caller === null ? this.limits.perAddress : this.limits.perKey;
    const nowMs = performance.now();
    const counter = this.count(caller === null ? `address:${request.ip}` : `key:${caller.id}`, nowMs);
    if (counter.hits <= limit) return true;

    const seconds = Math.max(1, Math.ceil((counter.endsAtMs - nowMs) / 1000));
    context.switchToHttp().getResponse<FastifyReply>().header('retry-after', String(seconds));
    throw new RequestError(
      'RATE_LIMITED',
      `More than ${limit} requests in a minute; wait ${seconds} s, and send batches instead of single events.`,
    );
  }

  private count(caller: string, nowMs: number): Counter {
    let counter = this.counters.get(caller);
    if (counter === undefined || counter.endsAtMs <= nowMs) {
      // Deleting first moves the caller to the young end of the map, which is ordered by insertion.
      this.counters.delete(caller);
      this.makeRoom();
      counter = { hits: 0, endsAtMs: nowMs + WINDOW_MS };
      this.counters.set(caller, counter);
    }
    counter.hits += 1;
    return counter;
  }

  private makeRoom(): void {
    if (this.counters.size < COUNTERS_MAX) return;
    const oldest = this.counters.keys().next();
    if (!oldest.done) this.counters.delete(oldest.value);
  }
}
