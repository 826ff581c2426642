/** The command line: commands, options, and what each ends with. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ApiClient, RequestRefused, RETRY_DEFAULT, ServiceUnreachable } from '#client';
import { WRITER_PRESETS } from '#concepts';
import { DomainError } from '#domain';
import { runBench } from './bench.js';
import { describeExport, type ExportCommandOptions } from './books-export/describe-export.js';
import { exportBooks } from './books-export/export-books.js';
import { findConnection } from './connection.js';
import { printConsoleLink } from './console-link.js';
import { registerTopic } from './kafka-register.js';
import { readOffsetName, skipOffsets } from './kafka-skip.js';
import { registerChain, type RegisterOptions } from './chain-register.js';
import { explain } from './explain.js';
import { addHolderCommands, type Act } from './holder-commands.js';
import { addGovernance } from './governance.js';
import { addKeys } from './keys.js';
import { EXIT, UsageMistake, type ExitCode } from './failures.js';
import { addJobs } from './jobs.js';
import { exportJournal } from './journal-export.js';
import { rebuild, reconcile, reportUsage, verify, type UsageReportOptions } from './ledger-commands.js';
import { packageRoot, packageVersion } from './package-files.js';
import { describePricesImport, importPrices, type PricesImportOptions } from './prices-import/import-prices.js';
import { addReversals } from './reversals.js';
import { settle } from './settle.js';
import { addSimulate } from './simulation/simulate.js';
import { addStakes } from './stakes.js';
import { addUsageCorrections } from './usage-corrections.js';
import { printable, printableLines } from './tables.js';
import { Terminal, type Surroundings } from './terminal.js';
import { FORMATS } from './usage-import/formats.js';
import { isFine, toMachineReport, toPeopleReport } from './usage-import/import-report.js';
import { importUsage } from './usage-import/import-usage.js';
import {
  acceptLoss,
  admitWriter,
  changeRoots,
  dismissWriter,
  listWriters,
  makeKey,
  voidPage,
  type AdmitOptions,
} from './writers.js';

/** How a time is written: a day that has not ended is refused (`TIME_IN_FUTURE`). */
const TIME_FORMS = '2026-10-31, which means the whole day, or RFC 3339 such as 2026-10-31T12:00:00Z';
const DAY_FORMS = '2026-10-31, or its midnight, 2026-10-31T00:00:00Z';

interface GlobalOptions {
  readonly url?: string;
  readonly key?: string;
  readonly json?: boolean;
  readonly retryFor: number;
}

interface ImportCommandOptions {
  readonly format: string;
  readonly customer?: string[];
  readonly provider?: string;
  readonly model?: string;
  readonly source?: string;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly fund?: string;
  readonly rejects?: string;
  readonly setup: boolean;
  readonly dryRun?: boolean;
}

/**
 * Runs one command. Never throws: everything that can go wrong is one line on stderr and an exit code, which is an
 * {@link ExitCode} for every command but `bench`.
 */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const run = new Run(surroundings);
  const program = describeProgram(run);
  try {
    const isBench = argv[0] === 'bench' && argv[1] !== '--help' && argv[1] !== '-h';
    // What stands behind `bench` is the benchmark's, also what looks like an option of ours.
    if (isBench) return await runBench(argv.slice(1), packageRoot());
    await program.parseAsync(argv, { from: 'user' });
    return run.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.failed;
    reportFailure(error, surroundings, argv.includes('--json'));
    return EXIT.failed;
  }
}

/** What the actions share: where they print, whom they ask, what they ended with. */
class Run {
  exitCode: number = EXIT.fine;

  constructor(readonly surroundings: Surroundings) {}

  terminal({ json }: GlobalOptions): Terminal {
    return new Terminal(this.surroundings, json === true);
  }

  async withClient(
    options: GlobalOptions,
    act: (client: ApiClient, terminal: Terminal) => Promise<ExitCode>,
  ): Promise<void> {
    const terminal = this.terminal(options);
    const retry = { ...RETRY_DEFAULT, outageMaxMs: options.retryFor * 1_000 };
    const client = new ApiClient(findConnection(options, this.surroundings), {
      retry,
      note: (text) => terminal.note(text),
    });
    try {
      this.exitCode = await act(client, terminal);
    } finally {
      client.close();
    }
  }
}

