/** Reconciliations: the pages that one has seen must still stand. */
import type { AuditTable, AuditWalk, ConceptAudit } from '#journal';
import type { ReconciliationEvent } from './reconciliation.js';

export class ReconciliationsAudit implements ConceptAudit<never, ReconciliationEvent> {
  readonly registry: AuditTable<ReconciliationEvent> = {
    ReconciliationRecorded: ({ heads }, place) => {
      this.walk.nameHeads(heads, place);
      return [];
    },
  };

  constructor(private readonly walk: AuditWalk) {}
}
