/** Who is known, and in which state since when? And the decision about one of them. */
import {
  Answered,
  Button,
  call,
  CommandForm,
  DataTable,
  Facts,
  Id,
  Instant,
  may,
  Modal,
  NativeSelect,
  Page,
  TextInput,
  useList,
  useMe,
  useParams,
  useRead,
  useState,
  useUrlState,
  type Column,
  type Schemas,
} from '#console-kit';

type Party = Schemas['PartyAnswer'];
type Kyc = Schemas['PartyKyc']['state'];

const KYC_WORDS: Readonly<Record<Kyc, string>> = {
  unverified: 'unverified',
  pending: 'pending',
  verified: 'verified',
  review_due: 'review due',
  expired: 'expired',
  rejected: 'rejected',
  suspended: 'suspended',
  offboarded: 'offboarded',
};

/** What each state does to the party. */
const MEANS: Readonly<Record<Kyc, string>> = {
  unverified: 'It may use; it is not paid out.',
  pending: 'It may use; it is not paid out until that is decided.',
  verified: 'It may use, and is paid out.',
  review_due: 'It may use, and is paid out; somebody should look.',
  expired: 'It may use; it is not paid out.',
  rejected: 'It may use; it is not paid out.',
  suspended: 'Its usage is refused, it sends nothing and is not paid out.',
  offboarded: 'It has left: its usage is refused, it sends nothing and is not paid out.',
};

export default function PartiesAndOne() {
  return useParams().id === undefined ? <Parties /> : <OneParty />;
}

type Item = Schemas['PartyItem'];

const DAY_MS = 86_400_000;

const COLUMNS: readonly Column<Item>[] = [
  {
    name: 'Party',
    width: 'minmax(9rem, 1fr)',
    cell: ({ id }) => <Id id={id} to={`/parties/${encodeURIComponent(id)}`} copy={false} />,
  },
  { name: 'Roles', width: '7rem', cell: ({ roles }) => roles.join(', ') },
  { name: 'State', width: '7rem', cell: ({ kyc }) => KYC_WORDS[kyc.state] },
  { name: 'Since', width: '13.5rem', cell: ({ kyc }) => <Instant at={kyc.since} /> },
  {
    name: 'Days',
    width: '4rem',
    isAmount: true,
    cell: ({ kyc }) => Math.max(0, Math.floor((Date.now() - Date.parse(kyc.since)) / DAY_MS)),
  },
  { name: 'Because', width: '11rem', cell: ({ kyc }) => <span title={kyc.reason}>{kyc.reason}</span> },
  { name: 'Country', width: '5rem', cell: ({ country }) => country ?? '–' },
  { name: 'Wallets', width: '5rem', isAmount: true, cell: ({ wallets }) => Object.keys(wallets).length },
];

function Parties() {
  const [kyc, chooseKyc] = useUrlState('kyc');
  const [role, chooseRole] = useUrlState('role');
  const state = kyc !== undefined && kyc in KYC_WORDS ? (kyc as Kyc) : undefined;
  const ofRole = role === 'customer' || role === 'provider' ? role : undefined;
  const parties = useList('/v1/parties', {
    query: {
      limit: 100,
      ...(state === undefined ? {} : { kyc: state }),
      ...(ofRole === undefined ? {} : { role: ofRole }),
    },
  });
  return (
    <Page question="Who is known, and in which state?">
      <div className="find">
        <NativeSelect
          label="State"
          value={state ?? ''}
          onChange={(event) => chooseKyc(event.currentTarget.value)}
          data={[
            { value: '', label: 'every state' },
            ...Object.entries(KYC_WORDS).map(([value, label]) => ({ value, label })),
          ]}
        />
        <NativeSelect
          label="Role"
          value={ofRole ?? ''}
          onChange={(event) => chooseRole(event.currentTarget.value)}
          data={[
            { value: '', label: 'every role' },
            { value: 'customer', label: 'customers' },
            { value: 'provider', label: 'providers' },
          ]}
        />
      </div>
      <DataTable
        label="Parties"
        of={parties}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        to={({ id }) => `/parties/${encodeURIComponent(id)}`}
        empty={
          state === undefined && ofRole === undefined
            ? 'No party is registered yet.'
            : 'No party is of this state and role; choose others.'
        }
      />
    </Page>
  );
}

function OneParty() {
  const { id = '' } = useParams();
  const me = useMe();
  const party = useRead('/v1/parties/{id}', { path: { id } });
  return (
    <Page question={`Is ${id} known?`}>
      <Answered of={party} lines={5}>
        {(data) => (
          <>
            <Known party={data} />
            {may(me, 'post', '/v1/parties/{id}/kyc') ? <Decide party={data} /> : null}
          </>
        )}
      </Answered>
    </Page>
  );
}

function Known({ party }: { readonly party: Party }) {
  const { id, kyc, roles, wallets } = party;
  return (
    <div data-testid="party">
      <Facts
        of={[
          ['State', KYC_WORDS[kyc.state]],
          ['What that means', MEANS[kyc.state]],
          ['Since', <Instant key="since" at={kyc.since} />],
          ['Because', kyc.reason],
          ['Roles', roles.join(', ')],
          ['Country', party.country ?? '–'],
          ['Reference', party.reference ?? '–'],
          ...(party.suspendedSince === undefined
            ? []
            : [['Suspended since', <Instant key="suspended" at={party.suspendedSince} />] as const]),
          ...Object.entries(wallets).map(
            ([chain, wallet]) => [`Wallet on chain ${chain}`, <Id key={chain} id={wallet} />] as const,
          ),
          ['Its accounts', <Id key="holder" id={id} to={`/holders/${encodeURIComponent(id)}`} copy={false} />],
        ]}
      />
    </div>
  );
}

function Decide({ party: { id, kyc } }: { readonly party: Party }) {
  const [isOpen, open] = useState(false);
  const [state, setState] = useState<Kyc>('verified');
  const [reason, setReason] = useState('');
  const [evidence, setEvidence] = useState('');
  const [said, say] = useState('');
  const close = () => {
    open(false);
    setReason('');
    setEvidence('');
  };
  return (
    <div>
      <Button
        variant="default"
        onClick={() => {
          setState(kyc.state === 'verified' ? 'suspended' : 'verified');
          open(true);
        }}
      >
        Decide …
      </Button>
      <p role="status">{said}</p>
      <Modal opened={isOpen} onClose={close} title={`Decide about ${id}`} closeButtonProps={{ 'aria-label': 'Close' }}>
        <CommandForm
          act="Decide"
          send={(idempotencyKey) =>
            call('post', '/v1/parties/{id}/kyc', {
              path: { id },
              body: { state, reason, ...(evidence === '' ? {} : { evidence }) },
              idempotencyKey,
            })
          }
          cancel={close}
          done={() => {
            say(`${id} is ${KYC_WORDS[state]} now.`);
            close();
          }}
        >
          <NativeSelect
            label="State"
            value={state}
            onChange={(event) => setState(event.currentTarget.value as Kyc)}
            data={Object.entries(KYC_WORDS)
              .filter(([value]) => value !== kyc.state && value !== 'unverified')
              .map(([value, label]) => ({ value, label }))}
            description={MEANS[state]}
          />
          <TextInput
            label="Reason"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            required
            autoComplete="off"
            data-autofocus
          />
          <TextInput
            label="SHA-256 of the evidence file, if there is one"
            value={evidence}
            onChange={(event) => setEvidence(event.currentTarget.value)}
            pattern="[0-9a-f]{64}"
            title="64 hexadecimal digits"
            autoComplete="off"
          />
        </CommandForm>
      </Modal>
    </div>
  );
}
