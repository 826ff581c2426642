/** What has a provider earned, where is it, and when comes the rest? One bar that adds up, by day, model and customer. */
import './earnings.page.css';
import {
  Answered,
  attoOf,
  Button,
  Chart,
  DataTable,
  Empty,
  Facts,
  Id,
  Instant,
  may,
  Money,
  NativeSelect,
  Page,
  PageLink,
  plainOf,
  readInstant,
  Section,
  showInstant,
  SumBar,
  TextInput,
  useList,
  useMe,
  useRead,
  useRef,
  useState,
  useUrlState,
  useZone,
  Verdict,
  type Column,
  type Schemas,
} from '#console-kit';
import type { HoldReason } from './payout-gate.js';

type Earnings = Schemas['EarningsAnswer'];
type Item = Schemas['EarningItem'];

export default function EarningsPage() {
  const me = useMe();
  const [asked, ask] = useUrlState('provider');
  const field = useRef<HTMLInputElement>(null);
  const provider = asked ?? me.provider;
  if (provider !== undefined && provider !== null) return <OfProvider id={provider} />;
  return (
    <Page question="What has a provider earned, and what comes next?" about="Whose earnings do you want to see?">
      <form
        className="find"
        onSubmit={(event) => {
          event.preventDefault();
          ask(field.current?.value.trim() ?? null);
        }}
      >
        <TextInput ref={field} label="Id of a provider" autoComplete="off" spellCheck={false} required />
        <Button type="submit">Show</Button>
      </form>
      {may(me, 'get', '/v1/payouts') ? (
        <p>
          <PageLink to="/payouts">All payouts</PageLink> name their providers.
        </p>
      ) : null}
    </Page>
  );
}

