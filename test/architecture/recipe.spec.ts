/**
 * Follows the recipe of CONTRIBUTING.md, "Add an event, a command, a refusal", in memory: gifts are minted tokens. With all of
 * its lines the tree compiles; the compiler names every file that lacks its line. "Add a concept" is held to what is on the disk:
 * doors, kinds of files and tables that it does not name.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import ts from 'typescript';

const repository = resolve(import.meta.dirname, '../..');
const recipe = readFileSync(resolve(repository, 'CONTRIBUTING.md'), 'utf8')
  .split('## Add an event')[1]!
  .split('## Style')[0]!;
const SUPPLY = 'libs/concepts/supply/supply.ts';

interface Line {
  readonly file: string;
  /** Stands in the file once; the line is put behind it. */
  readonly behind: string;
  readonly text: string;
}

/** What is new. Everything else follows from it. */
const NEWS: readonly Line[] = [
  { file: SUPPLY, behind: 'export type SupplyEvent = Minted | Burned', text: ' | TokensGifted' },
  {
    file: SUPPLY,
    behind: "import type { PartiesState } from '../parties/party.js';",
    text: `
      export interface TokensGifted extends Recorded {
        readonly type: 'TokensGifted';
        readonly holder: string;
        readonly amount: string;
        readonly postings: readonly Posting[];
      }`,
  },
  {
    file: SUPPLY,
    behind: "({ readonly type: 'BurnTokens' } & SupplyRequest)",
    text: " | ({ readonly type: 'GiftTokens' } & SupplyRequest)",
  },
];

/** What the recipe asks for; each must be missed when it is forgotten. `table` tells two rows of one file apart. */
const RECIPE: Readonly<Record<string, Line & { readonly table?: string }>> = {
  'decides the command': {
    file: SUPPLY,
    behind: 'decideOnce(state, command.request, () => record(decideBurn(state, catalogue, command))),',
    text: `
      GiftTokens: (state, command, { catalogue }, record) =>
        decideOnce(state, command.request, () =>
          record({ ...decideMint(catalogue, command), type: 'TokensGifted' }),
        ),`,
  },
  'lays out the line of the event': {
    file: SUPPLY,
    behind: 'export const supplyLayouts = {',
    text: 'TokensGifted: { holder: plain, amount: plain, postings: moves, request: optional(requestLayout) },',
    table: 'Layouts',
  },
  'folds the event': {
    file: SUPPLY,
    behind: 'Burned: () => undefined,',
    text: 'TokensGifted: () => undefined,',
    table: 'Evolve',
  },
  'corrects the event': {
    file: SUPPLY,
    behind: 'Burned: (state, event) => correctTaking(state, event, event.holder, event.grants),',
    text: 'TokensGifted: (state, event, position) => correctArrival(state, event, event.holder, entryId(position)),',
    table: 'Correct',
  },
  'says which accounts it moves value between': {
    file: SUPPLY,
    behind: 'Burned: [[fundsAccounts.customerAvailable, fundsAccounts.issuance]],',
    text: 'TokensGifted: [[fundsAccounts.issuance, fundsAccounts.customerAvailable]],',
    table: 'Readonly',
  },
  'says who may cause the event': {
    file: 'libs/concepts/audits.ts',
    behind: 'const CALLERS = {',
    text: 'TokensGifted: BY_OPERATOR,',
  },
  'audits the event': {
    file: 'libs/concepts/supply/supply.audit.ts',
    behind: 'readonly ledger: AuditTable<SupplyEvent> = {',
    text: "TokensGifted: ({ holder, amount }) => [move('issuance', available(holder), BigInt(amount))],",
  },
  'says what the event becomes in the read models': {
    file: 'libs/concepts/supply/supply.rows.ts',
    behind: 'export const supplyRows: Rows<SupplyEvent> = {',
    text: `TokensGifted: { entry: ({ holder, amount }) => ({ holder, amount }), movement: { holder: 'gift' }, changes: null },`,
  },
  'explains the event': {
    file: 'libs/concepts/supply/explain.ts',
    behind: 'export const explainSupply: Explain<SupplyEvent, unknown> = {',
    text: `TokensGifted: ({ holder, amount }) => ({ summary: 'A gift.', holder, amount: BigInt(amount) }),`,
  },
};

