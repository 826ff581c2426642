/** Reconciliations move no value. That the pages still stand that one has seen is a law of every event. */
import type { AuditTable, ConceptAudit } from '#journal';
import type { ReconciliationEvent } from './reconciliation.js';

export class ReconciliationsAudit implements ConceptAudit<never, ReconciliationEvent> {
  readonly registry: AuditTable<ReconciliationEvent> = { ReconciliationRecorded: () => [] };
}
