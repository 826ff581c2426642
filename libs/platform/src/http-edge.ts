import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Authenticator } from './auth.js';
import { assertDeclaredLength, BodyIntake, hasBody } from './body-intake.js';
import { networkOf } from './client-address.js';
import type { Configuration } from './configuration/configuration.js';
import type { Connections } from './connections.js';
import { CONSOLE_POLICY, isConsolePath } from './console-files.js';
import type { HealthRegistry } from './health.js';
import type { Metrics } from './metrics.js';
import { describeProblem, RequestError, shownPath, Unavailable } from './problem.js';
import { PROBLEM_MEDIA_TYPE } from './problem-filter.js';
import type { RateLimiter } from './rate-limit.js';
import { runWithRequestId } from './request-context.js';
import { assertHost } from './request-head.js';
import { assertMayCall, CLOSED, type RouteAccess } from './route-access.js';
import type { ReadLanes } from './read-lanes.js';
import type { RouteTable } from './route-table.js';
import { endUnreadBody, REST_OF_KNOWN, REST_OF_UNKNOWN, takeUnreadBody } from './unread-body.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's answer: a body is held until it is sent. */
    response?: ServerResponse;
  }
}

export interface EdgeParts {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  readonly authenticator: Authenticator;
  readonly limiter: RateLimiter;
  readonly bodies: BodyIntake;
  readonly routes: RouteTable;
  readonly connections: Connections;
  readonly reads: ReadLanes;
}

/**
 * Everything that is decided about a request while only its head is here: who calls, how often, whether the route exists and
 * takes this caller, and whether the announced body is one that it takes. Nothing of a body is read before.
 */
export function guardRequests(fastify: FastifyInstance, parts: EdgeParts): void {
  const { health, authenticator, bodies, connections } = parts;
  fastify.addHook('onRoute', ({ method, url }) => parts.routes.add(method, url));

  fastify.addHook('onRequest', (request, reply, done) => {
    request.response = reply.raw;
    reply.header('x-request-id', request.id);
    protect(request, reply);
    runWithRequestId(request.id, () => {
      try {
        if (health.isStopping && !request.url.startsWith('/health/')) {
          throw new Unavailable('The service is stopping; send the request again.');
        }
        const judge = () => {
          if (authenticator.identify(request) !== null) connections.recognise(request.raw.socket);
          judgeHead(request, parts);
        };
        const recognised = authenticator.recogniseSession(request);
        if (recognised !== undefined) {
          recognised.then(judge).then(() => done(), done);
          return;
        }
        judge();
        done();
      } catch (error) {
        done(error as Error);
      }
    });
  });

  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isKeyedRead(request)) return done();
    const gone = new AbortController();
    const closed = once(reply.raw, 'close').then(() => gone.abort());
    parts.reads.enter(request.caller!.id, gone.signal).then(
      (leave) => {
        void closed.then(leave);
        done();
      },
      (error: unknown) => done(error as Error),
    );
  });

  fastify.addHook('onSend', (request, reply, _payload, done) => {
    // A kept-alive connection would outlive its last answer by a minute, and the drain with it.
    if (health.isStopping) reply.header('connection', 'close');
    // Fastify closes after each body that it could not use; a client's mistake is no reason to make it connect anew.
    else reply.removeHeader('connection');
    if (request.raw.complete) return done();
    // Nobody told the client to send, so nothing will come, and the next request could not be told from a body.
    if (bodies.isAwaitingContinue(request.raw)) {
      reply.header('connection', 'close');
      return done();
    }
    const rest = request.caller === null || request.caller === undefined ? REST_OF_UNKNOWN : REST_OF_KNOWN;
    if (!reply.raw.shouldKeepAlive || health.isStopping) return takeUnreadBody(request.raw, rest, done);
    endUnreadBody(request.raw, reply.raw, rest);
    done();
  });
}

