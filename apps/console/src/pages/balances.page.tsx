/** Who has what, as of when? Accounts with what changed since another instant, by kind, down to the entries of each. */
import {
  Answered,
  AsOf,
  DataTable,
  differenceOf,
  Facts,
  Instant,
  InstantField,
  Money,
  NativeSelect,
  Page,
  PageLink,
  Section,
  Table,
  useAsOf,
  useList,
  useRead,
  useUrlState,
  type Column,
  type Schemas,
} from '#console-kit';

type Account = Schemas['AccountBalanceItem'];
type Trial = Schemas['TrialBalanceAnswer'];

export default function Balances() {
  const [asOf] = useAsOf();
  const [since] = useUrlState('since');
  const [group, choose] = useUrlState('group');
  const trial = useRead('/v1/ledger/trial-balance', { query: { asOf } });
  const then = useRead('/v1/ledger/trial-balance', { query: { asOf: since } }, { enabled: since !== undefined });
  return (
    <Page question="Who has what?">
      <AsOf closed={trial.data?.closed} position={trial.data?.position} />
      <div className="asked">
        <InstantField label="Change since" name="since" edge="end" none="an instant" />
        <NativeSelect
          size="xs"
          label="Kind of account"
          value={group ?? ''}
          onChange={(event) => choose(event.currentTarget.value)}
          data={[{ value: '', label: 'all kinds' }, ...(trial.data?.groups.map((one) => one.group) ?? [])]}
        />
      </div>
      <Section title="Trial balance by kind">
        <Answered of={trial} lines={8}>
          {(data) => <Groups trial={data} then={since === undefined ? undefined : then.data} group={group} />}
        </Answered>
      </Section>
      <Section title={group === undefined ? 'Every account' : `Accounts of ${group}`}>
        <Accounts asOf={asOf} since={since} group={group} />
      </Section>
    </Page>
  );
}

function Groups({
  trial,
  then,
  group,
}: {
  readonly trial: Trial;
  readonly then: Trial | undefined;
  readonly group: string | undefined;
}) {
  const before = new Map(then?.groups.map((one) => [`${one.group} ${one.asset}`, one.balance]));
  const shown = trial.groups.filter((one) => group === undefined || one.group === group);
  const heads = ['Accounts', 'Debit', 'Credit', 'Balance', ...(then === undefined ? [] : ['Change'])];
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Trial balance by kind of account">
      <Table withRowBorders data-testid="groups">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Kind</Table.Th>
            {heads.map((name) => (
              <Table.Th key={name} scope="col" className="amount">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((one) => (
            <Table.Tr key={`${one.group} ${one.asset}`}>
              <Table.Th scope="row">
                <PageLink to={placeOf(one.group)}>{one.group}</PageLink>
              </Table.Th>
              <Table.Td className="amount">{one.accounts}</Table.Td>
              {[one.debit, one.credit, one.balance].map((value, column) => (
                <Table.Td key={column} className="amount">
                  <Money value={value} decimals={9} />
                </Table.Td>
              ))}
              {then === undefined ? null : (
                <Table.Td className="amount">
                  <Money
                    value={differenceOf(one.balance, before.get(`${one.group} ${one.asset}`) ?? '0')}
                    decimals={9}
                  />
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
        {group === undefined ? (
          <Table.Tfoot>
            {trial.totals.map(({ asset, debit, credit, difference }) => (
              <Table.Tr key={asset}>
                <Table.Th scope="row">All, in {asset}</Table.Th>
                <Table.Td />
                {[debit, credit, difference].map((value, column) => (
                  <Table.Td key={column} className="amount">
                    <Money value={value} decimals={9} />
                  </Table.Td>
                ))}
                {then === undefined ? null : <Table.Td />}
              </Table.Tr>
            ))}
          </Table.Tfoot>
        ) : null}
      </Table>
    </div>
  );
}

/** A kind with one account is that account. */
const placeOf = (group: string): string =>
  group.includes('*') ? `/balances?group=${encodeURIComponent(group)}` : `/accounts/${group}`;

function Accounts({
  asOf,
  since,
  group,
}: {
  readonly asOf: string | undefined;
  readonly since: string | undefined;
  readonly group: string | undefined;
}) {
  const accounts = useList('/v1/ledger/trial-balance/accounts', { query: { asOf, since, group, limit: 200 } });
  const until = asOf === undefined ? '' : `&to=${encodeURIComponent(asOf)}`;
  const to = ({ account }: Account) => {
    const from =
      since === undefined ? '' : `&from=${encodeURIComponent(new Date(Date.parse(since) + 1).toISOString())}`;
    const query = `${from}${until}`.replace(/^&/, '?');
    return `/accounts/${account}${query}`;
  };
  const amount = (name: string, value: (row: Account) => string | undefined): Column<Account> => ({
    ...{ name, width: '10.5rem', isAmount: true },
    cell: (row) => <Money value={value(row)} decimals={6} />,
  });
  const columns: readonly Column<Account>[] = [
    { name: 'Account', width: 'minmax(15rem, 1fr)', cell: (row) => <PageLink to={to(row)}>{row.account}</PageLink> },
    amount('Debit', ({ debit }) => debit),
    amount('Credit', ({ credit }) => credit),
    amount('Balance', ({ balance }) => balance),
    ...(since === undefined ? [] : [amount('Change', ({ change }) => change)]),
  ];
  return (
    <>
      {since === undefined ? null : <Facts of={[['Change since', <Instant key="s" at={since} milliseconds />]]} />}
      <DataTable
        label="Accounts"
        of={accounts}
        columns={columns}
        keyOf={({ account, asset }) => `${account} ${asset}`}
        to={to}
        empty="Nothing had been booked by then."
      />
    </>
  );
}
