/** Must somebody do something? Where shards end, what lags and what waits, live; what must be done says so. */
import {
  Answered,
  Empty,
  Facts,
  Instant,
  Loading,
  may,
  Page,
  PageLink,
  Section,
  Table,
  useLive,
  useMe,
  useRead,
  Verdict,
  type ReactNode,
  type Schemas,
} from '#console-kit';

type State = Schemas['WatchedState'];

/** Pages that the read models may be behind before somebody should look. */
const BEHIND_MAX = 100;
const LAG_MAX = 10_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;

export default function Health() {
  const { state, isConnected } = useLive();
  const me = useMe();
  return (
    <Page
      question="Must somebody do something?"
      about={
        state === undefined ? undefined : (
          <>
            {isConnected ? 'As of ' : 'The connection is lost; as of '}
            <Instant at={state.at} />
          </>
        )
      }
    >
      {state === undefined ? <Loading lines={8} /> : <Watched state={state} />}
      {may(me, 'get', '/v1/reconciliations') ? <Chain /> : null}
    </Page>
  );
}

function Watched({ state }: { readonly state: State }) {
  const todo = thingsToDo(state);
  return (
    <>
      <div data-testid="todo">
        {todo.length === 0 ? <Verdict holds>Nothing must be done.</Verdict> : null}
        {todo.map(([name, what]) => (
          <Verdict key={name} holds={false}>
            {what}
          </Verdict>
        ))}
      </div>
      <Section title="Shards">
        <div className="table-scroll" tabIndex={0} role="region" aria-label="Shards">
          <Table withRowBorders>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Shard</Table.Th>
                <Table.Th scope="col" className="amount">
                  Height
                </Table.Th>
                <Table.Th scope="col" className="amount">
                  Last page
                </Table.Th>
                <Table.Th scope="col" className="amount">
                  Read models behind
                </Table.Th>
                <Table.Th scope="col">Closed to</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {state.shards.map(({ shard, kind, height, recordedAt, closedTo, behind }) => (
                <Table.Tr key={shard}>
                  <Table.Th scope="row">{kind === 'registry' ? `${shard}, registry` : shard}</Table.Th>
                  <Table.Td className="amount">{height}</Table.Td>
                  <Table.Td className="amount">{recordedAt === null ? '–' : ago(recordedAt, state.at)}</Table.Td>
                  <Table.Td className="amount">{behind === 0 ? '0' : `${behind} pages`}</Table.Td>
                  <Table.Td>
                    <Instant at={closedTo} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </Section>
      <Section title="Usage from Kafka">
        {state.kafka === null ? (
          <Empty>No broker is configured: usage comes over HTTP.</Empty>
        ) : (
          <Facts
            of={[
              ['Topic', <code key="topic">{state.kafka.topic}</code>],
              ['Messages not applied', state.kafka.lag ?? 'unknown'],
              ...state.kafka.partitions.map(({ partition, lag }) => [`Partition ${partition}`, lag] as const),
            ]}
          />
        )}
      </Section>
    </>
  );
}

/** What is wrong, and what is to be done about it. */
function thingsToDo({ shards, kafka, deadLetters, breaks }: State): (readonly [string, ReactNode])[] {
  const late = shards.filter(({ behind }) => behind > BEHIND_MAX);
  return [
    ...late.map(
      ({ shard, behind }) =>
        [
          `behind ${shard}`,
          `The read models are ${behind} pages behind in shard ${shard}: see that a projector runs and what its log says.`,
        ] as const,
    ),
    ...(kafka?.lag === null
      ? [['kafka', `No broker says how far ${kafka.topic} is: see that Kafka can be reached.`] as const]
      : []),
    ...((kafka?.lag ?? 0) > LAG_MAX
      ? [['lag', `${kafka!.lag} messages of ${kafka!.topic} wait: see that every ledger process is ready.`] as const]
      : []),
    ...(deadLetters > 0
      ? [
          [
            'letters',
            <>
              {count(deadLetters, 'message')} could not be applied:{' '}
              <PageLink to="/dead-letters">replay or dismiss</PageLink>.
            </>,
          ] as const,
        ]
      : []),
    ...(breaks > 0
      ? [
          [
            'breaks',
            <>
              {count(breaks, 'break')} between ledger and chain: payouts wait until{' '}
              <PageLink to="/breaks">they are resolved</PageLink>.
            </>,
          ] as const,
        ]
      : []),
  ];
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** How long before another instant, in the largest unit that says enough. */
function ago(at: string, now: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(now) - Date.parse(at)) / 1_000));
  if (seconds < 2 * MINUTE_S) return `${seconds} s ago`;
  if (seconds < 2 * HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min ago`;
  return `${Math.floor(seconds / HOUR_S)} h ago`;
}

function Chain() {
  const runs = useRead('/v1/reconciliations', { query: { limit: 1 } });
  return (
    <Section title="Chain, as of the last reconciliation">
      <Answered of={runs} lines={2}>
        {({ items: [last] }) =>
          last === undefined ? (
            <Empty>Ledger and chain were not compared yet.</Empty>
          ) : (
            <Facts
              of={[
                ['Chain', last.chainId],
                ['Final block', last.block.number ?? '–'],
                ['Compared', <Instant key="time" at={last.time} />],
                ['Payouts that agree', last.matched],
                ['Breaks then', last.breakCount],
              ]}
            />
          )
        }
      </Answered>
    </Section>
  );
}
