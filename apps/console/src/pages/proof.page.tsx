/** Has anybody changed this? The browser recomputes everything from the raw page. */
import {
  Answered,
  call,
  Code,
  Copy,
  Empty,
  Failed,
  Id,
  Loading,
  Page,
  PageLink,
  Section,
  useParams,
  useQuery,
  useRead,
  Verdict,
} from '#console-kit';
import { findBefore, headerOf, provePage, type PageFields } from './proof.js';

export default function Proof() {
  const { id = '' } = useParams();
  const entry = useRead('/v1/entries/{id}', { path: { id } });
  return (
    <Page
      question={`Has anybody changed this? Entry ${id}`}
      about={
        <>
          This browser reads the raw page and recomputes each step itself.{' '}
          <PageLink to={`/entries/${id}`}>Why the amount is what it is</PageLink>
        </>
      }
    >
      <Answered of={entry} lines={6}>
        {({ page, proof }) =>
          proof === null ? (
            <Empty>A key of this role is not given the raw pages.</Empty>
          ) : (
            <Steps shard={page.shard} height={page.height} event={proof.event} index={proof.line} />
          )
        }
      </Answered>
    </Page>
  );
}

interface StepsProps {
  readonly shard: number;
  readonly height: number;
  readonly event: string;
  readonly index: number;
}

/** So many pages right before are read: more than one only where some were declared void. */
const BELOW = 4;
/** A page is declared void before the next one is appended, or by the very page above it. */
const REGISTRY_PAGES = 100;

/** The pages of the registry up to the one that a page was decided on; with it the page itself, which may be of the registry. */
function useRegistry(page: PageFields | undefined, enabled: boolean) {
  return useQuery<readonly PageFields[]>({
    queryKey: ['registry of', page?.hash],
    enabled: enabled && page !== undefined,
    queryFn: async () => {
      const { items: shards } = await call('get', '/v1/journal/shards', { query: {} });
      const { shard } = shards.find(({ kind }) => kind === 'registry')!;
      const from = Math.max(1, page!.registry.height - REGISTRY_PAGES + 1);
      const { items } = await call('get', '/v1/journal/pages', { query: { shard, from, limit: REGISTRY_PAGES } });
      return [...items, page!];
    },
  });
}

function Steps({ shard, height, event, index }: StepsProps) {
  const from = Math.max(1, height - BELOW);
  const pages = useRead('/v1/journal/pages', { query: { shard, from, limit: height - from + 1 } });
  const writers = useRead('/v1/writers', {});
  const page: PageFields | undefined = pages.data?.items.find((item) => item.height === height);
  const below: readonly PageFields[] = pages.data?.items.filter((item) => item.height < height).reverse() ?? [];
  const before = page === undefined ? undefined : findBefore(page, below);
  const isPassing = before !== undefined && before.passed.length > 0;
  const declarations = useRegistry(page, isPassing);
  const publicKey = writers.data?.items.find((item) => item.id === page?.writer)?.publicKey;
  const isReady = page !== undefined && writers.data !== undefined && (!isPassing || declarations.data !== undefined);
  const proof = useQuery({
    queryKey: ['proof', shard, height, index, page?.hash, publicKey],
    enabled: isReady,
    queryFn: () => provePage(page!, event, index, before!, declarations.data ?? [], publicKey),
  });
  const failure = pages.error ?? writers.error ?? declarations.error ?? proof.error;
  if (failure !== null) return <Failed error={failure} />;
  if (page === undefined)
    return pages.data === undefined ? <Loading lines={6} /> : <Empty>The page is not there.</Empty>;
  const steps = proof.data;
  const isProven = steps?.every(({ holds }) => holds === true);
  return (
    <>
      <Verdict holds={isProven}>
        {isProven === undefined
          ? 'Recomputing …'
          : isProven
            ? 'Every step holds: the entry stands as its writer signed it.'
            : 'Not every step holds.'}
      </Verdict>
      <ol className="steps">
        {steps?.map(({ name, holds, found }) => (
          <li key={name}>
            <Verdict holds={holds}>
              {name}
              <br />
              <Id id={found} />
            </Verdict>
          </li>
        ))}
      </ol>
      <Section title="The header that was hashed and signed">
        <Code block tabIndex={0}>
          {headerOf(page)}
        </Code>
        <Copy text={headerOf(page)} what="header" />
      </Section>
      <Section title="The entry as it was recorded">
        <Code block tabIndex={0}>
          {event}
        </Code>
        <Copy text={event} what="entry" />
      </Section>
    </>
  );
}
