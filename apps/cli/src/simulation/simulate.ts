/**
 * `airtime simulate`: what recorded usage would have cost by other versions, and what each provider would have had of it. It reads the
 * journal and writes nothing; what it keeps grows with customers and providers, not with the usage.
 */
import type { Command } from 'commander';
import type { ApiClient } from '#client';
import { Catalogue, Rerating, type Compared, type JournalEvent, type Unrated } from '#concepts';
import { entryId, formatAmount, parseInstantOrDay, parseTime } from '#domain';
import { describeAnswer, describeRecords } from '../answers.js';
import { readEventsOf } from '../books-export/book-entry.js';
import { EXIT, UsageMistake, type ExitCode } from '../failures.js';
import type { Act } from '../holder-commands.js';
import { listShards, readPagesTo, type ReadPage, type ShardEnd } from '../journal-pages.js';
import { groupDigits, type Terminal } from '../terminal.js';
import { readOtherVersions, type NamedVersions } from './other-versions.js';

export interface SimulateOptions extends NamedVersions {
  readonly from: string;
  readonly to: string;
  readonly customer?: string;
}

/** Usage of this time of its own: the first instant, and the first that is not meant any more, milliseconds since 1970. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const PUBLICATIONS: ReadonlySet<string> = new Set([
  ...(['PriceBookPublished', 'SplitPolicyPublished', 'UsdRatePublished'] satisfies JournalEvent['type'][]),
]);

/**
 * Rates what was charged and stands, by its own time, as the journal is when it is asked.
 *
 * @throws UsageMistake, DomainError `TIME_INVALID`, ServiceUnreachable
 */
export async function simulate(
  client: ApiClient,
  terminal: Terminal,
  options: SimulateOptions,
  workingDirectory: string,
): Promise<ExitCode> {
  const { from, to, customer } = options;
  const span = readSpan(from, to);
  const ends = await listShards(client);
  const registry = ends.at(-1);
  if (registry === undefined) throw new UsageMistake('the journal has no shards');
  const shards = ends.slice(0, -1);
  const progress = terminal.progress(registry.height + 2 * shards.reduce((sum, { height }) => sum + height, 0));
  let pages = 0;
  const read = async (end: ShardEnd, take: (page: ReadPage) => void): Promise<void> => {
    for await (const page of readPagesTo(client, end)) {
      take(page);
      progress.advanceTo(++pages, `${groupDigits(rerating?.total.events ?? 0)} charges`);
    }
  };
  let rerating: Rerating | undefined;
  try {
    const catalogue = new Catalogue();
    await read(registry, (page) => follow(catalogue, page));
    const sums = new Rerating(catalogue.rating, readOtherVersions(options, catalogue, workingDirectory));
    rerating = sums;
    for (const end of shards) {
      // Whether a charge stands is known at the end of its shard only.
      const reversed = new Set<string>();
      await read(end, (page) => noteReversals(reversed, page));
      await read(end, (page) => addCharges(sums, page, { ...span, customer, reversed }));
    }
    const answer = {
      ...describe(options, span),
      ...present(sums),
      position: ends.map(({ shard, height }) => ({ shard, height })),
    };
    terminal.result({ command: 'simulate', ok: true, ...answer }, describePeople(answer));
    return answer.unrated.length === 0 ? EXIT.fine : EXIT.problemsFound;
  } finally {
    progress.stop();
  }
}

function readSpan(from: string, to: string): Span {
  const fromMs = parseInstantOrDay(from, '--from', 'start');
  // A plain day is meant whole, an instant is the first that is not meant.
  const lastMs = parseInstantOrDay(to, '--to', 'end');
  const toMs = lastMs + (parseInstantOrDay(to, '--to', 'start') === lastMs ? 0 : 1);
  if (fromMs >= toMs) throw new UsageMistake('--from must lie before --to');
  return { fromMs, toMs };
}

function follow(catalogue: Catalogue, page: ReadPage): void {
  for (const [index, event] of readEventsOf(page).entries()) {
    if (PUBLICATIONS.has(event.type)) catalogue.evolve(event, { shard: page.shard, height: page.height, index });
  }
}