function describeProgram(run: Run): Command {
  const { surroundings } = run;
  const program = new Command('airtime')
    .description('Command line of Airtime, the ledger of an AI-compute token. It talks to a running service over HTTP.')
    .version(packageVersion())
    .option('--url <url>', 'address of the service (default: PORT, what standalone wrote down, http://127.0.0.1:3000)')
    .option('--key <key>', 'key (default: AIRTIME_ADMIN_KEY, or admin.key in AIRTIME_DATA_DIR)')
    .option('--json', 'print one JSON object for machines')
    .option('--retry-for <seconds>', 'how long to wait for a service that went away', wholeNumber(0, 86_400), 120)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(printableLines(text)),
    })
    .addHelpText('after', '\nExit code: 0 fine; 1 done, and problems were found; 2 not done.')
    .exitOverride();

  const usage = program.command('usage').description('usage events');
  addImport(usage, run);
  describePricesImport(program).action((file: string, options: PricesImportOptions, command: Command) =>
    run.withClient(command.optsWithGlobals(), (client, terminal) =>
      importPrices(client, terminal, surroundings, file, options),
    ),
  );
  program
    .command('verify')
    .description('recompute the books from the journal and say what does not agree')
    .option('--tables', 'compare every table with a replay of the whole journal instead')
    .action((options: { tables?: boolean }, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) => verify(client, terminal, options)),
    );
  const journal = program.command('journal').description('the journal, source of all books');
  journal
    .command('export')
    .description('write every page as one JSON line, in order')
    .option('--shard <number>', 'only this shard', wholeNumber(0, 1_000))
    .option('--out <file>', 'write to a file instead of stdout')
    .option('--named', 'events with the names of their members, for people; a checker needs the lines as they stand')
    .action((options: { shard?: number; out?: string; named?: boolean }, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) =>
        exportJournal(client, terminal, { ...options, workingDirectory: surroundings.workingDirectory }),
      ),
    );
  addVoidPage(journal, run);
  addAcceptLoss(journal, run);
  addWriters(program, run);
  describeExport(program, TIME_FORMS).action((options: ExportCommandOptions, command: Command) =>
    run.withClient(command.optsWithGlobals(), (client, terminal) =>
      exportBooks(client, terminal, { ...options, workingDirectory: surroundings.workingDirectory }),
    ),
  );
  program
    .command('settle')
    .description('pay the providers in a batch now')
    .option('--wait', 'until the batch is final on the chain')
    .option('--wait-for <seconds>', 'longest wait', wholeNumber(1, 86_400), 300)
    .action(({ wait, waitFor }: { wait?: boolean; waitFor: number }, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) =>
        settle(client, terminal, { wait: wait === true, waitMaxMs: waitFor * 1_000 }),
      ),
    );
  program
    .command('chain')
    .description('the chain that providers are paid on')
    .command('register')
    .description('register the contracts of the chain that settlement is connected to; once for a journal')
    .option('--deploy', 'deploy them first; one deployment comes of it, however often it is repeated')
    .option('--vault <address>', 'instead: a vault that stands already and was never used')
    .option('--admin <address>', 'with --deploy: who grants roles and resumes (default: the signer)')
    .option('--guardian <address>', 'with --deploy: who may stop all settlement (default: the signer)')
    .action((options: RegisterOptions, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) => registerChain(client, terminal, options)),
    );
  program
    .command('reconcile')
    .description('compare the ledger with the chain now')
    .action((_, command: Command) => run.withClient(command.optsWithGlobals(), reconcile));
  program
    .command('rebuild')
    .description('fold the projections again from the first page')
    .action((_, command: Command) => run.withClient(command.optsWithGlobals(), rebuild));
  const kafka = program.command('kafka').description('usage that comes by Kafka');
  kafka
    .command('register')
    .description('take usage from a topic under a new name: one that was made anew, or of another cluster')
    .argument('<name>', 'how the journal is to call it; never used before')
    .requiredOption('--topic <topic>', 'the topic, of the cluster that the ledger is connected to')
    .action((name: string, { topic }: { topic: string }, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) => registerTopic(client, terminal, name, topic)),
    );
  kafka
    .command('skip')
    .description('go on behind a batch that cannot be read, at which its partition stopped')
    .argument('<topic/partition/offset>', 'as the log and /health/ready?for=kafka name it', readOffsetName)
    .requiredOption('--reason <text>', 'why; it stands in the journal')
    .action((place: ReturnType<typeof readOffsetName>, { reason }: { reason: string }, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) => skipOffsets(client, terminal, place, reason)),
    );
  const act: Act = (command, work) => run.withClient(command.optsWithGlobals(), work);
  addHolderCommands(program, act, TIME_FORMS);
  addKeys(program, act);
  addReversals(program, act);
  addUsageCorrections(usage, act, surroundings.workingDirectory);
  addJobs(program, usage, act);
  addStakes(program, act, TIME_FORMS);
  addGovernance(program, act, wholeNumber);
  addSimulate(program, act, surroundings.workingDirectory);
  program
    .command('console')
    .description('print a link that signs a browser of this machine in to the console, once and within ten minutes')
    .action((_: unknown, command: Command) => {
      const options: GlobalOptions = command.optsWithGlobals();
      return run.withClient(options, (client, terminal) =>
        printConsoleLink(client, terminal, findConnection(options, surroundings).url()),
      );
    });
  program
    .command('explain <entry>')
    .description('what made an amount: usage, prices, split, grants, page; an entry is named such as 2-17-0')
    .action((entry: string, _: unknown, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) => explain(client, terminal, entry)),
    );
  program
    .command('report')
    .description('reports')
    .command('usage')
    .description('meter totals of the usage charged')
    .option('--from <time>', `first UTC day, included: ${DAY_FORMS}`)
    .option('--to <time>', `last UTC day, included whole; as an instant, the first that is not included: ${DAY_FORMS}`)
    .option('--group-by <what>', 'such as customer, provider or model')
    .action((options: UsageReportOptions, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) => reportUsage(client, terminal, options)),
    );
  program
    .command('bench')
    .description('measure this machine: npm run bench with the arguments given')
    .usage('[arguments of npm run bench...]')
    .argument('[arguments...]', 'what stands behind bench goes to the benchmark as it is')
    .allowUnknownOption()
    .action(async (arguments_: string[]) => {
      run.exitCode = await runBench(arguments_, packageRoot());
    });
  return program;
}

