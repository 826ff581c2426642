/** A file of commands or a report that its door lacks would be served by nobody, and nobody would miss it. */
import 'reflect-metadata';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as commands from '#concepts/commands';
import * as reports from '#concepts/reports';

interface Found {
  readonly file: string;
  readonly exports: readonly unknown[];
}

/** Every file of a concept with this suffix, and what it exports. */
async function findFiles(suffix: string): Promise<Found[]> {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  return Promise.all(
    files
      .filter((file) => file.endsWith(suffix) && file.includes('/'))
      .map(async (file) => {
        const url = pathToFileURL(join(import.meta.dirname, file)).href;
        return { file, exports: Object.values((await import(url)) as Record<string, unknown>) };
      }),
  );
}

const isModule = (one: unknown) => typeof one === 'function' && Reflect.hasMetadata('controllers', one);

describe.each([
  ['commands', '.commands.ts', commands],
  ['reports', '.report.ts', reports],
])('the door of the %s', (_, suffix, door) => {
  let files: readonly Found[];

  beforeAll(async () => {
    files = await findFiles(suffix);
  });

  it('has the module of every file', () => {
    const modules = new Set<unknown>(Object.values(door));
    const missing = files.filter((found) => !found.exports.some((one) => isModule(one) && modules.has(one)));
    expect(missing.map(({ file }) => file)).toEqual([]);
    expect(files.length).toBeGreaterThanOrEqual(6);
  });

  it('has nothing but modules with routes', () => {
    for (const [name, module] of Object.entries(door)) expect([name, isModule(module)]).toEqual([name, true]);
  });
});
