/** Signing in with a key, which is sent once and kept nowhere. */
import { Button, call, Failed, PasswordInput, useState, type FormEvent } from '#console-kit';

export function SignIn({ done }: { readonly done: () => void }) {
  const [key, setKey] = useState('');
  const [refusal, setRefusal] = useState<unknown>();
  const [isAsking, setAsking] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
    try {
      await call('post', '/v1/console/session', { body: { key } });
      done();
    } catch (failure) {
      setRefusal(failure);
    } finally {
      setAsking(false);
    }
  };
  return (
    <form className="command" onSubmit={(event) => void submit(event)}>
      {refusal === undefined ? null : <Failed error={refusal} />}
      <PasswordInput
        label="Key"
        description="It is sent once; the browser keeps a session that scripts cannot read."
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
        autoComplete="off"
        required
        data-autofocus
      />
      <Button type="submit" loading={isAsking}>
        Sign in
      </Button>
    </form>
  );
}
