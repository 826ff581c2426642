/** What does it cost, what changed, and what would change? Price books, two of them compared, and one tried out before it is published. */
import './price-book.page.css';
import {
  Answered,
  Button,
  call,
  dayAfter,
  Empty,
  Failed,
  Instant,
  may,
  Money,
  NativeSelect,
  Page,
  PageLink,
  Section,
  Table,
  Textarea,
  TextInput,
  useMe,
  useMutation,
  useRead,
  useState,
  useUrlState,
  Verdict,
  type ReactNode,
  type Schemas,
} from '#console-kit';

type Line = Schemas['PriceLineBody'];
type Trial = Schemas['PriceBookTrial'];

export default function PriceBooks() {
  const me = useMe();
  const books = useRead('/v1/price-books', { query: { limit: 100 } });
  return (
    <Page question="What does it cost, and what changed?">
      <Answered of={books} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>No price book is published yet.</Empty>
          ) : (
            <>
              <Books books={items} />
              {may(me, 'get', '/v1/price-books/{version}/difference') && items.length > 1 ? (
                <Compare books={items} />
              ) : null}
              {may(me, 'put', '/v1/price-books/{version}') ? <TryOut newest={items[0]!} /> : null}
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function Books({ books }: { readonly books: readonly Schemas['PriceBookItem'][] }) {
  const [shown, show] = useUrlState('book');
  const one = books.find(({ version }) => String(version) === shown) ?? books[0]!;
  return (
    <Section title="Prices">
      <div className="asked">
        <NativeSelect
          size="xs"
          label="Price book"
          value={String(one.version)}
          onChange={(event) => show(event.currentTarget.value)}
          data={books.map(({ version }) => ({ value: String(version), label: `version ${version}` }))}
        />
        <span>
          In force for usage from <Instant at={one.effectiveAt} /> on.
        </span>
      </div>
      <Rows
        label={`Lines of price book ${one.version}`}
        heads={['Of', 'Model', 'Provider', 'Prices']}
        rows={one.prices.map((line) => [line.type, line.model, line.provider ?? 'any', pricesOf(line)])}
      />
    </Section>
  );
}

const pricesOf = ({ meters }: Line): string =>
  Object.entries(meters)
    .map(([meter, price]) => `${meter} ${describe(price)}`)
    .join(', ');

function describe(price: unknown): string {
  const { price: flat, per, currency } = price as Readonly<Record<string, string | undefined>>;
  const unit = currency === 'usd' ? ' USD' : '';
  return flat === undefined || per === undefined ? JSON.stringify(price) : `${flat}${unit} per ${per}`;
}

function Compare({ books }: { readonly books: readonly Schemas['PriceBookItem'][] }) {
  const versions = books.map(({ version }) => String(version));
  const [chosenFrom, setFrom] = useUrlState('from');
  const [chosenTo, setTo] = useUrlState('to');
  const from = chosenFrom ?? versions[1]!;
  const to = chosenTo ?? versions[0]!;
  const difference = useRead('/v1/price-books/{version}/difference', {
    path: { version: Number.parseInt(to, 10) },
    query: { from: Number.parseInt(from, 10) },
  });
  return (
    <Section title="What differs">
      <div className="asked">
        <NativeSelect
          size="xs"
          label="From version"
          value={from}
          data={versions}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label="To version"
          value={to}
          data={versions}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </div>
      <Answered of={difference} lines={3}>
        {({ added, removed, changed, fallbacks }) =>
          added.length + removed.length + changed.length + fallbacks.length === 0 ? (
            <Empty>The two price everything alike.</Empty>
          ) : (
            <>
              <Rows
                label="Lines that differ"
                heads={['Line', 'Model', 'Provider', 'Before', 'After']}
                rows={[
                  ...changed.map((one) => [
                    'changed',
                    one.to.model,
                    one.to.provider ?? 'any',
                    pricesOf(one.from),
                    pricesOf(one.to),
                  ]),
                  ...added.map((line) => ['added', line.model, line.provider ?? 'any', '–', pricesOf(line)]),
                  ...removed.map((line) => ['removed', line.model, line.provider ?? 'any', pricesOf(line), '–']),
                ]}
              />
              {fallbacks.length === 0 ? null : <p>Fall back otherwise: {fallbacks.join(', ')}.</p>}
            </>
          )
        }
      </Answered>
    </Section>
  );
}

/** The prices that are in force, from tomorrow on: what somebody changes to try it out. */
function draftOf({ prices }: Schemas['PriceBookItem']): string {
  const effectiveAt = `${dayAfter(new Date().toISOString().slice(0, 10))}T00:00:00Z`;
  const lines = prices.map(({ provider, ...line }) => (provider === '*' ? line : { ...line, provider }));
  return JSON.stringify({ effectiveAt, prices: lines }, null, 2);
}

/** Nothing is published here: the service computes what the book would do, from the usage of the last weeks. */
function TryOut({ newest }: { readonly newest: Schemas['PriceBookItem'] }) {
  const [version, setVersion] = useState(String(newest.version + 1));
  const [text, setText] = useState(() => draftOf(newest));
  const trial = useMutation({
    mutationFn: async () => {
      const body = JSON.parse(text) as Schemas['PriceBookBody'];
      const path = { version: Number.parseInt(version, 10) };
      return call('put', '/v1/price-books/{version}', { path, query: { dryRun: 'true' }, body });
    },
  });
  return (
    <Section title="What would change, for whom?">
      <p>The book below is tried on what was used in the last weeks. Nothing is written.</p>
      <form
        className="try-out"
        onSubmit={(event) => {
          event.preventDefault();
          trial.mutate();
        }}
      >
        <TextInput
          size="xs"
          label="As version"
          value={version}
          onChange={(event) => setVersion(event.currentTarget.value)}
          pattern="[0-9]{1,9}"
          required
        />
        <Textarea
          label="Price book"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rows={12}
          spellCheck={false}
          className="try-out-book"
        />
        <Button type="submit" loading={trial.isPending}>
          Try it
        </Button>
      </form>
      {trial.error === null ? null : <Failed error={trial.error} />}
      {trial.data !== undefined && 'rerated' in trial.data ? <Effect of={trial.data} /> : null}
    </Section>
  );
}

function Effect({ of }: { readonly of: Trial }) {
  const { rerated, lost, lines } = of;
  const compared = (one: Schemas['ComparedAmount']) => [
    String(one.events),
    <Money key="b" value={one.before} />,
    <Money key="a" value={one.after} />,
    <Money key="d" value={one.difference} />,
  ];
  const heads = ['Calls', 'As recorded', 'By this book', 'Difference'];
  return (
    <div data-testid="effect">
      <Verdict holds={of.wouldRefuse === undefined}>
        {of.wouldRefuse === undefined
          ? 'It could be published as it stands.'
          : `It would be refused: ${of.wouldRefuse}.`}
      </Verdict>
      <Verdict holds={lost.length === 0}>
        {lost.length === 0
          ? 'Whatever was used lately has a price.'
          : `Lately used and without a price: ${lost.map(({ model, meter }) => `${model} ${meter}`).join(', ')}.`}
      </Verdict>
      <p>
        {lines.added} lines added, {lines.removed} removed, {lines.changed} changed
        {of.comparedWith === undefined ? '' : ` against version ${of.comparedWith}`}. Rated again: what was recorded
        after <Instant at={rerated.after} />
        {rerated.complete ? '' : ', the newest of it'}.
      </p>
      <Rows label="In all" heads={['', ...heads]} rows={[['All customers', ...compared(rerated.total)]]} />
      <h3>By customer</h3>
      <Rows
        label="By customer"
        heads={['Customer', ...heads]}
        rows={rerated.customers.map((one) => [
          <PageLink key="c" to={`/usage?customer=${encodeURIComponent(one.customer)}`}>
            {one.customer}
          </PageLink>,
          ...compared(one),
        ])}
      />
      <h3>By provider: its share</h3>
      <Rows
        label="By provider"
        heads={['Provider', ...heads]}
        rows={rerated.providers.map((one) => [one.provider, ...compared(one)])}
      />
      {rerated.unrated.length === 0 ? null : (
        <>
          <h3>What it has no price for</h3>
          <Rows
            label="Without a price"
            heads={['Model', 'Provider', 'Why', 'Calls', 'As recorded']}
            rows={rerated.unrated.map((one) => [
              one.model,
              one.provider,
              one.code,
              String(one.events),
              <Money key="b" value={one.before} />,
            ])}
          />
        </>
      )}
    </div>
  );
}

const AMOUNTS = new Set(['Calls', 'As recorded', 'By this book', 'Difference']);

function Rows({
  label,
  heads,
  rows,
}: {
  readonly label: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
}) {
  const classOf = (head: string) => (AMOUNTS.has(head) ? 'amount' : 'price-text');
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <Table withRowBorders>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) =>
              head === '' ? (
                <Table.Td key={head} />
              ) : (
                <Table.Th key={head} scope="col" className={classOf(head)}>
                  {head}
                </Table.Th>
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, line) => (
            <Table.Tr key={line}>
              {row.map((cell, column) => (
                <Table.Td key={heads[column]} className={classOf(heads[column]!)}>
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
