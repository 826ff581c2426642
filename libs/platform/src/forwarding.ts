/** Hands requests on to the services that answer them, so that a browser sees one origin. */
import { request as ask, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LARGE_BODY_LIMIT_BYTES, OPEN } from './route-access.js';
import { routeNotFound, Unavailable } from './problem.js';

/** Of one connection only (RFC 9110, section 7.6.1), or made anew. */
const OF_A_CONNECTION = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'expect', 'content-length'],
]);
/** The service says them itself; two of a kind would be an answer that nobody can read. */
const OURS = new Set(['x-request-id', 'content-security-policy', 'x-content-type-options', 'x-frame-options']);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'] as const;
const ASK_AGAIN_MS = 1_000;
/** Verifying a large journal takes a while; the caller gives up when it likes. */
const SILENCE_MAX_MS = 10 * 60_000;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly service: URL;
}

/** Which service answers a route, by the documents of the services themselves. */
class Routes {
  private routes: readonly Route[] = [];
  private readonly unread: Set<URL>;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | undefined;

  constructor(services: readonly URL[]) {
    this.unread = new Set(services);
  }

  /**
   * @throws Unavailable while a service has not said what it answers
   * @throws RequestError `ROUTE_NOT_FOUND`
   */
  async serviceOf(method: string, url: string): Promise<URL> {
    const path = url.split('?', 1)[0]!;
    const wanted = method === 'HEAD' ? 'GET' : method;
    const find = () => this.routes.filter((route) => route.path.test(path));
    if (find().length === 0 && this.unread.size > 0) await this.askAll();
    const found = find();
    // A wrong method is for the service to refuse, which knows the others.
    const route = found.find((one) => one.method === wanted) ?? found[0];
    if (route !== undefined) return route.service;
    if (this.unread.size === 0) throw routeNotFound(method, url);
    const names = [...this.unread].map(({ origin }) => origin).join(', ');
    throw new Unavailable(`No answer from ${names} yet; send the request again.`);
  }

  /** Callers who come together ask once, and not more often than once a second. */
  private askAll(): Promise<void> {
    if (performance.now() - this.askedAtMs < ASK_AGAIN_MS) return this.asking ?? Promise.resolve();
    this.askedAtMs = performance.now();
    this.asking = Promise.all([...this.unread].map((service) => this.read(service))).then(() => undefined);
    return this.asking;
  }

  private async read(service: URL): Promise<void> {
    try {
      const answer = await fetch(new URL('/docs-json', service), { signal: AbortSignal.timeout(5_000) });
      const { paths } = (await answer.json()) as { paths: Readonly<Record<string, object>> };
      const routes = Object.entries(paths)
        .filter(([path]) => path.startsWith('/v1/'))
        .flatMap(([path, operations]) =>
          Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path: patternOf(path), service })),
        );
      this.routes = [...this.routes, ...routes];
      this.unread.delete(service);
    } catch {
      // It is asked again with the next request that nobody else answers.
    }
  }
}

/** `/v1/holders/{id}/balance` as a pattern; a budget's path has parts of its own. */
function patternOf(path: string): RegExp {
  const parts = path.split('/').map((part) => {
    if (part === '{path}') return '.+';
    return part.startsWith('{') ? '[^/]+' : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}$`);
}

/** Forwards everything below `/v1` to the services, as it came: who may call what is for them to judge. */
export function forwardTo(fastify: FastifyInstance, services: readonly URL[]): void {
  const routes = new Routes(services);
  const access = { ...OPEN, bodyLimitBytes: LARGE_BODY_LIMIT_BYTES };
  for (const method of METHODS) {
    fastify.route({
      ...{ method, url: '/v1/*', config: { access }, exposeHeadRoute: false },
      handler: async (request, reply) => forward(request, reply, await routes.serviceOf(method, request.url)),
    });
  }
}

async function forward(request: FastifyRequest, reply: FastifyReply, service: URL): Promise<FastifyReply> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = ask(
      new URL(request.url, service),
      { method: request.method, headers: passedOn(request.headers), timeout: SILENCE_MAX_MS },
      resolve,
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error('the service is silent')));
    outgoing.once('error', reject);
    reply.raw.once('close', () => outgoing.destroy());
    outgoing.end(request.rawBody);
  }).catch((error: unknown) => {
    throw new Unavailable(`The service at ${service.origin} does not answer; send the request again.`, 1, {
      cause: error,
    });
  });
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !OF_A_CONNECTION.has(name) && !OURS.has(name)) reply.header(name, value);
  }
  const length = answer.headers['content-length'];
  if (length !== undefined) reply.header('content-length', length);
  return reply.status(answer.statusCode!).send(answer);
}

/** The host stays that of the browser: by it a cookie has its name. */
function passedOn(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (header): header is [string, string | string[]] => header[1] !== undefined && !OF_A_CONNECTION.has(header[0]),
    ),
  );
}
