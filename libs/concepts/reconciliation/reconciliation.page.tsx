/** Where do ledger and chain disagree? Each break with both sides, and what on the other side may belong to it. */
import {
  Answered,
  Button,
  call,
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
  useMe,
  useRead,
  useState,
  useUrlState,
  Verdict,
  type ReactNode,
  type Schemas,
} from '#console-kit';

type Break = Schemas['BreakItem'];

const AMOUNT = /^-?\d+(\.\d+)?$/;
/** Payouts among which candidates are looked for. */
const PAYOUTS_MAX = 500;

export default function Breaks() {
  const me = useMe();
  const [state, choose] = useUrlState('state');
  const [chosen, look] = useUrlState('break');
  const breaks = useRead('/v1/breaks', { query: { limit: 500, state: state === 'closed' ? 'closed' : 'open' } });
  return (
    <Page
      question="Where do ledger and chain disagree?"
      about="While a break is open, nothing is paid out. A later reconciliation that no longer finds it closes it."
    >
      <div className="find">
        <NativeSelect
          label="Show those"
          value={state === 'closed' ? 'closed' : 'open'}
          onChange={(event) => choose(event.currentTarget.value === 'closed' ? 'closed' : null)}
          data={[
            { value: 'open', label: 'that are open' },
            { value: 'closed', label: 'that were closed' },
          ]}
        />
        {may(me, 'post', '/v1/reconciliations') ? <Reconcile /> : null}
      </div>
      <Answered of={breaks} lines={4}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Verdict holds>{state === 'closed' ? 'None was ever closed.' : 'No open break.'}</Verdict>
          ) : (
            <>
              {nextCursor === null ? null : <p>The first {items.length} are shown.</p>}
              {items.map((one) => (
                <OneBreak key={one.key} of={one} isOpen={one.key === chosen} look={look} />
              ))}
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function OneBreak({
  of,
  isOpen,
  look,
}: {
  readonly of: Break;
  readonly isOpen: boolean;
  readonly look: (key: string | null) => void;
}) {
  return (
    <Section title={of.class.charAt(0) + of.class.slice(1).replaceAll('_', ' ').toLowerCase()}>
      <p>{of.detail}</p>
      <Facts
        of={[
          ['The ledger says', <Side key="ledger" value={of.ledger} />],
          ['The chain says', <Side key="chain" value={of.chain} />],
          ['Found first', <Instant key="since" at={of.since} />],
          ['Found last', <Instant key="last" at={of.lastSeen} />],
          ['What', <Id key="key" id={subjectOf(of)} />],
        ]}
      />
      <Button size="compact-sm" variant="default" aria-expanded={isOpen} onClick={() => look(isOpen ? null : of.key)}>
        {isOpen ? 'Close' : 'Find the other side'}
      </Button>
      {isOpen ? <OtherSide of={of} /> : null}
    </Section>
  );
}

const subjectOf = ({ key, class: kind }: Break): string =>
  key.startsWith(`${kind}:`) ? key.slice(kind.length + 1) : key;

function Side({ value }: { readonly value: string }): ReactNode {
  if (value === '') return 'nothing';
  return AMOUNT.test(value) ? <Money value={value} unit="AIR" /> : <Id id={value} />;
}

/** What a batch says of itself, or what of the ledger a transfer could be. */
function OtherSide({ of }: { readonly of: Break }) {
  const [batch = '', provider] = subjectOf(of).split('/');
  const isOfLedger = !batch.startsWith('0x') && of.class !== 'MISSING_IN_LEDGER';
  return (
    <div data-testid="other-side">
      {isOfLedger ? (
        <LedgerSide batch={batch} provider={provider} />
      ) : (
        <Candidates transaction={batch} amount={of.chain} />
      )}
    </div>
  );
}

function LedgerSide({ batch: id, provider }: { readonly batch: string; readonly provider: string | undefined }) {
  const batch = useRead('/v1/settlements/{id}', { path: { id }, query: {} });
  return (
    <Answered of={batch} lines={4}>
      {({ payouts, txHash, block, phase }) => {
        const payout = payouts.find((one) => one.provider === provider);
        return (
          <>
            <p>
              It is of batch{' '}
              <PageLink
                to={`/settlements/${id}${provider === undefined ? '' : `?provider=${encodeURIComponent(provider)}`}`}
              >
                {id}
              </PageLink>
              , which is {phase}. Look on the chain for:
            </p>
            <Facts
              of={[
                ['Transaction', txHash === null ? 'none was signed' : <Id key="tx" id={txHash} />],
                ['Block', block?.number ?? '–'],
                ...(payout === undefined
                  ? []
                  : [
                      ['To the wallet', <Id key="wallet" id={payout.wallet} />] as const,
                      ['Amount', <Money key="amount" value={payout.amount} unit="AIR" />] as const,
                      ['Log of the transaction', payout.logIndex ?? '–'] as const,
                    ]),
              ]}
            />
          </>
        );
      }}
    </Answered>
  );
}

function Candidates({ transaction, amount }: { readonly transaction: string; readonly amount: string }) {
  const payouts = useRead('/v1/payouts', { query: { limit: PAYOUTS_MAX } });
  const hash = transaction.split(':')[0]?.toLowerCase();
  return (
    <Answered of={payouts} lines={3}>
      {({ items, nextCursor }) => {
        const found = items.filter((one) => one.txHash?.toLowerCase() === hash || one.amount === amount);
        return (
          <>
            {found.length === 0 ? (
              <Empty>
                None of the {nextCursor === null ? '' : 'newest '}
                {items.length} payouts has this transaction or this amount: nothing in the ledger explains it.
              </Empty>
            ) : (
              <>
                <p>Payouts with the same transaction or the same amount:</p>
                <ul>
                  {found.map((one) => (
                    <li key={`${one.batch} ${one.provider}`}>
                      <Money value={one.amount} unit="AIR" /> to {one.provider}, {one.state}, batch{' '}
                      <PageLink to={`/settlements/${one.batch}?provider=${encodeURIComponent(one.provider)}`}>
                        {one.batch}
                      </PageLink>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        );
      }}
    </Answered>
  );
}

function Reconcile() {
  const [isOpen, open] = useState(false);
  const [said, say] = useState('');
  return (
    <>
      <Button variant="default" onClick={() => open(true)}>
        Compare again …
      </Button>
      <span role="status">{said}</span>
      <Modal
        opened={isOpen}
        onClose={() => open(false)}
        title="Compare ledger and chain"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <CommandForm
          act="Compare"
          send={(idempotencyKey) => call('post', '/v1/reconciliations', { idempotencyKey })}
          cancel={() => open(false)}
          done={({ breaks }) => {
            say(`Compared: ${breaks.length} breaks.`);
            open(false);
          }}
        >
          <p>Every payout is held against the transfers of the chain, up to its newest final block. It is recorded.</p>
        </CommandForm>
      </Modal>
    </>
  );
}
