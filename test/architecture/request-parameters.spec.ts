import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = new URL('../../', import.meta.url).pathname;

/** What takes a text of a request as it comes. Bodies and queries are classes, path parameters have their own decorators. */
const RAW_PARAMETERS = [
  { what: 'Nest’s own Param', form: /@Param\(/ },
  { what: 'a part of the query without a class', form: /@(Query|FromQuery)\(\s*['"`]/ },
  { what: 'a part of the body without a class', form: /@Body\(\s*['"`]/ },
  { what: 'a cursor taken apart by hand', form: /\bbase64url\b/ },
];

const rawParametersIn = (source: string): string[] =>
  RAW_PARAMETERS.filter(({ form }) => form.test(source)).map(({ what }) => what);

async function sourcesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => /\/apps\/[^/]+\/src\//.test(file) && !file.includes('/apps/cli/'));
}

it('no route takes a path parameter, a part of a query or a cursor that is not checked in its one place', async () => {
  const files = await sourcesOf(join(ROOT, 'apps'));
  expect(files.length).toBeGreaterThan(30);
  for (const file of files) expect([file, rawParametersIn(await readFile(file, 'utf8'))]).toEqual([file, []]);
});

it.each([
  [`@Get(':id') read(@Param('id') id: string) {}`, 'Nest’s own Param'],
  [`read(@Query('asOf') asOf: string) {}`, 'a part of the query without a class'],
  [`read(@FromQuery("to") to: string) {}`, 'a part of the query without a class'],
  [`write(@Body('amount') amount: string) {}`, 'a part of the body without a class'],
  [`JSON.parse(Buffer.from(cursor, 'base64url').toString())`, 'a cursor taken apart by hand'],
])('finds %s', (source, what) => {
  expect(rawParametersIn(source)).toEqual([what]);
});
