/** Calls of the API by the types of its document: a route or a member that is gone does not compile. */
import { MutationCache, QueryCache, QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import createFetchClient, { type Middleware } from 'openapi-fetch';
import type { Answer, Call, ItemOf, Method, PathOf, Schemas } from '#client';

/** What the service says about a refusal, or what a browser says when there is no answer. */
export type Problem = Partial<Schemas['Problem']> & { readonly message?: string };

/** An answer that is a refusal; it has the members of the problem. */
class Refused extends Error {
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    Object.assign(this, problem);
  }
}

const RETRIES = 2;

/** The header tells the service that a page of its own calls, where a browser does not say so. */
const fetchClient = createFetchClient({ baseUrl: '/', headers: { 'x-airtime-console': '1' } });

/** An answer without JSON, as a proxy gives it, is a refusal of that status. */
const readable: Middleware = {
  async onResponse({ response, request }) {
    if (response.ok || response.headers.get('content-type')?.includes('json') === true) return undefined;
    const detail = `${new URL(request.url).pathname} was answered ${response.status} ${response.statusText}.`;
    return new Response(JSON.stringify({ title: 'No answer of the service', status: response.status, detail }), {
      status: response.status,
      headers: { 'content-type': 'application/json' },
    });
  },
};
fetchClient.use(readable);

/** How a call is written for the client below: what its types cannot follow, ours did. */
interface Sent {
  readonly path?: object;
  readonly query?: object;
  readonly body?: unknown;
  readonly idempotencyKey?: string | undefined;
}

type Answered = Promise<{ readonly data?: unknown; readonly error?: unknown }>;

/**
 * One call of the API.
 *
 * @throws Refused; TypeError without an answer
 */
export async function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  sent: Call<P, M>,
): Promise<Answer<P, M>> {
  const { path: parameters, query, body, idempotencyKey } = sent as Sent;
  const request = fetchClient.request as (method: string, path: string, init: object) => Answered;
  const { data, error } = await request(method, path, {
    params: { path: parameters, query },
    ...(body === undefined ? {} : { body }),
    ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
  });
  if (error !== undefined) throw new Refused(error as Problem);
  return data as Answer<P, M>;
}

/** What a read answers, for a component. */
export function useRead<P extends PathOf<'get'>>(
  path: P,
  asked: Call<P, 'get'>,
  how: { readonly enabled?: boolean } = {},
) {
  return useQuery<Answer<P, 'get'>, Problem>({
    queryKey: [path, asked],
    queryFn: () => call('get', path, asked),
    ...how,
  });
}

interface ListPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** What a list answers, page after page, for a component. */
export function useList<P extends PathOf<'get'>>(path: P, asked: Call<P, 'get'>) {
  const { path: parameters, query } = asked as Sent;
  const list = useInfiniteQuery({
    queryKey: [path, asked, 'pages'],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor }) => {
      const next = cursor === undefined ? asked : { ...asked, query: { ...query, cursor } };
      return (await call('get', path, next as Call<P, 'get'>)) as ListPage<ItemOf<P>>;
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  return { ...list, exported: { route: path as string, path: parameters, query } };
}

export type { Schemas };

/** Whoever wants to know that the session is over. */
const listeners = new Set<() => void>();

/** Calls back when a call was refused because nobody is signed in. @returns stops it */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function notice(error: unknown): void {
  if (isProblem(error, 'UNAUTHENTICATED')) for (const listener of listeners) listener();
}

export function isProblem(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && (error as Problem).code === code;
}

/** A refusal stays one; what may pass is asked again, twice. */
function mayPass(failures: number, error: unknown): boolean {
  const status = typeof error === 'object' && error !== null ? (error as Problem).status : undefined;
  return failures < RETRIES && (status === undefined || status === 429 || status >= 500);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: notice }),
  mutationCache: new MutationCache({ onError: notice }),
  defaultOptions: {
    queries: { retry: mayPass, staleTime: 10_000, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
});
