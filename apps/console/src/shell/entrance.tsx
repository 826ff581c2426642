/** Who is signed in sees the pages; who is not is asked for a key or comes with a link. */
import {
  call,
  Failed,
  isProblem,
  Loading,
  MeContext,
  Modal,
  onSignedOut,
  queryClient,
  TellingsContext,
  useEffect,
  useRead,
  useState,
} from '#console-kit';
import { TELLINGS } from '../tellings.js';
import { Shell } from './shell.js';
import { SignIn } from './sign-in.js';

/** Taken out of the address at once: it stands in no history and goes to no server as one. */
function takeLink(): string | undefined {
  const link = /^#link=([\w-]+)$/.exec(location.hash)?.[1];
  if (link !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return link;
}

/** A page may have opened a dialog of its own before. */
const ABOVE_OTHERS = 1_000;

let link = takeLink();

export function Entrance() {
  const [isLinked, setLinked] = useState(link === undefined);
  const [refusal, setRefusal] = useState<unknown>();
  const me = useRead('/v1/me', {}, { enabled: isLinked });
  const [isOver, setOver] = useState(false);
  useEffect(() => onSignedOut(() => setOver(true)), []);
  useEffect(() => {
    if (link === undefined) return;
    const body = { link };
    // It is good once, also where this effect runs twice.
    link = undefined;
    void call('post', '/v1/console/session', { body })
      .catch(setRefusal)
      .finally(() => setLinked(true));
  }, []);

  const signedIn = () => {
    setRefusal(undefined);
    setOver(false);
    void queryClient.invalidateQueries();
  };
  if (me.data === undefined) {
    if (isLinked && isProblem(me.error, 'UNAUTHENTICATED')) {
      return (
        <main className="sign-in">
          <h1>Sign in to Airtime</h1>
          {refusal === undefined ? null : <Failed error={refusal} />}
          <SignIn done={signedIn} />
        </main>
      );
    }
    return (
      <main className="sign-in" aria-label="Airtime">
        {me.error === null ? <Loading /> : <Failed error={me.error} retry={() => void me.refetch()} />}
      </main>
    );
  }
  return (
    <MeContext value={me.data}>
      <TellingsContext value={TELLINGS}>
        <Shell />
        {/* What stands on the page stays: a form that was being filled is not lost. */}
        <Modal
          opened={isOver}
          zIndex={ABOVE_OTHERS}
          onClose={() => undefined}
          withCloseButton={false}
          closeOnEscape={false}
          title="The session is over"
        >
          <SignIn done={signedIn} />
        </Modal>
      </TellingsContext>
    </MeContext>
  );
}
