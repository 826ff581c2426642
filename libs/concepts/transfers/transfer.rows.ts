/** A transfer's entries in both shards say it all. */
import type { Rows } from '#domain';
import type { TransferEvent } from './transfer.js';

export const transferRows: Rows<TransferEvent> = {
  TransferSent: {
    entry: ({ from, to, amount }) => ({ holder: from, counterparty: to, amount }),
    changes: null,
  },
  TransferReceived: {
    entry: ({ from, to, amount }) => ({ holder: to, counterparty: from, amount }),
    changes: null,
  },
  TransferCompleted: { entry: () => ({}), changes: null },
};
