/**
 * Transfers: value from one holder to another, within a shard or across two. Within a shard one entry moves the value. Across shards the sender's entry puts it into
 * `transit`, the receiver's takes it out; both carry the transfer's id, which each shard accepts once, so the relay may
 * repeat the second step until it is known to be done.
 */
import {
  accountOf,
  decideOnce,
  entryId,
  irreversible,
  movements,
  optional,
  plain,
  posting,
  recordIfAny,
  refusalsOf,
  requestLayout,
  shardOf,
  UndoableMap,
  type AccountKind,
  type Amount,
  type Correct,
  type Decide,
  type EntryOutcome,
  type EntryPosition,
  type Evolve,
  type Flows,
  type HolderId,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Provenance,
  type Recorded,
  type Refusals,
  type Requested,
  type ShardState,
  type UndoLog,
  type Work,
} from '#domain';
import type { GrantsState } from '../grants/burn-order.js';
import { correctArrival, correctTaking } from '../grants/give-back.js';
import { usesOfTransferable } from '../grants/transferable.js';
import type { SaysGrants } from '../grants/uses.js';
import { customerAvailable, fundsAccounts } from '../supply/funds.js';
import { refuseSendingWhileSuspended, type PartiesState } from '../parties/party.js';

export const transferRefusals = {
  SAME_HOLDER: 'invalid',
} as const satisfies Refusals;
export const transferRefusal = refusalsOf(transferRefusals);

/** Accounts: where value is between two shards. */
export const transferAccounts = {
  transit: {
    pattern: 'transit',
    holds: 'between the two entries of a transfer whose holders live in two shards',
    belowZero: 'never over all shards',
    supply: 'transfers',
    root: 'liabilities',
  },
} as const satisfies Record<string, AccountKind>;

/** Between two shards: what left one and has not arrived in the other. Rounds move value through it as transfers do. */
const TRANSIT = transferAccounts.transit.pattern;

/** On its way from an account of this shard to one of another; {@link arrive} is its other half, there. */
export function leave(account: string, amount: bigint): Posting {
  return posting(account, TRANSIT, amount);
}

/** In from another shard. It must have left there before: over all shards nothing arrives that is not on its way. */
export function arrive(account: string, amount: bigint): Posting {
  return posting(TRANSIT, account, amount);
}

/**
 * Value left `from`. When both holders share a shard the one entry moves it; else it waits in `transit`.
 *
 * @home from
 */
export interface TransferSent extends Recorded, SaysGrants {
  readonly type: 'TransferSent';
  readonly transfer: string;
  readonly from: HolderId;
  readonly to: HolderId;
  readonly amount: PositiveAttoText;
  readonly reason: string;
  readonly toShard: number;
  readonly postings: readonly Posting[];
}

/**
 * The value arrived at `to`.
 *
 * @home to
 */
export interface TransferReceived extends Recorded {
  readonly type: 'TransferReceived';
  readonly transfer: string;
  readonly from: HolderId;
  readonly to: HolderId;
  readonly amount: PositiveAttoText;
  readonly reason: string;
  readonly postings: readonly Posting[];
}

/** The sending shard knows that the other entry is booked; the relay forgets the transfer. */
export interface TransferCompleted extends Recorded {
  readonly type: 'TransferCompleted';
  readonly transfer: string;
}

export type TransferEvent = TransferSent | TransferReceived | TransferCompleted;

const moves = movements(
  accountOf(fundsAccounts.customerAvailable, 'from'),
  accountOf(fundsAccounts.customerAvailable, 'to'),
  transferAccounts.transit,
);

export const transferLayouts = {
  TransferSent: {
    transfer: plain,
    from: plain,
    to: plain,
    amount: plain,
    reason: plain,
    toShard: plain,
    postings: moves,
    grants: optional(plain),
    request: optional(requestLayout),
  },
  TransferReceived: {
    transfer: plain,
    from: plain,
    to: plain,
    amount: plain,
    reason: plain,
    postings: moves,
    request: optional(requestLayout),
  },
  TransferCompleted: { transfer: plain, request: optional(requestLayout) },
} as const satisfies Layouts<TransferEvent>;

export interface TransferRequest extends Requested {
  /** Unique for ever; made by whoever accepts the request. */
  readonly transfer: string;
  readonly from: string;
  readonly to: string;
  readonly amount: Amount;
  readonly reason: string;
}

/** The receiver's step, which the relay brings to the receiver's shard. */
export interface ReceiveTransfer {
  readonly type: 'ReceiveTransfer';
  readonly sent: TransferSent;
  readonly time: string;
  readonly provenance: Provenance;
}

/** The sender's last step: the relay has seen the receiver's. */
export interface CompleteTransfer {
  readonly type: 'CompleteTransfer';
  readonly transfer: string;
  readonly time: string;
  readonly provenance: Provenance;
}

export type TransferCommand =
  ({ readonly type: 'SendTransfer' } & TransferRequest) | ReceiveTransfer | CompleteTransfer;

/** Transfers to and from other shards. */
export class TransfersPart {
  /** Sent to another shard and not known to be booked there, by transfer. */
  readonly open: UndoableMap<string, TransferSent>;
  /** Where each received transfer is booked. */
  readonly received: UndoableMap<string, EntryPosition>;

  constructor(undo: UndoLog) {
    this.open = new UndoableMap(undo);
    this.received = new UndoableMap(undo);
  }
}

/** What a shard keeps of this concept. */
export interface TransfersState {
  readonly transfers: TransfersPart;
}

/** What transfers need to know beside the shard's state. */
export interface TransferContext {
  readonly catalogue: PartiesState;
  readonly shard: number;
  readonly shards: number;
}

