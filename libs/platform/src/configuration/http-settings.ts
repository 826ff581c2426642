/** Where a process listens, how many may connect, and the key that opens everything. */
import { isIP } from 'node:net';
import { ConfigurationError, parseUrl, type Read, readInteger } from './variables.js';

export interface HttpSettings {
  /** TCP port of the HTTP server, 0..65535; 0 lets the system choose. */
  readonly port: number;
  /** Address or name on which both servers listen; the loopback address unless set. */
  readonly host: string;
  /** TCP port of a server of its own for health details and metrics. Absent: they stand on {@link port}. */
  readonly managementPort?: number;
  /** Connections at most to the HTTP server, 16..65535. */
  readonly connectionsMax: number;
  readonly adminKey?: string;
  /** Where the services are that the console's own process hands requests on to. */
  readonly consoleServices?: readonly string[];
}

const PORT_DEFAULT = 3000;
const PORT_MAX = 65_535;
export const HOST_DEFAULT = '127.0.0.1';
/** Each costs a few kilobytes and a file descriptor: of the usual limit of 4,096 a half is left for engines and files. */
const CONNECTIONS_MAX_DEFAULT = 2_048;
const CONNECTIONS_MAX_LEAST = 16;
/** 256 bits in any usual spelling are longer; what people invent is shorter, and can be guessed. */
export const ADMIN_KEY_LENGTH_MIN = 32;
export const ADMIN_KEY_LENGTH_MAX = 512;

export function readHttpSettings(read: Read): HttpSettings {
  const port = readInteger('PORT', read('PORT'), { min: 0, max: PORT_MAX, fallback: PORT_DEFAULT });
  const managementPort = readManagementPort(read('MANAGEMENT_PORT'), port);
  const adminKey = readAdminKey(read('AIRTIME_ADMIN_KEY'));
  const consoleServices = readConsoleServices(read('AIRTIME_CONSOLE_SERVICES'));
  return {
    port,
    host: readHost(read('HOST')),
    connectionsMax: readInteger('AIRTIME_CONNECTIONS_MAX', read('AIRTIME_CONNECTIONS_MAX'), {
      min: CONNECTIONS_MAX_LEAST,
      max: PORT_MAX,
      fallback: CONNECTIONS_MAX_DEFAULT,
    }),
    ...(managementPort === undefined ? {} : { managementPort }),
    ...(adminKey === undefined ? {} : { adminKey }),
    ...(consoleServices === undefined ? {} : { consoleServices }),
  };
}

/** @throws ConfigurationError without any */
export function consoleServicesOf({ consoleServices }: HttpSettings): URL[] {
  if (consoleServices !== undefined) return consoleServices.map((service) => new URL(service));
  throw new ConfigurationError('AIRTIME_CONSOLE_SERVICES', `is needed by the console’s own process; ${SERVICES_FORM}`);
}

const SERVICES_FORM =
  'name ledger, settlement, projector and reporting, e.g. http://ledger:3000,http://settlement:3000,http://projector:3000,http://reporting:3000';

function readConsoleServices(value: string | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const services = value.split(',').map((service) => service.trim());
  const isService = (service: string) => {
    const url = parseUrl(service);
    return url?.protocol === 'http:' && url.pathname === '/' && url.search === '' && url.username === '';
  };
  if (services.every(isService)) return services;
  throw new ConfigurationError('AIRTIME_CONSOLE_SERVICES', `must be addresses without a path; ${SERVICES_FORM}`);
}

/** Whether only this machine can reach what listens on the host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** A host as it stands in a URL; one that means every address is reached at this machine's own name. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === HOST_DEFAULT) return 'localhost';
  return isIP(host) === 6 ? `[${host}]` : host;
}

function readHost(value: string | undefined): string {
  if (value === undefined) return HOST_DEFAULT;
  const host = value.startsWith('[') && value.endsWith(']') ? value.slice(1, -1) : value;
  const isName = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
  const looksLikeAddress = /^[\d.]+$/.test(host);
  if (isIP(host) === 0 && (looksLikeAddress || !isName.test(host))) {
    throw new ConfigurationError(
      'HOST',
      'must be an address of this machine without a port, e.g. 127.0.0.1 for this machine only or 0.0.0.0 for all networks',
    );
  }
  return host.toLowerCase();
}

function readManagementPort(value: string | undefined, port: number): number | undefined {
  if (value === undefined) return undefined;
  const managementPort = readInteger('MANAGEMENT_PORT', value, { min: 0, max: PORT_MAX, fallback: 9000 });
  if (managementPort !== 0 && managementPort === port) {
    throw new ConfigurationError(
      'MANAGEMENT_PORT',
      'must be another port than PORT; unset it to have health and metrics on the same one',
    );
  }
  return managementPort;
}

function readAdminKey(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.length < ADMIN_KEY_LENGTH_MIN || value.length > ADMIN_KEY_LENGTH_MAX || !/^[\x21-\x7e]+$/.test(value)) {
    throw new ConfigurationError(
      'AIRTIME_ADMIN_KEY',
      `must be ${ADMIN_KEY_LENGTH_MIN} to ${ADMIN_KEY_LENGTH_MAX} visible ASCII characters without blanks, e.g. from "openssl rand -hex 32"; unset it to have one generated`,
    );
  }
  return value;
}
