import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { HealthRegistry } from './health.js';
import type { Metrics } from './metrics.js';
import { describeProblem, RequestError, Unavailable } from './problem.js';
import { PROBLEM_MEDIA_TYPE } from './problem-filter.js';
import { runWithRequestId } from './request-context.js';

interface EdgeParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
}

/** Gives every request its id, security headers, a place in the metrics and, when it went wrong, a log line. */
export function observeRequests(fastify: FastifyInstance, { logger, metrics, health }: EdgeParts): void {
  const durations = metrics.histogram({
    name: 'airtime_http_request_duration_seconds',
    help: 'Time from receiving a request to sending its answer',
    labels: ['method', 'route', 'status'],
  });

  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    protect(request, reply);
    if (health.isStopping && !request.url.startsWith('/health/')) {
      done(new Unavailable('The service is stopping; send the request again.'));
      return;
    }
    runWithRequestId(request.id, done);
  });

  // A client that still sends would find its connection reset, with the answer lost on the way.
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.statusCode === 413 && !request.raw.complete) takeTheRest(request.raw, done);
    else done();
  });

  // A kept-alive connection would outlive its last answer by a minute, and the drain with it.
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (health.isStopping) reply.header('connection', 'close');
    done();
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
        path: request.url.split('?', 1)[0],
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
        caller: request.caller?.id,
      },
      'request',
    );
    done();
  });
}

/** So much of a refused body is still taken, so long is waited for it: enough for an oversight, too little for a flood. */
const REST_BYTES_MAX = 64 * 1024 * 1024;
const REST_WAIT_MS = 10_000;

/** Reads what a client still sends of a body that was refused, without keeping it. */
function takeTheRest(body: IncomingMessage, done: () => void): void {
  let bytes = 0;
  const finish = (): void => {
    clearTimeout(timer);
    body.off('data', count).off('end', finish).off('close', finish);
    done();
  };
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > REST_BYTES_MAX) finish();
  };
  const timer = setTimeout(finish, REST_WAIT_MS);
  body.on('data', count).once('end', finish).once('close', finish).resume();
}

/** Answers a request that Fastify refuses before any hook runs, such as one whose path cannot be decoded. */
export function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const { problem } = describeProblem(
    new RequestError('BAD_REQUEST', `The request cannot be read: ${error.message}.`),
    request.id,
  );
  void reply.status(problem.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
}

/** Answers are data for programs; only the API document's page needs scripts and styles, and those from here. */
function protect(request: FastifyRequest, reply: FastifyReply): void {
  const isDocumentPage = /^\/docs(\/|\?|$)/.test(request.url);
  reply.header(
    'content-security-policy',
    isDocumentPage
      ? "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
      : "default-src 'none'; frame-ancestors 'none'",
  );
  reply.header('x-content-type-options', 'nosniff');
  reply.header('x-frame-options', 'DENY');
  reply.header('referrer-policy', 'no-referrer');
  reply.header('cross-origin-resource-policy', 'same-origin');
  if (request.url.startsWith('/v1')) reply.header('cache-control', 'no-store');
}
