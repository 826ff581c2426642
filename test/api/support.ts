/** What the suites about the API document share. */
import type { OpenAPIObject } from '@nestjs/swagger';
import { createConfig, lintFromString } from '@redocly/openapi-core';

/** Everything that the linter recommends; off are only rules about who publishes an API, and where. */
const RULES = { 'info-license': 'off', 'no-empty-servers': 'off', 'no-server-example.com': 'off' } as const;

/** What a linter of OpenAPI finds wrong with a document; empty when it is valid. */
export async function lintDocument(document: OpenAPIObject): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'], rules: RULES });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId} at ${location[0]?.pointer ?? 'the document'}: ${message}`,
  );
}
