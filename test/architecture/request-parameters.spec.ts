import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const ROOT = new URL('../../', import.meta.url).pathname;
/** Where routes are. */
const ROUTES = ['apps', 'libs/concepts'];

/** What takes a text of a request as it comes. Bodies and queries are classes, path parameters have their own decorators. */
const RAW_PARAMETERS = [
  { what: 'Nest’s own Param', form: /@Param\(/ },
  { what: 'a part of the query without a class', form: /@(Query|FromQuery)\(\s*['"`]/ },
  { what: 'a part of the body without a class', form: /@Body\(\s*['"`]/ },
  { what: 'a cursor taken apart by hand', form: /\bbase64url\b/ },
];

const rawParametersIn = (source: string): string[] =>
  RAW_PARAMETERS.filter(({ form }) => form.test(source)).map(({ what }) => what);

/** Routes that change nothing in the journal: quotes, verifications, a rebuild of the books, and who is signed in. */
const WRITES_NOTHING = [
  'ledger/src/quotes.controller.ts',
  'reporting/src/verification.ts',
  'reporting/src/console/session.ts',
  'projector/src/table-comparison.ts',
  'projector/src/rebuild.ts',
];

/** Routes that write and do not take `@Write()`: their callers would not be answered once. */
function writesByHandIn(source: string): number {
  const count = (form: RegExp) => source.match(form)?.length ?? 0;
  return count(/@(Post|Put|Patch|Delete|PublishesVersion)\(/g) - count(/@Write\(/g);
}

async function sourcesOf(...folders: readonly string[]): Promise<string[]> {
  const entries = await Promise.all(
    folders.map((folder) => readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })),
  );
  return entries
    .flat()
    .filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !/\/(cli|test-support)\//.test(file));
}

it('every route that writes takes what it knows of its request from @Write()', async () => {
  for (const file of await sourcesOf(...ROUTES)) {
    if (WRITES_NOTHING.includes(relative(join(ROOT, 'apps'), file))) continue;
    expect([file, writesByHandIn(await readFile(file, 'utf8'))]).toEqual([file, 0]);
  }
});

it('finds a route that writes without @Write()', () => {
  expect(writesByHandIn(`@Post('a') a(@Body() body: B, @Write() write: WriteRequest) {}`)).toBe(0);
  expect(writesByHandIn(`@Post('a') a(@Body() body: B, @Write() write: W) {} @Delete('b') b(@Caller() by: K) {}`)).toBe(
    1,
  );
});

it('no route takes a path parameter, a part of a query or a cursor that is not checked in its one place', async () => {
  const files = await sourcesOf(...ROUTES);
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
