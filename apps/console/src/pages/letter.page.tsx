/** Why was this message not applied? Its bytes, its reason, and what became of it. */
import {
  Answered,
  Code,
  Empty,
  Facts,
  Id,
  Instant,
  Money,
  Page,
  Section,
  Table,
  useParams,
  useRead,
  type Schemas,
} from '#console-kit';
import { LetterCommands } from './letter-commands.js';

const WORDS: Readonly<Record<Schemas['LetterItem']['state'], string>> = {
  open: 'waits: nobody did anything about it',
  replaying: 'is in a replay that is not done',
  failing: 'was played again and failed again',
  replayed: 'was played again',
  dismissed: 'was dismissed',
};

export default function Letter() {
  const { id = '' } = useParams();
  const [topic = '', partition = '', offset = ''] = id.split(':');
  const letter = useRead('/v1/dead-letters/{topic}/{partition}/{offset}', { path: { topic, partition, offset } });
  return (
    <Page question={`Why was ${id} not applied?`}>
      <Answered of={letter} lines={8}>
        {(data) => <Details letter={data} />}
      </Answered>
    </Page>
  );
}

function Details({ letter }: { readonly letter: Schemas['LetterDetails'] }) {
  const { topic, partition, offset, order, key, value, headers, omittedBytes } = letter;
  const isWaiting = letter.state === 'open' || letter.state === 'failing';
  return (
    <>
      <p>
        <code>{letter.reason}</code>: {letter.detail}
      </p>
      <Facts
        of={[
          ['It', WORDS[letter.state]],
          ['Rejected', <Instant key="rejected" at={letter.rejectedAt} milliseconds />],
          ['Its own time', <Instant key="time" at={letter.time} milliseconds />],
          [
            'Customer',
            letter.customer === null ? '–' : <Id key="c" id={letter.customer} to={`/holders/${letter.customer}`} />,
          ],
          ['Usage', letter.usageId === null ? '–' : <Id key="u" id={letter.usageId} />],
          ['Source', letter.usageSource ?? '–'],
          ['At stake', <Money key="stake" value={letter.atStake ?? undefined} unit="AIR" />],
          ...(letter.outcome === null
            ? []
            : [
                [
                  'Its replay',
                  `${letter.outcome}${letter.outcomeDetail === null ? '' : `: ${letter.outcomeDetail}`}`,
                ] as const,
              ]),
          ...(letter.entry === null
            ? []
            : [['Charge', <Id key="entry" id={letter.entry} to={`/entries/${letter.entry}`} />] as const]),
          ...(order === null
            ? []
            : [
                [order.kind === 'replay' ? 'Replayed by' : 'Dismissed by', order.actor] as const,
                ['Because', order.reason] as const,
                ['Ordered', <Instant key="ordered" at={order.orderedAt} />] as const,
              ]),
        ]}
      />
      {isWaiting ? <LetterCommands filter={{ topic, partition, offset }} what="this message" /> : null}
      <Section title="The message">
        {omittedBytes === 0 ? null : (
          <p>{omittedBytes} bytes more were not kept, so it cannot be played again from here.</p>
        )}
        <h3>Key</h3>
        <Bytes of={key} />
        <h3>Value</h3>
        <Bytes of={value} />
        <h3>Headers</h3>
        {headers.length === 0 ? (
          <Empty>It has none.</Empty>
        ) : (
          <div className="table-scroll" tabIndex={0} role="region" aria-label="Headers">
            <Table withRowBorders>
              <Table.Tbody>
                {headers.map(({ name, value: bytes }, at) => (
                  <Table.Tr key={`${name} ${at}`}>
                    <Table.Th scope="row">
                      <code>{name}</code>
                    </Table.Th>
                    <Table.Td>
                      <code>{bytes.text ?? bytes.base64}</code>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Section>
    </>
  );
}

function Bytes({ of }: { readonly of: Schemas['LetterBytes'] | null }) {
  if (of === null) return <Empty>It has none.</Empty>;
  return (
    <>
      {of.text === null ? <p>{of.bytes} bytes that are no text, in base64:</p> : null}
      <Code block className="bytes">
        {of.text ?? of.base64}
      </Code>
    </>
  );
}
