/**
 * What a route says about who may call it and how much it takes. Declared beside the handler, read once at the start, judged
 * when a request's head is here and nothing of its body has been read.
 */
import { applyDecorators, type INestApplicationContext, SetMetadata } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import { type Configuration } from './configuration/configuration.js';
import { isLoopback } from './configuration/http-settings.js';
import type { KeyGrant, Role } from './keys.js';
import { RequestError, routeNotFound } from './problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

/** Largest body of an ordinary command, in bytes. */
export const BODY_LIMIT_BYTES = 64 * 1024;
/** Largest body of a route that takes many things at once, in bytes: a batch of 5,000 usage events fits. */
export const LARGE_BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/** Who may call a route, and what it takes. */
export interface RouteAccess {
  readonly audience: 'keys' | 'management' | 'everybody';
  /** Roles that may call it beside `admin` (always) and `auditor` (reads). */
  readonly roles: readonly Role[];
  /** Answered even when the caller's address is over its limits. */
  readonly isUnlimited: boolean;
  readonly bodyLimitBytes: number;
  /** Its answer goes on until somebody ends it: it takes no place among the reads of its key. */
  readonly isEndless: boolean;
}

/** A route that says nothing is open to the admin only and takes an ordinary body. */
export const CLOSED: RouteAccess = {
  audience: 'keys',
  roles: [],
  isUnlimited: false,
  bodyLimitBytes: BODY_LIMIT_BYTES,
  isEndless: false,
};

/** A route of data that anybody may have, such as the API document. */
export const OPEN: RouteAccess = { ...CLOSED, audience: 'everybody' };

const ALLOWED_ROLES = Symbol('ALLOWED_ROLES');
const AUDIENCE = Symbol('AUDIENCE');
const UNLIMITED = Symbol('UNLIMITED');
const BODY_LIMIT = Symbol('BODY_LIMIT');
const ENDLESS = Symbol('ENDLESS');

/** The extension of the API document that says who may call an operation. */
export const ROLES_IN_DOCUMENT = 'x-roles';

/**
 * Opens a route or controller to these roles, beside `admin` (always) and `auditor` (reads). Without it: `admin` only. The API
 * document lists who may call a route as `x-roles`.
 */
export const Allow = (...roles: Role[]) =>
  applyDecorators(SetMetadata(ALLOWED_ROLES, roles), ApiExtension(ROLES_IN_DOCUMENT, roles));

/** Everybody who may call an operation that needs a key, as the API document lists them. */
export function rolesOf(isRead: boolean, allowed: readonly Role[] = []): Role[] {
  return [...new Set<Role>([...allowed, 'admin', ...(isRead ? (['auditor'] as const) : [])])];
}

/** Opens a route or controller to everybody, without a key. The extension tells the API document, which drops it again. */
export const Public = () => applyDecorators(SetMetadata(AUDIENCE, 'everybody'), ApiExtension('x-public', true));

/**
 * What operators watch: on a port of its own when `MANAGEMENT_PORT` is set (here it is then 404), else open where only this
 * machine can ask, else for admins and auditors.
 */
export const Management = () => SetMetadata(AUDIENCE, 'management');

/** Exempts a route or controller from the rate limits: probes must be answered even when their address is over them. */
export const Unlimited = () => SetMetadata(UNLIMITED, true);

/** Lets a route take up to {@link LARGE_BODY_LIMIT_BYTES}; all others take {@link BODY_LIMIT_BYTES}. */
export const LargeBody = () => SetMetadata(BODY_LIMIT, LARGE_BODY_LIMIT_BYTES);

/** A route whose answer goes on until somebody ends it. Whoever declares it bounds how many there are. */
export const Endless = () => SetMetadata(ENDLESS, true);

/**
 * Puts what every handler declares into its route's configuration, where hooks find it. Call it before `app.init()`, which
 * registers the routes.
 */
export function declareRoutes(app: INestApplicationContext): void {
  const scanner = new MetadataScanner();
  const reflector = app.get(Reflector);
  for (const { instance, metatype } of app.get(DiscoveryService).getControllers()) {
    const prototype = Object.getPrototypeOf(instance) as object;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
      // A handler shared by two controllers could carry the declaration of one of them only.
      if (descriptor === undefined)
        throw new Error(`${metatype?.name}.${name} is inherited; declare it in the controller`);
      const access = accessOf(reflector, [descriptor.value as () => unknown, metatype as () => unknown]);
      RouteConfig({ access })(prototype, name, descriptor);
    }
  }
}

function accessOf(reflector: Reflector, places: (() => unknown)[]): RouteAccess {
  const read = <T>(key: symbol, fallback: T): T => reflector.getAllAndOverride<T | undefined>(key, places) ?? fallback;
  return {
    audience: read(AUDIENCE, CLOSED.audience),
    roles: read(ALLOWED_ROLES, CLOSED.roles),
    isUnlimited: read(UNLIMITED, CLOSED.isUnlimited),
    bodyLimitBytes: read(BODY_LIMIT, CLOSED.bodyLimitBytes),
    isEndless: read(ENDLESS, CLOSED.isEndless),
  };
}

/** What is known of a request before its body is read. */
export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly caller: KeyGrant | null;
}

/**
 * @throws RequestError `UNAUTHENTICATED` without a known key, `FORBIDDEN` for one whose role the route does not take,
 *   `ROUTE_NOT_FOUND` for what stands on another port
 */
export function assertMayCall(
  access: RouteAccess,
  { method, url, caller }: RequestHead,
  { host, managementPort }: Configuration,
): void {
  if (access.audience === 'everybody') return;
  if (access.audience === 'management') {
    if (managementPort !== undefined) throw routeNotFound(method, url);
    if (isLoopback(host)) return;
  }
  if (caller === null) {
    throw new RequestError('UNAUTHENTICATED', 'Send a valid key in the header "Authorization: Bearer <key>".');
  }
  if (caller.role === 'admin') return;
  const isRead = method === 'GET' || method === 'HEAD';
  if (caller.role === 'auditor' && isRead) return;
  if (access.roles.includes(caller.role)) return;
  const needed = rolesOf(isRead, access.roles);
  throw new RequestError(
    'FORBIDDEN',
    `This call needs a key of the role ${needed.join(' or ')}; yours has the role ${caller.role}.`,
  );
}
