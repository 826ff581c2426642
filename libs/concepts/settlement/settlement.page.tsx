/** How far is each batch of payouts? From the cut to the final block, with gas and block; and what one of them paid. */
import {
  Answered,
  DataTable,
  Empty,
  Facts,
  Id,
  Instant,
  Money,
  NativeSelect,
  Page,
  Section,
  Table,
  useList,
  useParams,
  useRead,
  useUrlState,
  type Column,
  type ReactNode,
  type Schemas,
} from '#console-kit';

type Phase = 'opened' | 'planned' | 'signed' | 'empty' | 'confirmed' | 'reverted';

const PHASES: Readonly<Record<Phase, string>> = {
  opened: 'being cut',
  planned: 'planned, not signed',
  signed: 'signed and sent',
  confirmed: 'final',
  empty: 'nothing to pay',
  reverted: 'reverted',
};

/** What has been reached, in order; a batch that pays nothing or was reverted ends otherwise. */
const WAY = [
  ['cut', 'Every shard froze what it owes'],
  ['planned', 'Who is paid is computed'],
  ['signed', 'The transaction’s bytes are in the journal, and are sent'],
  ['final', 'In a final block of the chain'],
] as const;

const REACHED: Readonly<Record<Phase, number>> = {
  opened: 0,
  planned: 2,
  signed: 3,
  confirmed: 4,
  empty: 2,
  reverted: 3,
};

function Way({ of }: { readonly of: Schemas['SettlementDetails'] }) {
  const phase = of.phase;
  const reached = REACHED[phase];
  return (
    <>
      <ol className="steps" aria-label="The way of the batch">
        {WAY.map(([name, what], at) => (
          <li key={name}>
            <span role="img" aria-label={at < reached ? 'done' : 'not yet'}>
              {at < reached ? '✓' : '…'}
            </span>{' '}
            <strong>{name}</strong>: {what}
          </li>
        ))}
      </ol>
      {phase === 'empty' ? <p>There was nothing to pay, so nothing is signed.</p> : null}
      {phase === 'reverted' ? <p>The chain reverted it: {of.reason}. What was cut is owed again.</p> : null}
    </>
  );
}

export default function Settlements() {
  return useParams().id === undefined ? <Batches /> : <Batch />;
}

type Item = Schemas['SettlementItem'];

const COLUMNS: readonly Column<Item>[] = [
  { name: 'Opened', width: '13.5rem', cell: ({ openedAt }) => <Instant at={openedAt} /> },
  {
    name: 'Batch',
    width: 'minmax(11rem, 1fr)',
    cell: ({ id }) => <Id id={id} to={`/settlements/${id}`} copy={false} />,
  },
  { name: 'Phase', width: '9.5rem', cell: ({ phase }) => PHASES[phase as Phase] },
  { name: 'Payouts', width: '5rem', isAmount: true, cell: ({ payoutCount }) => payoutCount },
  { name: 'Withheld', width: '5.5rem', isAmount: true, cell: ({ withheldCount }) => withheldCount },
  { name: 'Total, AIR', width: '9rem', isAmount: true, cell: ({ total }) => <Money value={total} decimals={6} /> },
  { name: 'Block', width: '5rem', isAmount: true, cell: ({ block }) => block?.number ?? '–' },
  { name: 'Gas used', width: '6rem', isAmount: true, cell: ({ gas }) => gas?.used ?? '–' },
];

function Batches() {
  const [phase, choose] = useUrlState('phase');
  const chosen = phase !== undefined && phase in PHASES ? (phase as Phase) : undefined;
  const batches = useList('/v1/settlements', {
    query: { limit: 100, ...(chosen === undefined ? {} : { phase: chosen }) },
  });
  return (
    <Page question="How far is each batch?" about="Cut, then signed, then sent, then final on the chain.">
      <div className="find">
        <NativeSelect
          label="Phase"
          value={chosen ?? ''}
          onChange={(event) => choose(event.currentTarget.value)}
          data={[
            { value: '', label: 'every phase' },
            ...Object.entries(PHASES).map(([value, label]) => ({ value, label })),
          ]}
        />
      </div>
      <DataTable
        label="Batches"
        of={batches}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        to={({ id }) => `/settlements/${id}`}
        empty={
          chosen === undefined
            ? 'No batch was opened yet. One is opened by POST /v1/settlements or by its schedule.'
            : 'No batch is in this phase; choose another one.'
        }
      />
    </Page>
  );
}

