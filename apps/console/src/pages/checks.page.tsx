/** Is everything what the journal says? Verifies journal and books, compares every row, folds the read models again. */
import {
  Answered,
  Button,
  call,
  Code,
  Facts,
  Failed,
  Instant,
  may,
  Modal,
  Page,
  Section,
  Table,
  useEffect,
  useMe,
  useMutation,
  useRead,
  useState,
  Verdict,
  type ReactNode,
  type Schemas,
} from '#console-kit';

export default function Checks() {
  const me = useMe();
  const shards = useRead('/v1/journal/shards', { query: {} });
  return (
    <Page question="Is everything what the journal says?" about="Writes go on meanwhile. Each runs once at a time.">
      <Answered of={shards} lines={2}>
        {({ items }) => (
          <Facts
            of={[
              ['Shards', items.length],
              ['Pages', items.reduce((sum, { height }) => sum + height, 0)],
            ]}
          />
        )}
      </Answered>
      {may(me, 'post', '/v1/ledger/verify') ? <Verify /> : null}
      {may(me, 'post', '/v1/projections/verify') ? <Compare /> : null}
      {may(me, 'post', '/v1/projections/rebuild') ? <Rebuild /> : null}
    </Page>
  );
}

/** Begins something long, says for how long it is under way, and shows what came of it. */
function Long<Answer>({
  title,
  about,
  act,
  begin,
  children,
  confirm,
}: {
  readonly title: string;
  readonly about: string;
  readonly act: string;
  readonly begin: () => Promise<Answer>;
  readonly children: (answer: Answer) => ReactNode;
  /** What is asked before it begins. */
  readonly confirm?: string;
}) {
  const run = useMutation({ mutationFn: begin });
  const [isAsking, ask] = useState(false);
  const start = () => {
    ask(false);
    run.mutate();
  };
  return (
    <Section title={title}>
      <p>{about}</p>
      <Button variant="default" disabled={run.isPending} onClick={confirm === undefined ? start : () => ask(true)}>
        {confirm === undefined ? act : `${act} …`}
      </Button>
      <div role="status">
        {run.isPending ? <UnderWay /> : null}
        {run.data === undefined ? null : children(run.data)}
      </div>
      {run.error === null ? null : <Failed error={run.error} />}
      <Modal opened={isAsking} onClose={() => ask(false)} title={act} closeButtonProps={{ 'aria-label': 'Close' }}>
        <div className="command">
          <p>{confirm}</p>
          <div className="command-buttons">
            <Button onClick={start}>{act}</Button>
            <Button variant="default" onClick={() => ask(false)}>
              Cancel
            </Button>
          </div>
        </div>
      </Modal>
    </Section>
  );
}

function UnderWay() {
  const [seconds, set] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => set((known) => known + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <p>Under way for {seconds} s. The page may be left: it ends by itself, and its result is then in the log.</p>
      <progress aria-label="Under way" />
    </>
  );
}

function Verify() {
  return (
    <Long
      title="Verify the journal"
      about="Reads every page again, recomputes what is in it by a second derivation, checks hashes and signatures, and holds the balances against it."
      act="Verify"
      begin={() => call('post', '/v1/ledger/verify', {})}
    >
      {(answer) => <Verified of={answer} />}
    </Long>
  );
}

function Verified({ of }: { readonly of: Schemas['VerificationAnswer'] }) {
  return (
    <div data-testid="verified">
      <Verdict holds={of.ok}>
        {of.pages} pages with {of.events} events: {of.ok ? 'nothing was found.' : `${of.findingCount} findings.`}
      </Verdict>
      {of.findings.map(({ class: kind, shard, height, detail }, at) => (
        <Verdict key={at} holds={false}>
          <code>{kind}</code> in shard {shard} at {height}: {detail}
        </Verdict>
      ))}
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Where each shard ended">
        <Table withRowBorders>
          <Table.Tbody>
            {of.heads.map(({ shard, height, hash }) => (
              <Table.Tr key={shard}>
                <Table.Th scope="row">Shard {shard}</Table.Th>
                <Table.Td className="amount">{height}</Table.Td>
                <Table.Td>
                  <Code>{hash}</Code>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {of.tables === null ? (
        <p>Every row was never compared with a replay.</p>
      ) : (
        <p>
          Every row was compared with a replay last at <Instant at={of.tables.comparedAt} />:{' '}
          {of.tables.ok ? 'all agreed.' : `${of.tables.differing.join(', ')} differed.`}
        </p>
      )}
    </div>
  );
}

function Compare() {
  return (
    <Long
      title="Compare every row"
      about="Folds the whole journal beside the read models, and compares each table row by row."
      act="Compare every row"
      begin={() => call('post', '/v1/projections/verify', {})}
    >
      {({ ok, comparedAt, durationMs, tables }) => (
        <>
          <Verdict holds={ok}>
            {tables.length} tables as of <Instant at={comparedAt} />, in {durationMs} ms:{' '}
            {ok ? 'all are what the journal says.' : 'not all are what the journal says.'}
          </Verdict>
          {tables
            .filter((table) => !table.ok)
            .map(({ table, rows, replayedRows }) => (
              <Verdict key={table} holds={false}>
                {table}: {rows} rows, {replayedRows} in its replay. Rebuild the read models.
              </Verdict>
            ))}
        </>
      )}
    </Long>
  );
}

function Rebuild() {
  return (
    <Long
      title="Rebuild the read models"
      about="Folds them again from the first page. Readers see the old ones until it is done."
      act="Rebuild"
      confirm="The whole journal is read and every read model is written anew. Nothing of the journal changes."
      begin={() => call('post', '/v1/projections/rebuild', {})}
    >
      {({ shards, durationMs }) => (
        <Verdict holds>
          Rebuilt {shards.length} shards in {durationMs} ms.
        </Verdict>
      )}
    </Long>
  );
}
