import { createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { CONFIGURATION, type Configuration } from './configuration/configuration.js';
import { hashesEqual, hashKey, KEY_RING, type KeyGrant, type KeyRing } from './keys.js';
import { RequestError, Unavailable } from './problem.js';
import { cookieHashOf, isFromOwnPage, SESSIONS, type Sessions } from './sessions.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the request's key was looked up; null when it has none or an unknown one. */
    caller?: KeyGrant | null;
    /** {@link hashKey} of the key that the request's browser is signed in with. */
    sessionKeyHash?: string;
    /** The body as received, for {@link requestDigest}. */
    rawBody?: Buffer;
  }
}

const KEY_LENGTH_MAX = 512;
/** Cookies that are looked up at once: whoever makes cookies up does not take the database from the others. */
const SESSION_LOOKUPS_MAX = 32;

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
  private sessions: Sessions | null | undefined;
  private lookups = 0;

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    private readonly moduleRef: ModuleRef,
  ) {
    this.adminHash = configuration.adminKey === undefined ? undefined : hashKey(configuration.adminKey);
  }

  /** The caller of a request, or null. The answer is kept on the request. */
  identify(request: FastifyRequest): KeyGrant | null {
    if (request.caller !== undefined) return request.caller;
    const { sessionKeyHash, headers } = request;
    request.caller = sessionKeyHash === undefined ? this.lookUp(headers.authorization) : this.grantOf(sessionKeyHash);
    return request.caller;
  }

  /**
   * Notes on a request which key its browser is signed in with, before {@link identify}. A key that is sent counts alone.
   *
   * @returns undefined at once for a request without a cookie of ours
   * @throws RequestError `FORBIDDEN` for what the page of another site asks for with our cookie; Unavailable
   */
  recogniseSession(request: FastifyRequest): Promise<void> | undefined {
    const { headers, method } = request;
    const hash = headers.authorization === undefined ? cookieHashOf(headers) : undefined;
    const sessions = hash === undefined ? null : this.findSessions();
    if (hash === undefined || sessions === null) return undefined;
    if (!isFromOwnPage(method, headers)) {
      throw new RequestError('FORBIDDEN', 'The console’s cookie speaks for its own pages only; send a key instead.');
    }
    if (this.lookups >= SESSION_LOOKUPS_MAX)
      throw new Unavailable('Too many sign-ins are looked up; send the request again.');
    this.lookups += 1;
    return sessions
      .keyOf(hash)
      .then((keyHash) => {
        if (keyHash !== undefined) request.sessionKeyHash = keyHash;
      })
      .finally(() => (this.lookups -= 1));
  }

  /** The hash of a key that is in force; undefined for any other text. */
  hashInForce(key: string): string | undefined {
    const hash = hashKey(key);
    return this.grantOf(hash) === null ? undefined : hash;
  }

  /** {@link hashKey} of the key that a request was sent with or its browser signed in with. */
  keyHashOf({ sessionKeyHash, headers }: FastifyRequest): string {
    return sessionKeyHash ?? hashKey(bearerOf(headers.authorization) ?? '');
  }

  /** Whether the key or the session of a request that was let in is in force still. It is not used by this. */
  async isStillInForce(request: FastifyRequest): Promise<boolean> {
    if (this.grantOf(this.keyHashOf(request)) === null) return false;
    if (request.sessionKeyHash === undefined) return true;
    const hash = cookieHashOf(request.headers);
    return hash !== undefined && (await this.findSessions()?.isInForce(hash)) === true;
  }

  private lookUp(header: string | undefined): KeyGrant | null {
    const key = bearerOf(header);
    return key === undefined ? null : this.grantOf(hashKey(key));
  }

  /** Who is behind a key that is in force, by its hash. */
  grantOf(hash: string): KeyGrant | null {
    if (this.adminHash !== undefined && hashesEqual(hash, this.adminHash)) return { id: 'admin', role: 'admin' };
    return this.findKeyRing().find(hash) ?? null;
  }

  /** Found on first use: the key ring lives in a module of the service, which this library does not know. */
  private findKeyRing(): KeyRing {
    this.keyRing ??= this.resolveKeyRing();
    return this.keyRing;
  }

  private findSessions(): Sessions | null {
    if (this.sessions !== undefined) return this.sessions;
    try {
      this.sessions = this.moduleRef.get<Sessions>(SESSIONS, { strict: false });
    } catch {
      this.sessions = null;
    }
    return this.sessions;
  }

  private resolveKeyRing(): KeyRing {
    try {
      return this.moduleRef.get<KeyRing>(KEY_RING, { strict: false });
    } catch {
      return { find: () => undefined };
    }
  }
}

function bearerOf(header: string | undefined): string | undefined {
  const key = /^Bearer +([\x21-\x7e]+)$/i.exec(header ?? '')?.[1];
  return key === undefined || key.length > KEY_LENGTH_MAX ? undefined : key;
}
