/** What was used, and what did it cost? By day, model, provider or customer, down to the calls. */
import './usage.page.css';
import {
  Answered,
  Chart,
  DataTable,
  dayAfter,
  Empty,
  fillDays,
  Money,
  NativeSelect,
  Page,
  PageLink,
  Section,
  TextInput,
  useList,
  useMe,
  useRead,
  useState,
  useUrlState,
  type Column,
  type Schemas,
} from '#console-kit';

type Item = Schemas['UsageItem'];
type Group = Schemas['UsageReport']['groupBy'];

const GROUPS: readonly Group[] = ['day', 'model', 'provider', 'customer'];
const DAYS = 30;

export default function Usage() {
  const me = useMe();
  const [chosen, group] = useUrlState('by');
  const by = GROUPS.find((one) => one === chosen) ?? 'day';
  const [asked, setCustomer] = useUrlState('customer');
  const customer = me.customer ?? asked;
  const [provider, setProvider] = useUrlState('provider');
  const [model, setModel] = useUrlState('model');
  const [first, setFirst] = useUrlState('first');
  const [last, setLast] = useUrlState('last');
  const today = new Date().toISOString().slice(0, 10);
  const from = first ?? dayAfter(today, 1 - DAYS);
  const end = last ?? today;
  // The day that runs is asked for by the midnight at its end.
  const to = `${dayAfter(end)}T00:00:00Z`;
  const filters = { customer, provider, model, from, to };
  const total = useRead('/v1/reports/usage', { query: { ...filters, groupBy: by, limit: 1 } });
  const items = useList('/v1/reports/usage', { query: { ...filters, groupBy: by, limit: 100 } });
  const open = ({ key }: Item) => placeOf(by, key, { customer, provider, model, first: from, last: end });
  return (
    <Page
      question={
        customer === undefined
          ? 'What was used, and what did it cost?'
          : `What did ${customer} use, and what did it cost?`
      }
      about="By the day of the use, UTC, as its producer says. A day stays open for what is reported late."
    >
      <div className="asked">
        <NativeSelect
          size="xs"
          label="By"
          value={by}
          onChange={(event) => group(event.currentTarget.value)}
          data={GROUPS.filter((one) => one !== 'customer' || me.customer === undefined)}
        />
        {me.customer === undefined ? <Filter label="Customer" value={asked} set={setCustomer} /> : null}
        <Filter label="Provider" value={provider} set={setProvider} />
        <Filter label="Model" value={model} set={setModel} />
        <Filter label="First day" value={first} set={setFirst} none={from} pattern={DAY} />
        <Filter label="Last day" value={last} set={setLast} none={end} pattern={DAY} />
      </div>
      <Answered of={total} lines={3}>
        {({ totals }) => <Totals totals={totals} customer={customer} />}
      </Answered>
      {by === 'day' ? <Picture items={items.data?.pages[0]?.items} first={from} last={end} open={open} /> : null}
      <Section title={`By ${by}`}>
        <DataTable
          label={`Usage by ${by}`}
          of={items}
          columns={columnsOf(by, Object.keys(total.data?.totals.meters ?? {}), open)}
          keyOf={({ key }) => key}
          to={open}
          empty="Nothing was used in these days that these filters let through."
        />
      </Section>
    </Page>
  );
}

const DAY = '\\d{4}-\\d{2}-\\d{2}';

interface Narrowed {
  readonly customer: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly first: string;
  readonly last: string;
}

/** A day of one customer opens its calls; anything else the days of what it is. */
function placeOf(by: Group, key: string, asked: Narrowed): string {
  if (by === 'day' && asked.customer !== undefined) {
    const to = new Date(Date.parse(`${dayAfter(key)}T00:00:00Z`) - 1).toISOString();
    const query = new URLSearchParams({ type: 'UsageCharged', from: `${key}T00:00:00.000Z`, to });
    return `/holders/${encodeURIComponent(asked.customer)}?${query.toString()}`;
  }
  const narrowed = by === 'day' ? { ...asked, first: key, last: key } : { ...asked, [by]: key };
  const query = new URLSearchParams(by === 'day' ? { by: 'customer' } : {});
  for (const [name, value] of Object.entries(narrowed)) if (value !== undefined) query.set(name, value);
  return `/usage?${query.toString()}`;
}

function columnsOf(by: Group, meters: readonly string[], open: (row: Item) => string): readonly Column<Item>[] {
  const amount = (name: string, cell: Column<Item>['cell'], width = '10rem'): Column<Item> => ({
    ...{ name, width, isAmount: true, cell },
  });
  return [
    { name: by, width: 'minmax(10rem, 1fr)', cell: (row) => <PageLink to={open(row)}>{row.key}</PageLink> },
    amount('Calls', ({ events }) => events, '6rem'),
    amount('Cost', (row) => <Money value={row.amount} decimals={6} />),
    amount('Of it owed', (row) => <Money value={row.receivable} decimals={6} />),
    ...meters.map((meter) => amount(meter, (row) => row.meters[meter] ?? '0', '8.5rem')),
  ];
}

function Totals({
  totals,
  customer,
}: {
  readonly totals: Schemas['UsageTotals'];
  readonly customer: string | undefined;
}) {
  if (totals.events === 0) return <Empty>Nothing was used in these days.</Empty>;
  return (
    <p className="usage-total" data-testid="usage">
      <Money value={totals.amount} unit="AIR" /> for {totals.events} calls
      {totals.receivable === '0' ? null : (
        <>
          , of which <Money value={totals.receivable} unit="AIR" /> were owed when they were charged
        </>
      )}
      . {customer === undefined ? null : <PageLink to={`/budgets/${encodeURIComponent(customer)}`}>Budgets</PageLink>}
    </p>
  );
}

function Picture({
  items,
  first,
  last,
  open,
}: {
  readonly items: readonly Item[] | undefined;
  readonly first: string;
  readonly last: string;
  readonly open: (row: Item) => string;
}) {
  if (items === undefined || items.length === 0) return null;
  const none = (key: string): Item => ({ key, events: 0, amount: '0', receivable: '0', meters: {} });
  const rows = fillDays(items, ({ key }) => key, first, last, none);
  return (
    <Chart
      label="Cost by day"
      name="chart"
      axis="Day, UTC"
      series={['Cost']}
      unit="AIR"
      rows={rows.map((row) => ({ name: row.key, amounts: [row.amount], to: row.events === 0 ? undefined : open(row) }))}
    />
  );
}

function Filter({
  label,
  value,
  set,
  none = 'any',
  pattern,
}: {
  readonly label: string;
  readonly value: string | undefined;
  readonly set: (value: string | null) => void;
  readonly none?: string;
  readonly pattern?: string;
}) {
  const [text, setText] = useState(value ?? '');
  const take = () => {
    if (text !== (value ?? '') && (text === '' || pattern === undefined || new RegExp(`^${pattern}$`).test(text)))
      set(text.trim());
  };
  return (
    <TextInput
      key={value}
      size="xs"
      className="asked-text"
      label={label}
      placeholder={none}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
      }}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
