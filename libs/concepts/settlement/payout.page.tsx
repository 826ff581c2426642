/** Which calls made this transfer? One payout: how far it is, and the very charges that it pays. */
import {
  Answered,
  DataTable,
  Facts,
  Id,
  Instant,
  Money,
  Page,
  PageLink,
  Section,
  useList,
  useParams,
  useRead,
  useTelling,
  Verdict,
  type Column,
  type Schemas,
} from '#console-kit';

type Paid = Schemas['PaidEntry'];
type Payout = Schemas['PayoutDetails'];

export default function PayoutPage() {
  const { id = '' } = useParams();
  const name = decodeURIComponent(id);
  const payout = useRead('/v1/payouts/{id}', { path: { id: name }, query: {} });
  return (
    <Page question="Which calls made this transfer?" about={`Payout ${name}`}>
      <Answered of={payout} lines={6}>
        {(data) => (
          <>
            <Transfer of={data} />
            <Paids id={name} />
            <Steps of={data} />
          </>
        )}
      </Answered>
    </Page>
  );
}

function Transfer({ of }: { readonly of: Payout }) {
  return (
    <div data-testid="transfer">
      <Facts
        of={[
          ['Amount', <Money key="a" value={of.amount} unit="AIR" />],
          ['How far', of.state],
          [
            'Provider',
            <Id key="p" id={of.provider} to={`/earnings?provider=${encodeURIComponent(of.provider)}`} copy={false} />,
          ],
          ['Wallet', <Id key="w" id={of.wallet} />],
          ['Chain', String(of.chainId)],
          ['Planned', <Instant key="t" at={of.plannedAt} />],
          ['Ended', <Instant key="c" at={of.closedAt} />],
          ['Transaction', of.txHash === null ? 'not signed yet' : <Id key="x" id={of.txHash} />],
          ...(of.blockNumber === null
            ? []
            : [['Block, and the log in it', `${of.blockNumber}, ${of.logIndex ?? '–'}`] as const]),
          ...(of.gas === null
            ? []
            : [['Gas of the batch', `${of.gas.used} at ${of.gas.price} wei, for ${of.payoutCount} payouts`] as const]),
          ...(of.reason === null ? [] : [['Why it was given back', of.reason] as const]),
        ]}
      />
    </div>
  );
}

function Paids({ id }: { readonly id: string }) {
  const first = useRead('/v1/payouts/{id}/entries', { path: { id }, query: { limit: 1 } });
  const entries = useList('/v1/payouts/{id}/entries', { path: { id }, query: { limit: 100 } });
  const telling = useTelling();
  // What it is about stands first: a narrow window shows no more.
  const columns: readonly Column<Paid>[] = [
    {
      name: 'Call',
      width: 'minmax(8rem, 1fr)',
      cell: ({ entry, usage }) => (
        <Id id={usage[0]?.id ?? entry} to={`/calls/${encodeURIComponent(id)}/${entry}`} copy={false} />
      ),
    },
    {
      name: 'Of the payout',
      width: '11rem',
      isAmount: true,
      cell: ({ amount }) => <Money value={amount} decimals={9} />,
    },
    { name: 'Booked', width: '15.5rem', cell: ({ recordedAt }) => <Instant at={recordedAt} /> },
    { name: 'Model', width: '8.5rem', cell: ({ usage }) => usage[0]?.model ?? '' },
    { name: 'Customer', width: '7rem', cell: ({ customer }) => customer ?? '' },
    { name: 'What', width: '8rem', cell: ({ type }) => telling(type).name },
  ];
  return (
    <Section title="What it pays">
      <Answered of={first} lines={1}>
        {({ amount, total, count }) => (
          <div data-testid="adds-up">
            <Verdict holds={amount === total}>
              {count} entries come to <Money value={total ?? undefined} unit="AIR" />
              {amount === total ? ': the payout, to the last digit.' : ', which is not the payout.'}
            </Verdict>
          </div>
        )}
      </Answered>
      <DataTable
        label="Entries that the payout pays"
        of={entries}
        columns={columns}
        keyOf={({ entry }) => entry}
        to={({ entry }) => `/calls/${encodeURIComponent(id)}/${entry}`}
        empty="It pays no entry."
      />
    </Section>
  );
}

function Steps({ of: { steps, heads, headsDigest } }: { readonly of: Payout }) {
  const telling = useTelling();
  return (
    <Section title="How it came about">
      <ol>
        {steps.map(({ type, entry, time }) => (
          <li key={entry}>
            {telling(type).name}, <Instant at={time} /> <Id id={entry} copy={false} />
          </li>
        ))}
      </ol>
      <p>
        Its batch was cut at {heads.map(({ shard, height }) => `${shard}:${height}`).join(' ')}
        {headsDigest === null ? '' : ', which the transaction commits to by'}{' '}
        {headsDigest === null ? null : <Id id={headsDigest} />}
      </p>
      <p>
        <PageLink to="/payouts">All payouts</PageLink>
      </p>
    </Section>
  );
}
