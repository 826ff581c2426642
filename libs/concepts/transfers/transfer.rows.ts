/** A transfer's entries in both shards say it all. */
import type { Rows } from '#domain';
import type { TransferEvent } from './transfer.js';

export const transferRows: Rows<TransferEvent> = {
  TransferSent: {
    entry: ({ from, to, amount }) => ({ holder: from, counterparty: to, amount }),
    movement: { holder: 'transfer_out', counterparty: 'transfer_in' },
    changes: null,
  },
  TransferReceived: {
    entry: ({ from, to, amount }) => ({ holder: to, counterparty: from, amount }),
    // Counted with the entry that sent it.
    movement: null,
    changes: null,
  },
  TransferCompleted: { entry: () => ({}), movement: null, changes: null },
};
