/** What could not be applied, and why? Rejected messages by reason, what is at stake, and what is done about them. */
import {
  Answered,
  Button,
  DataTable,
  Empty,
  Id,
  Instant,
  Money,
  NativeSelect,
  Page,
  Section,
  Table,
  useList,
  useRead,
  useUrlState,
  type Column,
  type Schemas,
} from '#console-kit';
import { LetterCommands } from './letter-commands.js';

type Letter = Schemas['LetterItem'];
type State = NonNullable<Schemas['LetterFilterBody']['state']>;

const STATES: readonly { readonly value: State; readonly label: string }[] = [
  { value: 'unsettled', label: 'that wait' },
  { value: 'open', label: 'open' },
  { value: 'failing', label: 'still failing' },
  { value: 'replayed', label: 'replayed' },
  { value: 'dismissed', label: 'dismissed' },
  { value: 'all', label: 'all' },
];

export default function DeadLetters() {
  const [reason, chooseReason] = useUrlState('reason');
  const [state = 'unsettled', chooseState] = useUrlState('state');
  const counts = useRead('/v1/dead-letters/reasons', { query: {} });
  return (
    <Page
      question="What could not be applied, and why?"
      about="Messages from Kafka that were rejected. What HTTP refuses is answered, and not kept here."
    >
      <Answered of={counts} lines={5}>
        {({ items }) => <Reasons items={items} chosen={reason} choose={chooseReason} />}
      </Answered>
      {reason === undefined ? null : (
        <Section title={`All of ${reason} that wait`}>
          <LetterCommands filter={{ reason }} what={`all of ${reason} that wait`} />
        </Section>
      )}
      <Section title={reason === undefined ? 'Messages, newest first' : `Messages of ${reason}, newest first`}>
        <div className="find">
          <NativeSelect
            label="Show those"
            value={state}
            onChange={(event) => chooseState(event.currentTarget.value)}
            data={[...STATES]}
          />
          {reason === undefined ? null : (
            <Button variant="default" onClick={() => chooseReason(null)}>
              Of every reason
            </Button>
          )}
        </div>
        <Letters reason={reason} state={STATES.find(({ value }) => value === state)?.value ?? 'unsettled'} />
      </Section>
    </Page>
  );
}

function Reasons({
  items,
  chosen,
  choose,
}: {
  readonly items: readonly Schemas['ReasonItem'][];
  readonly chosen: string | undefined;
  readonly choose: (reason: string) => void;
}) {
  if (items.length === 0) return <Empty>No message was ever rejected, or all were settled long ago.</Empty>;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Reasons" data-testid="reasons">
      <Table withRowBorders>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Reason</Table.Th>
            {['Open', 'Still failing', 'Under way', 'At stake, AIR', 'Replayed', 'Dismissed'].map((name) => (
              <Table.Th key={name} scope="col" className="amount">
                {name}
              </Table.Th>
            ))}
            <Table.Th scope="col">Oldest that waits</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.reason} data-testid={item.reason}>
              <Table.Th scope="row">
                <Button
                  size="compact-sm"
                  variant="subtle"
                  aria-pressed={item.reason === chosen}
                  onClick={() => choose(item.reason)}
                >
                  {item.reason}
                </Button>
              </Table.Th>
              <Table.Td className="amount">{item.open}</Table.Td>
              <Table.Td className="amount">{item.failing}</Table.Td>
              <Table.Td className="amount">{item.replaying}</Table.Td>
              <Table.Td className="amount">
                {item.unknown > 0 ? `${item.unknown} unknown + ` : ''}
                <Money value={item.atStake} decimals={6} />
              </Table.Td>
              <Table.Td className="amount">{item.replayed}</Table.Td>
              <Table.Td className="amount">{item.dismissed}</Table.Td>
              <Table.Td>
                <Instant at={item.firstAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

export const placeOf = ({ topic, partition, offset }: Pick<Letter, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}:${partition}:${offset}`;

const COLUMNS: readonly Column<Letter>[] = [
  { name: 'Rejected', width: '13.5rem', cell: ({ rejectedAt }) => <Instant at={rejectedAt} /> },
  {
    name: 'Message',
    width: 'minmax(12rem, 1fr)',
    cell: (letter) => <Id id={placeOf(letter)} to={`/letters/${placeOf(letter)}`} copy={false} />,
  },
  { name: 'Reason', width: '12rem', cell: ({ reason }) => <code>{reason}</code> },
  { name: 'State', width: '6rem', cell: ({ state }) => state },
  { name: 'Customer', width: '9rem', cell: ({ customer }) => customer ?? '–' },
  {
    name: 'At stake, AIR',
    width: '9.5rem',
    isAmount: true,
    cell: ({ atStake }) => <Money value={atStake ?? undefined} decimals={6} />,
  },
];

function Letters({ reason, state }: { readonly reason: string | undefined; readonly state: State }) {
  const letters = useList('/v1/dead-letters', {
    query: { limit: 100, state, ...(reason === undefined ? {} : { reason }) },
  });
  return (
    <DataTable
      label="Rejected messages"
      of={letters}
      columns={COLUMNS}
      keyOf={placeOf}
      to={(letter) => `/letters/${placeOf(letter)}`}
      empty={state === 'unsettled' ? 'None waits for anybody.' : 'There is none; show others above.'}
    />
  );
}
