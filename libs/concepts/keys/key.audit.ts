/** Keys: issuing and revoking moves no value. */
import type { AuditTable, ConceptAudit } from '#journal';
import type { KeyEvent } from './key.js';

/**
 * - `KeyIssued`: `hash` is the SHA-256 of the secret.
 */
export class KeysAudit implements ConceptAudit<never, KeyEvent> {
  readonly registry: AuditTable<KeyEvent> = { KeyIssued: () => [], KeyRevoked: () => [] };
}