/** Keeps the first entries of what is reversed as the journal stands. Most pages have none. */
function noteReversals(reversed: Set<string>, page: ReadPage): void {
  if (!page.body.includes('EntryRe')) return;
  for (const event of readEventsOf(page)) {
    if (event.type !== 'EntryReversed' && event.type !== 'EntryRestored') continue;
    const { restores, entry } = event.original;
    const first = restores?.entry ?? entry;
    if (event.type === 'EntryReversed') reversed.add(first);
    else reversed.delete(first);
  }
}

function addCharges(
  rerating: Rerating,
  page: ReadPage,
  wanted: Span & { readonly customer: string | undefined; readonly reversed: ReadonlySet<string> },
): void {
  const { fromMs, toMs, customer, reversed } = wanted;
  for (const [index, event] of readEventsOf(page).entries()) {
    if (event.type !== 'UsageCharged' || (customer !== undefined && event.customer !== customer)) continue;
    const timeMs = parseTime(event.time, 'time');
    if (timeMs < fromMs || timeMs >= toMs) continue;
    if (!reversed.has(entryId({ shard: page.shard, height: page.height, index }))) rerating.add(event);
  }
}

const AS_RECORDED = null;

function describe({ priceBook, split, rate, customer }: SimulateOptions, { fromMs, toMs }: Span) {
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    customer: customer ?? null,
    versions: {
      ...{ priceBook: priceBook ?? AS_RECORDED, splitPolicy: split ?? AS_RECORDED, usdRate: rate ?? AS_RECORDED },
    },
  };
}

const presentSum = ({ events, before, after }: Compared) => ({
  ...{ events, before: formatAmount(before), after: formatAmount(after), difference: formatAmount(after - before) },
});

/** The most changed first; of equal ones by name. */
function mostChanged(sums: ReadonlyMap<string, Compared>): [string, Compared][] {
  const change = ({ before, after }: Compared) => (after > before ? after - before : before - after);
  return [...sums].sort(([a, one], [b, other]) => {
    const more = change(other) - change(one);
    if (more !== 0n) return more > 0n ? 1 : -1;
    return a < b ? -1 : 1;
  });
}

function present({ total, customers, providers, unrated }: Rerating) {
  return {
    total: presentSum(total),
    customers: mostChanged(customers).map(([customer, sum]) => ({ customer, ...presentSum(sum) })),
    providers: mostChanged(providers).map(([provider, sum]) => ({ provider, ...presentSum(sum) })),
    unrated: unrated.map((one: Unrated) => ({ ...one, before: formatAmount(one.before) })),
  };
}

type Answer = ReturnType<typeof describe> & ReturnType<typeof present>;

function describePeople({ from, to, customer, versions, total, customers, providers, unrated }: Answer): string {
  const said = Object.entries(versions).map(([name, version]) => [name, version ?? 'as recorded']);
  const about = { from, to, ...(customer === null ? {} : { customer }), ...(Object.fromEntries(said) as object) };
  const table = (title: string, records: readonly object[]): string[] =>
    records.length === 0 ? [] : [`${title}:\n${describeRecords(records as readonly Record<string, unknown>[], '  ')}`];
  return [
    describeAnswer(about),
    ...table('customers pay', [...customers, { customer: 'total', ...total }]),
    ...table('providers have of it', providers),
    ...table('not rated, in no sum above', unrated),
  ].join('\n\n');
}

/** Adds the command. */
export function addSimulate(program: Command, act: Act, workingDirectory: string): void {
  program
    .command('simulate')
    .description('what recorded usage would have cost by other versions, by customer and provider; nothing is written')
    .requiredOption('--from <time>', 'first instant or UTC day of the usage’s own time, included')
    .requiredOption('--to <time>', 'last UTC day, included whole; as an instant, the first that is not included')
    .option('--price-book <version>', 'a published one, or a file with the body of PUT /v1/price-books/{version}')
    .option('--split <version>', 'a published one, or a file with the body of PUT /v1/policies/split/{version}')
    .option('--rate <version>', 'a published one, or a file with the body of PUT /v1/rates/{version}')
    .option('--customer <id>', 'only the usage of this one')
    .addHelpText('after', '\nWhat is not named is each charge’s own. Exit code 1: some usage could not be rated.')
    .action((options: SimulateOptions, command: Command) =>
      act(command, (client, terminal) => simulate(client, terminal, options, workingDirectory)),
    );
}
