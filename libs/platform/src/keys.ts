import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const ROLES = ['admin', 'operator', 'finance', 'provider', 'customer', 'compliance', 'auditor'] as const;

/** What a key may do: `admin` everything, `auditor` every read, the others what a route allows them. */
export type Role = (typeof ROLES)[number];

/**
 * Who is behind a key. `provider` is set for the role `provider` and `customer` for the role `customer`; each of them sees only its own
 * data.
 */
export interface KeyGrant {
  readonly id: string;
  readonly role: Role;
  readonly provider?: string;
  readonly customer?: string;
}

/** The keys that were issued, by {@link hashKey}. Looked up on every request, so it answers from memory. */
export interface KeyRing {
  find(keyHash: string): KeyGrant | undefined;
  /**
   * Makes sure that a key revoked more than a second ago is not found any more, also after the process was stopped for a
   * while. Resolves at once as a rule. @throws an error that is answered 503 when it cannot be made sure of
   */
  refreshIfOld?(): Promise<void>;
}

/** Injection token of the {@link KeyRing}; a service without one knows the admin key only. */
export const KEY_RING = Symbol('KEY_RING');

/** SHA-256 of a key, hexadecimal: the only form in which a key is stored or compared. Keys are random, so no salt. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/** A new key of 256 random bits. The prefix lets secret scanners recognise it. */
export function generateKey(): string {
  return `airtime_${randomBytes(32).toString('base64url')}`;
}

/** Compares two {@link hashKey} results in constant time. */
export function hashesEqual(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
