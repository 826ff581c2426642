/** One row per journal event: when, whose, how much, by whom. */
import type { JournalEvent } from '#concepts';
import type { EntryPosition } from '#domain';
import { attoOf, COPY_NULL, copyText, instantText, integerText, keyText } from './text.js';

interface EntryParties {
  readonly holder?: string | undefined;
  readonly counterparty?: string | undefined;
  /** Atto-tokens. */
  readonly amount?: string | undefined;
}

/** A type of event that this release does not know: a newer one wrote it, and only a newer one can project it. */
export class UnknownEvent extends Error {
  constructor(type: string, { shard, height, index }: EntryPosition) {
    super(`event ${shard}-${height}-${index} has the type ${type}, which this release cannot project; update it`);
    this.name = 'UnknownEvent';
  }
}

/** The entry as a line of COPY text, its fields in the order of {@link ENTRIES}. @throws UnknownEvent */
export function entryLine(event: JournalEvent, position: EntryPosition, recordedAt: string): string {
  const { holder, counterparty, amount } = describeEntry(event, position);
  return (
    `${position.shard}\t${position.height}\t${position.index}\t${event.type}\t${recordedAt}\t${instantText(event.time) ?? COPY_NULL}\t` +
    `${field(holder)}\t${field(counterparty)}\t${integerText(amount) ?? COPY_NULL}\t${copyText(event.actor)}\t${copyText(event.origin)}\n`
  );
}

function field(text: string | undefined): string {
  return text === undefined ? COPY_NULL : copyText(keyText(text));
}

function describeEntry(event: JournalEvent, position: EntryPosition): EntryParties {
  switch (event.type) {
    case 'UsageCharged':
      return { holder: event.customer, counterparty: event.provider, amount: event.amount };
    case 'UsageConflicted':
      return { holder: event.customer };
    case 'ReceivablesCovered':
      return { holder: event.customer, amount: event.amount };
    case 'Minted':
    case 'Burned':
      return { holder: event.holder, amount: event.amount };
    case 'TransferSent':
      return { holder: event.from, counterparty: event.to, amount: event.amount };
    case 'TransferReceived':
      return { holder: event.to, counterparty: event.from, amount: event.amount };
    case 'PartyRegistered':
    case 'KycChanged':
    case 'WalletSet':
      return { holder: event.party };
    case 'KeyIssued':
      return { holder: event.provider };
    case 'PayablesCut':
      return { amount: event.payouts.reduce((sum, { amount }) => sum + attoOf(amount), 0n).toString() };
    case 'SettlementPlanned':
      return { amount: event.total };
    case 'UsageRejected':
    case 'UsageBatchAnswered':
    case 'TransferCompleted':
    case 'PriceBookPublished':
    case 'SplitPolicyPublished':
    case 'KeyRevoked':
    case 'ChainRegistered':
    case 'SettlementOpened':
    case 'SettlementEmpty':
    case 'SettlementSigned':
    case 'SettlementConfirmed':
    case 'SettlementReverted':
    case 'ReconciliationRecorded':
      return {};
    default:
      throw new UnknownEvent((event as { type: string }).type, position);
  }
}
