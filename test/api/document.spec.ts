import { existsSync, readFileSync } from 'node:fs';
import type { Type } from '@nestjs/common';
import { REFUSALS } from '#concepts';
import { createLogger, loadConfiguration, previewApiDocument } from '#platform';
import { LedgerModule } from '../../apps/ledger/src/ledger.module.js';
import { ProjectorModule } from '../../apps/projector/src/projector.module.js';
import { ReportingModule } from '../../apps/reporting/src/reporting.module.js';
import { SettlementModule } from '../../apps/settlement/src/settlement.module.js';
import { StandaloneModule } from '../../apps/standalone/src/standalone.module.js';
import { generateDocuments, type GeneratedFile } from './documents.js';
import type { Schema } from './operations.js';
import { lintDocument } from './support.js';

const SERVICES: readonly [name: string, module: Type][] = [
  ['ledger', LedgerModule],
  ['projector', ProjectorModule],
  ['settlement', SettlementModule],
  ['reporting', ReportingModule],
  ['standalone', StandaloneModule],
];

const logger = createLogger('silent');

describe.each(SERVICES)('the API document of %s', (name, module) => {
  it('is valid OpenAPI', async () => {
    const document = await previewApiDocument(module, {
      configuration: loadConfiguration({}),
      logger,
      name,
      refusals: REFUSALS,
    });
    expect(Object.keys(document.paths).length).toBeGreaterThan(0);
    expect(await lintDocument(document)).toEqual([]);
  });

  it('fills in no parameter that may be left out: an example is no question that anybody has', async () => {
    const { paths } = await previewApiDocument(module, {
      configuration: loadConfiguration({}),
      logger,
      name,
      refusals: REFUSALS,
    });
    const filled = Object.entries(paths).flatMap(([path, operations]) =>
      Object.values(operations as Record<string, { parameters?: Record<string, unknown>[] }>)
        .flatMap(({ parameters }) => parameters ?? [])
        .filter((parameter) => parameter['in'] === 'query' && /"examples?":/.test(JSON.stringify(parameter)))
        .map((parameter) => `${path}?${String(parameter['name'])}`),
    );
    expect(filled).toEqual([]);
  });
});

describe('what is written from the code', () => {
  let generated: readonly GeneratedFile[];

  beforeAll(async () => {
    generated = await generateDocuments();
  });

  it('agrees with the running code; else `npm run docs:write` brings it up to date', () => {
    const outdated = generated.filter(({ path, text }) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
    expect(outdated.map(({ path }) => path)).toEqual([]);
  });

  it('says of every object what is in it', () => {
    const document = JSON.parse(generated[0]!.text) as object;
    expect(schemasWithin(document, '').filter(([, schema]) => isVague(schema))).toEqual([]);
  });

  it('says of every success what it answers', () => {
    const { paths } = JSON.parse(generated[0]!.text) as {
      paths: Record<string, Record<string, { responses: Record<string, { content?: object }> }>>;
    };
    const silent = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.entries(responses)
          .filter(([status, { content }]) => status.startsWith('2') && content === undefined)
          .map(([status]) => `${method} ${path} ${status}`),
      ),
    );
    expect(silent).toEqual([]);
  });
});

/** Every schema under a node of the document, with its place. */
function schemasWithin(node: unknown, place: string): [place: string, schema: Schema][] {
  if (typeof node !== 'object' || node === null) return [];
  const own: [string, Schema][] = 'type' in node && typeof node.type === 'string' ? [[place, node as Schema]] : [];
  return [...own, ...Object.entries(node).flatMap(([name, inner]) => schemasWithin(inner, `${place}/${name}`))];
}

/** An object of which nothing is said: a decorator names `Object` as the type. */
function isVague({ type, properties, additionalProperties, allOf }: Schema): boolean {
  return type === 'object' && (properties ?? additionalProperties ?? allOf) === undefined;
}
