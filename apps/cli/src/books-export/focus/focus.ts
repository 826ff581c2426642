/**
 * Charges as rows of FOCUS 1.2 (FinOps Open Cost and Usage Specification), in dollars by the rate in force at each entry's own
 * time. Every choice that the specification leaves to us, and every departure from it, is in the README.
 */
import { Catalogue, repeatRefusal, type JournalEvent, type PostedEvent } from '#concepts';
import { DomainError, entryId, parseTime } from '#domain';
import { csvLine } from '#platform';
import type { BookEntry, BookWriter } from '../book-entry.js';
import { FOCUS_COLUMNS, instantOf, type Row } from './columns.js';
import type { Rate } from './dollars.js';
import { creditRows, lapsedRows, purchaseRow, restoredRows, reversedRows } from './token-rows.js';
import { capturedRow, usageRows } from './usage-rows.js';

interface Known {
  readonly catalogue: Catalogue;
  readonly free: Set<string>;
  /** @throws DomainError `NO_USD_RATE` */
  readonly rateOf: (entry: BookEntry, version?: number) => Rate;
}

type Rows<Event> = (event: Event, entry: BookEntry, known: Known) => readonly Row[];

/** It moves tokens, and nobody is charged for it. */
const NO_CHARGE = (): readonly Row[] => [];

/** The rows of every entry that moves value; a new one does not compile without saying what it is to FOCUS. */
const ROWS = {
  UsageCharged: (charge, entry, { catalogue, free, rateOf }) => {
    const rate = rateOf(entry, charge.usdRate);
    return [
      ...usageRows(charge, entry, rate, catalogue),
      ...creditRows(charge, entry, () => rate, free),
      ...lapsedRows(charge, entry, () => rate, free),
    ];
  },
  HoldCaptured: (captured, entry, { free, rateOf }) => {
    const rate = rateOf(entry);
    return [
      capturedRow(captured, entry, rate),
      ...creditRows(captured, entry, () => rate, free),
      ...lapsedRows(captured, entry, () => rate, free),
    ];
  },
  ReceivablesCovered: (covered, entry, { free, rateOf }) => creditRows(covered, entry, () => rateOf(entry), free),
  Minted: (minted, entry, { rateOf }) => [purchaseRow(minted, entry, rateOf(entry))],
  GrantIssued: (issued, entry, { free, rateOf }) => {
    if (issued.kind === 'purchased') return [purchaseRow(issued, entry, rateOf(entry))];
    free.add(entryId(entry.position));
    return [];
  },
  RewardReceived: (_received, entry, { free }) => {
    free.add(entryId(entry.position));
    return [];
  },
  YieldPaid: (_paid, entry, { free }) => {
    free.add(entryId(entry.position));
    return [];
  },
  GrantExpired: (expired, entry, { free, rateOf }) => lapsedRows(expired, entry, () => rateOf(entry), free),
  GrantVoided: (voided, entry, { free, rateOf }) => lapsedRows(voided, entry, () => rateOf(entry), free),
  HoldReleased: (released, entry, { free, rateOf }) => lapsedRows(released, entry, () => rateOf(entry), free),
  HoldExpired: (expired, entry, { free, rateOf }) => lapsedRows(expired, entry, () => rateOf(entry), free),
  EntryReversed: (reversed, entry, { free, rateOf }) => reversedRows(reversed, entry, () => rateOf(entry), free),
  EntryRestored: (restored, entry, { free, rateOf }) => restoredRows(restored, entry, () => rateOf(entry), free),
  ClawbackFilled: NO_CHARGE,
  GrantActivated: NO_CHARGE,
  HoldReserved: NO_CHARGE,
  HoldExtended: NO_CHARGE,
  Burned: NO_CHARGE,
  Staked: NO_CHARGE,
  Unstaked: NO_CHARGE,
  Unbonded: NO_CHARGE,
  Slashed: NO_CHARGE,
  TransferSent: NO_CHARGE,
  TransferReceived: NO_CHARGE,
  PayablesCut: NO_CHARGE,
  RewardsCut: NO_CHARGE,
  YieldPlanned: NO_CHARGE,
  SettlementPlanned: NO_CHARGE,
  SettlementConfirmed: NO_CHARGE,
  SettlementReverted: NO_CHARGE,
  TokensEmitted: NO_CHARGE,
  TokensBoughtBack: NO_CHARGE,
} as const satisfies { readonly [Type in PostedEvent['type']]: Rows<Extract<PostedEvent, { readonly type: Type }>> };

export class FocusWriter implements BookWriter {
  records = 0;
  /** Rates and prices are the registry's. */
  readonly isRegistryFirst = true;
  private readonly known: Known = {
    catalogue: new Catalogue(),
    free: new Set(),
    rateOf: (entry, version) => this.rateOf(entry, version),
  };

  begin(): string {
    return csvLine(FOCUS_COLUMNS);
  }

  write(entry: BookEntry): string {
    const { event } = entry;
    if (isPublication(event)) this.known.catalogue.evolve(event, entry.position);
    if (!(event.type in ROWS)) return '';
    const rows = (ROWS[event.type as PostedEvent['type']] as Rows<JournalEvent>)(event, entry, this.known);
    this.records += rows.length;
    return rows.map((row) => csvLine(FOCUS_COLUMNS.map((column) => row[column]))).join('');
  }

  end(): string {
    return '';
  }

  /** The version that the entry names, or the one in force at its own time. */
  private rateOf({ event, position, recordedAt }: BookEntry, version: number | undefined): Rate {
    const { rating } = this.known.catalogue;
    const named = version === undefined ? undefined : rating.usdRates.get(version);
    if (named !== undefined) return named;
    try {
      return rating.usdRateAt(instantOf(event.time) ?? parseTime(recordedAt, 'recordedAt'));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const why = `FOCUS is in US dollars, and no rate of the token was in force at ${event.time} (entry ${entryId(position)}).`;
      const how = 'Publish one that is effective then or before with PUT /v1/rates/{version}, and export again.';
      throw repeatRefusal(error.code, `${why} ${how}`);
    }
  }
}

function isPublication(event: JournalEvent): boolean {
  return event.type === 'PriceBookPublished' || event.type === 'UsdRatePublished';
}
