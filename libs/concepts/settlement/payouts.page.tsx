/** What was paid, to whom, and how far is it? All payouts, newest first. */
import {
  DataTable,
  Id,
  Instant,
  Money,
  NativeSelect,
  Page,
  PageLink,
  useList,
  useUrlState,
  type Column,
  type Schemas,
} from '#console-kit';
import type { PayoutState } from './settlement.rows.js';

type Payout = Schemas['PayoutItem'];

/** What a state means; one that is forgotten does not compile. */
const STATES: Readonly<Record<PayoutState, string>> = {
  cut: 'frozen, not signed yet',
  signed: 'signed, on its way',
  confirmed: 'final on the chain',
  reverted: 'given back: a later payout pays it',
};

const isState = (text: string | undefined): text is PayoutState => text !== undefined && text in STATES;

export default function Payouts() {
  const [asked, setState] = useUrlState('state');
  const [provider, setProvider] = useUrlState('provider');
  const state = isState(asked) ? asked : undefined;
  const payouts = useList('/v1/payouts', { query: { provider, state, limit: 100 } });
  const columns: readonly Column<Payout>[] = [
    {
      name: 'Provider',
      width: 'minmax(8rem, 1fr)',
      cell: ({ provider: id }) => <Id id={id} to={`/earnings?provider=${encodeURIComponent(id)}`} copy={false} />,
    },
    {
      name: 'Amount, AIR',
      width: '11rem',
      isAmount: true,
      cell: ({ amount }) => <Money value={amount} decimals={6} />,
    },
    { name: 'Planned', width: '15.5rem', cell: ({ plannedAt }) => <Instant at={plannedAt} /> },
    { name: 'How far', width: '15rem', cell: (payout) => STATES[payout.state] },
    {
      name: 'Which calls',
      width: '8rem',
      cell: ({ id }) => <PageLink to={`/payouts/${encodeURIComponent(id)}`}>open</PageLink>,
    },
  ];
  return (
    <Page
      question="What was paid, and how far is it?"
      about="A payout is one transfer of a settlement batch to one provider."
    >
      <div className="as-of">
        <NativeSelect
          size="xs"
          label="How far"
          value={state ?? ''}
          onChange={(event) => setState(event.currentTarget.value)}
          data={[{ value: '', label: 'all' }, ...Object.entries(STATES).map(([value, label]) => ({ value, label }))]}
        />
        {provider === undefined ? null : (
          <p className="as-of-says">
            Of <code>{provider}</code> alone.{' '}
            <button type="button" className="link-button" onClick={() => setProvider(null)}>
              Of all
            </button>
          </p>
        )}
      </div>
      <DataTable
        label="Payouts, newest first"
        of={payouts}
        columns={columns}
        keyOf={({ id }) => id}
        to={({ id }) => `/payouts/${encodeURIComponent(id)}`}
        empty="No payout is like that. One appears when a settlement batch has been planned."
      />
    </Page>
  );
}
