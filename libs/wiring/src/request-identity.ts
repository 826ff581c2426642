import { createHash } from 'node:crypto';
import type { Provenance, RequestIdentity } from '#domain';
import { currentRequestId, type KeyGrant } from '#platform';

/**
 * The Idempotency-Key as the journal keeps it: two callers may use the same text, and a key may be personal, so it is
 * kept as a hash together with the caller.
 */
export function requestIdentity(caller: KeyGrant, key: string, digest: string): RequestIdentity;
export function requestIdentity(caller: KeyGrant, key: string | undefined, digest: string): RequestIdentity | undefined;
export function requestIdentity(
  caller: KeyGrant,
  key: string | undefined,
  digest: string,
): RequestIdentity | undefined {
  if (key === undefined) return undefined;
  return {
    key: createHash('sha256').update(`${caller.id}\n${key}`).digest('hex').slice(0, 32),
    digest: digest.slice(0, 32),
  };
}

/** Who asks, and by which request. */
export function provenanceOf(caller: KeyGrant): Provenance {
  return { actor: `key:${caller.id}`, origin: `request:${currentRequestId() ?? ''}` };
}
