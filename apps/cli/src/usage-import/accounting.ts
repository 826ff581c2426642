/**
 * What became of every row of a file. The rule: rows = accepted + duplicates + conflicts + rejected + skipped + unsent,
 * and unsent is zero unless the import was broken off.
 */
import { QUANTITY, type Meters } from '#concepts';
import { SKIP_CLASSES, type Row, type SkipClass, type SkippedRow, type UsageRow } from './row.js';

/** The service's answer to a batch; `index` is the event's place in it. */
export interface UsageAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly detail: string }[];
}

/** How many, where the first of them stand, and what the first one's reason was. */
export interface Tally {
  readonly count: number;
  readonly firstLines: readonly number[];
  readonly firstReason: string;
}

const LINES_SHOWN = 10;

export class ImportAccounting {
  rows = 0;
  sent = 0;
  answered = 0;
  accepted = 0;
  duplicates = 0;
  conflicts = 0;
  /** Events in batches that had to be sent again: those that the first sending had recorded count as duplicates. */
  resent = 0;
  /** Events of batches with conflicts: the answer does not say which they were, so `recorded` leaves them all out. */
  unattributed = 0;
  readonly metersSent = new MeterTotals();
  /** Of everything that is in the ledger now: accepted or a duplicate. */
  readonly metersRecorded = new MeterTotals();
  private readonly skippedTallies = new Map<SkipClass, Tally>();
  private readonly rejectedTallies = new Map<string, Tally>();

  read(row: Row): void {
    this.rows += 1;
    if (row.kind === 'skipped') this.skip(row);
  }

  private skip(row: SkippedRow): void {
    addTo(this.skippedTallies, row.class, row.line, row.reason);
  }

  send(row: UsageRow): void {
    this.sent += 1;
    this.metersSent.add(row.meters);
  }

  /** @param batch the rows in the order in which they were sent */
  answer(batch: readonly UsageRow[], answer: UsageAnswer, repetitions: number): void {
    this.answered += batch.length;
    this.accepted += answer.accepted;
    this.duplicates += answer.duplicates;
    this.conflicts += answer.conflicts;
    if (repetitions > 0) this.resent += batch.length;
    const refused = new Set<number>();
    for (const { index, code, detail } of answer.rejected) {
      refused.add(index);
      addTo(this.rejectedTallies, code, batch[index]!.line, detail);
    }
    if (answer.conflicts > 0) {
      this.unattributed += batch.length - refused.size;
      return;
    }
    batch.forEach((row, index) => {
      if (!refused.has(index)) this.metersRecorded.add(row.meters);
    });
  }

  get rejected(): number {
    return totalOf(this.rejectedTallies);
  }

  get skipped(): number {
    return totalOf(this.skippedTallies);
  }

  /** Rows of usage that no answer covers: zero at the end of an import that was not broken off. */
  get unsent(): number {
    return this.rows - this.skipped - this.answered;
  }

  /** Whether every row is accounted for. */
  get addsUp(): boolean {
    const known = this.accepted + this.duplicates + this.conflicts + this.rejected + this.skipped;
    return known + this.unsent === this.rows;
  }

  /** Whether the file or the service gave a reason to look closer. */
  get hasProblems(): boolean {
    const odd = [...this.skippedTallies.keys()].some((skipClass) => SKIP_CLASSES[skipClass].isProblem);
    return odd || this.rejected > 0 || this.conflicts > 0 || !this.addsUp;
  }

  get rejectedByCode(): Readonly<Record<string, Tally>> {
    return sortedRecord(this.rejectedTallies);
  }

  get skippedByClass(): Readonly<Record<string, Tally>> {
    return sortedRecord(this.skippedTallies);
  }
}

function addTo<Key>(tallies: Map<Key, Tally>, key: Key, line: number, reason: string): void {
  const tally = tallies.get(key) ?? { count: 0, firstLines: [], firstReason: reason };
  const firstLines = tally.firstLines.length < LINES_SHOWN ? [...tally.firstLines, line] : tally.firstLines;
  tallies.set(key, { ...tally, count: tally.count + 1, firstLines });
}

function totalOf(tallies: ReadonlyMap<unknown, Tally>): number {
  let total = 0;
  for (const { count } of tallies.values()) total += count;
  return total;
}

function sortedRecord(tallies: ReadonlyMap<string, Tally>): Record<string, Tally> {
  return Object.fromEntries([...tallies].sort(([left], [right]) => (left < right ? -1 : 1)));
}

const FRACTION_DIGITS = 9;

/** Exact sums of quantities by meter, in billionths. */
export class MeterTotals {
  private readonly billionths = new Map<string, bigint>();

  /** Adds quantities; one that is no quantity counts for nothing, and the service refuses its event. */
  add(meters: Meters): void {
    for (const meter in meters) {
      const match = QUANTITY.exec(meters[meter]!);
      if (match === null) continue;
      const quantity = BigInt(`${match[1]!}${(match[2] ?? '').padEnd(FRACTION_DIGITS, '0')}`);
      this.billionths.set(meter, (this.billionths.get(meter) ?? 0n) + quantity);
    }
  }

  /** Decimal strings by meter, in alphabetical order. */
  toRecord(): Record<string, string> {
    const meters = [...this.billionths.keys()].sort((left, right) => (left < right ? -1 : 1));
    return Object.fromEntries(meters.map((meter) => [meter, formatBillionths(this.billionths.get(meter)!)]));
  }
}

function formatBillionths(billionths: bigint): string {
  const digits = billionths.toString().padStart(FRACTION_DIGITS + 1, '0');
  const fraction = digits.slice(-FRACTION_DIGITS).replace(/0+$/, '');
  return `${digits.slice(0, -FRACTION_DIGITS)}${fraction === '' ? '' : `.${fraction}`}`;
}
