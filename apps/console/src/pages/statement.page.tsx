/** What happened on an account between two instants? Opening balance, entries with the balance after each, closing balance. */
import {
  afterInstant,
  Answered,
  DataTable,
  differenceOf,
  Facts,
  Id,
  Instant,
  InstantField,
  isBelow,
  Money,
  Page,
  PageLink,
  Section,
  Told,
  useList,
  useParams,
  useRead,
  useUrlState,
  type Column,
  type EntryType,
  type Schemas,
} from '#console-kit';

type Entry = Schemas['AccountEntryItem'];

const AMOUNT = { width: '10rem', isAmount: true };

export default function Statement() {
  const { account = '' } = useParams();
  const [from] = useUrlState('from');
  const [until] = useUrlState('to');
  const [type] = useUrlState('type');
  const path = { account };
  const to = afterInstant(until);
  const edge = { type: undefined, postings: 'false', limit: 1 } as const;
  // The entry before an instant knows what there was.
  const opening = useRead(
    '/v1/accounts/{account}/entries',
    { path, query: { ...edge, to: from } },
    { enabled: from !== undefined },
  );
  const closing = useRead('/v1/accounts/{account}/entries', { path, query: { ...edge, to } });
  const lines = useList('/v1/accounts/{account}/entries', {
    path,
    query: { from, to, type: type as EntryType | undefined, order: 'oldest', postings: 'false', limit: 500 },
  });
  const [kind, holder] = account.split(':');
  const isHolders = (kind === 'customer' || kind === 'provider') && holder !== undefined;
  return (
    <Page question={`What happened on ${account}?`}>
      <div className="asked">
        <InstantField label="From" name="from" edge="start" none="the beginning" />
        <InstantField label="Until" name="to" edge="end" none="now" />
        {isHolders ? (
          <PageLink to={`/holders/${encodeURIComponent(holder)}?account=${encodeURIComponent(account)}`}>
            All of {holder}
          </PageLink>
        ) : null}
      </div>
      <Answered of={closing} lines={2}>
        {(end) => (
          <Balances from={from} until={until} opening={from === undefined ? '0' : balanceOf(opening.data)} end={end} />
        )}
      </Answered>
      <Section title={type === undefined ? 'Entries, oldest first' : `Entries of the kind ${type}, oldest first`}>
        <DataTable
          label={`Statement of ${account}`}
          of={lines}
          columns={COLUMNS}
          keyOf={({ id }) => id}
          to={({ id }) => `/entries/${id}`}
          empty="Nothing was booked to this account in this time."
        />
      </Section>
    </Page>
  );
}

type Answer = Schemas['AccountEntriesAnswer'];

const balanceOf = (answer: Answer | undefined): string | undefined =>
  answer === undefined ? undefined : (answer.items[0]?.balanceAfter ?? '0');

function Balances({
  from,
  until,
  opening,
  end,
}: {
  readonly from: string | undefined;
  readonly until: string | undefined;
  readonly opening: string | undefined;
  readonly end: Answer;
}) {
  const closing = balanceOf(end)!;
  return (
    <div data-testid="statement">
      <Facts
        of={[
          [
            'Opening balance',
            <span key="o">
              <Money value={opening} unit="AIR" />
              <br />
              {from === undefined ? 'at the beginning' : <Instant at={from} milliseconds />}
            </span>,
          ],
          [
            'Change',
            <Money key="d" value={opening === undefined ? undefined : differenceOf(closing, opening)} unit="AIR" />,
          ],
          [
            'Closing balance',
            <span key="c">
              <Money value={closing} unit="AIR" />
              <br />
              {until === undefined ? 'now' : <Instant at={until} milliseconds />}
            </span>,
          ],
          [
            '',
            end.closed
              ? 'Exact and closed: nothing can be recorded in this time any more.'
              : 'Still open: more may be recorded.',
          ],
        ]}
      />
    </div>
  );
}

const COLUMNS: readonly Column<Entry>[] = [
  { name: 'Recorded', width: '15.5rem', cell: ({ recordedAt }) => <Instant at={recordedAt} /> },
  { name: 'What happened', width: 'minmax(11rem, 1fr)', cell: (entry) => <Told entry={entry} /> },
  { name: 'Entry', width: '6.5rem', cell: ({ id }) => <Id id={id} to={`/entries/${id}`} copy={false} /> },
  {
    ...AMOUNT,
    name: 'Debit',
    cell: ({ amount }) => (isBelow(amount) ? <Money value={differenceOf('0', amount)} decimals={6} /> : null),
  },
  { ...AMOUNT, name: 'Credit', cell: ({ amount }) => (isBelow(amount) ? null : <Money value={amount} decimals={6} />) },
  { ...AMOUNT, name: 'Balance', cell: ({ balanceAfter }) => <Money value={balanceAfter} decimals={6} /> },
];
