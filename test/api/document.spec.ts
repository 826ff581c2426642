import type { Type } from '@nestjs/common';
import { createLogger, loadConfiguration, previewApiDocument } from '#platform';
import { LedgerModule } from '../../apps/ledger/src/ledger.module.js';
import { ProjectorModule } from '../../apps/projector/src/projector.module.js';
import { ReportingModule } from '../../apps/reporting/src/reporting.module.js';
import { SettlementModule } from '../../apps/settlement/src/settlement.module.js';
import { StandaloneModule } from '../../apps/standalone/src/standalone.module.js';
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
    const document = await previewApiDocument(module, { configuration: loadConfiguration({}), logger, name });
    expect(Object.keys(document.paths).length).toBeGreaterThan(0);
    expect(await lintDocument(document)).toEqual([]);
  });

  it('fills in no parameter that may be left out: an example is no question that anybody has', async () => {
    const { paths } = await previewApiDocument(module, { configuration: loadConfiguration({}), logger, name });
    const filled = Object.entries(paths).flatMap(([path, operations]) =>
      Object.values(operations as Record<string, { parameters?: Record<string, unknown>[] }>)
        .flatMap(({ parameters }) => parameters ?? [])
        .filter((parameter) => parameter['in'] === 'query' && /"examples?":/.test(JSON.stringify(parameter)))
        .map((parameter) => `${path}?${String(parameter['name'])}`),
    );
    expect(filled).toEqual([]);
  });
});
