/** `airtime export`, as the command line describes it. */
import { Option, type Command } from 'commander';
import { BOOK_FORMATS, type BookFormat } from './export-books.js';

export interface ExportCommandOptions {
  readonly format: BookFormat;
  readonly asOf?: string;
  readonly out?: string;
}

/** Adds the command. @param timeForms how a past time is written */
export function describeExport(program: Command, timeForms: string): Command {
  return program
    .command('export')
    .description('the books for other programs, from the journal itself')
    .addOption(new Option('--format <format>', 'what to write').choices(BOOK_FORMATS).makeOptionMandatory())
    .option(
      '--as-of <time>',
      `only what was recorded until the end of a past UTC day, or until a past instant: ${timeForms}`,
    )
    .option('--out <file>', 'write to a file, whole or not at all, instead of stdout')
    .addHelpText(
      'after',
      `
Formats:
  hledger    journal that hledger checks: transactions, and the balance of every account asserted
  beancount  the same for beancount
  csv        one row per posting, for spreadsheets
  focus      usage, purchases and credits in dollars, FinOps FOCUS 1.2; needs a published rate of the token`,
    );
}
