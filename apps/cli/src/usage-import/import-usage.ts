/** The use case `airtime usage import`: survey the file, set up what it needs, send it, account for every row. */
import { createReadStream, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parsePositiveAmount } from '#domain';
import type { ApiClient } from '#client';
import { UsageMistake } from '../failures.js';
import { OutputFile } from '../output-file.js';
import type { Progress, Terminal } from '../terminal.js';
import { ImportAccounting, type UsageAnswer } from './accounting.js';
import { Delivery } from './delivery.js';
import type { FormatOptions, Row, UsageFormat, UsageRow } from './row.js';
import { fundCustomers, setUp, type SetUp } from './setup.js';
import { surveyFile, type Survey } from './survey.js';

export interface ImportOptions extends Omit<FormatOptions, 'fileName'> {
  readonly batchSize: number;
  readonly concurrency: number;
  readonly setup: boolean;
  /** Tokens for each customer, a decimal string. */
  readonly fund?: string;
  /** Where rows that were not charged are written. */
  readonly rejects?: string;
  /** Against which relative file names are resolved. */
  readonly workingDirectory: string;
}

export interface ImportReport {
  readonly format: string;
  readonly file: string;
  readonly dryRun: boolean;
  readonly accounting: ImportAccounting;
  readonly survey?: Survey;
  readonly setUp?: SetUp;
  readonly seconds: number;
  /** Why the import was broken off; rows without an answer are `unsent`. */
  readonly brokenOff?: Error;
}

/**
 * @param client undefined for a dry run
 * @throws UsageMistake for a file or options that cannot be right, RequestRefused and ServiceUnreachable before anything was sent
 */
export async function importUsage(
  client: ApiClient | undefined,
  format: UsageFormat,
  givenFile: string,
  options: ImportOptions,
  terminal: Terminal,
): Promise<ImportReport> {
  const startMs = performance.now();
  const file = resolve(options.workingDirectory, givenFile);
  const bytes = sizeOf(file, givenFile);
  const formatOptions: FormatOptions = { ...options, fileName: basename(file) };
  format.checkOptions(formatOptions);
  if (options.fund !== undefined) parsePositiveAmount(options.fund, '--fund');

  const report = { format: format.name, file: givenFile, dryRun: client === undefined };
  const seconds = () => Math.round(performance.now() - startMs) / 1_000;
  const surveyed = new ImportAccounting();
  const needsSurvey =
    client === undefined || options.fund !== undefined || (options.setup && format.priceLines !== undefined);
  const survey = needsSurvey ? await surveyFile(file, format, formatOptions, surveyed) : undefined;
  if (client === undefined) return { ...report, accounting: surveyed, survey: survey!, seconds: seconds() };

  const changed =
    survey === undefined ? undefined : await prepare(client, survey, format, formatOptions, options, terminal);
  const sending = new Sending(client, options, terminal.progress(bytes));
  const rejects =
    options.rejects === undefined
      ? undefined
      : await OutputFile.open(resolve(options.workingDirectory, options.rejects), { whole: false });
  const brokenOff = await sending.run(format, file, formatOptions, rejects);
  return {
    ...report,
    accounting: sending.accounting,
    ...(survey === undefined ? {} : { survey }),
    ...(changed === undefined ? {} : { setUp: changed }),
    seconds: seconds(),
    ...(brokenOff === undefined ? {} : { brokenOff }),
  };
}

function sizeOf(file: string, givenFile: string): number {
  try {
    const stats = statSync(file);
    if (stats.isFile()) return stats.size;
  } catch (error) {
    throw new UsageMistake(`cannot read ${givenFile} (${(error as NodeJS.ErrnoException).code ?? 'unknown cause'})`);
  }
  // The file is read twice, so a pipe will not do.
  throw new UsageMistake(`${givenFile} is no file`);
}

async function prepare(
  client: ApiClient,
  survey: Survey,
  format: UsageFormat,
  formatOptions: FormatOptions,
  options: ImportOptions,
  terminal: Terminal,
): Promise<SetUp | undefined> {
  const note = (text: string) => terminal.note(text);
  const lines = options.setup ? format.priceLines?.(formatOptions) : undefined;
  const changed = lines === undefined ? undefined : await setUp(client, survey, lines, note);
  if (options.fund !== undefined) {
    await fundCustomers(client, survey, options.fund);
    note(`funded ${survey.customers.length} customers with ${options.fund} tokens each, once for this file`);
  } else if (lines !== undefined) {
    note('the customers were not funded (--fund AMOUNT): usage beyond their balance accrues as receivables');
  }
  return changed;
}

/** The second pass: rows become batches, answers become counts. */
class Sending {
  readonly accounting = new ImportAccounting();

  constructor(
    private readonly client: ApiClient,
    private readonly options: Pick<ImportOptions, 'batchSize' | 'concurrency'>,
    private readonly progress: Progress,
  ) {}

  /** @returns why it was broken off, if it was */
  async run(
    format: UsageFormat,
    file: string,
    formatOptions: FormatOptions,
    rejects: OutputFile | undefined,
  ): Promise<Error | undefined> {
    const delivery = new Delivery(this.client, {
      lanes: this.options.concurrency,
      batchSize: this.options.batchSize,
      onAnswer: (batch, answer, repetitions) => this.takeAnswer(batch, answer, repetitions, rejects),
    });
    const stream = createReadStream(file);
    try {
      for await (const row of format.read(stream, formatOptions)) {
        await this.takeRow(row, delivery, rejects);
        this.progress.advanceTo(stream.bytesRead, `${this.accounting.answered} events`);
      }
      await delivery.finish();
      return undefined;
    } catch (error) {
      // Batches under way may still be charged: only their answers say so.
      await delivery.settle();
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      stream.destroy();
      this.progress.stop();
      await rejects?.close();
    }
  }

  private async takeRow(row: Row, delivery: Delivery, rejects: OutputFile | undefined): Promise<void> {
    this.accounting.read(row);
    if (row.kind === 'usage') {
      this.accounting.send(row);
      await delivery.add(row);
    } else if (rejects !== undefined) {
      await writeReject(rejects, { class: row.class, line: row.line, reason: row.reason, row: row.row });
    }
  }

  private async takeAnswer(
    batch: readonly UsageRow[],
    answer: UsageAnswer,
    repetitions: number,
    rejects: OutputFile | undefined,
  ): Promise<void> {
    this.accounting.answer(batch, answer, repetitions);
    if (rejects === undefined) return;
    for (const { index, code, detail } of answer.rejected) {
      const { line, event } = batch[index]!;
      await writeReject(rejects, { class: 'rejected', code, line, reason: detail, row: JSON.parse(event) as unknown });
    }
  }
}

/** A row that was not charged: what an operator repairs and imports again. */
interface Reject {
  /** A class of skipped rows, or `rejected` with the service's code. */
  readonly class: string;
  readonly code?: string;
  readonly line: number;
  readonly reason: string;
  readonly row: unknown;
}

function writeReject(rejects: OutputFile, reject: Reject): Promise<void> {
  return rejects.writeLine(JSON.stringify(reject));
}
