/** `airtime explain ENTRY`: what made an amount, in sentences and small tables for people. */
import type { ApiClient, Answer } from '#client';
import { describeAnswer, describeRecords } from './answers.js';
import { EXIT, type ExitCode } from './failures.js';
import type { Terminal } from './terminal.js';

type Explained = Answer<'/v1/entries/{id}/explanation', 'get'>;

/** Ends with a finding when the parts of the amount do not add up to what was recorded. */
export async function explain(client: ApiClient, terminal: Terminal, entry: string): Promise<ExitCode> {
  const answer = await client.get('/v1/entries/{id}/explanation', { path: { id: entry } });
  terminal.result(answer, describeExplanation(answer));
  return (answer.checks ?? []).every(({ holds }) => holds) ? EXIT.fine : EXIT.problemsFound;
}

function describeExplanation(answer: Explained): string {
  const { id, type, summary, amount, time, recordedAt, late, actor, origin, usage, rating, split, paid } = answer;
  const about = { entry: id, type, amount, time, recordedAt, late, actor, origin: originText(origin) };
  const versions = {
    ...(rating === undefined ? {} : { priceBook: rating.priceBook, usdRate: rating.usdRate?.['version'] }),
    ...(split === undefined ? {} : { splitPolicy: split.splitPolicy }),
  };
  return [
    summary,
    describe(about),
    section('usage', usage === undefined ? undefined : describe({ ...usage, meters: metersText(usage.meters) })),
    section('versions', describe(versions)),
    table(
      'lines',
      rating?.lines.map(({ parts: _, per, price, ...line }) => ({ ...line, price: `${price} / ${per}` })),
    ),
    table('shares', split?.shares),
    table('grants used', withoutLinks(paid?.grants)),
    ...describeRest(answer),
    table(
      'checks',
      answer.checks?.map(({ rule, holds }) => ({ rule, holds: holds ? 'yes' : 'NO' })),
    ),
    table('postings', answer.postings),
    section('page', describe(answer.page ?? {})),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

/** What only some entries have. */
function describeRest({ hold, budget, owed, covers, parts, facts }: Explained): string[] {
  const { used, returned, lapsed, ...held } = hold ?? {};
  return [
    section('hold', describe(held)),
    table('used of the hold', withoutLinks(used)),
    table('given back to its grants', withoutLinks(returned)),
    table('lapsed with its grants', withoutLinks(lapsed)),
    section(
      'budget',
      budget === undefined
        ? ''
        : describe({ ...budget, paths: budget.paths.join(', '), budgets: budget.budgets.join(', ') }),
    ),
    section('owed', owed === undefined ? '' : describe({ amount: owed.amount, covered: owed.covered })),
    table('covered by', withoutLinks(owed?.covers)),
    table('covers', withoutLinks(covers)),
    table('parts', parts),
    section('says', describe(facts ?? {})),
  ];
}

const describe = (record: object): string => {
  const said = Object.entries(record).filter(([, value]) => value !== undefined && value !== null);
  return said.length === 0 ? '' : describeAnswer(Object.fromEntries(said));
};

const indent = (text: string): string => text.replace(/^/gm, '  ');

const section = (title: string, text: string | undefined): string =>
  text === undefined || text === '' ? '' : `${title}:\n${indent(text)}`;

function table(title: string, records: readonly object[] | undefined): string {
  if (records === undefined || records.length === 0) return '';
  return `${title}:\n${describeRecords(records as readonly Record<string, unknown>[], '  ')}`;
}

/** People follow entries by their ids. */
function withoutLinks<T extends { readonly href?: string }>(records: readonly T[] | undefined): object[] | undefined {
  return records?.map(({ href: _, ...record }) => record);
}

const metersText = (meters: Readonly<Record<string, string>>): string =>
  Object.entries(meters)
    .map(([meter, quantity]) => `${meter} ${quantity}`)
    .join(', ');

function originText(origin: Explained['origin']): string {
  return Object.values(origin as Readonly<Record<string, unknown>>).join(' ');
}
