import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Refusals } from '#domain';
import { REQUEST_CODES } from './problem.js';
import { PROBLEM_MEDIA_TYPE } from './problem-filter.js';
import type { Role } from './keys.js';
import { OPEN, ROLES_IN_DOCUMENT, rolesOf } from './route-access.js';

type OperationObject = NonNullable<OpenAPIObject['paths'][string]['get']>;
type ParameterObject = Extract<NonNullable<OperationObject['parameters']>[number], { in: string }>;
type SchemaObject = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

export interface ApiDescription {
  /** Shown in the API document and the log, e.g. `ledger`. */
  readonly name: string;
  /** Every refusal that an answer may carry: the API document lists their codes. */
  readonly refusals: Refusals;
}

/** The OpenAPI document of a service, generated from its controllers. */
export function describeApi(app: NestFastifyApplication, { name, refusals }: ApiDescription): OpenAPIObject {
  const base = new DocumentBuilder()
    .setTitle(`Airtime ${name}`)
    .setDescription('Accounting and settlement of an AI-compute token. Amounts are decimal strings in tokens.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'an Airtime key' })
    .addSecurityRequirements('bearer')
    .build();
  const codes = [...REQUEST_CODES, ...Object.keys(refusals)].sort();
  return completeDocument(SwaggerModule.createDocument(app, base), problemSchema(codes));
}

const problemSchema = (codes: readonly string[]) => ({
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', description: 'a URN made of the code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'what is wrong and what to do' },
    code: { type: 'string', enum: codes, description: 'for programs; stable', example: 'VALIDATION_FAILED' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
    requestId: { type: 'string' },
  },
});

const OPERATIONS = ['get', 'put', 'post', 'delete', 'patch'] as const;

const PROBLEM = {
  description: 'a problem (RFC 9457)',
  content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

type DescribedOperation = OperationObject & { 'x-public'?: boolean; [ROLES_IN_DOCUMENT]?: readonly Role[] };

/** Adds to every operation what all have in common: its failures, whether it needs a key, and of which role. */
function completeDocument(document: OpenAPIObject, problem: object): OpenAPIObject {
  const schemas = { ...document.components?.schemas, Problem: problem as SchemaObject };
  document.components = { ...document.components, schemas };
  for (const path of Object.values(document.paths)) {
    for (const method of OPERATIONS) {
      const operation = path[method] as DescribedOperation | undefined;
      if (operation === undefined) continue;
      operation.responses['4XX'] ??= PROBLEM;
      operation.responses['default'] ??= PROBLEM;
      operation.parameters = mergeRepeated(operation.parameters ?? []);
      for (const parameter of operation.parameters) {
        if (!('in' in parameter)) continue;
        leaveEmpty(parameter);
        // Swagger names the rest of a path so in the path itself, and by its star here.
        if (parameter.name === '*') parameter.name = 'path';
      }
      if (operation['x-public'] === true) operation.security = [];
      else operation[ROLES_IN_DOCUMENT] = rolesOf(method === 'get', operation[ROLES_IN_DOCUMENT]);
      delete operation['x-public'];
    }
  }
  return document;
}

/** A header that a route and its controller or a parameter's decorator describe is one: required if one of them says so. */
function mergeRepeated(parameters: NonNullable<OperationObject['parameters']>): typeof parameters {
  const merged = new Map<string, (typeof parameters)[number]>();
  for (const parameter of parameters) {
    const key = 'in' in parameter ? `${parameter.in} ${parameter.name.toLowerCase()}` : parameter.$ref;
    const known = merged.get(key);
    if (known === undefined) merged.set(key, parameter);
    else if ('in' in parameter && 'in' in known && parameter.required === true) known.required = true;
  }
  return [...merged.values()];
}

/**
 * An example stands in the form of the page that tries a call out, and a reader who sends it asks for the balance of long
 * ago, or waits for a page that never comes. So what may be left out is left empty, and its description shows the example.
 */
function leaveEmpty(parameter: ParameterObject): void {
  if (parameter.in !== 'query') return;
  const { schema } = parameter;
  const places: { example?: unknown }[] = [parameter];
  if (schema !== undefined && !('$ref' in schema)) {
    places.push(schema);
    if (schema.items !== undefined && !('$ref' in schema.items)) places.push(schema.items);
  }
  const example = places.find((place) => place.example !== undefined)?.example;
  if (example === undefined) return;
  for (const place of places) delete place.example;
  const shown = [example].flat().map(String).join(', ');
  parameter.description = [parameter.description, `Such as ${shown}`].filter(Boolean).join('. ');
}

const ASSETS = [
  { file: 'swagger-ui-bundle.js', type: 'text/javascript; charset=utf-8' },
  { file: 'swagger-ui.css', type: 'text/css; charset=utf-8' },
  { file: 'favicon-32x32.png', type: 'image/png' },
] as const;

const START_SCRIPT = `window.ui = SwaggerUIBundle({ url: '/docs-json', dom_id: '#swagger-ui', deepLinking: true });`;

/**
 * Serves the document as `/docs-json` and, readable and to try out, as `/docs`. The page's files are served here rather
 * than by `SwaggerModule.setup`: that needs inline scripts, which our content security policy forbids.
 */
export function serveApiDocument(
  fastify: FastifyInstance,
  app: NestFastifyApplication,
  description: ApiDescription,
): void {
  let document: OpenAPIObject | undefined;
  const open = { config: { access: OPEN } };
  fastify.get('/docs-json', open, (_request, reply) => reply.send((document ??= describeApi(app, description))));
  fastify.get('/docs', open, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(pageOf(description.name)),
  );
  fastify.get('/docs/start.js', open, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(START_SCRIPT),
  );
  const { resolve } = createRequire(import.meta.url);
  for (const { file, type } of ASSETS) {
    const path = resolve(`swagger-ui-dist/${file}`);
    fastify.get(`/docs/${file}`, open, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=86400').send(createReadStream(path)),
    );
  }
}

function pageOf(name: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Airtime ${name}: API</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;
}