const ROOT_KEY = 'private key of a root (default: AIRTIME_ROOT_KEY_FILE, or root.key in AIRTIME_DATA_DIR)';

function addVoidPage(journal: Command, run: Run): void {
  journal
    .command('void-page')
    .description('declare void a page that no admitted writer wrote, so that its shard goes on')
    .requiredOption('--shard <number>', 'as health names it', wholeNumber(0, 1_000))
    .requiredOption('--height <number>', 'as health names it', wholeNumber(1, 999_999_999))
    .requiredOption('--reason <text>', 'why; it stands in the journal')
    .option('--root-key <file>', ROOT_KEY)
    .action((options: Parameters<typeof voidPage>[3], command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) =>
        voidPage(client, terminal, run.surroundings, options),
      ),
    );
}

function addAcceptLoss(journal: Command, run: Run): void {
  journal
    .command('accept-loss')
    .description('let a shard go on that is halted since pages are missing, without those pages')
    .requiredOption('--shard <number>', 'as health names it', wholeNumber(0, 1_000))
    .requiredOption('--height <number>', 'where its journal ends now', wholeNumber(0, 999_999_999))
    .option('--hash <hex>', 'of the page there; where only another service, such as settlement, knows of the loss')
    .requiredOption('--reason <text>', 'why; it stands in the journal')
    .option('--root-key <file>', ROOT_KEY)
    .action((options: Parameters<typeof acceptLoss>[3], command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) =>
        acceptLoss(client, terminal, run.surroundings, options),
      ),
    );
}

function addWriters(program: Command, run: Run): void {
  const writers = program.command('writers').description('the keys that sign the journal’s pages');
  writers
    .command('list')
    .description('who may write, and who was dismissed')
    .action((_, command: Command) => run.withClient(command.optsWithGlobals(), listWriters));
  writers
    .command('new-key')
    .description('make a key for a writer or a root, and print what may be told')
    .argument('<file>', 'where the private key is kept, mode 600')
    .action((file: string, _, command: Command) => {
      run.exitCode = makeKey(run.terminal(command.optsWithGlobals<GlobalOptions>()), run.surroundings, file);
    });
  writers
    .command('admit')
    .description('let a key sign pages')
    .argument('<public-key>', 'as new-key printed it')
    .requiredOption('--name <text>', 'for people')
    .addOption(new Option('--for <service>', 'only what this service records').choices(Object.keys(WRITER_PRESETS)))
    .option('--shard <number...>', 'only in these shards', (text: string, shards: number[] = []) => {
      return [...shards, wholeNumber(0, 1_000)(text)];
    })
    .option('--root-key <file>', ROOT_KEY)
    .action((publicKey: string, options: AdmitOptions, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) =>
        admitWriter(client, terminal, run.surroundings, publicKey, options),
      ),
    );
  writers
    .command('dismiss')
    .description('let a key sign nothing more')
    .argument('<writer>', 'its id or its public key')
    .requiredOption('--reason <text>', 'why; it stands in the journal')
    .option('--root-key <file>', ROOT_KEY)
    .action((writer: string, options: { reason: string; rootKey?: string }, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) =>
        dismissWriter(client, terminal, run.surroundings, writer, options),
      ),
    );
  writers
    .command('change-roots')
    .description('make these keys the roots, and no others')
    .argument('<public-key...>', 'as new-key printed them')
    .requiredOption('--reason <text>', 'why; it stands in the journal')
    .option('--root-key <file>', ROOT_KEY)
    .action((publicKeys: string[], options: { reason: string; rootKey?: string }, command: Command) =>
      run.withClient(command.optsWithGlobals(), (client, terminal) =>
        changeRoots(client, terminal, run.surroundings, publicKeys, options),
      ),
    );
}

