/** Whose payouts wait for compliance, and what lets them go? */
import { DataTable, Id, Instant, Money, Page, PageLink, useList, type Column, type Schemas } from '#console-kit';

type Withheld = Schemas['WithheldItem'];

/** What lets a payout go, by the reason that keeps it. */
const UNBLOCKED: Readonly<Record<string, string>> = {
  not_registered: 'register it as a party',
  not_a_provider: 'register it as a provider',
  kyc_unverified: 'verify it',
  kyc_pending: 'decide: verified or rejected',
  kyc_expired: 'verify it again',
  kyc_rejected: 'take it up again, or leave it',
  suspended: 'lift the suspension',
  offboarded: 'nothing: it has left',
  no_wallet: 'it needs a wallet on the chain',
  wallet_shared: 'two providers have one wallet: each needs its own',
  AMOUNT_TOO_LARGE: 'it is more than one payout carries',
};
const ANOTHER_WALLET = 'it needs another wallet';

const COLUMNS: readonly Column<Withheld>[] = [
  {
    name: 'Provider',
    width: 'minmax(8rem, 1fr)',
    cell: ({ provider }) => <Id id={provider} to={`/parties/${encodeURIComponent(provider)}`} copy={false} />,
  },
  { name: 'Amount, AIR', width: '9.5rem', isAmount: true, cell: ({ amount }) => <Money value={amount} decimals={6} /> },
  { name: 'Because', width: '8.5rem', cell: ({ reason }) => <code>{reason}</code> },
  { name: 'What lets it go', width: '14rem', cell: ({ reason }) => UNBLOCKED[reason] ?? ANOTHER_WALLET },
  { name: 'Since', width: '13.5rem', cell: ({ since }) => <Instant at={since} /> },
  { name: 'Days', width: '4rem', isAmount: true, cell: ({ since }) => daysSince(since) },
  {
    name: 'Batch',
    width: '6rem',
    cell: ({ batch }) => <PageLink to={`/settlements/${batch}`}>{batch.slice(0, 8)}</PageLink>,
  },
];

const DAY_MS = 86_400_000;
const daysSince = (at: string): number => Math.max(0, Math.floor((Date.now() - Date.parse(at)) / DAY_MS));

export default function WithheldQueue() {
  const withheld = useList('/v1/payouts/withheld', { query: { limit: 100 } });
  return (
    <Page
      question="Whose payouts wait, and what lets them go?"
      about={
        <>
          Kept out by the newest batch that they would have been in. Decide at the provider, or see{' '}
          <PageLink to="/parties">all parties</PageLink>.
        </>
      }
    >
      <DataTable
        label="Withheld payouts"
        of={withheld}
        columns={COLUMNS}
        keyOf={({ provider, reason }) => `${provider} ${reason}`}
        to={({ provider }) => `/parties/${encodeURIComponent(provider)}`}
        empty="Nobody’s payout is withheld."
      />
    </Page>
  );
}
