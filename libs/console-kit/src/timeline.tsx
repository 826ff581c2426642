/** Entries in one line, of all concepts: told, as a table, or as the service gives them. */
import './timeline.css';
import { Button, NativeSelect } from '@mantine/core';
import { useContext, type ReactNode } from 'react';
import type { Call } from '#client';
import { useList, type Schemas } from './api.js';
import { DataTable, type Column, type Pages } from './data-table.js';
import { plainOf, attoOf } from './decimal.js';
import { afterInstant, InstantField } from './instant-field.js';
import { TellingsContext, useTelling } from './me.js';
import { Id, Instant, Money, PageLink, useAsOf } from './shown.js';
import { useUrlState } from './url-state.js';

type Entry = Schemas['EntryItem'];
type AccountEntry = Schemas['AccountEntryItem'];
/** The kinds of event that a list can be narrowed to. */
export type EntryType = NonNullable<Query['type']>;
type Query = NonNullable<Call<'/v1/holders/{id}/entries', 'get'>['query']>;

const ENTRIES_AT_ONCE = 100;
const READINGS = [
  ['story', 'Story'],
  ['table', 'Table'],
  ['raw', 'Raw'],
] as const;
/** Of an entry so many changes are told in its line. */
const CHANGES_TOLD = 2;

export interface TimelineProps {
  readonly holder: string;
  /** Accounts to choose from; without a choice the line has all of them. */
  readonly accounts: readonly string[];
  readonly position?: string[];
}

/** What the address asks of a line. */
function useAsked(position: string[] | undefined) {
  const [asOf] = useAsOf();
  const [type, setType] = useUrlState('type');
  const [order, setOrder] = useUrlState('order');
  const [around, setAround] = useUrlState('around');
  const [from] = useUrlState('from');
  const [to] = useUrlState('to');
  const query: Query = {
    ...{ from, around, limit: ENTRIES_AT_ONCE, position },
    type: type as EntryType | undefined,
    to: afterInstant([to, asOf].filter((one) => one !== undefined).sort()[0]),
    order: order === 'oldest' ? 'oldest' : 'newest',
  };
  return { query, setType, setOrder, setAround };
}

export function Timeline({ holder, accounts, position }: TimelineProps) {
  const [account, choose] = useUrlState('account');
  const [reading = 'story', setReading] = useUrlState('reading');
  const { query, setType, setOrder, setAround } = useAsked(position);
  const tellings = useContext(TellingsContext);
  const known = [...new Set([...(account === undefined ? [] : [account]), ...accounts])];
  return (
    <>
      <div className="timeline-asks">
        <NativeSelect
          size="xs"
          label="Of"
          value={account ?? ''}
          onChange={(event) => choose(event.currentTarget.value)}
          data={[{ value: '', label: `all of ${holder}` }, ...known]}
        />
        <NativeSelect
          size="xs"
          label="What happened"
          value={query.type ?? ''}
          onChange={(event) => setType(event.currentTarget.value)}
          data={[
            { value: '', label: 'anything' },
            ...Object.entries(tellings)
              .map(([value, { name }]) => ({ value, label: name }))
              .sort((a, b) => (a.label < b.label ? -1 : 1)),
          ]}
        />
        <NativeSelect
          size="xs"
          label="First"
          value={query.order ?? 'newest'}
          onChange={(event) => setOrder(event.currentTarget.value === 'oldest' ? 'oldest' : null)}
          data={['newest', 'oldest']}
        />
        <InstantField label="From" name="from" edge="start" none="the beginning" />
        <InstantField label="Until" name="to" edge="end" none="now" />
        <InstantField label="Go to" name="around" edge="end" none="an instant" />
        <div className="timeline-readings" role="group" aria-label="How it is told">
          {READINGS.map(([value, name]) => (
            <Button
              key={value}
              size="xs"
              variant={reading === value ? 'filled' : 'default'}
              aria-pressed={reading === value}
              onClick={() => setReading(value === 'story' ? null : value)}
            >
              {name}
            </Button>
          ))}
        </div>
      </div>
      {query.around === undefined ? null : (
        <p className="timeline-around">
          Begins around <Instant at={query.around} />.{' '}
          <Button size="compact-xs" variant="subtle" onClick={() => setAround(null)}>
            From the {query.order} entry on
          </Button>
        </p>
      )}
      {account === undefined ? (
        <OfHolder holder={holder} query={query} reading={reading} />
      ) : (
        <OfAccount account={account} query={query} reading={reading} />
      )}
    </>
  );
}

const keyOf = ({ id }: { readonly id: string }) => id;
const to = ({ id }: { readonly id: string }) => `/entries/${id}`;

