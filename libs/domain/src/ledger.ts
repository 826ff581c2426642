/**
 * A holder shard's decider: which command becomes which events. `record` makes an event happen at once, so that the
 * next decision of the same page sees it.
 */
import type { Catalogue } from './catalogue.js';
import { decideCharge, decideCover, type UsageReport } from './charge.js';
import { decideCut, type CutCommand } from './cut.js';
import { DomainError } from './errors.js';
import type {
  EntryPosition,
  LedgerEvent,
  PayablesCut,
  Provenance,
  RejectedUsage,
  RequestIdentity,
  TransferSent,
  UsageAnswer,
} from './events.js';
import type { AnsweredRequest, LedgerState } from './ledger-state.js';
import { shardOf } from './shard.js';
import { decideBurn, decideMint, type SupplyCommand } from './supply.js';
import { decideComplete, decideReceive, decideSend, type TransferCommand } from './transfer.js';

/** Offsets `[from, to)` of one partition, of which a command holds everything that belongs to its shard. */
export interface OffsetRange {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** One message of a usage batch: a report, or the reason why it is none. `offset` is Kafka's, absent for HTTP. */
export type UsageItem = { readonly index: number; readonly offset?: number } & (
  | { readonly report: UsageReport }
  | { readonly invalid: { readonly id: string; readonly code: string; readonly detail: string } }
);

/** A usage batch from Kafka (`range`) or from one HTTP request. At most {@link USAGE_ITEMS_MAX} items. */
export interface ChargeUsage {
  readonly type: 'ChargeUsage';
  readonly items: readonly UsageItem[];
  readonly actor: string;
  readonly receivedAtMs: number;
  readonly time: string;
  readonly range?: OffsetRange;
  /** `request:<id>` for HTTP. */
  readonly origin?: string;
  readonly request?: RequestIdentity;
}

/** So few items that their entries always fit one page of a million bytes: none is longer than 10,000. */
export const USAGE_ITEMS_MAX = 100;

export type LedgerCommand =
  | ChargeUsage
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
  /** `answeredAt`: where a repeated request was answered the first time. */
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

const NOTHING_CHARGED: UsageAnswer = { accepted: 0, duplicates: 0, conflicts: 0, rejected: [] };

const COVERING: Provenance = { actor: 'system:covering', origin: 'system:covering' };

/** Funds that arrive pay old usage in the same page; a longer queue is finished by `CoverReceivables`. */
function coverFrom(state: LedgerState, customer: string, time: string, record: RecordEvent<LedgerEvent>): void {
  const covered = decideCover(state, customer, time, COVERING);
  if (covered !== undefined) record(covered);
}

function recordIfAny(event: LedgerEvent | undefined, record: RecordEvent<LedgerEvent>): LedgerOutcome {
  return event === undefined ? { type: 'unchanged' } : { type: 'entry', entry: record(event), replayed: false };
}

/** The recorded answer to a request, if it was answered. @throws DomainError `IDEMPOTENCY_CONFLICT` */
export function findAnswer(
  answers: ReadonlyMap<string, AnsweredRequest>,
  request: RequestIdentity | undefined,
): AnsweredRequest | undefined {
  const known = request === undefined ? undefined : answers.get(request.key);
  if (known !== undefined && known.digest !== request!.digest) {
    throw new DomainError(
      'IDEMPOTENCY_CONFLICT',
      'This Idempotency-Key was used for another request; use a new key for a new request.',
      'Idempotency-Key',
    );
  }
  return known;
}

function once(state: LedgerState, request: RequestIdentity | undefined, decide: () => EntryPosition): LedgerOutcome {
  const known = findAnswer(state.answers, request);
  if (known !== undefined) return { type: 'entry', entry: known.position, replayed: true };
  return { type: 'entry', entry: decide(), replayed: false };
}

function chargeUsage(
  state: LedgerState,
  command: ChargeUsage,
  context: LedgerContext,
  record: RecordEvent<LedgerEvent>,
): LedgerOutcome {
  const known = findAnswer(state.answers, command.request);
  if (known !== undefined) return { type: 'usage', answer: known.usage ?? NOTHING_CHARGED, answeredAt: known.position };
  if (command.items.length > USAGE_ITEMS_MAX) {
    throw new RangeError(`a usage command has ${command.items.length} items; cut it into ${USAGE_ITEMS_MAX} at most`);
  }
  const { range } = command;
  const partition = range === undefined ? undefined : `${range.topic}/${range.partition}`;
  const nextOffset = partition === undefined ? 0 : (state.nextOffsets.get(partition) ?? 0);
  let accepted = 0;
  let duplicates = 0;
  let conflicts = 0;
  const rejected: RejectedUsage[] = [];
  for (const item of command.items) {
    if (item.offset !== undefined && item.offset < nextOffset) {
      const rejection = state.rejectionAt(partition!, item.offset);
      if (rejection !== undefined) {
        rejected.push({ index: item.index, id: idOf(item), code: rejection.code, detail: rejection.detail });
      }
      continue;
    }
    const origin =
      range === undefined ? (command.origin ?? 'request') : `kafka:${range.topic}/${range.partition}/${item.offset}`;
    const provenance = { actor: command.actor, origin };
    try {
      if ('invalid' in item) throw new InvalidUsage(item.invalid.code, item.invalid.detail);
      const decision = decideCharge(
        state,
        context.catalogue,
        item.report,
        provenance,
        command.receivedAtMs,
        context.usageElsewhere,
      );
      if (decision === 'duplicate') duplicates++;
      else if (decision === 'known-conflict') conflicts++;
      else {
        record(decision);
        if (decision.type === 'UsageConflicted') conflicts++;
        else accepted++;
      }
    } catch (error) {
      if (!(error instanceof DomainError) && !(error instanceof InvalidUsage)) throw error;
      const detail = cut(error.message, DETAIL_KEPT);
      const path = error instanceof DomainError && error.path !== undefined ? { path: error.path } : {};
      rejected.push({ index: item.index, id: idOf(item), code: error.code, detail, ...path });
      if (range !== undefined) {
        const { topic, partition: number } = range;
        record({
          type: 'UsageRejected',
          time: command.time,
          ...provenance,
          topic,
          partition: number,
          offset: item.offset!,
          code: error.code,
          detail,
        });
      }
    }
  }
  const answer: UsageAnswer = { accepted, duplicates, conflicts, rejected };
  if (command.request !== undefined) {
    record({
      type: 'UsageBatchAnswered',
      time: command.time,
      actor: command.actor,
      origin: command.origin ?? 'request',
      request: command.request,
      answer,
    });
  }
  return { type: 'usage', answer };
}

/** A message that no usage event could be read from; its code comes from the intake, not from the domain. */
class InvalidUsage extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Of a message that may be anything, so much is kept. */
const ID_KEPT = 200;
const DETAIL_KEPT = 500;

function idOf(item: UsageItem): string {
  return cut('report' in item ? item.report.id : item.invalid.id, ID_KEPT);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
