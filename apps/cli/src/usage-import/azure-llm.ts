/**
 * Azure's public LLM inference traces (github.com/Azure/AzurePublicDataset, CC-BY 4.0): one row per call, with its time
 * and its numbers of input and output tokens. The trace names no customers, so each row is given to one of a fixed set
 * by the digest of its content: the same row always to the same one.
 */
import type { PriceLine } from '#concepts';
import { readPriceLines } from '../package-files.js';
import { readCsvRows, type CsvRow } from './csv-rows.js';
import { digestFields, existingInstant, usageRow, type FormatOptions, type Row, type UsageFormat } from './row.js';

const COLUMNS = ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens'] as const;
type Column = (typeof COLUMNS)[number];

const NAME = 'azure-llm';
export const AZURE_CUSTOMERS = Array.from({ length: 10 }, (_, index) => `${NAME}-${index + 1}`);

const TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(?:Z|\+00:00)?$/;
const COUNT = /^(?:0|[1-9]\d{0,14})$/;

/**
 * Identical rows are told apart by counting them. A trace is in order of time, so identical rows stand close together:
 * remembering at least this many distinct rows is enough, and keeps memory bounded for a trace of any length.
 */
const REMEMBERED_ROWS_MIN = 100_000;

export const azureLlm: UsageFormat = {
  name: NAME,
  checkOptions: () => undefined,
  priceLines: ({ model }): readonly PriceLine[] =>
    readPriceLines(NAME).map((line) => (model === undefined ? line : { ...line, model })),
  read: readAzureTrace,
};

async function* readAzureTrace(bytes: AsyncIterable<Buffer>, options: FormatOptions): AsyncIterable<Row> {
  const occurrences = new Occurrences();
  for await (const row of readCsvRows(bytes, COLUMNS)) {
    yield row.kind === 'skipped' ? row : toUsage(row, options, occurrences);
  }
}

function toUsage({ line, fields }: CsvRow<Column>, options: FormatOptions, occurrences: Occurrences): Row {
  const problem = findProblem(fields);
  if (problem !== undefined) return { kind: 'skipped', line, ...problem, row: fields };
  const digest = digestFields(COLUMNS.map((column) => fields[column]));
  const customers = options.customers.length === 0 ? AZURE_CUSTOMERS : options.customers;
  return usageRow(line, {
    id: `${digest}-${occurrences.count(digest)}`,
    source: options.source ?? `import/${NAME}`,
    customer: customers[Number.parseInt(digest.slice(0, 8), 16) % customers.length]!,
    provider: options.provider ?? NAME,
    model: options.model ?? modelOf(options.fileName),
    time: readTime(fields.TIMESTAMP)!,
    meters: { input_tokens: fields.ContextTokens, output_tokens: fields.GeneratedTokens },
  });
}

function findProblem(fields: Record<Column, string>): { class: 'blank' | 'malformed'; reason: string } | undefined {
  const blank = COLUMNS.find((column) => fields[column] === '');
  if (blank !== undefined) return { class: 'blank', reason: `${blank} is blank` };
  if (readTime(fields.TIMESTAMP) === undefined)
    return { class: 'malformed', reason: 'TIMESTAMP is no time of the trace' };
  const odd = (['ContextTokens', 'GeneratedTokens'] as const).find((column) => !COUNT.test(fields[column]));
  return odd === undefined ? undefined : { class: 'malformed', reason: `${odd} is no whole number` };
}

/** `2023-11-16 18:17:03.9799600`, which is UTC, as RFC 3339 with all its digits. */
function readTime(text: string): string | undefined {
  const match = TIME.exec(text);
  return match === null ? undefined : existingInstant(`${match[1]!}T${match[2]!}Z`);
}

/** The two traces of 2023 are of coding and of conversation; their names say which. */
function modelOf(fileName: string): string {
  return /conv/i.test(fileName) ? `${NAME}-conv` : `${NAME}-code`;
}

/** How often a row was seen, itself included. Two generations: the older one is forgotten when the younger is full. */
class Occurrences {
  private young = new Map<string, number>();
  private old = new Map<string, number>();

  count(digest: string): number {
    const count = (this.young.get(digest) ?? this.old.get(digest) ?? 0) + 1;
    this.young.set(digest, count);
    if (this.young.size >= REMEMBERED_ROWS_MIN) {
      this.old = this.young;
      this.young = new Map();
    }
    return count;
  }
}
