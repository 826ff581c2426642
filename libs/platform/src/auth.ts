import { createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { CONFIGURATION, type Configuration } from './configuration/configuration.js';
import { hashesEqual, hashKey, KEY_RING, type KeyGrant, type KeyRing } from './keys.js';
import { RequestError } from './problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the request's key was looked up; null when it has none or an unknown one. */
    caller?: KeyGrant | null;
    /** The body as received, for {@link requestDigest}. */
    rawBody?: Buffer;
  }
}

const KEY_LENGTH_MAX = 512;

/** The {@link KeyGrant} of the caller. Only on routes that are not public. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): KeyGrant =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** The caller of a request that was judged. */
export function callerOf({ caller }: FastifyRequest): KeyGrant {
  if (caller === undefined || caller === null) throw new Error('the caller is asked for on a route that needs no key');
  return caller;
}

/**
 * Holds a caller of the role `provider` to its own data; other roles pass.
 *
 * @throws RequestError `FORBIDDEN`
 */
export function assertMayReadProvider(caller: KeyGrant, provider: string): void {
  if (caller.role !== 'provider' || caller.provider === provider) return;
  throw new RequestError('FORBIDDEN', 'This key sees the data of its own provider only.');
}

/**
 * Whether something of a customer must look as if it were not there: the caller has the role `customer` and is another one. For
 * what is asked for by an id that names no customer.
 *
 * @param customer whose it is
 */
export function isHiddenFrom(caller: KeyGrant, customer: string): boolean {
  return caller.role === 'customer' && caller.customer !== customer;
}

/**
 * Holds a caller of the role `customer` to its own data; other roles pass. Ask before anything is looked up, so that the
 * refusal does not tell who is registered.
 *
 * @throws RequestError `FORBIDDEN`
 */
export function assertMayReadCustomer(caller: KeyGrant, customer: string): void {
  if (!isHiddenFrom(caller, customer)) return;
  throw new RequestError('FORBIDDEN', 'This key sees the data of its own customer only.');
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

  /** The caller of a request, or null. The answer is kept on the request. */
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
