import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');

/** What would make a replay decide otherwise than the first time, or lose atto-tokens. */
const PLANTS: Readonly<Record<string, { code: string; rule: string }>> = {
  clock: { code: 'export const now = Date.now();', rule: 'no-restricted-globals' },
  'clock-object': { code: 'export const now = new Date();', rule: 'no-restricted-globals' },
  chance: { code: 'export const x = Math.random();', rule: 'no-restricted-syntax' },
  environment: { code: 'export const x = process.env;', rule: 'no-restricted-globals' },
  network: { code: `export const x = () => fetch('http://a');`, rule: 'no-restricted-globals' },
  timer: { code: 'export const x = () => setTimeout(() => 1, 1);', rule: 'no-restricted-globals' },
  'node-import': { code: `export { createHash } from 'node:crypto';`, rule: 'no-restricted-imports' },
  'bare-node-import': { code: `export { readFileSync } from 'fs';`, rule: 'no-restricted-imports' },
  'package-import': { code: `export { pino } from 'pino';`, rule: 'no-restricted-imports' },
  'library-import': { code: `export { x } from '#journal';`, rule: 'no-restricted-imports' },
  'late-import': { code: `export const x = () => import('./clock.js');`, rule: 'no-restricted-syntax' },
  'hidden-global': { code: 'export const x = globalThis.Date;', rule: 'no-restricted-syntax' },
  float: { code: `export const x = parseFloat('1.5');`, rule: 'no-restricted-syntax' },
  'static-float': { code: `export const x = Number.parseFloat('1.5');`, rule: 'no-restricted-syntax' },
  'amount-as-number': { code: 'export const f = (amount: bigint) => Number(amount);', rule: 'no-restricted-syntax' },
  'field-as-number': {
    code: 'export const f = (entry: { amount: bigint }) => Number(entry.amount);',
    rule: 'no-restricted-syntax',
  },
  'rounded-text': { code: 'export const f = (n: number) => n.toFixed(2);', rule: 'no-restricted-syntax' },
};

/** What would hand keys and passwords on to another program, wherever it stands. */
const INHERITANCE: Readonly<Record<string, { code: string; rule: string }>> = {
  'libs/journal/src/bare-spawn.ts': {
    code: `export { spawn } from 'node:child_process';`,
    rule: 'no-restricted-imports',
  },
  'libs/journal/src/bare-exec.ts': { code: `export { exec } from 'child_process';`, rule: 'no-restricted-imports' },
  'libs/journal/src/cluster.ts': { code: `export { fork } from 'node:cluster';`, rule: 'no-restricted-imports' },
  'libs/journal/src/inherit.ts': { code: 'export const x = { ...process.env };', rule: 'no-restricted-syntax' },
  'libs/journal/src/inherit.spec.ts': { code: 'export const x = { ...process.env };', rule: 'no-restricted-syntax' },
};

/** The pure files of the concepts are held to the same. */
const CONCEPTS = ['clock', 'chance', 'environment', 'network', 'node-import', 'library-import', 'float'];

/** The same is everyday business elsewhere, and in the domain's own specs. */
const GOOD: Readonly<Record<string, string>> = {
  'libs/domain/src/pure.ts': 'export const add = (left: bigint, right: bigint): bigint => left + right;',
  'libs/domain/src/pure.spec.ts': `import { hash } from 'node:crypto';\nexport const x = [Date.now(), hash];`,
  'libs/concepts/grants/pure.ts': `export { atto } from '#domain';`,
  'libs/concepts/grants/pure.steps.ts': `import fc from 'fast-check';\nexport const x = fc;`,
  'libs/concepts/grants/pure.commands.ts': `import { Get } from '@nestjs/common';\nexport const x = [Date.now(), Get];`,
  'libs/journal/src/clock.ts': 'export const now = (): number => Date.now();',
};

interface Report {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

describe('the purity rules of the domain', () => {
  let tree: string;
  let reports: Map<string, Report['messages']>;

  beforeAll(async () => {
    tree = mkdtempSync(join(tmpdir(), 'airtime-purity-'));
    for (const file of ['eslint.config.mjs', 'package.json', 'tsconfig.json']) {
      cpSync(join(repository, file), join(tree, file));
    }
    symlinkSync(join(repository, 'node_modules'), join(tree, 'node_modules'));
    for (const lib of ['domain', 'journal']) mkdirSync(join(tree, 'libs', lib, 'src'), { recursive: true });
    mkdirSync(join(tree, 'libs/concepts/grants'), { recursive: true });
    for (const name of CONCEPTS) {
      writeFileSync(join(tree, `libs/concepts/grants/${name}.ts`), `${PLANTS[name]!.code}\n`);
      writeFileSync(join(tree, `libs/concepts/grants/${name}.rows.ts`), `${PLANTS[name]!.code}\n`);
    }
    for (const [file, code] of Object.entries(GOOD)) writeFileSync(join(tree, file), `${code}\n`);
    for (const [name, { code }] of Object.entries(PLANTS)) {
      writeFileSync(join(tree, `libs/domain/src/${name}.ts`), `${code}\n`);
    }
    for (const [file, { code }] of Object.entries(INHERITANCE)) writeFileSync(join(tree, file), `${code}\n`);
    const eslint = join(repository, 'node_modules/eslint/bin/eslint.js');
    const output = await run(process.execPath, [eslint, '--format', 'json', 'libs'], { cwd: tree }).catch(
      (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
    );
    const parsed = JSON.parse(output.stdout) as Report[];
    reports = new Map(parsed.map(({ filePath, messages }) => [filePath.slice(filePath.indexOf('libs/')), messages]));
  }, 60_000);

  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  it.each(Object.keys(PLANTS))('refuse %s', (name) => {
    const rules = reports.get(`libs/domain/src/${name}.ts`)?.map(({ ruleId }) => ruleId);
    expect(rules).toContain(PLANTS[name]?.rule);
  });

  it.each(CONCEPTS.flatMap((name) => [`${name}.ts`, `${name}.rows.ts`]))('refuse a concept %s', (file) => {
    const rules = reports.get(`libs/concepts/grants/${file}`)?.map(({ ruleId }) => ruleId);
    expect(rules).toContain(PLANTS[file.split('.', 1)[0]!]?.rule);
  });

  it.each(Object.keys(INHERITANCE))('hand no environment on in %s', (file) => {
    expect(reports.get(file)?.map(({ ruleId }) => ruleId)).toContain(INHERITANCE[file]?.rule);
  });

  it.each(Object.keys(GOOD))('leave %s alone', (file) => {
    expect(reports.get(file)).toEqual([]);
  });
});
