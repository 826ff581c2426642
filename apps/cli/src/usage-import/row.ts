/** What a format reads from a file, row by row: usage to send, or a row that is none, with its reason. */
import { createHash } from 'node:crypto';
import type { Meters, PriceLine } from '#concepts';
import { parseTime, resolveLeapSecond } from '#domain';

export const COMPUTE_USAGE = 'ai.compute.usage';

/** Rows that are not sent, by class. `isProblem`: the file is not as its format says, so the import does not end well. */
export const SKIP_CLASSES = {
  failed: { isProblem: false, meaning: 'the request failed: nothing to charge' },
  unfinished: { isProblem: false, meaning: 'the request never finished: nothing to charge' },
  blank: { isProblem: false, meaning: 'a required field is blank' },
  malformed: { isProblem: true, meaning: 'the row is not what the format says' },
  too_large: { isProblem: true, meaning: 'the row is longer than an event may be' },
} as const;
export type SkipClass = keyof typeof SKIP_CLASSES;

export interface UsageRow {
  readonly kind: 'usage';
  /** Line of the file on which the row begins, from 1. */
  readonly line: number;
  /** The CloudEvent as JSON text. */
  readonly event: string;
  readonly customer: string;
  readonly provider: string;
  readonly model: string;
  readonly type: string;
  /** RFC 3339; empty when the event names none. */
  readonly time: string;
  readonly meters: Meters;
}

export interface SkippedRow {
  readonly kind: 'skipped';
  readonly line: number;
  readonly class: SkipClass;
  readonly reason: string;
  /** What stood there, for the file of rejects. */
  readonly row: unknown;
}

export type Row = UsageRow | SkippedRow;

export interface FormatOptions {
  /** Name of the file without its folder. */
  readonly fileName: string;
  readonly customers: readonly string[];
  readonly provider?: string;
  readonly model?: string;
  readonly source?: string;
}

/** A file format of usage. */
export interface UsageFormat {
  readonly name: string;
  /** @throws UsageMistake for options that this format has no use for */
  checkOptions(options: FormatOptions): void;
  /** Reads a file of any length in constant memory. @throws UsageMistake when the file cannot be of this format */
  read(bytes: AsyncIterable<Buffer>, options: FormatOptions): AsyncIterable<Row>;
  /** Prices for what the format's rows measure; absent where the file's author chose providers, models and customers. */
  priceLines?(options: FormatOptions): readonly PriceLine[];
}

/** Builds the event of a trace's row. `id` must not change from one import to the next. */
export function usageRow(
  line: number,
  event: Pick<UsageRow, 'customer' | 'provider' | 'model' | 'time' | 'meters'> & { id: string; source: string },
): UsageRow {
  const { id, source, customer, provider, model, time, meters } = event;
  const type = COMPUTE_USAGE;
  const cloudEvent = {
    specversion: '1.0',
    id,
    source,
    type,
    time,
    subject: customer,
    data: { provider, model, meters },
  };
  return { kind: 'usage', line, event: JSON.stringify(cloudEvent), customer, provider, model, type, time, meters };
}

/** 128 bits of SHA-256 over the fields of a row, as hexadecimal digits. */
export function digestFields(fields: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 32);
}

/** The text, if the calendar has such an instant. */
export function existingInstant(text: string): string | undefined {
  try {
    parseTime(resolveLeapSecond(text), 'time');
    return text;
  } catch {
    return undefined;
  }
}