function addImport(usage: Command, run: Run): void {
  usage
    .command('import')
    .description('charge the usage in a file; importing it again changes nothing')
    .argument('<file>')
    .addOption(
      new Option('--format <format>', 'format of the file').choices(Object.keys(FORMATS)).makeOptionMandatory(),
    )
    .option(
      '--customer <id>',
      'paying customer; azure-llm names none and gives each row to one of several by hash: repeat the option to name them (default: azure-llm-1 to azure-llm-10)',
      (id: string, ids: string[] | undefined) => [...(ids ?? []), id],
    )
    .option('--provider <id>', 'provider that served the usage (default: the format’s name)')
    .option('--model <name>', 'model that was used (default: from the file)')
    .option('--source <source>', 'CloudEvents source of the events (default: import/<format>)')
    .option('--batch-size <events>', 'events in a request', wholeNumber(1, 1_000), 500)
    .option(
      '--concurrency <requests>',
      'requests at a time; each customer keeps the order of the file',
      wholeNumber(1, 32),
      4,
    )
    .option('--fund <amount>', 'mint so many tokens to each customer first, once for this file')
    .option('--rejects <file>', 'write rows that were not charged as JSON lines')
    .option('--no-setup', 'do not register parties or publish prices and a split policy for a trace')
    .option('--dry-run', 'read and count only')
    .action(async (file: string, options: ImportCommandOptions, command: Command) => {
      const global = command.optsWithGlobals<GlobalOptions>();
      if (options.dryRun === true) run.exitCode = await runImport(undefined, run, run.terminal(global), file, options);
      else await run.withClient(global, (client, terminal) => runImport(client, run, terminal, file, options));
    });
}

async function runImport(
  client: ApiClient | undefined,
  run: Run,
  terminal: Terminal,
  file: string,
  { customer, format, ...options }: ImportCommandOptions,
): Promise<ExitCode> {
  const { workingDirectory } = run.surroundings;
  const report = await importUsage(
    client,
    FORMATS[format]!,
    file,
    { ...options, customers: customer ?? [], workingDirectory },
    terminal,
  );
  if (report.brokenOff !== undefined) terminal.note(`airtime: ${report.brokenOff.message}`);
  terminal.result(toMachineReport(report), toPeopleReport(report));
  if (report.brokenOff !== undefined) return EXIT.failed;
  return isFine(report) ? EXIT.fine : EXIT.problemsFound;
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
    if (!(value >= min && value <= max))
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    return value;
  };
}

function reportFailure(error: unknown, { stdout, stderr }: Surroundings, json: boolean): void {
  const isExpected =
    error instanceof UsageMistake ||
    error instanceof RequestRefused ||
    error instanceof ServiceUnreachable ||
    error instanceof DomainError;
  const message = error instanceof Error ? error.message : String(error);
  const place = error instanceof DomainError && error.path !== undefined ? ` [${error.path}]` : '';
  stderr.write(`airtime: ${printable(`${message}${place}`)}\n`);
  // A bug is reported with the place where it happened.
  if (!isExpected && error instanceof Error && error.stack !== undefined)
    stderr.write(`${printableLines(error.stack)}\n`);
  if (!json) return;
  const code = error instanceof RequestRefused || error instanceof DomainError ? error.code : undefined;
  stdout.write(`${JSON.stringify({ ok: false, error: message, ...(code === undefined ? {} : { code }) })}\n`);
}
