import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { watchNpm } from '#processes';
import type { ApiDescription } from './api-document.js';
import { loadAdminKey } from './configuration/admin-key.js';
import { type Configuration, loadConfiguration, secretsOf } from './configuration/configuration.js';
import { consoleServicesOf, hostInUrl } from './configuration/http-settings.js';
import { warnAboutNames } from './configuration/variable-names.js';
import { ConfigurationError } from './configuration/variables.js';
import { assertCanListen, type ListenAddress, listen, ListenFailed, orListenFailed } from './listening.js';
import { createLogger } from './logging.js';
import { createManagementServer } from './management-server.js';
import { createService } from './service.js';
import { logToFile } from './terminal-log.js';

const SHUTDOWN_TIMEOUT_MS = 20_000;
const EXIT_FAILED = 1;
const EXIT_MISCONFIGURED = 2;
const EXIT_INTERRUPTED = 130;

export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** Absolute path of the log, where it does not go to standard output. */
  readonly logFile: string | undefined;
  /** Where the service listens, e.g. `http://localhost:3000`. */
  readonly url: string;
  /** Where health and metrics stand when they have a port of their own. */
  readonly managementUrl: string | undefined;
  /** Whether a stop has begun, by a signal or by {@link stop}. */
  readonly isStopping: boolean;
  /**
   * Drains and closes everything and ends the process; `exitCode` is 0 unless closing fails or takes too long. A stop that
   * is under way takes the higher code.
   */
  stop(exitCode?: number): Promise<never>;
}

export interface RunOptions extends ApiDescription {
  /** The environment to read; the process's unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * A file of the data directory that takes the log while standard output is a terminal: for a program that talks to a
   * person there. Elsewhere the log goes to standard output.
   */
  readonly terminalLogFile?: string;
  /** The folder of the built console, for a process that serves it. */
  readonly consoleFolder?: string;
  /** Hands everything below `/v1` on to the services that `AIRTIME_CONSOLE_SERVICES` names. */
  readonly isFront?: boolean;
  /** The exit code of a stop that a signal begins: not 0 for a process that was to prove something first. 0 unless given. */
  readonly interruptedExitCode?: number;
  /**
   * Runs before the service is built and may refine the configuration: standalone starts its embedded engines here.
   * What it starts it ends in `close`, which runs last, also after a failed start.
   */
  readonly prepare?: (configuration: Configuration, logger: Logger) => Promise<Preparation>;
}

export interface Preparation {
  readonly configuration: Configuration;
  close(): Promise<void>;
}

/**
 * Runs a service as this process: configuration, admin key, logger, HTTP server, clean stop on SIGTERM, SIGINT and SIGHUP
 * (exit 0 within 20 s; a second SIGTERM or SIGINT ends at once, below npm a third). A configuration error is one line on standard error and exit 2.
 *
 * @param module the root module, or a function that makes it from the final configuration.
 */
export async function runService(
  module: Type | ((configuration: Configuration) => Type | DynamicModule | Promise<Type | DynamicModule>),
  {
    name,
    refusals,
    env = process.env,
    prepare,
    terminalLogFile,
    consoleFolder,
    isFront = false,
    interruptedExitCode = 0,
  }: RunOptions,
): Promise<RunningService> {
  const loaded = readOrExit(() => withAdminKey(loadConfiguration(env)));
  const logFile =
    terminalLogFile !== undefined && process.stdout.isTTY ? join(loaded.dataDir, terminalLogFile) : undefined;
  const logger = createLogger(loaded.logLevel, {
    secrets: secretsOf(loaded),
    ...(logFile === undefined ? {} : { destination: logToFile(logFile) }),
  });
  for (const warning of warnAboutNames(env)) logger.warn(warning);

  outliveTheReaderOfOutput();
  const stopping = new StopSequence(logger, interruptedExitCode);
  stopping.listenToSignals();
  try {
    for (const address of addressesOf(loaded)) await assertCanListen(address);
    const preparation = await prepare?.(loaded, logger);
    if (preparation !== undefined) stopping.addLast(() => preparation.close());
    const configuration = preparation?.configuration ?? loaded;
    const app = await createService(isClass(module) ? module : await module(configuration), {
      configuration,
      logger,
      name,
      refusals,
      ...(consoleFolder === undefined ? {} : { consoleFolder }),
      ...(isFront ? { forwardTo: consoleServicesOf(configuration) } : {}),
    });
    const managementUrl = await startManagement(app, configuration, stopping);
    stopping.addFirst(() => app.close());
    const url = await startListening(app, configuration);
    logger.info(
      { name, url, docs: `${url}/docs`, ...(managementUrl === undefined ? {} : { managementUrl }) },
      'listening',
    );
    return {
      app,
      configuration,
      logger,
      logFile,
      url,
      managementUrl,
      get isStopping() {
        return stopping.hasBegun;
      },
      stop: (exitCode) => stopping.run(exitCode ?? 0),
    };
  } catch (error) {
    if (error instanceof ConfigurationError || error instanceof ListenFailed) {
      process.stderr.write(`${error.message}\n`);
      return stopping.run(error instanceof ListenFailed ? EXIT_FAILED : EXIT_MISCONFIGURED);
    }
    logger.fatal({ err: error }, 'the start failed');
    return stopping.run(EXIT_FAILED);
  }
}

