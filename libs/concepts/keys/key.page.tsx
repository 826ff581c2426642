/** Who may call what? Keys, and new ones, whose secret is shown once. */
import {
  Button,
  call,
  Code,
  CommandForm,
  Copy,
  DataTable,
  Failed,
  Instant,
  may,
  Modal,
  NativeSelect,
  Page,
  queryClient,
  TextInput,
  useList,
  useMe,
  useMutation,
  useState,
  type Column,
  type FormEvent,
  type Schemas,
} from '#console-kit';

type Key = Schemas['KeyItem'];
type Role = Key['role'];

const ROLES: readonly Role[] = ['operator', 'finance', 'provider', 'customer', 'compliance', 'auditor', 'admin'];

export default function Keys() {
  const me = useMe();
  const keys = useList('/v1/keys', { query: { limit: 100 } });
  const columns: readonly Column<Key>[] = [
    { name: 'Key', width: '9rem', cell: ({ keyId }) => <code>{keyId}</code> },
    { name: 'Role', width: '7rem', cell: ({ role }) => role },
    { name: 'Of', width: '7rem', cell: ({ party }) => party ?? '–' },
    { name: 'For', width: 'minmax(9rem, 1fr)', cell: ({ name }) => name ?? '–' },
    { name: 'Issued', width: '13.5rem', cell: ({ issuedAt }) => <Instant at={issuedAt} /> },
    { name: 'By', width: '7rem', cell: ({ issuedBy }) => <code>{issuedBy}</code> },
    {
      name: 'In force until',
      width: '11rem',
      cell: ({ keyId, revokedAt }) =>
        revokedAt === null ? (
          may(me, 'delete', '/v1/keys/{keyId}') ? (
            <Revoke keyId={keyId} />
          ) : (
            'yes'
          )
        ) : (
          <Instant at={revokedAt} />
        ),
    },
  ];
  return (
    <Page question="Who may call what?" about="A key ends at once when it is revoked, and every session with it.">
      {may(me, 'post', '/v1/keys') ? <NewKey /> : null}
      <DataTable
        label="Keys"
        of={keys}
        columns={columns}
        keyOf={({ keyId }) => keyId}
        empty="No key was issued yet: only the admin key of the configuration is in force."
      />
    </Page>
  );
}

/** Without an Idempotency-Key, since the answer shows a secret: it is never sent twice by itself. */
function NewKey() {
  const [isOpen, open] = useState(false);
  const [role, setRole] = useState<Role>('operator');
  const [party, setParty] = useState('');
  const [name, setName] = useState('');
  const issue = useMutation({
    mutationFn: () =>
      call('post', '/v1/keys', {
        body: {
          role,
          ...(role === 'provider' ? { provider: party } : {}),
          ...(role === 'customer' ? { customer: party } : {}),
          ...(name === '' ? {} : { name }),
        },
      }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const close = () => {
    open(false);
    // The secret goes with the dialog.
    issue.reset();
    setParty('');
    setName('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    issue.mutate();
  };
  return (
    <div>
      <Button variant="default" onClick={() => open(true)}>
        New key …
      </Button>
      <Modal opened={isOpen} onClose={close} title="New key" closeButtonProps={{ 'aria-label': 'Close' }}>
        {issue.data === undefined ? (
          <form className="command" onSubmit={submit}>
            <fieldset disabled={issue.isPending}>
              <NativeSelect
                label="Role"
                value={role}
                onChange={(event) => setRole(event.currentTarget.value as Role)}
                data={[...ROLES]}
                data-autofocus
              />
              {role === 'provider' || role === 'customer' ? (
                <TextInput
                  label={`Whose data: the ${role}`}
                  value={party}
                  onChange={(event) => setParty(event.currentTarget.value)}
                  required
                  autoComplete="off"
                />
              ) : null}
              <TextInput
                label="What it is for"
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                autoComplete="off"
              />
            </fieldset>
            {issue.error === null ? null : (
              <>
                <Failed error={issue.error} />
                {'code' in issue.error ? null : (
                  <p>No answer came. Look whether there is a new key in the list; if so revoke it, and make another.</p>
                )}
              </>
            )}
            <div className="command-buttons">
              <Button type="submit" loading={issue.isPending}>
                Issue
              </Button>
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
            </div>
          </form>
        ) : (
          <div className="command" role="status">
            <p>
              The secret of <code>{issue.data.keyId}</code>, shown this once. Copy it now: nobody can show it again.
            </p>
            <p className="find">
              <Code className="bytes" data-testid="secret">
                {issue.data.key}
              </Code>
              <Copy text={issue.data.key} what="the key" />
            </p>
            <div className="command-buttons">
              <Button onClick={close}>I have it</Button>
            </div>
          </div>
        )}
      </Modal>
    </div>
  );
}

function Revoke({ keyId }: { readonly keyId: string }) {
  const [isOpen, open] = useState(false);
  return (
    <>
      <Button size="compact-xs" variant="default" aria-label={`Revoke ${keyId}`} onClick={() => open(true)}>
        Revoke …
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => open(false)}
        title={`Revoke ${keyId}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <CommandForm
          act="Revoke"
          send={(idempotencyKey) => call('delete', '/v1/keys/{keyId}', { path: { keyId }, idempotencyKey })}
          cancel={() => open(false)}
          done={() => open(false)}
        >
          <p>Whoever uses it is refused from then on. A revoked key never comes into force again.</p>
        </CommandForm>
      </Modal>
    </>
  );
}
