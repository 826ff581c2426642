/** `airtime prices import`: publishes a public price list as price books. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { isRefusal, type ApiClient, type Schemas } from '#client';
import type { PriceBook } from '#concepts';
import { parseTime, resolveLeapSecond } from '#domain';
import { EXIT, UsageMistake, type ExitCode } from '../failures.js';
import type { Surroundings, Terminal } from '../terminal.js';
import { booksOf, readList } from './genai-prices.js';

export interface PricesImportOptions {
  /** RFC 3339. When absent: all of the list's history where nothing is published yet, else from {@link LEAD_MS} on. */
  readonly effectiveAt?: string;
  readonly dryRun?: boolean;
  readonly confirmRemoved?: boolean;
  readonly retroactive?: string;
}

/** The command as it is typed, without what it does. */
export function describePricesImport(program: Command): Command {
  return program
    .command('prices')
    .description('price books')
    .command('import')
    .description('publish a public price list; what is in force already is left alone')
    .argument('<file>')
    .addOption(new Option('--format <format>', 'format of the file').choices(['genai-prices']).makeOptionMandatory())
    .option(
      '--effective-at <time>',
      'first instant of the prices (default: all that the list says of the past where nothing is published yet, else in a minute)',
    )
    .option('--dry-run', 'say what would be published and what it would change, and publish nothing')
    .option('--confirm-removed', 'publish also where what was used in the last 30 days loses its price')
    .option('--retroactive <reason>', 'publish also for a time that is over, where other prices are in force; say why');
}

/** What became of a book of the list. */
interface BookReport {
  readonly version?: number;
  readonly effectiveAt: string;
  readonly lines: number;
  readonly state: 'published' | 'in force already' | 'not published';
  /** What it would change, of a dry run. */
  readonly trial?: Trial;
}

type Trial = Schemas['PriceBookTrial'];
type Body = Parameters<typeof publish>[2];

const FROM_THE_BEGINNING = '1970-01-01T00:00:00Z';
const LIST_LIMIT = 20;
/** Prices from now on begin a little later: by the ledger's clock they must not begin in the past. */
const LEAD_MS = 60_000;
/** Where nothing was published there is nothing that a past price could replace but the list's own, earlier ones. */
const HISTORY = 'earlier prices of a public list';

/**
 * Publishes the books of a list, each as the next version. A book whose prices are in force at its instant already is left
 * alone, so that a second import of one file changes nothing.
 *
 * @throws UsageMistake for a file that is no such list
 */
export async function importPrices(
  client: ApiClient,
  terminal: Terminal,
  { workingDirectory }: Pick<Surroundings, 'workingDirectory'>,
  file: string,
  { effectiveAt, dryRun = false, confirmRemoved, retroactive }: PricesImportOptions,
): Promise<ExitCode> {
  const list = readList(readFile(resolve(workingDirectory, file)));
  const published: { readonly version: number; readonly effectiveAt: string; readonly prices: unknown }[] = [
    ...(await client.list('/v1/price-books', { query: { limit: LIST_LIMIT } })),
  ];
  const isFirst = published.length === 0;
  const { books, leftOut, withoutPrice } = booksOf(list, instantOf(effectiveAt, isFirst));
  const reason = retroactive ?? (isFirst ? HISTORY : undefined);
  const said: Partial<Body> = {
    ...(confirmRemoved === true ? { confirmRemoved: true } : {}),
    ...(reason === undefined ? {} : { retroactive: reason }),
  };
  const reports: BookReport[] = [];
  for (const book of books) {
    const { effectiveAt: from, prices } = book;
    const known = inForce(published, from);
    const isKnown = known !== undefined && JSON.stringify(known.prices) === JSON.stringify(prices);
    const report = { effectiveAt: from, lines: prices.length };
    const version = Math.max(0, ...published.map((one) => one.version)) + 1;
    if (isKnown) reports.push({ ...report, version: known.version, state: 'in force already' });
    else if (dryRun) {
      reports.push({ ...report, state: 'not published', trial: await tryOut(client, version, { ...book, ...said }) });
    } else {
      terminal.note(`publishing price book ${version}, in force from ${from}: ${prices.length} lines`);
      await publish(client, version, { ...book, ...said });
      published.push({ version, ...book });
      reports.push({ ...report, version, state: 'published' });
    }
  }
  terminal.result(
    { ok: true, books: reports, modelsWithoutPrice: withoutPrice, leftOut },
    describe(reports, withoutPrice, leftOut),
  );
  return leftOut.length === 0 ? EXIT.fine : EXIT.problemsFound;
}

