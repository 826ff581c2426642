/** Do the books agree? The sums, the law of supply as one equation, and what does not agree with the chains. */
import {
  Answered,
  AsOf,
  Chart,
  dayAfter,
  Empty,
  fillDays,
  Id,
  Instant,
  may,
  Money,
  Page,
  PageLink,
  Section,
  Table,
  useAsOf,
  useMe,
  useRead,
  Verdict,
  type Schemas,
} from '#console-kit';

export default function Home() {
  const me = useMe();
  const [asOf] = useAsOf();
  const asked = { query: { asOf } };
  const trial = useRead('/v1/ledger/trial-balance', asked);
  const supply = useRead('/v1/ledger/supply', asked);
  return (
    <Page question="Do the books agree?">
      <AsOf closed={trial.data?.closed} position={trial.data?.position} />
      <Answered of={trial} lines={2}>
        {(data) => <Balanced trial={data} />}
      </Answered>
      <Section title="The law of supply">
        <Answered of={supply} lines={6}>
          {(data) => <Supply supply={data} />}
        </Answered>
      </Section>
      {may(me, 'get', '/v1/breaks') && asOf === undefined ? <Breaks /> : null}
      {may(me, 'get', '/v1/reports/usage') && asOf === undefined ? <Usage /> : null}
      <Section title="Balances by kind of account">
        <Answered of={trial} lines={8}>
          {(data) => <Groups trial={data} />}
        </Answered>
      </Section>
    </Page>
  );
}

function Balanced({ trial }: { readonly trial: Schemas['TrialBalanceAnswer'] }) {
  const off = trial.totals.filter(({ difference }) => difference !== '0');
  return (
    <div data-testid="balanced">
      <Verdict holds={trial.balanced}>
        {trial.balanced
          ? 'Debits equal credits, in every shard and for every asset: the sum of all balances is zero.'
          : 'The books do not balance.'}
      </Verdict>
      {off.map(({ asset, difference }) => (
        <Verdict key={asset} holds={false}>
          Debits and credits differ by <Money value={difference} unit={asset} />.
        </Verdict>
      ))}
      {trial.unbalancedShards.map(({ shard, asset, sum }) => (
        <Verdict key={`${shard}${asset}`} holds={false}>
          Shard {shard} sums to <Money value={sum} unit={asset} /> instead of zero.
        </Verdict>
      ))}
    </div>
  );
}

function Supply({ supply }: { readonly supply: Schemas['SupplyAnswer'] }) {
  const { mintedBy, burnedBy } = supply;
  return (
    <>
      <p className="equation" data-testid="supply">
        <Term name="minted" value={supply.minted} /> − <Term name="burned" value={supply.burned} /> ={' '}
        <Term name="supply" value={supply.supply} />
      </p>
      {supply.checks.map(({ name, left, right, agrees }) => (
        <Verdict key={name} holds={agrees}>
          {name}: <Money value={left} />
          {agrees ? '' : ' against '}
          {agrees ? null : <Money value={right} />}
        </Verdict>
      ))}
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Where the supply came from and where it is">
        <Table withRowBorders>
          <Table.Tbody>
            {(
              [
                ['minted by command', mintedBy.command],
                ['minted by emission', mintedBy.emission],
                ['burned by command', burnedBy.command],
                ['burned by buy-backs', burnedBy.buyBack],
                ['burned of usage', burnedBy.usage],
                ['held by holders in the ledger', supply.holders],
                ['in transit between shards', supply.transit],
                ['in a batch that is not final', supply.inTransit],
                ['paid out on chain', supply.withdrawn],
              ] as const
            ).map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td className="amount">
                  <Money value={value} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}

function Term({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <span>
      <Money value={value} /> {name}
    </span>
  );
}

function Breaks() {
  const breaks = useRead('/v1/breaks', { query: { state: 'open', limit: 20 } });
  return (
    <Section title="Open breaks between ledger and chain">
      <Answered of={breaks} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Verdict holds>No open break.</Verdict>
          ) : (
            <ul>
              {items.map(({ key, class: kind, detail, ledger, chain, since }) => (
                <li key={key}>
                  <Id id={key} /> {kind}: {detail} (ledger {ledger ?? '–'}, chain {chain ?? '–'}), since{' '}
                  <Instant at={since} />
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  );
}

/** So many days are shown. */
const DAYS = 31;

/** Usage counts on its own UTC day, by its producer's clock. */
function Usage() {
  const today = new Date().toISOString().slice(0, 10);
  const first = dayAfter(today, 1 - DAYS);
  const usage = useRead('/v1/reports/usage', { query: { groupBy: 'day', from: first, limit: DAYS + 1 } });
  return (
    <Section title="What usage cost, by day">
      <Answered of={usage} lines={6}>
        {({ items }) => (
          <Chart
            label="What usage cost, by day"
            name="usage"
            axis="Day of the usage, UTC"
            series={['Charged', 'Of it left owed']}
            unit="AIR"
            as="lines"
            rows={fillDays(
              items.map(({ key, amount, receivable }) => ({ name: key, amounts: [amount, receivable] })),
              ({ name }) => name,
              first,
              today,
              (name) => ({ name, amounts: ['0', '0'] }),
            )}
          />
        )}
      </Answered>
    </Section>
  );
}

function Sides({ debit, credit }: { readonly debit: string; readonly credit: string }) {
  return [debit, credit].map((amount, side) => (
    <Table.Td key={side} className="amount">
      <Money value={amount} />
    </Table.Td>
  ));
}

function Groups({ trial }: { readonly trial: Schemas['TrialBalanceAnswer'] }) {
  if (trial.groups.length === 0) return <Empty>Nothing has been booked yet.</Empty>;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Balances by kind of account">
      <Table withRowBorders>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Kind</Table.Th>
            <Table.Th scope="col" className="amount">
              Accounts
            </Table.Th>
            <Table.Th scope="col" className="amount">
              Debit
            </Table.Th>
            <Table.Th scope="col" className="amount">
              Credit
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {trial.groups.map(({ group, asset, accounts, debit, credit }) => (
            <Table.Tr key={`${group} ${asset}`}>
              <Table.Th scope="row">
                <PageLink to={`/balances?group=${encodeURIComponent(group)}`}>
                  <code>{group}</code>
                </PageLink>
              </Table.Th>
              <Table.Td className="amount">{accounts}</Table.Td>
              <Sides debit={debit} credit={credit} />
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          {trial.totals.map(({ asset, debit, credit }) => (
            <Table.Tr key={asset}>
              <Table.Th scope="row">All, in {asset}</Table.Th>
              <Table.Td />
              <Sides debit={debit} credit={credit} />
            </Table.Tr>
          ))}
        </Table.Tfoot>
      </Table>
    </div>
  );
}
