/**
 * Routes as a test writes them, `/parties/acme/kyc?limit=1`, held against the API document: one that is gone does not
 * compile, and the answer has its type.
 */
import type { Answer, Method, PathOf } from '#client';

type WithoutQuery<Text extends string> = Text extends `${infer Path}?${string}` ? Path : Text;

/** Whether a text is a path of the document, segment by segment; `{name}` stands for any one. */
type Fits<Text extends string, Path extends string> = Path extends `${infer Segment}/${infer PathRest}`
  ? Text extends `${infer Given}/${infer TextRest}`
    ? FitsSegment<Given, Segment> extends true
      ? Fits<TextRest, PathRest>
      : false
    : false
  : FitsSegment<Text, Path>;

type FitsSegment<Text extends string, Segment extends string> = Text extends `${string}/${string}`
  ? false
  : Segment extends `{${string}}`
    ? true
    : Text extends Segment
      ? true
      : false;

/** The path of the document that a text without `/v1` means; of several texts, the paths of all. */
type Documented<M extends Method, Text extends string> = Text extends unknown
  ? { [P in PathOf<M>]: Fits<`/v1${WithoutQuery<Text>}`, P> extends true ? P : never }[PathOf<M>]
  : never;

type Strange<M extends Method, Text extends string> = Text extends unknown
  ? [Documented<M, Text>] extends [never]
    ? Text
    : never
  : never;

/** For a parameter `path: Text & Route<'get', Text>`: nothing is a route that the document does not know. */
export type Route<M extends Method, Text extends string> = [Strange<M, Text>] extends [never]
  ? unknown
  : 'the API has no such route';

/** What a route answers when all is well. */
export type RouteAnswer<M extends Method, Text extends string> = Answer<Documented<M, Text>, M>;
