/** The types of calls, all of them read off the generated document: nothing is written a second time here. */
import type { components, paths } from './openapi.js';

/** The bodies of requests and answers, by their names in the API document. */
export type Schemas = components['schemas'];

export type Method = 'get' | 'put' | 'post' | 'delete';

/** The paths that know a method, with `{name}` where a path parameter stands. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Readonly<Record<M, { responses: unknown }>> ? P : never;
}[keyof paths];

type Operation<P extends PathOf<M>, M extends Method> = (paths[P] & Record<M, unknown>)[M];

type Content<T> = T extends { readonly content: infer C } ? C[keyof C] : never;

/** What a call answers when it succeeds. */
export type Answer<P extends PathOf<M>, M extends Method> =
  Operation<P, M> extends { readonly responses: infer R } ? Content<R[keyof R & (200 | 201 | 202)]> : never;

/** One item of a list. */
export type ItemOf<P extends PathOf<'get'>> =
  Answer<P, 'get'> extends { readonly items: readonly (infer I)[] } ? I : never;

/** What may be left out may be undefined, too. */
type Given<T> = { readonly [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };

type PathOption<O> = O extends { readonly parameters: { readonly path: infer P } }
  ? { readonly path: Given<P> }
  : object;

type QueryOption<O> = O extends { readonly parameters: { readonly query: infer Q } }
  ? { readonly query: Given<Q> }
  : O extends { readonly parameters: { readonly query?: infer Q } }
    ? { readonly query?: Given<Q> }
    : object;

type BodyOption<O> = O extends { readonly requestBody: infer B } ? { readonly body: Content<B> } : object;

/** What is no part of the operation. */
export interface CallSettings {
  /** Given when a repetition of the whole command must not act twice; otherwise see {@link ApiClientOptions.newKey}. */
  readonly idempotencyKey?: string | undefined;
  /** Longest silence of the service, milliseconds. */
  readonly silenceMaxMs?: number | undefined;
}

/** Operation by operation: of the parts of all of them together the compiler would try every combination. */
type CallOf<O> = O extends unknown ? PathOption<O> & QueryOption<O> & BodyOption<O> & CallSettings : never;

/** Parameters, body and settings of a call. */
export type Call<P extends PathOf<M>, M extends Method> = CallOf<Operation<P, M>>;

/** The second argument of a call, which may be left out when nothing in it is required. */
export type CallArgument<C> = object extends C ? [call?: C] : [call: C];
