/** How a reconciliation is explained. */
import type { Explain } from '#domain';
import type { ReconciliationEvent } from './reconciliation.js';

export const explainReconciliation: Explain<ReconciliationEvent, unknown> = {
  ReconciliationRecorded: ({ reconciliation, chainId, blockNumber, matched, breaks, checks }) => ({
    summary: 'The books were compared with a chain as it stood at one final block.',
    facts: {
      ...{ reconciliation, chainId, blockNumber, matched, breaks: breaks.length },
      agrees: `${checks.filter(({ agrees }) => agrees).length} of ${checks.length} checks`,
    },
  }),
};
