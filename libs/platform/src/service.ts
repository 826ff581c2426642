import 'reflect-metadata';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type DynamicModule, Injectable, Module, type OnModuleDestroy, type Type } from '@nestjs/common';
import {
  APP_FILTER,
  APP_GUARD,
  APP_INTERCEPTOR,
  APP_PIPE,
  DiscoveryModule,
  HttpAdapterHost,
  NestFactory,
} from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { type ApiDescription, describeApi, serveApiDocument } from './api-document.js';
import { Authenticator } from './auth.js';
import { BODY_LIMITS_DEFAULT, BodyIntake, type BodyLimits } from './body-intake.js';
import { type Configuration, ConfigurationModule } from './configuration/configuration.js';
import { CONNECTION_TIMES_DEFAULT, Connections, type ConnectionTimes, KEEP_ALIVE_MS } from './connections.js';
import { serveConsole } from './console-files.js';
import { ExportInterceptor } from './exports.js';
import { endWithTheService } from './endless-answers.js';
import { FreshKeyGuard } from './fresh-key.js';
import { HealthController, HealthRegistry } from './health.js';
import { answerUnroutable, guardRequests, observeRequests, receiveBody } from './http-edge.js';
import { acceptJsonBodies } from './json-body.js';
import { LOGGER, NestLogger } from './logging.js';
import { Metrics, MetricsController } from './metrics.js';
import { ProblemFilter } from './problem-filter.js';
import { RATE_LIMITS_DEFAULT, RateLimiter, type RateLimits } from './rate-limit.js';
import { READ_LIMITS_DEFAULT, ReadLanes, type ReadLimits } from './read-lanes.js';
import { chooseRequestId } from './request-context.js';
import { forwardTo } from './forwarding.js';
import { declareRoutes, LARGE_BODY_LIMIT_BYTES } from './route-access.js';
import { RouteTable } from './route-table.js';
import { RequestValidationPipe } from './validation.js';

export interface ServiceOptions extends ApiDescription {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly rateLimits?: RateLimits;
  readonly bodyLimits?: BodyLimits;
  readonly readLimits?: ReadLimits;
  readonly connectionTimes?: ConnectionTimes;
  /** The folder of the built console, for a process that serves it under `/console`. */
  readonly consoleFolder?: string;
  /** Services that answer everything below `/v1` in this one's place. */
  readonly forwardTo?: readonly URL[];
}

/** What every service has beside its own module: configuration, logger, health, metrics, keys, validation, errors. */
@Module({})
class PlatformModule {
  static forRoot({ configuration, logger }: ServiceOptions): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      imports: [ConfigurationModule.forRoot(configuration), DiscoveryModule],
      controllers: [HealthController, MetricsController],
      providers: [{ provide: LOGGER, useValue: logger }, HealthRegistry, Metrics, Authenticator],
      exports: [LOGGER, HealthRegistry, Metrics, Authenticator],
    };
  }
}

/**
 * Stops taking requests and lets those in flight finish, before any module gives up its resources. Nest itself would
 * tear the modules down first. It belongs to the root module because Nest destroys the root before what it imports.
 */
@Injectable()
class HttpDrain implements OnModuleDestroy {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly health: HealthRegistry,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.health.markStopping();
    await this.adapterHost.httpAdapter.close();
  }
}

@Module({})
class ServiceModule {
  static forRoot(module: Type | DynamicModule, options: ServiceOptions): DynamicModule {
    return {
      module: ServiceModule,
      imports: [PlatformModule.forRoot(options), module],
      providers: [
        HttpDrain,
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(options.logger) },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        { provide: APP_GUARD, useClass: FreshKeyGuard },
        { provide: APP_INTERCEPTOR, useClass: ExportInterceptor },
      ],
    };
  }
}

const OUTSIDE_PREFIX = ['health', 'health/live', 'health/ready', 'metrics'];

/**
 * The API document of a service, without anything being built or connected behind its routes.
 *
 * @param options as for {@link createService}; of them only the description is used
 */
