/**
 * A holder shard's decider: which command becomes which events. `record` makes an event happen at once, so that the
 * next decision of the same page sees it.
 */
import type { Catalogue } from './catalogue.js';
import { decideCover } from './charge.js';
import { decideCut, type CutCommand } from './cut.js';
import type {
  EntryPosition,
  LedgerEvent,
  PayablesCut,
  Provenance,
  RequestIdentity,
  TransferSent,
  UsageAnswer,
} from './events.js';
import { findAnswer, type LedgerState } from './ledger-state.js';
import { shardOf } from './shard.js';
import { decideBurn, decideMint, type SupplyCommand } from './supply.js';
import { decideComplete, decideReceive, decideSend, type TransferCommand } from './transfer.js';
import { chargeUsage, keepUsageAnswer, type ChargeUsage, type KeepUsageAnswer } from './usage-batch.js';

/** Offsets `[from, to)` of one partition, of which a command holds everything that belongs to its shard. */
export interface OffsetRange {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

export type LedgerCommand =
  | ChargeUsage
  | KeepUsageAnswer
  | ({ readonly type: 'MintTokens' } & SupplyCommand)
  | ({ readonly type: 'BurnTokens' } & SupplyCommand)
  | ({ readonly type: 'SendTransfer' } & TransferCommand)
  | {
      readonly type: 'ReceiveTransfer';
      readonly sent: TransferSent;
      readonly time: string;
      readonly provenance: Provenance;
    }
  | {
      readonly type: 'CompleteTransfer';
      readonly transfer: string;
      readonly time: string;
      readonly provenance: Provenance;
    }
  | {
      readonly type: 'CoverReceivables';
      readonly customer: string;
      readonly time: string;
      readonly provenance: Provenance;
    }
  | ({ readonly type: 'CutPayables' } & CutCommand);

/** What a command came to, apart from the position that the sequencer adds. */
export type LedgerOutcome =
  /** `answeredAt`: where the answer is kept, if it is. */
  | { readonly type: 'usage'; readonly answer: UsageAnswer; readonly answeredAt?: EntryPosition }
  | { readonly type: 'entry'; readonly entry: EntryPosition; readonly replayed: boolean }
  | { readonly type: 'cut'; readonly cut: PayablesCut; readonly entry: EntryPosition }
  | { readonly type: 'unchanged' };

export type RecordEvent<Event> = (event: Event) => EntryPosition;

export interface LedgerContext {
  readonly catalogue: Catalogue;
  readonly shard: number;
  readonly shards: number;
  /**
   * Looks for a usage id in the other holder shards of this process: a producer that reuses an id for another customer
   * is told so. What another shard charges at the same moment in another process is found by the verifier only.
   */
  readonly usageElsewhere?: (source: string, id: string) => string | undefined;
}

/** Decides one command. @throws DomainError when it is refused as a whole; nothing was recorded then */
export function decideLedger(
  state: LedgerState,
  command: LedgerCommand,
  context: LedgerContext,
  record: RecordEvent<LedgerEvent>,
): LedgerOutcome {
  switch (command.type) {
    case 'ChargeUsage':
      return chargeUsage(state, command, context, record);
    case 'KeepUsageAnswer':
      return keepUsageAnswer(state, command, record);
    case 'MintTokens':
      return once(state, command.request, () => {
        const entry = record(decideMint(context.catalogue, command));
        coverFrom(state, command.holder, command.time, record);
        return entry;
      });
    case 'BurnTokens':
      return once(state, command.request, () => record(decideBurn(state, context.catalogue, command)));
    case 'SendTransfer':
      return once(state, command.request, () => {
        const sent = decideSend(state, context.catalogue, command, context.shard, context.shards);
        const entry = record(sent);
        if (sent.toShard === context.shard) coverFrom(state, command.to, command.time, record);
        return entry;
      });
    case 'ReceiveTransfer': {
      const home = shardOf(command.sent.to, context.shards);
      if (home !== context.shard) {
        throw new Error(`shard ${context.shard} was offered a transfer to ${command.sent.to}, who lives in ${home}`);
      }
      const received = decideReceive(state, command.sent, command.time, command.provenance);
      if (received === undefined) return { type: 'unchanged' };
      const entry = record(received);
      coverFrom(state, received.to, command.time, record);
      return { type: 'entry', entry, replayed: false };
    }
    case 'CompleteTransfer':
      return recordIfAny(decideComplete(state, command.transfer, command.time, command.provenance), record);
    case 'CoverReceivables':
      return recordIfAny(decideCover(state, command.customer, command.time, command.provenance), record);
    case 'CutPayables': {
      const cut = decideCut(state, command);
      if (cut !== undefined) return { type: 'cut', cut, entry: record(cut) };
      const known = state.cuts.get(command.batch)!;
      return { type: 'cut', cut: known.event, entry: known.position };
    }
  }
}

const COVERING: Provenance = { actor: 'system:covering', origin: 'system:covering' };

/** Funds that arrive pay old usage in the same page; a longer queue is finished by `CoverReceivables`. */
function coverFrom(state: LedgerState, customer: string, time: string, record: RecordEvent<LedgerEvent>): void {
  const covered = decideCover(state, customer, time, COVERING);
  if (covered !== undefined) record(covered);
}

function recordIfAny(event: LedgerEvent | undefined, record: RecordEvent<LedgerEvent>): LedgerOutcome {
  return event === undefined ? { type: 'unchanged' } : { type: 'entry', entry: record(event), replayed: false };
}

function once(state: LedgerState, request: RequestIdentity | undefined, decide: () => EntryPosition): LedgerOutcome {
  const known = findAnswer(state.answers, request);
  if (known !== undefined) return { type: 'entry', entry: known.position, replayed: true };
  return { type: 'entry', entry: decide(), replayed: false };
}
