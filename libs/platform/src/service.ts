import 'reflect-metadata';
import { type DynamicModule, Injectable, Module, type OnModuleDestroy, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, HttpAdapterHost, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { serveApiDocument } from './api-document.js';
import { AuthGuard, Authenticator } from './auth.js';
import { type Configuration, ConfigurationModule } from './configuration/configuration.js';
import { HealthController, HealthRegistry } from './health.js';
import { answerUnroutable, observeRequests } from './http-edge.js';
import { acceptJsonBodies, BODY_LIMIT_BYTES } from './json-body.js';
import { LOGGER, NestLogger } from './logging.js';
import { Metrics, MetricsController } from './metrics.js';
import { ProblemFilter } from './problem-filter.js';
import { RATE_LIMITS, RATE_LIMITS_DEFAULT, RateLimitGuard, type RateLimits } from './rate-limit.js';
import { chooseRequestId } from './request-context.js';
import { RequestValidationPipe } from './validation.js';

export interface ServiceOptions {
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** Shown in the API document and the log, e.g. `ledger`. */
  readonly name: string;
  readonly rateLimits?: RateLimits;
}

/** What every service has beside its own module: configuration, logger, health, metrics, keys, validation, errors. */
@Module({})
class PlatformModule {
  static forRoot({ configuration, logger }: ServiceOptions): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      imports: [ConfigurationModule.forRoot(configuration)],
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
        { provide: RATE_LIMITS, useValue: options.rateLimits ?? RATE_LIMITS_DEFAULT },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(options.logger) },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        // In this order: a flood of unknown keys is counted before it is refused.
        { provide: APP_GUARD, useClass: RateLimitGuard },
        { provide: APP_GUARD, useClass: AuthGuard },
      ],
    };
  }
}

const OUTSIDE_PREFIX = ['health', 'health/live', 'health/ready', 'metrics'];

/**
 * A service around its root module: initialised, not yet listening. Routes stand under `/v1`; health, metrics and the API
 * document (`/docs`, `/docs-json`) outside. `app.close()` drains HTTP first, then the modules' `onModuleDestroy`.
 */
export async function createService(
  module: Type | DynamicModule,
  options: ServiceOptions,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: chooseRequestId,
    // Our own hook answers during the drain, as problem+json.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    requestTimeout: 60_000,
    frameworkErrors: answerUnroutable,
    routerOptions: { maxParamLength: 500 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ServiceModule.forRoot(module, options),
    adapter,
    // A failed start must reach the caller, who decides about the process; Nest would abort it.
    { logger: new NestLogger(options.logger), bodyParser: false, abortOnError: false },
  );
  const fastify = adapter.getInstance<FastifyInstance>();
  acceptJsonBodies(fastify);
  observeRequests(fastify, { logger: options.logger, metrics: app.get(Metrics), health: app.get(HealthRegistry) });
  app.setGlobalPrefix('v1', { exclude: OUTSIDE_PREFIX });
  serveApiDocument(fastify, app, options.name);
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