function OfHolder({
  holder,
  query,
  reading,
}: {
  readonly holder: string;
  readonly query: Query;
  readonly reading: string;
}) {
  const entries = useList('/v1/holders/{id}/entries', { path: { id: holder }, query });
  const telling = useTelling();
  const label = `Entries of ${holder}`;
  const empty = `Nothing of this kind happened to ${holder} in this time.`;
  const isOwn = (account: string) => account.split(':')[1] === holder;
  if (reading === 'raw') return <Raw label={label} of={entries} empty={empty} />;
  if (reading === 'table') {
    const lines = {
      ...entries,
      data: entries.data && {
        pages: entries.data.pages.map(({ items }) => ({ items: items.flatMap((entry) => linesOf(entry, isOwn)) })),
      },
    };
    const columns: readonly Column<Line>[] = [
      RECORDED,
      { name: 'What', width: '8.5rem', cell: ({ type }) => telling(type).name },
      { name: 'Entry', width: '6.5rem', cell: ({ id }) => <EntryId id={id} /> },
      {
        name: 'Account',
        width: 'minmax(13rem, 1fr)',
        cell: ({ account }) =>
          account === undefined ? '–' : <PageLink to={`/accounts/${account}`}>{account}</PageLink>,
      },
      { name: 'Change', width: '9rem', isAmount: true, cell: ({ change }) => <Money value={change} decimals={6} /> },
      {
        name: 'Balance after',
        width: '11rem',
        isAmount: true,
        cell: ({ after }) => <Money value={after} decimals={6} />,
      },
    ];
    return <DataTable label={label} of={lines} columns={columns} keyOf={({ key }) => key} to={to} empty={empty} />;
  }
  const columns: readonly Column<Entry>[] = [
    RECORDED,
    { name: 'What happened', width: 'minmax(15rem, 1fr)', cell: (entry) => <Told entry={entry} /> },
    {
      name: 'What changed',
      width: 'minmax(22rem, 1.4fr)',
      cell: (entry) => <Changes lines={linesOf(entry, isOwn)} holder={holder} />,
    },
    { name: 'Entry', width: '8rem', cell: ({ id }) => <EntryId id={id} /> },
  ];
  return <DataTable label={label} of={entries} columns={columns} keyOf={keyOf} to={to} empty={empty} />;
}

function OfAccount({
  account,
  query,
  reading,
}: {
  readonly account: string;
  readonly query: Query;
  readonly reading: string;
}) {
  const entries = useList('/v1/accounts/{account}/entries', {
    path: { account },
    query: { ...query, postings: 'false' },
  });
  const label = `Entries of ${account}`;
  const empty = `Nothing of this kind was booked to ${account} in this time.`;
  if (reading === 'raw') return <Raw label={label} of={entries} empty={empty} />;
  const columns: readonly Column<AccountEntry>[] = [
    RECORDED,
    { name: 'What happened', width: 'minmax(14rem, 1fr)', cell: (entry) => <Told entry={entry} /> },
    { name: 'Entry', width: '8rem', cell: ({ id }) => <EntryId id={id} /> },
    { name: 'Change', width: '11rem', isAmount: true, cell: ({ amount }) => <Money value={amount} decimals={6} /> },
    {
      name: 'Balance after',
      width: '12rem',
      isAmount: true,
      cell: ({ balanceAfter }) => <Money value={balanceAfter} decimals={6} />,
    },
  ];
  return <DataTable label={label} of={entries} columns={columns} keyOf={keyOf} to={to} empty={empty} />;
}

const RECORDED = {
  name: 'Recorded',
  width: '15.5rem',
  cell: ({ recordedAt }: { readonly recordedAt: string }) => <Instant at={recordedAt} />,
};

const EntryId = ({ id }: { readonly id: string }) => <Id id={id} to={`/entries/${id}`} copy={false} />;

/** An entry's icon and sentence. */
export function Told({ entry }: { readonly entry: Pick<Entry, 'type' | 'holder' | 'counterparty'> }) {
  const telling = useTelling()(entry.type);
  return (
    <span title={telling.name}>
      <span aria-hidden>{telling.icon}</span> {telling.says(entry)}
    </span>
  );
}

/** What an entry did to one account; without an account when it moved none. */
interface Line extends Entry {
  readonly key: string;
  readonly account?: string;
  readonly change?: string;
  readonly after?: string;
}

/** The last posting of an account leaves what it has after the entry, the first one finds what it had. */
function linesOf(entry: Entry, isOwn: (account: string) => boolean): Line[] {
  const found = new Map<string, { before: bigint; after: bigint }>();
  const see = (account: string, before: string | null, after: string | null) => {
    if (before === null || after === null || !isOwn(account)) return;
    const known = found.get(account);
    found.set(account, { before: known?.before ?? attoOf(before), after: attoOf(after) });
  };
  for (const one of entry.postings ?? []) {
    see(one.debit, one.debitBefore, one.debitAfter);
    see(one.credit, one.creditBefore, one.creditAfter);
  }
  if (found.size === 0) return [{ ...entry, key: entry.id }];
  return [...found].map(([account, { before, after }]) => ({
    ...entry,
    ...{ key: `${entry.id} ${account}`, account, change: plainOf(after - before), after: plainOf(after) },
  }));
}

function Changes({ lines, holder }: { readonly lines: readonly Line[]; readonly holder: string }): ReactNode {
  const moved = lines.filter(({ account }) => account !== undefined);
  return (
    <>
      {moved.slice(0, CHANGES_TOLD).map(({ account, change, after }, place) => (
        <span key={account}>
          {place === 0 ? '' : ', '}
          {account!.replace(`:${holder}:`, ' ').replace('customer ', '')} <Money value={change} decimals={6} /> to{' '}
          <Money value={after} decimals={6} />
        </span>
      ))}
      {moved.length > CHANGES_TOLD ? ` and ${moved.length - CHANGES_TOLD} more` : null}
    </>
  );
}

function Raw<Row extends { readonly id: string }>({
  label,
  of,
  empty,
}: {
  readonly label: string;
  readonly of: Pages<Row>;
  readonly empty: string;
}) {
  const columns: readonly Column<Row>[] = [
    { name: 'Entry', width: '8rem', cell: ({ id }) => <EntryId id={id} /> },
    { name: 'As the service gives it', width: 'max-content', cell: (row) => <code>{JSON.stringify(row)}</code> },
  ];
  return <DataTable label={label} of={of} columns={columns} keyOf={keyOf} to={to} empty={empty} />;
}