export async function previewApiDocument(
  module: Type | DynamicModule,
  options: ServiceOptions,
): Promise<OpenAPIObject> {
  const app = await NestFactory.create<NestFastifyApplication>(
    ServiceModule.forRoot(module, options),
    new FastifyAdapter(),
    { preview: true, logger: false, abortOnError: false },
  );
  app.setGlobalPrefix('v1', { exclude: OUTSIDE_PREFIX });
  return describeApi(app, options);
}

/**
 * A service around its root module: initialised, not yet listening. Routes stand under `/v1`; health, metrics and the API
 * document (`/docs`, `/docs-json`) outside. `app.close()` drains HTTP first, then the modules' `onModuleDestroy`.
 */
export async function createService(
  module: Type | DynamicModule,
  options: ServiceOptions,
): Promise<NestFastifyApplication> {
  const { configuration, logger, connectionTimes = CONNECTION_TIMES_DEFAULT } = options;
  const limiter = new RateLimiter(options.rateLimits ?? RATE_LIMITS_DEFAULT);
  const serverOptions: FastifyHttpOptions<Server> = {
    bodyLimit: LARGE_BODY_LIMIT_BYTES,
    genReqId: chooseRequestId,
    // Our own hook answers during the drain, as problem+json.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    requestTimeout: connectionTimes.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Node's own answer to a request without a host is empty; ours says what is wrong.
    http: { connectionsCheckingInterval: connectionTimes.checkMs, requireHostHeader: false },
    rewriteUrl: ({ url }) => originForm(url),
    frameworkErrors: answerUnroutable(limiter),
    routerOptions: { maxParamLength: 500 },
  };
  const adapter = new FastifyAdapter(serverOptions);
  const app = await NestFactory.create<NestFastifyApplication>(
    ServiceModule.forRoot(module, options),
    adapter,
    // A failed start must reach the caller, who decides about the process; Nest would abort it.
    { logger: new NestLogger(logger), bodyParser: false, abortOnError: false },
  );
  const fastify = adapter.getInstance<FastifyInstance>();
  const bodies = new BodyIntake(options.bodyLimits ?? BODY_LIMITS_DEFAULT);
  const connections = guardConnections(fastify, { configuration, limiter, bodies, connectionTimes });
  const metrics = app.get(Metrics);
  acceptJsonBodies(fastify, receiveBody(bodies));
  guardRequests(fastify, {
    configuration,
    logger,
    metrics,
    health: app.get(HealthRegistry),
    authenticator: app.get(Authenticator),
    limiter,
    bodies,
    connections,
    reads: new ReadLanes(options.readLimits ?? READ_LIMITS_DEFAULT),
    routes: new RouteTable(),
  });
  observeRequests(fastify, { logger, metrics });
  endWithTheService(fastify);
  declareRoutes(app);
  app.setGlobalPrefix('v1', { exclude: OUTSIDE_PREFIX });
  serveApiDocument(fastify, app, options);
  if (options.consoleFolder !== undefined) serveConsole(fastify, options.consoleFolder);
  if (options.forwardTo !== undefined) forwardTo(fastify, options.forwardTo);
  try {
    await app.init();
    await fastify.ready();
  } catch (error) {
    await app
      .close()
      .catch((closing: unknown) => options.logger.error({ err: closing }, 'closing after a failed start'));
    throw error;
  }
  return app;
}

/** Bounds on the connections of the service's own server, and clients that ask before they send a body. */
function guardConnections(
  { server }: FastifyInstance,
  parts: {
    readonly configuration: Configuration;
    readonly limiter: RateLimiter;
    readonly bodies: BodyIntake;
    readonly connectionTimes: ConnectionTimes;
  },
): Connections {
  const { connectionsMax: max } = parts.configuration;
  const limits = { max, maxPerAddress: Math.ceil(max / 2), ...parts.connectionTimes };
  const connections = new Connections(limits, (network) => parts.limiter.countAddress(network));
  connections.guard(server);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    parts.bodies.expectContinue(request, response);
    server.emit('request', request, response);
  });
  return connections;
}

/** A request to a proxy names the whole URL, and a server must take it too (RFC 9112, section 3.2.2). */
function originForm(url: string | undefined): string {
  const path = /^https?:\/\/[^/?#]*([^#]*)/i.exec(url ?? '')?.[1];
  if (path === undefined) return url ?? '/';
  return path.startsWith('/') ? path : `/${path}`;
}
