/**
 * Transfers between holders. Within a shard one entry moves the value. Across shards the sender's entry puts it into
 * `transit`, the receiver's takes it out; both carry the transfer's id, which each shard accepts once, so the relay may
 * repeat the second step until it is known to be done.
 */
import { posting } from './account.js';
import { customerAvailable, TRANSIT } from './chart.js';
import type { Amount } from './amount.js';
import type { Catalogue } from './catalogue.js';
import { DomainError } from './errors.js';
import type { Provenance, RequestIdentity, TransferCompleted, TransferReceived, TransferSent } from './events.js';
import type { LedgerState } from './ledger-state.js';
import { refuseSendingWhileSuspended } from './party.js';
import { shardOf } from './shard.js';
import { requireFunds } from './supply.js';

export interface TransferCommand {
  /** Unique for ever; made by whoever accepts the request. */
  readonly transfer: string;
  readonly from: string;
  readonly to: string;
  readonly amount: Amount;
  readonly reason: string;
  readonly time: string;
  readonly provenance: Provenance;
  readonly request?: RequestIdentity;
}

/** @throws DomainError `SAME_HOLDER`, `UNKNOWN_HOLDER`, `CUSTOMER_SUSPENDED` or `INSUFFICIENT_FUNDS` */
export function decideSend(
  state: LedgerState,
  catalogue: Catalogue,
  command: TransferCommand,
  shard: number,
  shards: number,
): TransferSent {
  const sender = catalogue.party(command.from, 'from');
  catalogue.party(command.to, 'to');
  if (command.from === command.to) {
    throw new DomainError('SAME_HOLDER', 'A transfer needs two different holders.', 'to');
  }
  refuseSendingWhileSuspended(sender, 'from');
  if (state.transfersOpen.has(command.transfer)) throw new Error(`transfer ${command.transfer} was sent already`);
  requireFunds(state, command.from, command.amount);
  const toShard = shardOf(command.to, shards);
  const credit = toShard === shard ? customerAvailable(command.to) : TRANSIT;
  return {
    type: 'TransferSent',
    time: command.time,
    ...command.provenance,
    ...(command.request === undefined ? {} : { request: command.request }),
    transfer: command.transfer,
    from: command.from,
    to: command.to,
    amount: command.amount.toString(),
    reason: command.reason,
    toShard,
    postings: [posting(customerAvailable(command.from), credit, command.amount)],
  };
}

/** The receiver's entry, or undefined when it is booked already. */
export function decideReceive(
  state: LedgerState,
  sent: TransferSent,
  time: string,
  provenance: Provenance,
): TransferReceived | undefined {
  if (state.transfersReceived.has(sent.transfer)) return undefined;
  return {
    type: 'TransferReceived',
    time,
    ...provenance,
    transfer: sent.transfer,
    from: sent.from,
    to: sent.to,
    amount: sent.amount,
    reason: sent.reason,
    postings: [posting(TRANSIT, customerAvailable(sent.to), BigInt(sent.amount))],
  };
}

/** The sender's note that both entries stand, or undefined when it knows. */
export function decideComplete(
  state: LedgerState,
  transfer: string,
  time: string,
  provenance: Provenance,
): TransferCompleted | undefined {
  if (!state.transfersOpen.has(transfer)) return undefined;
  return { type: 'TransferCompleted', time, ...provenance, transfer };
}
