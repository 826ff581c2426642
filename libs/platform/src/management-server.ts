/** Health and metrics on a port of their own, for those who watch the service: never published, so without keys. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HealthRegistry, READINESS_SCOPES, type Readiness } from './health.js';
import { Metrics } from './metrics.js';
import { describeProblem, RequestError, routeNotFound } from './problem.js';
import { PROBLEM_MEDIA_TYPE } from './problem-filter.js';
import { chooseRequestId } from './request-context.js';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

type Route = (query: URLSearchParams) => Promise<Answer>;

const JSON_TYPE = 'application/json; charset=utf-8';

/** A server of `/health`, `/health/live`, `/health/ready` and `/metrics` that takes GET and HEAD; not yet listening. */
export function createManagementServer(app: NestFastifyApplication): Server {
  const routes = routesOf(app.get(HealthRegistry), app.get(Metrics));
  return createServer((request, response) => {
    void answerOf(request, routes).then((answer) => send(request, response, answer));
  });
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
  return { status: readiness.status === 'ready' ? 200 : 503, type: JSON_TYPE, body: JSON.stringify(readiness) };
}

async function answerOf(request: IncomingMessage, routes: Readonly<Record<string, Route>>): Promise<Answer> {
  const { method = 'GET', url = '/' } = request;
  const [path = '/', query = ''] = url.split('?', 2);
  try {
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined || (method !== 'GET' && method !== 'HEAD')) throw routeNotFound(method, url);
    return await route(new URLSearchParams(query));
  } catch (error) {
    const { problem } = describeProblem(error, chooseRequestId(request));
    return { status: problem.status, type: PROBLEM_MEDIA_TYPE, body: JSON.stringify(problem) };
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 503 ? { 'retry-after': '1' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
