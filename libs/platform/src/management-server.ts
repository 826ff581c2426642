/** Health and metrics on a port of their own, for those who watch the service: never published, so without keys. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CONNECTION_TIMES_DEFAULT, Connections, type ConnectionTimes } from './connections.js';
import { HealthRegistry, READINESS_SCOPES, type Readiness } from './health.js';
import { Metrics } from './metrics.js';
import { LOGGER, type Logger } from './logging.js';
import { describeProblem, methodNotAllowed, RequestError, routeNotFound, shownPath } from './problem.js';
import { PROBLEM_MEDIA_TYPE } from './problem-filter.js';
import { chooseRequestId } from './request-context.js';
import { assertHost } from './request-head.js';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly retryAfterSeconds?: number;
}

type Route = (query: URLSearchParams) => Promise<Answer>;

const METHODS = ['GET', 'HEAD'];
/** Probes and scrapers are few. */
const CONNECTIONS_MAX = 256;

const JSON_TYPE = 'application/json; charset=utf-8';

/** A server of `/health`, `/health/live`, `/health/ready` and `/metrics` that takes GET and HEAD; not yet listening. */
export function createManagementServer(
  app: NestFastifyApplication,
  times: ConnectionTimes = CONNECTION_TIMES_DEFAULT,
): Server {
  const routes = routesOf(app.get(HealthRegistry), app.get(Metrics));
  const logger = app.get<Logger>(LOGGER);
  const server = createServer(
    // Node's own answer to a request without a host is empty; ours says what is wrong.
    { connectionsCheckingInterval: times.checkMs, requireHostHeader: false },
    (request, response) => {
      const requestId = chooseRequestId(request);
      void answerOf(request, requestId, routes, logger).then((answer) => send(request, requestId, response, answer));
    },
  );
  new Connections({ max: CONNECTIONS_MAX, maxPerAddress: CONNECTIONS_MAX / 2, ...times }).guard(server);
  return server;
}

function routesOf(health: HealthRegistry, metrics: Metrics): Readonly<Record<string, Route>> {
  return {
    '/health/live': async () => ({ status: 200, type: JSON_TYPE, body: '{"status":"live"}' }),
    '/health/ready': async (query) => {
      const asked = query.get('for') ?? undefined;
      const scope = READINESS_SCOPES.find((known) => known === asked);
      if (asked !== scope) {
        throw new RequestError('VALIDATION_FAILED', `"for" must be one of ${READINESS_SCOPES.join(', ')}.`);
      }
      return readinessAnswer(await health.readiness(scope));
    },
    '/health': async () => ({ status: 200, type: JSON_TYPE, body: JSON.stringify(await health.details()) }),
    '/metrics': async () => ({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: await metrics.registry.metrics(),
    }),
  };
}

function readinessAnswer(readiness: Readiness): Answer {
  const body = JSON.stringify(readiness);
  return readiness.status === 'ready'
    ? { status: 200, type: JSON_TYPE, body }
    : { status: 503, type: JSON_TYPE, body, retryAfterSeconds: 1 };
}

async function answerOf(
  request: IncomingMessage,
  requestId: string,
  routes: Readonly<Record<string, Route>>,
  logger: Logger,
): Promise<Answer> {
  const { method = 'GET', url = '/' } = request;
  const [path = '/', query = ''] = url.split('?', 2);
  try {
    assertHost(request);
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) throw routeNotFound(method, url);
    if (!METHODS.includes(method)) throw methodNotAllowed(method, url, METHODS);
    return await route(new URLSearchParams(query));
  } catch (error) {
    const { problem, isBug, retryAfterSeconds } = describeProblem(error, requestId);
    if (isBug) logger.error({ err: error, path: shownPath(url) }, 'management request failed');
    const answer = { status: problem.status, type: PROBLEM_MEDIA_TYPE, body: JSON.stringify(problem) };
    return retryAfterSeconds === undefined ? answer : { ...answer, retryAfterSeconds };
  }
}

function send(
  request: IncomingMessage,
  requestId: string,
  response: ServerResponse,
  { status, type, body, retryAfterSeconds }: Answer,
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(status === 405 ? { allow: METHODS.join(', ') } : {}),
    // No route takes a body: the rest of one is not read.
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
