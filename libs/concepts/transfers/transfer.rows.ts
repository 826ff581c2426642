/** A transfer's entries in both shards say it all, and what they do to grants. */
import type { Rows } from '#domain';
import { grantArrived, grantsUsed } from '../grants/grant.rows.js';
import type { TransferEvent } from './transfer.js';

export const transferRows: Rows<TransferEvent> = {
  TransferSent: {
    entry: ({ from, to, amount }) => ({ holder: from, counterparty: to, amount }),
    movement: { holder: 'transfer_out', counterparty: 'transfer_in' },
    changes: ({ from, to, amount, grants, toShard }, position, recordedAt) => [
      ...grantsUsed(from, grants, amount, position),
      ...(toShard === position.shard ? grantArrived(to, amount, position, recordedAt) : []),
    ],
  },
  TransferReceived: {
    entry: ({ from, to, amount }) => ({ holder: to, counterparty: from, amount }),
    // Counted with the entry that sent it.
    movement: null,
    changes: ({ to, amount }, position, recordedAt) => grantArrived(to, amount, position, recordedAt),
  },
  TransferCompleted: { entry: () => ({}), movement: null, changes: null },
};
