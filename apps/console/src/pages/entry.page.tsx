/** Why this amount? What made an entry, from the request to its place in the journal. */
import {
  Answered,
  differenceOf,
  EntryFlow,
  Facts,
  Id,
  Instant,
  may,
  Money,
  Page,
  PageLink,
  Section,
  Table,
  useMe,
  useParams,
  useRead,
  useTelling,
  Verdict,
  type ReactNode,
  type Schemas,
} from '#console-kit';

type Explanation = Schemas['EntryExplanation'];

export default function Entry() {
  const { id = '' } = useParams();
  const explained = useRead('/v1/entries/{id}/explanation', { path: { id } });
  const telling = useTelling();
  const type = explained.data?.type;
  return (
    <Page
      question={`Why this amount? ${type === undefined ? '' : `${telling(type).name} `}${id}`}
      about={explained.data?.summary}
    >
      <Answered of={explained} lines={10}>
        {(explanation) => <Explained of={explanation} />}
      </Answered>
    </Page>
  );
}

function Explained({ of }: { readonly of: Explanation }) {
  const me = useMe();
  const { usage, rating, split, paid, hold, budget, owed, covers, parts, facts, entries, checks } = of;
  return (
    <>
      <Facts
        of={[
          ...(of.amount === undefined ? [] : [['Amount', <Money key="a" value={of.amount} unit="AIR" />] as const]),
          ['Happened', <Instant key="t" at={of.time} milliseconds />],
          ['Recorded', <Instant key="r" at={of.recordedAt} milliseconds />],
          ['By', <Id key="by" id={of.actor} />],
          ['From', <Origin key="o" origin={of.origin} />],
          ['Place in the journal', <Id key="id" id={of.id} />],
        ]}
      />
      {of.late === undefined ? null : <p>{of.late}</p>}
      {of.postings.length === 0 ? null : (
        <Section title="What flowed">
          <EntryFlow postings={of.postings} />
        </Section>
      )}
      {of.postings.length === 0 ? null : <Balances id={of.id} />}
      {usage === undefined ? null : (
        <Section title="What was used">
          <Facts
            of={[
              ['Usage', <Id key="u" id={usage.id} />],
              ['Reported by', usage.source],
              ['Model', usage.model],
              ['Provider', <Holder key="p" holder={usage.provider} />],
              ['Customer', <Holder key="c" holder={usage.subject} />],
              ...Object.entries<string>(usage.meters).map(([meter, quantity]) => [meter, quantity] as const),
            ]}
          />
        </Section>
      )}
      {rating === undefined ? null : (
        <Section title={`How it was priced: price book ${rating.priceBook}`}>
          <Lines
            heads={['Meter', 'Quantity', 'Price', 'Per', 'Amount']}
            rows={rating.lines.map((line) => [
              line.meter,
              line.quantity,
              `${line.price}${line.currency === 'usd' ? ' USD' : ''}`,
              line.per,
              <Money key="m" value={line.amount} />,
            ])}
            total={<Money value={rating.amount} />}
          />
          {rating.usdRate === undefined ? null : (
            <p>
              A token was {String(rating.usdRate['usdPerToken'])} USD by rate {String(rating.usdRate['version'])}.
            </p>
          )}
        </Section>
      )}
      {split === undefined ? null : (
        <Section title={`Who gets it: split policy ${split.splitPolicy}`}>
          <Lines
            heads={['Share', 'Basis points', 'Amount', 'Of it the remainder', 'Posted']}
            rows={split.shares.map((share) => [
              share.of,
              String(share.basisPoints),
              <Money key="a" value={share.amount} />,
              <Money key="r" value={share.remainder} />,
              <Money key="p" value={share.posted} />,
            ])}
          />
        </Section>
      )}
      {paid === undefined ? null : (
        <Section title="What paid for it">
          <Uses uses={paid.grants} />
        </Section>
      )}
      {hold === undefined ? null : (
        <Section title={`Hold ${hold.hold}, ${hold.state}`}>
          <p>
            Reserved: <Money value={hold.reserved} unit="AIR" />
          </p>
          {(
            [
              ['Used', hold.used],
              ['Given back', hold.returned],
              ['Lapsed', hold.lapsed],
            ] as const
          ).map(([name, uses]) =>
            uses.length === 0 ? null : (
              <div key={name}>
                <h3>{name}</h3>
                <Uses uses={uses} />
              </div>
            ),
          )}
        </Section>
      )}
      {budget === undefined ? null : (
        <Section title={`Budget ${budget.path}`}>
          <Facts
            of={[
              ['Counted', <Money key="u" value={budget.used} unit="AIR" />],
              ['Beyond every ceiling', <Money key="e" value={budget.exceeded} unit="AIR" />],
              ['Day', budget.day],
              ['Counted in', budget.budgets.join(', ') || 'no budget'],
            ]}
          />
        </Section>
      )}
      {owed === undefined ? null : (
        <Section title="What was left owed">
          <p>
            <Money value={owed.amount} unit="AIR" />, of which <Money value={owed.covered} unit="AIR" /> was covered
            since.
          </p>
          <ul>
            {owed.covers.map((cover) => (
              <li key={cover.entry}>
                <EntryLink id={cover.entry} /> <Money value={cover.amount} unit="AIR" />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {covers === undefined ? null : (
        <Section title="What it paid for">
          <ul>
            {covers.map((cover) => (
              <li key={`${cover.source} ${cover.id}`}>
                {cover.entry === undefined ? <code>{cover.id}</code> : <EntryLink id={cover.entry} />} of{' '}
                {cover.provider}: <Money value={cover.amount} unit="AIR" />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {parts === undefined || parts.length === 0 ? null : (
        <Section title="Each one’s part">
          <Lines
            heads={['Of', 'Amount']}
            rows={parts.map((part) => [part.of, <Money key="m" value={part.amount} />])}
          />
        </Section>
      )}
      {facts === undefined && entries === undefined ? null : (
        <Section title="What else it says">
          <Facts
            of={[
              ...Object.entries(facts ?? {}).map(([name, value]) => [name, String(value)] as const),
              ...Object.entries(entries ?? {}).map(
                ([name, href]) => [name, <EntryLink key={name} id={href.split('/')[3] ?? href} />] as const,
              ),
            ]}
          />
        </Section>
      )}
      {checks.length === 0 ? null : (
        <Section title="Does it add up?">
          {checks.map(({ rule, holds }) => (
            <Verdict key={rule} holds={holds}>
              {rule}
            </Verdict>
          ))}
        </Section>
      )}
      <Section title="Where it stands">
        <Facts
          of={[
            ['Page', `shard ${of.page.shard}, height ${of.page.height}, line ${of.page.index}`],
            ['Hash of the page', <Id key="h" id={of.page.hash} />],
            ['Signed by', <Id key="w" id={of.page.writer} />],
          ]}
        />
        {may(me, 'get', '/v1/journal/pages') ? (
          <p>
            <PageLink to={`/proof/${of.id}`}>Check it in this browser</PageLink>: digest, hash, chain and signature.
          </p>
        ) : null}
      </Section>
    </>
  );
}

/** What each account had before the entry, and has after it: the first posting finds the one, the last leaves the other. */
function Balances({ id }: { readonly id: string }) {
  const read = useRead('/v1/entries/{id}/balances', { path: { id } });
  return (
    <Section title="Each account before and after">
      <Answered of={read} lines={4}>
        {({ postings }) => {
          const accounts = new Map<string, { readonly before: string; after: string }>();
          const see = (account: string, before: string | null, after: string | null) => {
            if (before === null || after === null) return;
            const known = accounts.get(account);
            if (known === undefined) accounts.set(account, { before, after });
            else known.after = after;
          };
          for (const one of postings) {
            see(one.debit, one.debitBefore, one.debitAfter);
            see(one.credit, one.creditBefore, one.creditAfter);
          }
          return (
            <div data-testid="balances">
              <Lines
                heads={['Account', 'Before', 'Change', 'After']}
                rows={[...accounts].map(([account, { before, after }]) => [
                  <PageLink key="a" to={`/accounts/${account}`}>
                    {account}
                  </PageLink>,
                  <Money key="b" value={before} />,
                  <Money key="c" value={differenceOf(after, before)} />,
                  <Money key="d" value={after} />,
                ])}
              />
            </div>
          );
        }}
      </Answered>
    </Section>
  );
}

function Origin({ origin }: { readonly origin: Explanation['origin'] }) {
  switch (origin.kind) {
    case 'request':
      return (
        <>
          request <Id id={origin.id} />
        </>
      );
    case 'job':
      return (
        <>
          job <Id id={origin.id} />
        </>
      );
    case 'system':
      return <>the system: {origin.name}</>;
    case 'kafka':
    case 'replay':
      return (
        <>
          {origin.kind} <Id id={`${origin.topic}/${origin.partition}/${origin.offset}`} />
        </>
      );
  }
}

const Holder = ({ holder }: { readonly holder: string }) => (
  <Id id={holder} to={`/holders/${encodeURIComponent(holder)}`} copy={false} />
);

const EntryLink = ({ id }: { readonly id: string }) => <Id id={id} to={`/entries/${id}`} copy={false} />;

function Uses({ uses }: { readonly uses: readonly { readonly grant: string; readonly amount: string }[] }) {
  return (
    <Lines
      heads={['Grant, in the order of use', 'Amount']}
      rows={uses.map(({ grant, amount }) => [
        <Id key="g" id={grant} to={`/entries/${grant.split('.')[0] ?? grant}`} copy={false} />,
        <Money key="m" value={amount} />,
      ])}
    />
  );
}

/** A table whose last columns are amounts. */
function Lines({
  heads,
  rows,
  total,
}: {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
  readonly total?: ReactNode;
}) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={heads.join(', ')}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head, column) => (
              <Table.Th key={head} scope="col" className={column === 0 ? '' : 'amount'}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, line) => (
            <Table.Tr key={line}>
              {row.map((cell, column) => (
                <Table.Td key={heads[column]} className={column === 0 ? '' : 'amount'}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
        {total === undefined ? null : (
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th scope="row" colSpan={heads.length - 1}>
                Together
              </Table.Th>
              <Table.Td className="amount">{total}</Table.Td>
            </Table.Tr>
          </Table.Tfoot>
        )}
      </Table>
    </div>
  );
}
