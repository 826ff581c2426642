/** Medians, percentiles and what one run came to. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: percentile(sorted, 0.5), min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** @param sorted ascending */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

export function latencyOf(times: readonly number[]): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), count: sorted.length };
}

export const WAYS = [
  'http-eventstoredb',
  'http-pages',
  'kafka-pages',
  'http-holds',
  'http-rows',
  'kafka-rows',
  'http-prepaid-rows',
] as const;
/** From where to what: over HTTP or Kafka, to durable pages (in PostgreSQL unless named) or on to projected rows. */
export type Way = (typeof WAYS)[number];

/** One measured run. */
export interface Run {
  readonly way: Way;
  readonly events: number;
  /** The figure that counts: by the clock of the one who waits (HTTP, rows), or first to last page (Kafka to pages). */
  readonly eventsPerSecond: number;
  /** The same by another clock; the two must agree but for the ends. */
  readonly crossCheckPerSecond: number;
  readonly pages: number;
  readonly bytesPerEvent: number;
  /** Processor time by process, in microseconds per event. */
  readonly cpuMicros: Readonly<Record<string, number>>;
  /** Processors that everything else on the machine kept busy meanwhile. */
  readonly othersCores: number | undefined;
  readonly ledgerPeakMiB: number | undefined;
  readonly batchMs: Latency | undefined;
  readonly mintMs: Latency;
  /** Of single holds beside the load; only where the way has them. */
  readonly holdMs: Latency | undefined;
}

/** Customers with grants, budgets and holds. */
export const isPrepaid = (way: string): boolean => way === 'http-holds' || way === 'http-prepaid-rows';

/** The same load of customers that have none of it. */
export const PLAIN_WAY = { 'http-prepaid-rows': 'http-rows' } as const satisfies Partial<Record<Way, Way>>;

export interface Rate {
  readonly events: number;
  readonly ms: number;
}

export function perSecond({ events, ms }: Rate): number {
  return (events * 1_000) / ms;
}

/** Everything that one repetition measured. */
export interface Repetition {
  readonly runs: readonly Run[];
  readonly copyPages: Rate;
  readonly copyBooks: Rate | undefined;
  readonly fold: Rate;
  readonly verify: Rate & { readonly findings: number };
}

/** What two builds are compared by: every way, and reading the journal again. */
export const COMPARED_WAYS = [
  'http-pages',
  'kafka-pages',
  'http-rows',
  'kafka-rows',
  'http-prepaid-rows',
  'replay',
] as const;
export type ComparedWay = (typeof COMPARED_WAYS)[number];

/** The same loads on two builds, one right after the other. */
export interface PairedRun {
  readonly runs: Readonly<Partial<Record<Way, { readonly base: Run; readonly candidate: Run }>>>;
  /** Processor time of a replay, in microseconds for each event of the journal. */
  readonly replay: { readonly base: number; readonly candidate: number } | undefined;
}