/** Closes what was started, newest first, within a bound, and ends the process. */
class StopSequence {
  private readonly steps: (() => Promise<void>)[] = [];
  private running: Promise<never> | undefined;
  private exitCode = 0;

  constructor(
    private readonly logger: Logger,
    private readonly interruptedExitCode: number,
  ) {}

  get hasBegun(): boolean {
    return this.running !== undefined;
  }

  addFirst(step: () => Promise<void>): void {
    this.steps.unshift(step);
  }

  addLast(step: () => Promise<void>): void {
    this.steps.push(step);
  }

  /** Own handlers instead of Nest's shutdown hooks: those end the process by the signal, so that a clean stop looks killed. */
  listenToSignals(): void {
    const isBelowNpm = watchNpm(() => {
      if (this.running !== undefined) return;
      this.logger.warn('stopping: npm, which started this process, is gone');
      void this.run(this.interruptedExitCode);
    });
    // A terminal signals both us and npm, and npm forwards it: one request arrives twice. A hang-up does not ask to hurry.
    const wishesMax = isBelowNpm ? 2 : 1;
    let wishes = 0;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (signal !== 'SIGHUP') wishes++;
        if (wishes > wishesMax) process.exit(EXIT_INTERRUPTED);
        if (this.running !== undefined) return;
        this.logger.info({ signal }, 'stopping');
        void this.run(this.interruptedExitCode);
      });
    }
    // After either, the state of the process is unknown: close what can be closed, and let the supervisor start afresh.
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => {
        this.logger.fatal({ err: error }, event);
        void this.run(EXIT_FAILED);
      });
    }
  }

  run(exitCode: number): Promise<never> {
    this.exitCode = Math.max(this.exitCode, exitCode);
    this.running ??= this.closeAndExit();
    return this.running;
  }

  private async closeAndExit(): Promise<never> {
    const deadline = setTimeout(() => {
      this.logger.error(`not closed within ${SHUTDOWN_TIMEOUT_MS} ms; giving up`);
      process.exit(EXIT_FAILED);
    }, SHUTDOWN_TIMEOUT_MS);
    for (const step of this.steps) {
      try {
        await step();
      } catch (error) {
        this.logger.error({ err: error }, 'closing failed');
        this.exitCode = Math.max(this.exitCode, EXIT_FAILED);
      }
    }
    clearTimeout(deadline);
    this.logger.info('stopped');
    // A part of the service may have said that it ends for a reason: `process.exitCode` and a SIGTERM to itself.
    process.exit(Math.max(this.exitCode, Number(process.exitCode ?? 0)));
  }
}

/**
 * A terminal that is closed and a reader that ends (`| head`) take the log away, not the service: whoever went into the
 * background with it goes on.
 */
function outliveTheReaderOfOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!['EIO', 'EPIPE'].includes(error.code ?? '')) throw error;
    });
  }
}

function readOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_MISCONFIGURED);
  }
}

/** Completes a configuration with the stored or generated admin key; a new key is shown once, and never again. */
function withAdminKey(configuration: Configuration): Configuration {
  const { key, generated } = loadAdminKey(configuration);
  if (generated) {
    process.stdout.write(`Admin key (shown once, kept in ${configuration.dataDir}/admin.key): ${key}\n`);
  }
  return { ...configuration, adminKey: key };
}

function isClass(module: unknown): module is Type {
  return typeof module === 'function' && /^class\b/.test(Function.prototype.toString.call(module));
}

/** The addresses that a configuration asks for, the service's own first. */
function addressesOf({ port, host, managementPort }: Configuration): ListenAddress[] {
  const own: ListenAddress = { variable: 'PORT', port, host };
  return managementPort === undefined ? [own] : [own, { variable: 'MANAGEMENT_PORT', port: managementPort, host }];
}

async function startListening(app: NestFastifyApplication, configuration: Configuration): Promise<string> {
  const [own] = addressesOf(configuration) as [ListenAddress];
  await orListenFailed(own, () => app.listen(own.port, own.host));
  return urlOf(app.getHttpServer().address() as AddressInfo, own.host);
}

/** Starts the management server when it has a port of its own; it answers until the service has drained. */
async function startManagement(
  app: NestFastifyApplication,
  configuration: Configuration,
  stopping: StopSequence,
): Promise<string | undefined> {
  const address = addressesOf(configuration)[1];
  if (address === undefined) return undefined;
  const server = createManagementServer(app);
  await listen(server, address);
  stopping.addFirst(async () => {
    server.close();
    server.closeAllConnections();
  });
  return urlOf(server.address() as AddressInfo, address.host);
}

function urlOf({ port }: AddressInfo, host: string): string {
  return `http://${hostInUrl(host)}:${port}`;
}
