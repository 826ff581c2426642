import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from './auth.js';
import { KEY_RING, type KeyRing } from './keys.js';
import { RequestError } from './problem.js';

/**
 * Judges a request's key once more when the whole request is here, on a key ring that is not older than a second. Between
 * its head and its end a body may have taken its time, or the process may have been stopped; the key may be revoked since.
 */
@Injectable()
export class FreshKeyGuard implements CanActivate {
  private keyRing: KeyRing | undefined;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly moduleRef: ModuleRef,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { caller } = request;
    // The admin key stands in the configuration: no picture of the registry tells anything about it.
    if (caller === undefined || caller === null || caller.id === 'admin') return true;
    await this.findKeyRing().refreshIfOld?.();
    delete request.caller;
    if (this.authenticator.identify(request) !== null) return true;
    throw new RequestError('UNAUTHENTICATED', 'The key was revoked; send a valid one.');
  }

  /** Found on first use, as the authenticator finds it. */
  private findKeyRing(): KeyRing {
    try {
      this.keyRing ??= this.moduleRef.get<KeyRing>(KEY_RING, { strict: false });
    } catch {
      this.keyRing = { find: () => undefined };
    }
    return this.keyRing;
  }
}
