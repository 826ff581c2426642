/** The first pass over a file: what it names and when, so that everything it needs stands before the first event is sent. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parseTime, resolveLeapSecond } from '#domain';
import type { ImportAccounting } from './accounting.js';
import type { FormatOptions, UsageFormat, UsageRow } from './row.js';

/** A combination that a price book must price. */
export interface PricedUsage {
  readonly type: string;
  readonly model: string;
  readonly provider: string;
  readonly meters: readonly string[];
}

export interface Survey {
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly digest: string;
  readonly customers: readonly string[];
  readonly providers: readonly string[];
  readonly priced: readonly PricedUsage[];
  /** The earliest and latest usage, RFC 3339; undefined when no row of usage names a time. */
  readonly period: { readonly from: string; readonly to: string } | undefined;
}

/** @param accounting counts the rows and adds up the meters, as the sending pass does */
export async function surveyFile(
  file: string,
  format: UsageFormat,
  options: FormatOptions,
  accounting: ImportAccounting,
): Promise<Survey> {
  const hash = createHash('sha256');
  const customers = new Set<string>();
  const providers = new Set<string>();
  const priced = new Map<string, PricedUsage>();
  const period = new Period();
  for await (const row of format.read(hashed(createReadStream(file), hash), options)) {
    accounting.read(row);
    if (row.kind === 'skipped') continue;
    accounting.send(row);
    customers.add(row.customer);
    providers.add(row.provider);
    period.include(row.time);
    addPriced(priced, row);
  }
  const found = period.found;
  return {
    digest: hash.digest('hex'),
    customers: [...customers],
    providers: [...providers],
    priced: [...priced.values()],
    period: found,
  };
}

async function* hashed(bytes: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>): AsyncIterable<Buffer> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

function addPriced(priced: Map<string, PricedUsage>, { type, model, provider, meters }: UsageRow): void {
  const key = `${type}\n${model}\n${provider}`;
  const known = priced.get(key);
  if (known === undefined) priced.set(key, { type, model, provider, meters: Object.keys(meters) });
  else if (Object.keys(meters).some((meter) => !known.meters.includes(meter))) {
    priced.set(key, { ...known, meters: [...new Set([...known.meters, ...Object.keys(meters)])] });
  }
}

/** The span of the times seen. Texts of one trace compare like their instants, but only instants decide. */
class Period {
  private from: { ms: number; text: string } | undefined;
  private to: { ms: number; text: string } | undefined;

  include(time: string): void {
    const text = resolveLeapSecond(time);
    const ms = instantOf(text);
    if (ms === undefined) return;
    if (this.from === undefined || ms < this.from.ms) this.from = { ms, text };
    if (this.to === undefined || ms > this.to.ms) this.to = { ms, text };
  }

  get found(): Survey['period'] {
    return this.from === undefined || this.to === undefined ? undefined : { from: this.from.text, to: this.to.text };
  }
}

function instantOf(text: string): number | undefined {
  try {
    return parseTime(text, 'time');
  } catch {
    return undefined;
  }
}