function Batch() {
  const { id = '' } = useParams();
  const batch = useRead('/v1/settlements/{id}', { path: { id }, query: {} });
  return (
    <Page question={`How far is batch ${id}?`}>
      <Answered of={batch} lines={8}>
        {(data) => <Details batch={data} />}
      </Answered>
    </Page>
  );
}

function Details({ batch }: { readonly batch: Schemas['SettlementDetails'] }) {
  const [provider] = useUrlState('provider');
  const { block, gas, txHash } = batch;
  return (
    <>
      <Way of={batch} />
      <div data-testid="batch">
        <Facts
          of={[
            ['Total', <Money key="total" value={batch.total} unit="AIR" />],
            ['Chain', batch.chainId],
            ['Opened', <Instant key="opened" at={batch.openedAt} />],
            ['Ended', <Instant key="closed" at={batch.closedAt} />],
            ['Transaction', txHash === null ? '–' : <Id key="tx" id={txHash} />],
            ['Block', block === null ? '–' : block.number],
            ['Gas used', gas === null ? '–' : gas.used],
            ['Price of gas, wei', gas === null ? '–' : gas.price],
            ['Signed transactions', batch.attempts],
            ['Digest of the heads', batch.headsDigest === null ? '–' : <Id key="heads" id={batch.headsDigest} />],
          ]}
        />
      </div>
      <Section title="Payouts">
        <Rows
          label="Payouts"
          head={['Provider', 'Amount, AIR', 'State', 'Wallet', 'Log']}
          empty="It pays nobody."
          rows={batch.payouts.map((payout) => [
            payout.provider,
            [
              <Id key="p" id={payout.provider} to={`/holders/${payout.provider}`} copy={false} />,
              <Money key="a" value={payout.amount} />,
              payout.state,
              <Id key="w" id={payout.wallet} />,
              payout.logIndex ?? '–',
            ],
          ])}
          marked={provider}
        />
      </Section>
      <Section title="Withheld">
        <Rows
          label="Withheld"
          head={['Provider', 'Amount, AIR', 'Because']}
          empty="Nobody was kept out."
          rows={batch.withheld.map(({ provider: kept, amount, reason }) => [
            kept,
            [
              <Id key="p" id={kept} to={`/holders/${kept}`} copy={false} />,
              <Money key="a" value={amount} />,
              <code key="r">{reason}</code>,
            ],
          ])}
        />
      </Section>
      <Section title="Its entries, in order">
        <Rows
          label="Entries"
          head={['Entry', 'What', 'When']}
          empty="It has none yet."
          rows={batch.steps.map(({ type, entry, time }) => [
            entry,
            [<Id key="e" id={entry} to={`/entries/${entry}`} copy={false} />, type, <Instant key="t" at={time} />],
          ])}
        />
      </Section>
    </>
  );
}

function Rows({
  label,
  head,
  rows,
  empty,
  marked,
}: {
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly [key: string, cells: readonly ReactNode[]])[];
  readonly empty: string;
  /** The key of the row that was looked for. */
  readonly marked?: string | undefined;
}) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <Table withRowBorders>
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name} scope="col" className={name.startsWith('Amount') ? 'amount' : ''}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([key, cells]) => (
            <Table.Tr key={key} className={key === marked ? 'marked' : ''} aria-current={key === marked}>
              {cells.map((cell, at) => (
                <Table.Td key={head[at]} className={head[at]!.startsWith('Amount') ? 'amount' : ''}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