const { config } = ts.readConfigFile(resolve(repository, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
  config: { compilerOptions: object };
};
const options: ts.CompilerOptions = {
  ...ts.convertCompilerOptionsFromJson(config.compilerOptions, repository).options,
  types: ['node'],
};
const host = ts.createCompilerHost(options);
const parsed = new Map<string, ts.SourceFile | undefined>();
const files = [...new Set([...NEWS, ...Object.values(RECIPE)].map(({ file }) => file))];
const doors = [
  'libs/concepts/audits.ts',
  'libs/concepts/rows.ts',
  'libs/journal/src/index.ts',
  'libs/postgres/src/index.ts',
];

function contentWith(lines: readonly Line[]): ReadonlyMap<string, string> {
  const contents = new Map<string, string>();
  for (const { file, behind, text } of lines) {
    const content = contents.get(file) ?? readFileSync(resolve(repository, file), 'utf8');
    const parts = content.split(behind);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${behind}`);
    contents.set(file, parts.join(`${behind} ${text}`));
  }
  return contents;
}

/** What the compiler says about the tree with these lines, as `file: message`. */
function compile(lines: readonly Line[]): string[] {
  const contents = contentWith(lines);
  const getSourceFile: ts.CompilerHost['getSourceFile'] = (file, target) => {
    const changed = contents.get(relative(repository, file));
    if (changed !== undefined) return ts.createSourceFile(file, changed, target, true);
    if (!parsed.has(file)) parsed.set(file, host.getSourceFile(file, target));
    return parsed.get(file);
  };
  const rootNames = [...files, ...doors].map((file) => resolve(repository, file));
  const program = ts.createProgram({ rootNames, options, host: { ...host, getSourceFile } });
  return files
    .map((file) => program.getSourceFile(resolve(repository, file))!)
    .flatMap((file) => program.getSemanticDiagnostics(file))
    .map(({ file, messageText }) => {
      const message = ts.flattenDiagnosticMessageText(messageText, ' ');
      return `${relative(repository, file!.fileName)}: ${message}`;
    });
}

describe('the recipe for an event, a command and a refusal', () => {
  let saidOfNews: readonly string[];

  beforeAll(() => {
    saidOfNews = compile(NEWS);
  });

  it('compiles when every line of it is there', () => {
    expect(compile([...NEWS, ...Object.values(RECIPE)])).toEqual([]);
  });

  it.each(Object.keys(RECIPE))('is missed by the compiler when nothing %s', (forgotten) => {
    const { file, text, table } = RECIPE[forgotten]!;
    const name = /^\s*(\w+)/.exec(text)![1]!;
    const required = table === undefined ? '' : `required in type '${table}<`;
    const missed = saidOfNews.filter(
      (line) => line.startsWith(file) && line.includes(`Property '${name}' is missing`) && line.includes(required),
    );
    expect(missed).toHaveLength(1);
  });

  it('has a line for everything that the compiler misses', () => {
    expect(saidOfNews).toHaveLength(Object.keys(RECIPE).length);
  });

  it('stands in CONTRIBUTING.md with every file that it touches', () => {
    const touched = [...new Set(Object.values(RECIPE).map(({ file }) => file.split('/').at(-1)!))];
    expect(touched.filter((file) => !recipe.includes(file.replace('supply', 'x')))).toEqual([]);
  });
});

describe('the recipe for a concept', () => {
  const inConcepts = readdirSync(resolve(repository, 'libs/concepts'), { recursive: true, encoding: 'utf8' });
  const sourceOf = (file: string) => readFileSync(resolve(repository, file), 'utf8');

  it('names every door that takes something from a concept’s folder', () => {
    const doors = inConcepts.filter(
      (file) => /^[a-z]+\.ts$/.test(file) && / from '\.\/[a-z-]+\/[^']+'/.test(sourceOf(`libs/concepts/${file}`)),
    );
    expect(doors.filter((door) => !recipe.includes(door))).toEqual([]);
    expect(doors.length).toBeGreaterThan(7);
  });

  it('names every kind of file that a concept may have', () => {
    const kinds = new Set(inConcepts.flatMap((file) => /^[a-z]+\/[a-z-]+(\.[a-z]+)?\.ts$/.exec(file)?.slice(1) ?? []));
    const named = [...kinds].filter((kind) => kind !== '.spec').map((kind) => `\`x${kind ?? ''}.ts\``);
    expect(named.filter((file) => !recipe.includes(file))).toEqual([]);
    expect(named).toContain('`x.steps.ts`');
  });

  it('names every table that a concept may export', () => {
    const prefixes = /const NAMES = \/\^\(([^)]+)\)\[A-Z\]\|.*\(([^)]+)\)\$\//.exec(
      sourceOf('libs/concepts/concepts.spec.ts'),
    )!;
    const [begin, end] = prefixes.slice(1).map((names) => names.split('|')) as [string[], string[]];
    const tables = [
      ...begin.map((name) => `\`${name}X\``),
      ...end.map((name) => `\`x${name}\``),
      '`xRound`',
      '`ROUNDS`',
    ];
    expect(tables.filter((table) => !recipe.includes(table))).toEqual([]);
    expect(tables.length).toBeGreaterThan(8);
  });

  it('names no place, test or command that is not there', () => {
    const specs = ['libs', 'test'].flatMap((root) =>
      readdirSync(resolve(repository, root), { recursive: true, encoding: 'utf8' }).map((file) => `${root}/${file}`),
    );
    const named = [...recipe.matchAll(/`([a-z-]+(?:\/[a-zA-Z-]+)*\.(?:spec\.ts|report\.ts|py|md|json|ts))`/g)].map(
      ([, name]) => name!,
    );
    const lost = named.filter(
      (name) =>
        !/^x\./.test(name) &&
        !existsSync(resolve(repository, name)) &&
        !specs.some((file) => file.endsWith(`/${name}`)),
    );
    expect(lost).toEqual([]);
    const { scripts } = JSON.parse(sourceOf('package.json')) as { scripts: Record<string, string> };
    const commands = [...recipe.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name!);
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  });
});
