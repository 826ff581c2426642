/** What did this call bring? One entry of a payout, as its provider may see it. */
import {
  Answered,
  Empty,
  Facts,
  Id,
  Instant,
  may,
  Money,
  Page,
  PageLink,
  Section,
  useMe,
  useParams,
  useRead,
  useTelling,
  type Schemas,
} from '#console-kit';

type Paid = Schemas['PaidEntry'];
type Usage = Schemas['PaidUsage'];

export default function Call() {
  const { payout = '', entry = '' } = useParams();
  const id = decodeURIComponent(payout);
  const paid = useRead('/v1/payouts/{id}/entries', { path: { id }, query: { entry, limit: 1 } });
  const found = paid.data?.items[0];
  return (
    <Page
      question={`What did ${found?.usage[0]?.id ?? entry} bring?`}
      about={
        <>
          One entry of the payout <PageLink to={`/payouts/${encodeURIComponent(id)}`}>{id}</PageLink>
        </>
      }
    >
      <Answered of={paid} lines={6}>
        {({ items: [item] }) =>
          item === undefined ? <Empty>The payout does not pay the entry {entry}.</Empty> : <OfCall of={item} />
        }
      </Answered>
    </Page>
  );
}

function OfCall({ of }: { readonly of: Paid }) {
  const me = useMe();
  const telling = useTelling();
  return (
    <>
      <div data-testid="call">
        <Facts
          of={[
            ['Of the payout', <Money key="a" value={of.amount} unit="AIR" />],
            ['What happened', telling(of.type).name],
            ['Happened', <Instant key="t" at={of.time} milliseconds />],
            ['Booked', <Instant key="r" at={of.recordedAt} milliseconds />],
            ['Customer', of.customer ?? '–'],
            ['Place in the journal', <Id key="e" id={of.entry} />],
            ...(of.corrects === undefined ? [] : [['It corrects', <Id key="c" id={of.corrects} />] as const]),
          ]}
        />
      </div>
      {of.usage.map((usage) => (
        <Section key={`${usage.source} ${usage.id}`} title={`Call ${usage.id}`}>
          <OfUsage usage={usage} />
        </Section>
      ))}
      {may(me, 'get', '/v1/entries/{id}/explanation') ? (
        <p>
          <PageLink to={`/entries/${of.entry}`}>Why this amount?</PageLink> Prices, the split and its remainders, and
          the proof.
        </p>
      ) : null}
    </>
  );
}

function OfUsage({
  usage: { source, type, model, meters, charged, priceBook, splitPolicy },
}: {
  readonly usage: Usage;
}) {
  return (
    <Facts
      of={[
        ['Reported by', source],
        ...(type === undefined ? [] : [['Kind', type] as const]),
        ...(model === undefined ? [] : [['Model', model] as const]),
        ...Object.entries<string>(meters ?? {}).map(([meter, quantity]) => [meter, quantity] as const),
        ...(charged === undefined
          ? []
          : [['What all of it cost', <Money key="m" value={charged} unit="AIR" />] as const]),
        ...(priceBook === undefined ? [] : [['Priced by price book', String(priceBook)] as const]),
        ...(splitPolicy === undefined ? [] : [['Shared out by split policy', String(splitPolicy)] as const]),
      ]}
    />
  );
}
