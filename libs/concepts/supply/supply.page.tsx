/** How many tokens are there, and why? The supply by what made and took it, as of any instant and since another one. */
import {
  Answered,
  AsOf,
  differenceOf,
  InstantField,
  Money,
  Page,
  PageLink,
  Section,
  Table,
  useAsOf,
  useRead,
  useUrlState,
  Verdict,
  type EntryType,
  type Schemas,
} from '#console-kit';

type Supply = Schemas['SupplyAnswer'];

/** With the event by which it is found among the entries of the issuance. */
type Cause = readonly [name: string, value: (supply: Supply) => string, event: EntryType];

const MADE: readonly Cause[] = [
  ['Minted and granted', ({ mintedBy }) => mintedBy.command, 'Minted'],
  ['Epochs of the emission policy', ({ mintedBy }) => mintedBy.emission, 'TokensEmitted'],
];
const TAKEN: readonly Cause[] = [
  ['Burned by command, and grants voided', ({ burnedBy }) => burnedBy.command, 'Burned'],
  ['Bought back', ({ burnedBy }) => burnedBy.buyBack, 'TokensBoughtBack'],
  ['The burn share of usage', ({ burnedBy }) => burnedBy.usage, 'UsageCharged'],
  ['Reversals, net', ({ burnedBy }) => burnedBy.reversal, 'EntryReversed'],
  ['Slashed stakes', ({ burnedBy }) => burnedBy.slash, 'Slashed'],
];

export default function SupplyPage() {
  const [asOf] = useAsOf();
  const [since] = useUrlState('since');
  const supply = useRead('/v1/ledger/supply', { query: { asOf } });
  const then = useRead('/v1/ledger/supply', { query: { asOf: since } }, { enabled: since !== undefined });
  return (
    <Page question="How many tokens are there, and why?">
      <AsOf closed={supply.data?.closed} position={supply.data?.position} />
      <div className="asked">
        <InstantField label="Change since" name="since" edge="end" none="an instant" />
      </div>
      <Answered of={supply} lines={8}>
        {(data) => (
          <>
            <Section title="By cause">
              <Causes now={data} then={since === undefined ? undefined : then.data} />
            </Section>
            <Section title="Does it add up?">
              {data.checks.map(({ name, left, right, agrees }) => (
                <Verdict key={name} holds={agrees}>
                  {name}: <Money value={left} unit={data.asset} />
                  {agrees ? null : (
                    <>
                      {' '}
                      against <Money value={right} unit={data.asset} />
                    </>
                  )}
                </Verdict>
              ))}
            </Section>
          </>
        )}
      </Answered>
    </Page>
  );
}

function Causes({ now, then }: { readonly now: Supply; readonly then: Supply | undefined }) {
  const line = (name: string, value: (supply: Supply) => string, event?: string) => (
    <Table.Tr key={name}>
      <Table.Th scope="row">
        {event === undefined ? name : <PageLink to={`/accounts/issuance?type=${event}`}>{name}</PageLink>}
      </Table.Th>
      <Table.Td className="amount">
        <Money value={value(now)} />
      </Table.Td>
      {then === undefined ? null : (
        <Table.Td className="amount">
          <Money value={differenceOf(value(now), value(then))} />
        </Table.Td>
      )}
    </Table.Tr>
  );
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Supply by cause">
      <Table withRowBorders data-testid="causes">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Cause</Table.Th>
            <Table.Th scope="col" className="amount">
              Until then, {now.asset}
            </Table.Th>
            {then === undefined ? null : (
              <Table.Th scope="col" className="amount">
                Of it since
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {MADE.map(([name, value, event]) => line(name, value, event))}
          {line('Minted, together', ({ minted }) => minted)}
          {TAKEN.map(([name, value, event]) => line(name, value, event))}
          {line('Burned, together', ({ burned }) => burned)}
        </Table.Tbody>
        <Table.Tfoot>{line('Supply: minted less burned', ({ supply }) => supply)}</Table.Tfoot>
      </Table>
    </div>
  );
}