/** Management routes are for operators, even when their key is over its limits. */
function isKeyedRead({ method, caller, routeOptions }: FastifyRequest): boolean {
  const { access } = routeOptions.config;
  const isRead = (method === 'GET' || method === 'HEAD') && access?.isEndless !== true;
  return isRead && caller !== null && caller !== undefined && access?.audience === 'keys';
}

/** @throws RequestError, TooManyRequests */
function judgeHead(request: FastifyRequest, { configuration, limiter, routes }: EdgeParts): void {
  const { method, url, is404 } = request;
  const caller = request.caller ?? null;
  const access: RouteAccess = is404 ? CLOSED : (request.routeOptions.config.access ?? CLOSED);
  const isExempt = access.isUnlimited && access.audience === 'everybody';
  if (!isExempt) countRequest(request, limiter);
  assertHost(request.raw);
  if (is404) throw routes.refusalOf(method, url);
  assertMayCall(access, { method, url, caller }, configuration);
  if (hasBody(request.raw)) assertDeclaredLength(request.raw, access.bodyLimitBytes);
}

function countRequest({ caller, ip }: FastifyRequest, limiter: RateLimiter): void {
  if (caller === null || caller === undefined) limiter.countAddress(networkOf(ip));
  else limiter.countKey(caller.id);
}

/** Reads a request's body within the bounds of its route, its key and the process. */
export function receiveBody(bodies: BodyIntake): (request: FastifyRequest) => Promise<Buffer> {
  return (request) => {
    const { bodyLimitBytes } = request.routeOptions.config.access ?? CLOSED;
    const owner = request.caller?.id ?? networkOf(request.ip);
    return bodies.receive(request.raw, request.response!, { owner, limitBytes: bodyLimitBytes });
  };
}

/** Gives every request a place in the metrics and, when it went wrong, a log line. */
export function observeRequests(
  fastify: FastifyInstance,
  { logger, metrics }: Pick<EdgeParts, 'logger' | 'metrics'>,
): void {
  const durations = metrics.histogram({
    name: 'airtime_http_request_duration_seconds',
    help: 'Time from receiving a request to sending its answer',
    labels: ['method', 'route', 'status'],
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    // The pattern, never the path: a label per holder would grow without bound.
    const route = request.routeOptions.url ?? 'unknown';
    const seconds = reply.elapsedTime / 1000;
    durations.observe({ method: request.method, route, status: String(reply.statusCode) }, seconds);
    const level = reply.statusCode >= 400 ? 'info' : 'debug';
    logger[level](
      {
        requestId: request.id,
        method: request.method,
        path: shownPath(request.url),
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
        caller: request.caller?.id,
      },
      'request',
    );
    done();
  });
}

/** Answers a request that Fastify refuses before any hook runs, such as one whose path cannot be decoded. */
export function answerUnroutable(limiter: RateLimiter) {
  return (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    let refusal: Error = new RequestError('BAD_REQUEST', `The request cannot be read: ${error.message.slice(0, 300)}.`);
    try {
      limiter.countAddress(networkOf(request.ip));
    } catch (tooMany) {
      refusal = tooMany as Error;
    }
    const { problem, retryAfterSeconds } = describeProblem(refusal, request.id);
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    reply.header('x-request-id', request.id);
    void reply.status(problem.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
  };
}

const DOCUMENT_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

function policyOf(url: string): string {
  if (/^\/docs(\/|\?|$)/.test(url)) return DOCUMENT_POLICY;
  return isConsolePath(url) ? CONSOLE_POLICY : DATA_POLICY;
}

/** Answers are data for programs; only the API document's page and the console need scripts and styles, and those from here. */
function protect(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('content-security-policy', policyOf(request.url));
  reply.header('x-content-type-options', 'nosniff');
  reply.header('x-frame-options', 'DENY');
  reply.header('referrer-policy', 'no-referrer');
  reply.header('cross-origin-resource-policy', 'same-origin');
  if (request.url.startsWith('/v1')) reply.header('cache-control', 'no-store');
}
