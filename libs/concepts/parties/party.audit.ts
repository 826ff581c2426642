/** Parties, their KYC states and wallets: none of it moves value, and the gate of each batch says what it found. */
import type { AuditTable, ConceptAudit } from '#journal';
import type { PartyEvent } from './party.js';

export class PartiesAudit implements ConceptAudit<never, PartyEvent> {
  readonly registry: AuditTable<PartyEvent> = {
    PartyRegistered: () => [],
    KycChanged: () => [],
    WalletSet: () => [],
  };
}
