/** What is this? One text, and what it names. */
import {
  Answered,
  Button,
  Empty,
  Page,
  PageLink,
  TextInput,
  useEffect,
  useHref,
  useLocation,
  useRead,
  useRef,
  useUrlState,
  type Schemas,
} from '#console-kit';

type Found = Schemas['FoundItem'];

/** The page of what was found. */
function pathOf({ kind, id }: Found): string {
  if (kind === 'entry') return `/entries/${id}`;
  if (kind === 'party') return `/holders/${encodeURIComponent(id)}`;
  return `/accounts/${id}`;
}

export default function Find() {
  const [text, setText] = useUrlState('q');
  const field = useRef<HTMLInputElement>(null);
  return (
    <Page question="What is this?" about="Paste the id of an entry, of a party, or an account.">
      <form
        className="find"
        onSubmit={(event) => {
          event.preventDefault();
          setText(field.current?.value.trim() ?? null);
        }}
      >
        <TextInput
          key={text}
          ref={field}
          label="Id or name"
          defaultValue={text ?? ''}
          autoComplete="off"
          spellCheck={false}
        />
        <Button type="submit">Find</Button>
      </form>
      {text === undefined ? <Empty>Such as 2-17-0, acme or customer:acme:available.</Empty> : <Results text={text} />}
    </Page>
  );
}

function Results({ text }: { readonly text: string }) {
  const found = useRead('/v1/search', { query: { q: text } });
  const href = useHref();
  const [, navigate] = useLocation();
  const only = found.data?.items.length === 1 ? found.data.items[0] : undefined;
  useEffect(() => {
    // What is meant by one name only is shown at once, and Back does not come here again.
    if (only !== undefined) navigate(href(pathOf(only)), { replace: true });
  }, [only]);
  return (
    <Answered of={found} lines={2}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty>
            Nothing that you may see is named “{text}”. Ids are written as they are shown: an entry is
            shard-height-index.
          </Empty>
        ) : (
          <ul>
            {items.map((item) => (
              <li key={item.kind}>
                <PageLink to={pathOf(item)}>
                  {item.kind} <code>{item.id}</code>
                </PageLink>{' '}
                {item.title}
              </li>
            ))}
          </ul>
        )
      }
    </Answered>
  );
}