export const evolveTransfers: Evolve<TransferEvent, TransfersState> = {
  TransferSent: ({ transfers }, event, { shard }) => {
    if (event.toShard !== shard) transfers.open.set(event.transfer, event);
  },
  TransferReceived: ({ transfers }, event, position) => {
    transfers.received.set(event.transfer, position);
  },
  TransferCompleted: ({ transfers }, event) => {
    transfers.open.delete(event.transfer);
  },
};

/**
 * The receiver's entry, then word of it to the sender. Only durable transfers are relayed: the receiver must never have
 * what the sender's shard may still take back.
 */
export const workTransfers: Work<'relay', TransfersState, TransferCommand, TransferEvent> = {
  relay: {
    leftBy: { TransferSent: ({ transfer, toShard }, { shard }) => (toShard === shard ? undefined : transfer) },
    left: ({ transfers }) => transfers.open.keys(),
    isLeft: ({ transfers }, transfer) => transfers.open.has(transfer),
    steps: ({ transfers }, transfer) => {
      const sent = transfers.open.get(transfer)!;
      return [
        { shard: sent.toShard, command: { type: 'ReceiveTransfer', sent } },
        { command: { type: 'CompleteTransfer', transfer } },
      ];
    },
    isAwaited: true,
  },
};

/** The sender does not know yet that the receiver's side is booked: the relay may still bring it. */
export type TransferIrreversible = 'transfer-under-way';

/**
 * The two sides of a transfer across shards are corrected together. The receiver's shard never forgets a transfer, so
 * that a late relay does not book a corrected one again.
 */
export const correctTransfers: Correct<
  TransferEvent,
  TransfersState & GrantsState,
  TransferIrreversible | 'funds-gone'
> = {
  TransferSent: (state, event, position) => {
    const taking = correctTaking(state, event, event.from, event.grants);
    if (event.toShard !== position.shard) {
      if (state.transfers.open.has(event.transfer)) return irreversible('transfer-under-way');
      return { ...taking, together: { type: 'TransferReceived', holder: event.to, id: event.transfer } };
    }
    const arrival = correctArrival(state, event, event.to, entryId(position));
    if (arrival.type === 'irreversible') return arrival;
    const evolve = () => {
      arrival.evolve();
      taking.evolve();
    };
    return { ...taking, evolve };
  },
  TransferReceived: (state, event, position) => {
    const arrival = correctArrival(state, event, event.to, entryId(position));
    if (arrival.type === 'irreversible') return arrival;
    return { ...arrival, together: { type: 'TransferSent', holder: event.from, id: event.transfer } };
  },
};

export const transferFlows: Flows<TransferEvent> = {
  TransferSent: [
    [fundsAccounts.customerAvailable, fundsAccounts.customerAvailable],
    [fundsAccounts.customerAvailable, transferAccounts.transit],
  ],
  TransferReceived: [[transferAccounts.transit, fundsAccounts.customerAvailable]],
};

export const decideTransfers: Decide<
  TransferCommand,
  TransfersState & GrantsState & Pick<ShardState, 'answers'>,
  TransferContext,
  TransferEvent,
  EntryOutcome
> = {
  SendTransfer: (state, command, { catalogue, shard, shards }, record) =>
    decideOnce(state, command.request, () => record(decideSend(state, catalogue, command, shard, shards))),
  ReceiveTransfer: (state, { sent, time, provenance }, { shard, shards }, record) => {
    const home = shardOf(sent.to, shards);
    if (home !== shard) {
      throw new Error(`shard ${shard} was offered a transfer to ${sent.to}, who lives in ${home}`);
    }
    return recordIfAny(decideReceive(state, sent, time, provenance), record);
  },
  CompleteTransfer: (state, { transfer, time, provenance }, _context, record) =>
    recordIfAny(decideComplete(state, transfer, time, provenance), record),
};

/** @throws DomainError `SAME_HOLDER`, `UNKNOWN_HOLDER`, `CUSTOMER_SUSPENDED` or `INSUFFICIENT_FUNDS` */
export function decideSend(
  state: TransfersState & GrantsState,
  catalogue: PartiesState,
  command: TransferRequest,
  shard: number,
  shards: number,
): TransferSent {
  const sender = catalogue.parties.require(command.from, 'from');
  catalogue.parties.require(command.to, 'to');
  if (command.from === command.to) {
    throw transferRefusal('SAME_HOLDER', 'A transfer needs two different holders.', 'to');
  }
  refuseSendingWhileSuspended(sender, 'from');
  if (state.transfers.open.has(command.transfer)) throw new Error(`transfer ${command.transfer} was sent already`);
  const grants = usesOfTransferable(state, command.from, command.amount);
  const toShard = shardOf(command.to, shards);
  const from = customerAvailable(command.from);
  const isHere = toShard === shard;
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
    postings: [isHere ? posting(from, customerAvailable(command.to), command.amount) : leave(from, command.amount)],
    grants,
  };
}

/** The receiver's entry, or undefined when it is booked already. */
export function decideReceive(
  state: TransfersState,
  sent: TransferSent,
  time: string,
  provenance: Provenance,
): TransferReceived | undefined {
  if (state.transfers.received.has(sent.transfer)) return undefined;
  return {
    type: 'TransferReceived',
    time,
    ...provenance,
    transfer: sent.transfer,
    from: sent.from,
    to: sent.to,
    amount: sent.amount,
    reason: sent.reason,
    postings: [arrive(customerAvailable(sent.to), BigInt(sent.amount))],
  };
}

/** `TransferCompleted` for the sending shard; undefined if it is recorded already. */
export function decideComplete(
  state: TransfersState,
  transfer: string,
  time: string,
  provenance: Provenance,
): TransferCompleted | undefined {
  if (!state.transfers.open.has(transfer)) return undefined;
  return { type: 'TransferCompleted', time, ...provenance, transfer };
}