/** A period as the address holds it: two instants of UTC, the last not in it; either may be missing. */
interface Period {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

function usePeriod(): readonly [Period, (period: Period) => void] {
  const [text, set] = useUrlState('period');
  const [from, to] = (text ?? '').split('..');
  const member = (instant: string | undefined) => (instant === undefined || instant === '' ? undefined : instant);
  return [
    { from: member(from), to: member(to) },
    ({ from: first = '', to: last = '' }) => set(first === '' && last === '' ? null : `${first}..${last}`),
  ];
}

/** The first instant of a day of a zone. */
const startOf = (day: string, zone: string): string => {
  const before = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return new Date(Date.parse(readInstant(before, zone, Date.now())!) + 1).toISOString();
};

/** The first instant after it. */
const endOf = (day: string, zone: string): string =>
  new Date(Date.parse(readInstant(day, zone, Date.now())!) + 1).toISOString();

const dayOf = (instant: string, zone: string): string => showInstant(instant, zone).slice(0, 10);

function OfProvider({ id }: { readonly id: string }) {
  const [period] = usePeriod();
  const [zone] = useZone();
  const [group, setGroup] = useUrlState('by');
  const earnings = useRead('/v1/providers/{id}/earnings', {
    path: { id },
    query: { ...period, groupBy: 'day', zone, limit: 200 },
  });
  const by = group === 'customer' ? 'customer' : 'model';
  return (
    <Page question={`What has ${id} earned, and what comes next?`}>
      <PeriodBar />
      <Answered of={earnings} lines={8}>
        {(data) => (
          <>
            <Statement of={data} />
            <Section title="By day">
              <ByDay of={data} />
            </Section>
          </>
        )}
      </Answered>
      <Section title={`By ${by}`}>
        <div className="earnings-by">
          <NativeSelect
            label="Sum up by"
            value={by}
            onChange={(event) => setGroup(event.currentTarget.value)}
            data={['model', 'customer']}
          />
        </div>
        <ByKey id={id} by={by} />
      </Section>
      <Next id={id} />
      <Payouts id={id} />
    </Page>
  );
}

/** Which days are looked at: by the clock of the ledger, in the console's zone. */
function PeriodBar() {
  const [{ from, to }, set] = usePeriod();
  const [zone] = useZone();
  const [first, setFirst] = useState(from === undefined ? '' : dayOf(from, zone));
  const [last, setLast] = useState(to === undefined ? '' : dayOf(new Date(Date.parse(to) - 1).toISOString(), zone));
  return (
    <form
      className="as-of"
      onSubmit={(event) => {
        event.preventDefault();
        set({
          from: first === '' ? undefined : startOf(first, zone),
          to: last === '' ? undefined : endOf(last, zone),
        });
      }}
    >
      {(
        [
          ['From the day', first, setFirst],
          ['To the day, with it', last, setLast],
        ] as const
      ).map(([label, value, change]) => (
        <TextInput
          key={label}
          size="xs"
          type="date"
          label={label}
          value={value}
          onChange={(event) => change(event.currentTarget.value)}
        />
      ))}
      <Button size="xs" type="submit" variant="default">
        Show
      </Button>
      <Button
        size="xs"
        variant="subtle"
        onClick={() => {
          setFirst('');
          setLast('');
          set({});
        }}
      >
        All the time
      </Button>
      <p className="as-of-says">
        From {from === undefined ? 'the first entry' : <Instant at={from} />} to{' '}
        {to === undefined ? 'now' : <Instant at={to} />}, by when the ledger booked it.
      </p>
    </form>
  );
}

function Statement({ of: { statement, withheld, asset, closed } }: { readonly of: Earnings }) {
  const { opening, earned, paid, payable, inTransit, uncovered, clawback } = statement;
  const isFirst = opening === '0';
  const parts = [
    { name: 'Paid', amount: paid, says: 'final on the chain in the period', to: '/payouts' },
    { name: 'On its way', amount: inTransit, says: 'in a batch that is not final yet' },
    { name: 'Waiting', amount: payable, says: 'goes with the next batch' },
    {
      name: 'Withheld',
      amount: statement.withheld,
      says: withheld === null ? 'nothing is kept out of payouts now' : tellReason(withheld.reason).why,
    },
    { name: 'Not covered yet', amount: uncovered, says: 'customers owe it: it is paid once they have paid' },
    { name: 'To be given back', amount: clawback, says: 'was paid and then taken back: what comes next fills it' },
  ];
  return (
    <div data-testid="statement">
      <SumBar
        label="What was earned, and where it is"
        whole={{
          name: isFirst ? 'Earned' : 'Owed before the period, and earned in it',
          amount: plainOf(attoOf(opening) + attoOf(earned)),
        }}
        parts={parts}
        unit={asset}
      />
      {isFirst ? null : (
        <p>
          Of the whole, <Money value={opening} unit={asset} /> were owed before, and{' '}
          <Money value={earned} unit={asset} /> were earned in the period.
        </p>
      )}
      <p className="as-of-says">{closed ? 'The period is closed: these numbers stay.' : 'More may still come.'}</p>
    </div>
  );
}

function ByDay({ of: { items, provider, zone, asset } }: { readonly of: Earnings }) {
  if (items.length === 0) return <Empty>The period has no day yet.</Empty>;
  return (
    <Chart
      label={`What ${provider} earned, by day`}
      name="days"
      axis={`Day of the booking, ${zone}`}
      series={['Earned']}
      unit={asset}
      rows={items.map(({ key, amount }) => ({
        name: key,
        amounts: [amount],
        to: `/earnings?provider=${encodeURIComponent(provider)}&period=${startOf(key, zone)}..${endOf(key, zone)}`,
      }))}
    />
  );
}

/** Sums by model and customer are kept by UTC day. */
function ByKey({ id, by }: { readonly id: string; readonly by: 'model' | 'customer' }) {
  const [{ from, to }] = usePeriod();
  const first = from?.slice(0, 10);
  const last =
    to?.endsWith('T00:00:00.000Z') === true ? to : to === undefined ? undefined : `${to.slice(0, 10)}T00:00:00Z`;
  const isWhole = (from ?? 'T00:00:00.000Z').endsWith('T00:00:00.000Z') && (to === undefined || last === to);
  const items = useList('/v1/providers/{id}/earnings', {
    path: { id },
    query: { from: first === undefined ? undefined : `${first}T00:00:00Z`, to: last, groupBy: by, limit: 100 },
  });
  const columns: readonly Column<Item>[] = [
    { name: by === 'model' ? 'Model' : 'Customer', width: 'minmax(7rem, 1fr)', cell: ({ key }) => key || 'no model' },
    { name: 'Calls', width: '4.5rem', isAmount: true, cell: ({ events }) => events },
    {
      name: 'Earned, AIR',
      width: '11rem',
      isAmount: true,
      cell: ({ amount }) => <Money value={amount} decimals={9} />,
    },
  ];
  return (
    <>
      {isWhole ? null : <p>These sums are of whole days of UTC: they end where the last one does.</p>}
      <DataTable
        label={`What was earned, by ${by}`}
        of={items}
        columns={columns}
        keyOf={({ key }) => key}
        empty="Nothing was earned in these days."
      />
    </>
  );
}

interface Told {
  readonly why: string;
  readonly what: string;
}

const WALLET = 'Ask an operator to set another wallet for this chain.';

/** Why nothing is paid, and what to do; a reason that is forgotten does not compile. */
const REASONS: Readonly<Record<HoldReason, Told>> = {
  not_registered: { why: 'it is not registered', what: 'Ask an operator to register it.' },
  not_a_provider: { why: 'it is not registered as a provider', what: 'Ask an operator to register it as one.' },
  kyc_unverified: { why: 'nobody has verified who it is', what: 'Send compliance the documents that it asks for.' },
  kyc_pending: { why: 'its documents are being looked at', what: 'Wait for compliance, or ask what is missing.' },
  kyc_expired: { why: 'its verification has expired', what: 'Send compliance new documents.' },
  kyc_rejected: { why: 'its verification was refused', what: 'Ask compliance for the reason, and send what it lacks.' },
  suspended: { why: 'it is suspended', what: 'Ask compliance why, and what ends it.' },
  offboarded: { why: 'it was offboarded', what: 'Ask compliance: nothing is paid until it is taken up again.' },
  no_wallet: { why: 'it has no wallet on this chain', what: 'Ask an operator to set one.' },
  wallet_malformed: { why: 'its wallet is no address', what: WALLET },
  wallet_burns: { why: 'what its wallet receives is lost', what: WALLET },
  wallet_reserved: { why: 'its wallet is an address that belongs to nobody', what: WALLET },
  wallet_is_contract: { why: 'its wallet is a contract of ours', what: WALLET },
  wallet_is_signer: { why: 'its wallet is a signer of ours', what: WALLET },
  wallet_key_published: { why: 'the key of its wallet is known to everybody', what: WALLET },
  wallet_shared: { why: 'another provider of the batch has the same wallet', what: WALLET },
  AMOUNT_TOO_LARGE: { why: 'it is owed more than one payout carries', what: 'Ask an operator.' },
};

function tellReason(reason: string): Told {
  return (REASONS as Readonly<Record<string, Told>>)[reason] ?? { why: reason, what: 'Ask compliance.' };
}

/** Whether the next batch pays, and if not, why and what to do. */
function Next({ id }: { readonly id: string }) {
  const provider = useRead('/v1/providers/{id}', { path: { id }, query: {} });
  return (
    <Section title="The next payout">
      <Answered of={provider} lines={3}>
        {({ kyc, payouts }) => (
          <div data-testid="next">
            {payouts.length === 0 ? <Empty>No chain is registered, so nothing can be paid yet.</Empty> : null}
            {payouts.map(({ chainId, open, reason, wallet }) => (
              <div key={chainId}>
                <Verdict holds={open}>
                  {open
                    ? `The next batch on chain ${chainId} pays what waits.`
                    : `The next batch on chain ${chainId} does not pay it: ${tellReason(reason ?? '').why}. ${tellReason(reason ?? '').what}`}
                </Verdict>
                <Facts
                  of={[[`Wallet on chain ${chainId}`, wallet === null ? 'none is set' : <Id key="w" id={wallet} />]]}
                />
              </div>
            ))}
            <Facts
              of={[
                ['Verification', `${kyc.state}: ${kyc.reason}`],
                ['Since', <Instant key="s" at={kyc.since} />],
              ]}
            />
          </div>
        )}
      </Answered>
    </Section>
  );
}

function Payouts({ id }: { readonly id: string }) {
  const payouts = useRead('/v1/payouts', { query: { provider: id, limit: 10 } });
  return (
    <Section title="The last payouts">
      <Answered of={payouts} lines={3}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty>Nothing was paid yet.</Empty>
          ) : (
            <>
              <ul>
                {items.map((payout) => (
                  <li key={payout.id}>
                    <PageLink to={`/payouts/${encodeURIComponent(payout.id)}`}>
                      <Money value={payout.amount} unit="AIR" />
                    </PageLink>{' '}
                    planned <Instant at={payout.plannedAt} />, {payout.state}
                  </li>
                ))}
              </ul>
              {nextCursor === null ? null : (
                <p>
                  <PageLink to={`/payouts?provider=${encodeURIComponent(id)}`}>All of them</PageLink>
                </p>
              )}
            </>
          )
        }
      </Answered>
    </Section>
  );
}
