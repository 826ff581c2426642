/** What is done about rejected messages: a replay, with a look at what it would come to, or a dismissal. */
import {
  Answered,
  Button,
  call,
  CommandForm,
  Facts,
  may,
  Modal,
  Money,
  queryClient,
  TextInput,
  useEffect,
  useMe,
  useQuery,
  useRead,
  useState,
  type Schemas,
} from '#console-kit';

type Filter = Schemas['LetterFilterBody'];
type Replay = Schemas['ReplayAnswer'];

const LOOK_EVERY_MS = 500;

/** @param what which letters they are, for people */
export function LetterCommands({ filter, what }: { readonly filter: Filter; readonly what: string }) {
  const me = useMe();
  const [opened, open] = useState<'replay' | 'dismissal'>();
  const [replay, setReplay] = useState<string>();
  const [said, say] = useState('');
  if (!may(me, 'post', '/v1/dead-letters/replays')) return null;
  const close = () => open(undefined);
  return (
    <div>
      <div className="command-buttons">
        <Button variant="default" onClick={() => open('replay')}>
          Replay …
        </Button>
        <Button variant="default" onClick={() => open('dismissal')}>
          Dismiss …
        </Button>
      </div>
      <p role="status">{said}</p>
      {replay === undefined ? null : <Progress id={replay} />}
      <Modal
        opened={opened !== undefined}
        onClose={close}
        title={`${opened === 'dismissal' ? 'Dismiss' : 'Replay'} ${what}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {opened === 'replay' ? (
          <ReplayForm
            filter={filter}
            cancel={close}
            done={(id) => {
              setReplay(id);
              say('');
              close();
            }}
          />
        ) : null}
        {opened === 'dismissal' ? (
          <DismissalForm
            filter={filter}
            cancel={close}
            done={(dismissed) => {
              say(`Dismissed: ${dismissed}.`);
              close();
            }}
          />
        ) : null}
      </Modal>
    </div>
  );
}

function ReplayForm({
  filter,
  cancel,
  done,
}: {
  readonly filter: Filter;
  readonly cancel: () => void;
  readonly done: (id: string) => void;
}) {
  const [reason, setReason] = useState('');
  const trial = useQuery<Replay>({
    queryKey: ['a dry run', filter],
    queryFn: () =>
      call('post', '/v1/dead-letters/replays', {
        body: { filter, reason: 'a look', dryRun: true },
        idempotencyKey: crypto.randomUUID(),
      }),
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <CommandForm
      act="Replay"
      send={(idempotencyKey) => call('post', '/v1/dead-letters/replays', { body: { filter, reason }, idempotencyKey })}
      cancel={cancel}
      done={({ id }) => done(id!)}
    >
      <div data-testid="trial">
        <Answered of={trial} lines={4}>
          {(data) => <Outcome of={data} />}
        </Answered>
      </div>
      <ReasonInput value={reason} set={setReason} />
    </CommandForm>
  );
}

function DismissalForm({
  filter,
  cancel,
  done,
}: {
  readonly filter: Filter;
  readonly cancel: () => void;
  readonly done: (dismissed: number) => void;
}) {
  const [reason, setReason] = useState('');
  return (
    <CommandForm
      act="Dismiss"
      send={(idempotencyKey) =>
        call('post', '/v1/dead-letters/dismissals', { body: { filter, reason }, idempotencyKey })
      }
      cancel={cancel}
      done={({ dismissed }) => done(dismissed)}
    >
      <p>They are not charged, and wait for nobody any more. Who did it and why is kept.</p>
      <ReasonInput value={reason} set={setReason} />
    </CommandForm>
  );
}

function ReasonInput({ value, set }: { readonly value: string; readonly set: (reason: string) => void }) {
  return (
    <TextInput
      label="Reason"
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      maxLength={500}
      required
      autoComplete="off"
      data-autofocus
    />
  );
}

/** What a replay came to so far, or would come to. */
function Outcome({ of }: { readonly of: Replay }) {
  const { dryRun, matching, done, charged, amount, duplicates, failing, failures } = of;
  return (
    <>
      {dryRun && done < matching ? (
        <p>
          {matching} match; the newest {done} were tried.
        </p>
      ) : null}
      <Facts
        of={[
          [dryRun ? 'Tried' : 'Done', dryRun ? done : `${done} of ${matching}`],
          [dryRun ? 'Would be charged' : 'Charged', charged],
          [dryRun ? 'For' : 'Charges', <Money key="amount" value={amount} unit="AIR" />],
          ['Charged before', duplicates],
          [dryRun ? 'Would still fail' : 'Still fail', failing],
        ]}
      />
      {failures.length === 0 ? null : (
        <ul>
          {failures.map((failure) => (
            <li key={failure.reason}>
              {failure.count} × <code>{failure.reason}</code>: {failure.detail}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Progress({ id }: { readonly id: string }) {
  const replay = useRead('/v1/dead-letters/replays/{id}', { path: { id } });
  const { data, refetch } = replay;
  const isOver = data !== undefined && data.endedAt !== null;
  useEffect(() => {
    if (isOver) {
      void queryClient.invalidateQueries({
        predicate: ({ queryKey: [path] }) => String(path).includes('dead-letters'),
      });
      return undefined;
    }
    const timer = setInterval(() => void refetch(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isOver, refetch]);
  return (
    <div role="status" data-testid="progress">
      <Answered of={replay} lines={3}>
        {(known) => (
          <>
            <p>{known.endedAt === null ? 'The replay is under way.' : 'The replay is done.'}</p>
            <progress aria-label="Letters that were played" value={known.done} max={Math.max(1, known.matching)} />
            <Outcome of={known} />
          </>
        )}
      </Answered>
    </div>
  );
}
