/** Head, menu and keys around the pages. */
import './shell.css';
import {
  boundKeys,
  Button,
  call,
  Component,
  Empty,
  Failed,
  Kbd,
  listenToKeys,
  Loading,
  Modal,
  NativeSelect,
  onKey,
  Page,
  PageLink,
  queryClient,
  Route,
  Suspense,
  Switch,
  TextInput,
  useEffect,
  useHref,
  useLocation,
  useMe,
  useNeighbours,
  useRef,
  useState,
  useZone,
  zonesToChoose,
  type Neighbours,
  type ReactNode,
} from '#console-kit';
import { isOpenTo, PAGES } from '../pages.js';

/** How long what was done stays written. */
const SAID_MS = 4_000;

export function Shell() {
  const me = useMe();
  const [path, navigate] = useLocation();
  const href = useHref();
  const [zone, setZone] = useZone();
  const find = useRef<HTMLInputElement>(null);
  const [isHelping, help] = useState(false);
  const [said, say] = useState('');
  const neighbours = useNeighbours(path);
  const pages = PAGES.filter((page) => isOpenTo(page, me));
  useEffect(listenToKeys, []);
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => say(''), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  useEffect(() => {
    const bindings = [
      onKey('/', 'find anything by its id', () => find.current?.focus()),
      onKey('?', 'list the keys', () => help(true)),
      onKey('c', 'copy a link to what is shown', () => {
        const link = new URL(location.href);
        // Whoever opens it reads the same times.
        link.searchParams.set('zone', zone);
        void navigator.clipboard.writeText(link.href).then(
          () => say('The link is copied.'),
          () => say('The browser does not let the page copy.'),
        );
      }),
      ...[
        ['[', 'the one before, in the list that it was opened from', neighbours?.previous] as const,
        [']', 'the next one', neighbours?.next] as const,
      ].flatMap(([key, what, to]) => (to === undefined ? [] : [onKey(key, what, () => navigate(href(to)))])),
      ...pages.flatMap(({ key, name, path: target }) =>
        key === undefined ? [] : [onKey(`g ${key}`, `go to ${name}`, () => navigate(href(target)))],
      ),
    ];
    return () => bindings.forEach((unbind) => unbind());
  });
  const signOut = async () => {
    await call('delete', '/v1/console/session', {});
    queryClient.clear();
    location.assign('/console');
  };
  return (
    <div className="shell">
      <a className="skip" href="#page">
        To the page
      </a>
      <header className="shell-head">
        <PageLink to="/" className="shell-name">
          Airtime
        </PageLink>
        <form
          role="search"
          className="shell-find"
          onSubmit={(event) => {
            event.preventDefault();
            const text = find.current?.value.trim() ?? '';
            if (text !== '') navigate(href(`/find?q=${encodeURIComponent(text)}`));
          }}
        >
          <TextInput
            ref={find}
            size="xs"
            aria-label="Find: an entry, a party, an account, a batch"
            placeholder="Find an entry, a party, an account …   /"
            onKeyDown={(event) => {
              if (event.key === 'Escape') event.currentTarget.blur();
            }}
            autoComplete="off"
            spellCheck={false}
          />
        </form>
        <div className="shell-who">
          <span className="shell-zone">
            <NativeSelect
              size="xs"
              aria-label="Zone of all times"
              value={zone}
              onChange={(event) => setZone(event.currentTarget.value)}
              data={[...zonesToChoose()]}
            />
          </span>
          <span>
            {me.role} · <code>{me.customer ?? me.provider ?? me.keyId}</code>
          </span>
          <Button size="compact-xs" variant="default" onClick={() => help(true)}>
            Keys
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => void signOut()}>
            Sign out
          </Button>
        </div>
      </header>
      <nav className="shell-nav" aria-label="Pages">
        <ul>
          {pages
            .filter(({ isListed }) => isListed)
            .map(({ name, path: target }) => (
              <li key={target}>
                <Current to={target} isCurrent={target === '/' ? path === '/' : path.startsWith(target)}>
                  {name}
                </Current>
              </li>
            ))}
        </ul>
      </nav>
      <main className="shell-main" id="page" tabIndex={-1}>
        <p className="shell-says" role="status">
          {said}
        </p>
        {neighbours === undefined ? null : <Beside of={neighbours} />}
        <Guard key={path}>
          <Suspense fallback={<Loading />}>
            <Switch>
              {pages.map(({ route, View }) => (
                <Route key={route} path={route}>
                  <View />
                </Route>
              ))}
              {PAGES.filter((page) => !isOpenTo(page, me)).map(({ route, name, needs }) => (
                <Route key={route} path={route}>
                  <Page question={name}>
                    <Empty>
                      A key of the role {me.role} may not look at this page: it needs <code>{needs.join(', ')}</code>.
                    </Empty>
                    <p>
                      Open to it:{' '}
                      {pages
                        .filter(({ isListed }) => isListed)
                        .map(({ name: other, path: open }, place) => (
                          <span key={open}>
                            {place === 0 ? '' : ', '}
                            <PageLink to={open}>{other}</PageLink>
                          </span>
                        ))}
                    </p>
                  </Page>
                </Route>
              ))}
              <Route>
                <Page question="There is no such page">
                  <Empty>
                    Go <PageLink to="/">home</PageLink>, or press <Kbd>/</Kbd> and paste what you look for.
                  </Empty>
                </Page>
              </Route>
            </Switch>
          </Suspense>
        </Guard>
      </main>
      <Modal opened={isHelping} onClose={() => help(false)} title="Keys" closeButtonProps={{ 'aria-label': 'Close' }}>
        <dl className="keys-list">
          {boundKeys().map(({ key, what }) => (
            <div key={key} className="keys-row">
              <dt>
                {key.split(' ').map((part) => (
                  <Kbd key={part}>{part}</Kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
          <div className="keys-row">
            <dt>
              <Kbd>j</Kbd> <Kbd>k</Kbd> <Kbd>Enter</Kbd>
            </dt>
            <dd>in a list: down, up, open</dd>
          </div>
        </dl>
      </Modal>
    </div>
  );
}

/** Back to the list that the page was opened from, and on in it. */
function Beside({ of: { label, back, previous, next } }: { readonly of: Neighbours }) {
  return (
    <nav className="shell-beside" aria-label={`In the list: ${label}`}>
      <PageLink to={back}>Back to the list</PageLink>
      {previous === undefined ? null : (
        <PageLink to={previous}>
          Before <Kbd>[</Kbd>
        </PageLink>
      )}
      {next === undefined ? null : (
        <PageLink to={next}>
          Next <Kbd>]</Kbd>
        </PageLink>
      )}
    </nav>
  );
}

function Current({
  to,
  isCurrent,
  children,
}: {
  readonly to: string;
  readonly isCurrent: boolean;
  readonly children: ReactNode;
}) {
  const href = useHref();
  const [, navigate] = useLocation();
  const target = href(to);
  return (
    <a
      href={`/console${target}`}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        navigate(target);
      }}
    >
      {children}
    </a>
  );
}

/** A page that fails takes nothing else with it; another page begins anew. */
class Guard extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Failed error={{ title: 'The page failed', detail: error instanceof Error ? error.message : String(error) }} />
    );
  }
}
