/** What does a holder have, and why? Balance, grants in the order in which they pay, and every entry of an account. */
import './grant.page.css';
import {
  Answered,
  call,
  AsOf,
  Button,
  CommandForm,
  Empty,
  Facts,
  Id,
  Instant,
  may,
  Modal,
  Money,
  NativeSelect,
  Page,
  PageLink,
  Section,
  Table,
  TextInput,
  Timeline,
  useAsOf,
  useMe,
  useParams,
  useRead,
  useState,
  useUrlState,
  type Schemas,
} from '#console-kit';

type Kind = Schemas['GrantItem']['kind'];

/** What a holder may have, in words. */
const PARTS = [
  ['available', 'Available'],
  ['held', 'Held for usage'],
  ['pending', 'Pending grants'],
  ['staked', 'Staked'],
  ['unbonding', 'Unbonding'],
  ['receivable', 'Owed by it'],
  ['payable', 'Payable to it'],
  ['withheld', 'Withheld'],
  ['uncovered', 'Earned, not covered'],
  ['clawback', 'To be filled'],
] as const;

/** These are always shown; the others where there is something. */
const ALWAYS: readonly string[] = ['available', 'held', 'pending', 'staked'];

export default function Wallet() {
  const { id = '' } = useParams();
  const me = useMe();
  const [asOf] = useAsOf();
  const [written, setWritten] = useState<string[]>([]);
  const balance = useRead('/v1/holders/{id}/balance', { path: { id }, query: { asOf, position: written } });
  return (
    <Page question={`What does ${id} have?`}>
      <AsOf closed={balance.data?.closed} position={balance.data?.position} />
      <Answered of={balance} lines={4}>
        {(data) => (
          <div data-testid="balance">
            <Facts
              of={PARTS.filter(([part]) => ALWAYS.includes(part) || data[part] !== '0').map(([part, name]) => [
                name,
                <Money key={part} value={data[part]} unit={data.asset} />,
              ])}
            />
          </div>
        )}
      </Answered>
      <p className="wallet-more">
        {may(me, 'get', '/v1/reports/usage') ? (
          <PageLink to={`/usage?customer=${encodeURIComponent(id)}`}>What it used</PageLink>
        ) : null}
        <PageLink to={`/budgets/${encodeURIComponent(id)}`}>Its budgets</PageLink>
        <PageLink to={`/accounts/customer:${id}:available`}>Statement</PageLink>
      </p>
      <Grants id={id} asOf={asOf} position={written} />
      {may(me, 'post', '/v1/grants') && asOf === undefined ? (
        <GrantCommand id={id} done={(at) => setWritten([`${at.shard}:${at.height}`])} />
      ) : null}
      <Entries id={id} position={written} />
    </Page>
  );
}

interface GrantsProps {
  readonly id: string;
  readonly asOf: string | undefined;
  readonly position: string[];
}

function Grants({ id, asOf, position }: GrantsProps) {
  const [all, setAll] = useUrlState('grants');
  const grants = useRead('/v1/holders/{id}/grants', { path: { id }, query: { limit: 100, asOf, position } });
  return (
    <Section title="Grants, in the order in which they pay">
      <Answered of={grants} lines={4}>
        {({ items, nextCursor }) => {
          const rows = all === 'all' ? items : items.filter(({ state }) => state === 'active' || state === 'pending');
          return (
            <>
              {rows.length === 0 ? (
                <Empty>No grant pays now, and none is to come.</Empty>
              ) : (
                <GrantTable grants={rows} />
              )}
              {nextCursor === null ? null : <p>The first {items.length} are shown.</p>}
              <Button size="compact-sm" variant="subtle" onClick={() => setAll(all === 'all' ? null : 'all')}>
                {all === 'all' ? 'Only those that pay' : 'Also those that are spent or over'}
              </Button>
            </>
          );
        }}
      </Answered>
    </Section>
  );
}

function GrantTable({ grants }: { readonly grants: readonly Schemas['GrantItem'][] }) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Grants">
      <Table withRowBorders>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Grant</Table.Th>
            <Table.Th scope="col">Kind</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            {['Granted', 'Used', 'Remaining', 'Held', 'Lapsed'].map((name) => (
              <Table.Th key={name} scope="col" className="amount">
                {name}
              </Table.Th>
            ))}
            <Table.Th scope="col">Until</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {grants.map(({ grant, kind, state, amount, used, remaining, held, lapsed, expiresAt }) => (
            <Table.Tr key={grant}>
              <Table.Th scope="row">
                <Id id={grant} to={`/entries/${grant.split('.')[0] ?? grant}`} copy={false} />
              </Table.Th>
              <Table.Td>{kind}</Table.Td>
              <Table.Td>{state}</Table.Td>
              {[amount, used, remaining, held, lapsed].map((value, column) => (
                <Table.Td key={column} className="amount">
                  <Money value={value} decimals={6} />
                </Table.Td>
              ))}
              <Table.Td>{expiresAt === null ? 'no end' : <Instant at={expiresAt} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const KINDS = ['available', 'held', 'pending', 'receivable'] as const;

function Entries({ id, position }: { readonly id: string; readonly position: string[] }) {
  const me = useMe();
  const accounts = [
    ...KINDS.map((kind) => `customer:${id}:${kind}`),
    ...(me.customer === undefined ? [`provider:${id}:payable`] : []),
  ];
  return (
    <Section title="What happened, and what it changed">
      <Timeline holder={id} accounts={accounts} position={position} />
    </Section>
  );
}

/** What the API takes when none is said. */
const PRIORITY = 500;

function GrantCommand({ id, done }: { readonly id: string; readonly done: (at: Schemas['PositionAnswer']) => void }) {
  const [isOpen, open] = useState(false);
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [kind, setKind] = useState<Kind>('promotional');
  const [made, setMade] = useState<string>();
  const close = () => {
    open(false);
    setAmount('');
    setReason('');
  };
  const send = (idempotencyKey: string) =>
    call('post', '/v1/grants', { body: { holder: id, amount, reason, kind, priority: PRIORITY }, idempotencyKey });
  return (
    <div className="wallet-acts">
      <Button variant="default" onClick={() => open(true)}>
        Grant tokens …
      </Button>
      <span role="status">
        {made === undefined ? null : (
          <>
            Granted as <Id id={made} to={`/entries/${made}`} copy={false} />
          </>
        )}
      </span>
      <Modal
        opened={isOpen}
        onClose={close}
        title={`Grant tokens to ${id}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <CommandForm
          act="Grant"
          send={send}
          cancel={close}
          done={(answer) => {
            setMade(answer.id);
            done(answer.position);
            close();
          }}
        >
          <TextInput
            label="Amount, in AIR"
            value={amount}
            onChange={(event) => setAmount(event.currentTarget.value)}
            inputMode="decimal"
            pattern="\d+(\.\d{1,18})?"
            title="A decimal number with at most 18 decimals"
            required
            autoComplete="off"
            data-autofocus
          />
          <NativeSelect
            label="Kind"
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value as Kind)}
            data={['promotional', 'purchased', 'earned']}
          />
          <TextInput
            label="Reason"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            required
          />
        </CommandForm>
      </Modal>
    </div>
  );
}
