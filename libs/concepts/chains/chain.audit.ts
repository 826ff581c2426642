/** Chains: registering contracts moves no value. What stands on a chain is moved by settlement. */
import type { AuditTable, ConceptAudit } from '#journal';
import type { ChainEvent } from './chain.js';

export class ChainsAudit implements ConceptAudit<never, ChainEvent> {
  readonly accounts = [
    { pattern: 'chain:{chain}:supply', supply: 'chain supply', belowZero: 'never over all chains' },
    { pattern: 'chain:{chain}:vault', supply: 'vault', belowZero: 'yes' },
  ] as const;

  readonly registry: AuditTable<ChainEvent> = { ChainRegistered: () => [] };
}
