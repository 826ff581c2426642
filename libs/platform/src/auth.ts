import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CONFIGURATION, type Configuration } from './configuration/configuration.js';
import { isLoopback } from './configuration/http-settings.js';
import { hashesEqual, hashKey, KEY_RING, type KeyGrant, type KeyRing, type Role } from './keys.js';
import { RequestError, routeNotFound } from './problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the request's key was looked up; null when it has none or an unknown one. */
    caller?: KeyGrant | null;
    /** The body as received, for {@link requestDigest}. */
    rawBody?: Buffer;
  }
}

const ALLOWED_ROLES = Symbol('ALLOWED_ROLES');
const PUBLIC = Symbol('PUBLIC');
const MANAGEMENT = Symbol('MANAGEMENT');
const KEY_LENGTH_MAX = 512;

/** Opens a route or controller to these roles, beside `admin` (always) and `auditor` (reads). Without it: `admin` only. */
export const Allow = (...roles: Role[]) => SetMetadata(ALLOWED_ROLES, roles);

/** Opens a route or controller to everybody, without a key. The extension tells the API document, which drops it again. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension('x-public', true));

/**
 * What operators watch: on a port of its own when `MANAGEMENT_PORT` is set (here it is then 404), else open where only this
 * machine can ask, else for admins and auditors.
 */
export const Management = () => SetMetadata(MANAGEMENT, true);

/** The {@link KeyGrant} of the caller. Only on routes that are not {@link Public}. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): KeyGrant => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (caller === undefined || caller === null) throw new Error('@Caller() stands on a route that asks for no key');
  return caller;
});

/**
 * Holds a caller of the role `provider` to its own data; other roles pass.
 *
 * @throws RequestError `FORBIDDEN`
 */
export function assertMayReadProvider(caller: KeyGrant, provider: string): void {
  if (caller.role !== 'provider' || caller.provider === provider) return;
  throw new RequestError('FORBIDDEN', 'This key sees the data of its own provider only.');
}

/** Finds out who is calling. The admin key comes from the configuration, all others from the key ring. */
@Injectable()
export class Authenticator {
  private readonly adminHash: string | undefined;
  private keyRing: KeyRing | undefined;

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    private readonly moduleRef: ModuleRef,
  ) {
    this.adminHash = configuration.adminKey === undefined ? undefined : hashKey(configuration.adminKey);
  }

  /** The caller of a request, or null. The answer is kept on the request: several guards ask. */
  identify(request: FastifyRequest): KeyGrant | null {
    if (request.caller !== undefined) return request.caller;
    request.caller = this.lookUp(request.headers.authorization);
    return request.caller;
  }

  private lookUp(header: string | undefined): KeyGrant | null {
    const key = /^Bearer +([\x21-\x7e]+)$/i.exec(header ?? '')?.[1];
    if (key === undefined || key.length > KEY_LENGTH_MAX) return null;
    const hash = hashKey(key);
    if (this.adminHash !== undefined && hashesEqual(hash, this.adminHash)) return { id: 'admin', role: 'admin' };
    return this.findKeyRing().find(hash) ?? null;
  }

  /** Found on first use: the key ring lives in a module of the service, which this library does not know. */
  private findKeyRing(): KeyRing {
    this.keyRing ??= this.resolveKeyRing();
    return this.keyRing;
  }

  private resolveKeyRing(): KeyRing {
    try {
      return this.moduleRef.get<KeyRing>(KEY_RING, { strict: false });
    } catch {
      return { find: () => undefined };
    }
  }
}

/** 401 without a known key, 403 for a key whose role the route does not take. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly reflector: Reflector,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, places) === true) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.reflector.getAllAndOverride<boolean | undefined>(MANAGEMENT, places) === true) {
      const { host, managementPort } = this.configuration;
      if (managementPort !== undefined) throw routeNotFound(request.method, request.url);
      if (isLoopback(host)) return true;
    }
    const caller = this.authenticator.identify(request);
    if (caller === null) {
      throw new RequestError('UNAUTHENTICATED', 'Send a valid key in the header "Authorization: Bearer <key>".');
    }
    if (caller.role === 'admin') return true;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (caller.role === 'auditor' && isRead) return true;
    const allowed = this.reflector.getAllAndOverride<Role[] | undefined>(ALLOWED_ROLES, places) ?? [];
    if (allowed.includes(caller.role)) return true;
    const needed = [...new Set<Role>([...allowed, 'admin', ...(isRead ? (['auditor'] as const) : [])])];
    throw new RequestError(
      'FORBIDDEN',
      `This call needs a key of the role ${needed.join(' or ')}; yours has the role ${caller.role}.`,
    );
  }
}
