/** The files that are made from the running code. `npm run docs:write` writes them, `npm test` compares them. */
import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { REFUSALS } from '#concepts';
import { createLogger, loadConfiguration, previewApiDocument } from '#platform';
import { StandaloneModule } from '../../apps/standalone/src/standalone.module.js';
import { accountsDocument, accountsOfJournal } from './account-documents.js';
import { consoleMatrix } from './console-pages.js';
import { conceptsOfJournal, conceptsOfReadme } from './concept-documents.js';
import { eventsOfJournal, schemaFiles, withPlaces } from './event-documents.js';
import { generateEventSchemas } from './event-schemas.js';
import { replacePart } from './markdown.js';

export interface GeneratedFile {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly text: string;
}

const BANNER = '// Written by `npm run docs:write` from the API document. Changes belong into the controllers.\n';
const ROLES_BANNER =
  '/** Which roles each route takes. Written by `npm run docs:write` from the API document. */\n' +
  'export const ROUTE_ROLES: Readonly<Record<string, readonly string[]>> = ';
const JOURNAL = 'docs/journal.md';
const CONCEPTS = 'libs/concepts/README.md';
const CONSOLE = 'docs/console.md';
const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/** Makes all files. The same code gives the same bytes on every supported Node. */
export async function generateDocuments(): Promise<GeneratedFile[]> {
  const document = await wholeDocument();
  const types = astToString(
    await openapiTypescript(withoutNames(document) as Parameters<typeof openapiTypescript>[0], { immutable: true }),
  );
  const schemas = withPlaces(generateEventSchemas('libs/concepts/index.ts', ['LedgerEvent', 'RegistryEvent']));
  return [
    { path: 'docs/openapi.json', text: `${JSON.stringify(document, null, 2)}\n` },
    { path: 'libs/client/src/openapi.ts', text: BANNER + types },
    { path: 'libs/client/src/route-roles.ts', text: ROLES_BANNER + routeRoles(document) },
    { path: 'docs/accounts.md', text: accountsDocument() },
    ...schemaFiles(schemas),
    {
      path: JOURNAL,
      text: replaceParts(JOURNAL, {
        accounts: accountsOfJournal(),
        ...eventsOfJournal(schemas),
        ...(await conceptsOfJournal()),
      }),
    },
    { path: CONSOLE, text: replaceParts(CONSOLE, { pages: consoleMatrix(rolesByRoute(document)) }) },
    { path: CONCEPTS, text: replaceParts(CONCEPTS, { concepts: await conceptsOfReadme() }) },
  ];
}

/** A document with its parts made anew; what stands around them is written by hand. */
function replaceParts(path: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce(
    (text, [part, content]) => replacePart(text, part, content),
    readFileSync(path, 'utf8'),
  );
}

/** All services' routes at once: standalone has every one of them. */
async function wholeDocument(): Promise<OpenAPIObject> {
  const document = await previewApiDocument(StandaloneModule, {
    configuration: loadConfiguration({}),
    logger: createLogger('silent'),
    name: 'API',
    refusals: REFUSALS,
  });
  return inOrder(document);
}

/** Sorts what Nest lists in the order of its modules, so that a controller may move to another one unseen. */
function inOrder(document: OpenAPIObject): OpenAPIObject {
  const paths = Object.entries(sorted(document.paths)).map(([path, item]) => {
    const operations = Object.entries(item).sort(([a], [b]) => METHODS.indexOf(a) - METHODS.indexOf(b));
    return [path, Object.fromEntries(operations)] as const;
  });
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: { ...document.components, schemas: sorted(document.components?.schemas ?? {}) },
  };
}

/** `get /v1/me` and its roles, for whoever tells a caller what it may call. */
function routeRoles(document: OpenAPIObject): string {
  const routes = Object.entries(rolesByRoute(document)).map(
    ([route, roles]) => `  '${route}': [${roles.map((role) => `'${role}'`).join(', ')}],\n`,
  );
  return `{\n${routes.join('')}};\n`;
}

function rolesByRoute({ paths }: OpenAPIObject): Readonly<Record<string, readonly string[]>> {
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { 'x-roles'?: readonly string[] }>)
      .filter(([, operation]) => path.startsWith('/v1/') && operation['x-roles'] !== undefined)
      .map(([method, operation]) => [`${method} ${path}`, operation['x-roles']!] as const),
  );
  return Object.fromEntries(routes);
}

/** An operation is found by its path: the name of the controller that serves it today says nothing to a caller. */
function withoutNames(document: OpenAPIObject): OpenAPIObject {
  const copy = structuredClone(document);
  for (const item of Object.values(copy.paths))
    for (const operation of Object.values(item as Record<string, { operationId?: string }>))
      delete operation.operationId;
  return copy;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