async function publish(
  client: ApiClient,
  version: number,
  body: PriceBook & { readonly confirmRemoved?: true; readonly retroactive?: string },
): Promise<void> {
  try {
    await client.put('/v1/price-books/{version}', { path: { version }, body });
  } catch (error) {
    if (!isRefusal(error, 'VERSION_EXISTS')) throw error;
    throw new UsageMistake(`Somebody else published price book ${version} meanwhile; import again.`);
  }
}

async function tryOut(client: ApiClient, version: number, body: Body): Promise<Trial> {
  const options = { path: { version }, query: { dryRun: 'true' }, body } as const;
  return (await client.put('/v1/price-books/{version}', options)) as Trial;
}

function instantOf(effectiveAt: string | undefined, isFirst: boolean): string {
  if (effectiveAt === undefined) return isFirst ? FROM_THE_BEGINNING : new Date(Date.now() + LEAD_MS).toISOString();
  return new Date(parseTime(resolveLeapSecond(effectiveAt), 'effectiveAt')).toISOString();
}

/** The rule of the ledger: the latest `effectiveAt` not after the instant, then the highest version. */
function inForce<T extends { readonly version: number; readonly effectiveAt: string }>(
  versions: readonly T[],
  at: string,
): T | undefined {
  const rank = ({ effectiveAt }: T) => parseTime(effectiveAt, 'effectiveAt');
  const past = versions.filter((one) => rank(one) <= parseTime(at, 'at'));
  return past.sort((a, b) => rank(b) - rank(a) || b.version - a.version)[0];
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageMistake(`The file cannot be read: ${(error as Error).message}`);
  }
}

function describe(reports: readonly BookReport[], withoutPrice: number, leftOut: readonly string[]): string {
  const books = reports.flatMap(({ version, effectiveAt, lines, state, trial }) => {
    const name = version === undefined ? 'a price book' : `price book ${version}`;
    const first = `${name}, in force from ${effectiveAt}: ${lines} lines, ${state}`;
    return trial === undefined ? [first] : [first, ...describeTrial(trial).map((one) => `  ${one}`)];
  });
  const free = withoutPrice === 0 ? [] : [`${withoutPrice} models have no price of input or of output: it is 0`];
  return [...books, ...free, ...leftOut.map((one) => `left out: ${one}`)].join('\n');
}

/** What a book would change, in a few lines; the machine's answer has all of it. */
function describeTrial({ wouldRefuse, lost, rerated: { after, complete, total, unrated } }: Trial): string[] {
  const refused = wouldRefuse === undefined ? [] : [`it would be refused: ${wouldRefuse}`];
  const losses = lost.map(({ meter, model, provider, region, code }) => {
    const where = region === undefined ? '' : ` in ${region}`;
    return `loses its price: ${meter} of ${model} of ${provider}${where} (${code})`;
  });
  const part = complete ? '' : ', the newest entries alone';
  const sums = `charged since ${after}${part}: ${total.events} events, ${total.before} tokens; by this book ${total.after} (${total.difference})`;
  const gone = unrated.map(
    ({ events, model, provider, before, code }) =>
      `without a price: ${events} events of ${model} of ${provider}, ${before} tokens (${code})`,
  );
  return [...refused, ...losses, sums, ...gone];
}
