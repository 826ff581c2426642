/** The operations of an API document, with what each takes: all that the fuzz knows about the service. */
import type { OpenAPIObject } from '@nestjs/swagger';

/** As much of JSON Schema as the documents use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Operation {
  readonly method: string;
  /** With `{name}` where a path parameter stands. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** By media type; empty for an operation that takes no body. */
  readonly bodies: readonly { readonly mediaType: string; readonly schema: Schema }[];
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

interface DocumentedOperation {
  readonly parameters?: readonly Partial<Parameter>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, DocumentedOperation>)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, { parameters = [], requestBody }]) => ({
        method: method.toUpperCase(),
        path,
        parameters: parameters.map((parameter) => ({
          name: parameter.name!,
          in: parameter.in!,
          required: parameter.required === true,
          schema: parameter.schema ?? {},
        })),
        bodies: Object.entries(requestBody?.content ?? {}).map(([mediaType, { schema = {} }]) => ({
          mediaType,
          schema,
        })),
      })),
  );
}

/** Follows a reference into the document's components. */
export function resolve(document: OpenAPIObject, schema: Schema): Schema {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  return name === undefined ? schema : (document.components!.schemas![name] as Schema);
}

/** Every code that the document says an answer may carry. */
export function codesOf(document: OpenAPIObject): ReadonlySet<string> {
  const problem = document.components!.schemas!['Problem'] as Schema;
  return new Set(problem.properties!['code']!.enum as string[]);
}
