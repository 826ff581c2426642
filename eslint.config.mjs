// One flat configuration for the whole repository. Prettier owns the layout; dependency-cruiser owns who may import whom.
import { defineConfig } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** What would make a decision of the domain depend on anything but its arguments: a replay must decide the same again. */
const IMPURE_GLOBALS = [
  ['Date', 'the time arrives as an argument'],
  ['process', 'the environment arrives as an argument'],
  ['fetch', 'the domain does no I/O'],
  ['performance', 'the time arrives as an argument'],
  ['crypto', 'ids and digests arrive as arguments'],
  ['console', 'the domain returns events, it does not report'],
  ['setTimeout', 'time acts through events'],
  ['setInterval', 'time acts through events'],
  ['setImmediate', 'time acts through events'],
  ['queueMicrotask', 'the domain is synchronous'],
  ['Buffer', 'the domain runs wherever JavaScript does'],
];

/** Amounts are bigint: a float anywhere near them loses atto-tokens without a sound. */
const FLOAT_SYNTAX = [
  {
    selector: "CallExpression[callee.name='parseFloat'], CallExpression[callee.property.name='parseFloat']",
    message: 'no floats near money: parse decimal text with parseAmount',
  },
  {
    selector: "CallExpression[callee.name='Number'][arguments.0.name=/amount|atto|price|balance|total/i]",
    message: 'an amount is a bigint; Number() rounds it',
  },
  {
    selector:
      "CallExpression[callee.name='Number'] > MemberExpression[property.name=/amount|atto|price|balance|total/i]",
    message: 'an amount is a bigint; Number() rounds it',
  },
  {
    selector: "CallExpression[callee.property.name='toFixed']",
    message: 'no floats near money: format with formatAmount',
  },
];

const IMPURE_SYNTAX = [
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'chance arrives as an argument: a replay must decide the same again',
  },
  {
    selector: "MemberExpression[object.name='globalThis']",
    message: 'the domain reaches for nothing global',
  },
  {
    selector: 'ImportExpression',
    message: 'the domain imports nothing at run time',
  },
];

/** Libraries are entered through their index, by name. */
const LIBRARY_DOORS = {
  group: ['**/libs/*/**', '#*/*', '!#concepts/*', '!#journal/contract', '!#kafka/testing'],
  message: 'enter a library through its name (#domain, #journal, ...), never by its files',
};

/** class-transformer stumbles over members named like JavaScript's own: `toInstance` of #platform looks for them first. */
const GUARDED_TRANSFORMER = {
  name: 'class-transformer',
  allowImportNames: ['Transform', 'Type'],
  message: 'make instances with toInstance of #platform',
};

/** What hands our environment, keys and passwords in it, to another program. */
const INHERITED_ENVIRONMENT = [
  {
    selector: "SpreadElement > MemberExpression[object.name='process'][property.name='env']",
    message:
      'our environment holds keys and passwords: start programs through #processes, which hands on what is harmless',
  },
];

/** The one way to start a program. */
const CHILD_PROCESS = ['child_process', 'node:child_process', 'cluster', 'node:cluster'].map((name) => ({
  name,
  message: 'start programs through #processes: it never hands on our environment',
}));

const BROWSER = ['**/*.tsx', 'apps/console/src/**/*.ts', 'libs/console-kit/**/*.ts'];

export default defineConfig(
  {
    ignores: [
      '**/node_modules/**',
      'dist/**',
      'coverage/**',
      '.airtime/**',
      '.cache/**',
      'libs/chain/contracts/{lib,out,cache}/**',
      'libs/client/src/openapi.ts',
      'libs/concepts/schemas.ts',
    ],
  },
  tseslint.configs.strict,
  tseslint.configs.stylistic,
  {
    files: ['**/*.{ts,tsx,mts,js,mjs,cjs}'],
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-restricted-imports': ['error', { paths: [GUARDED_TRANSFORMER], patterns: [LIBRARY_DOORS] }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'prefer-const': 'error',
      'no-param-reassign': 'error',
      'no-promise-executor-return': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      // Nest modules are classes with decorators and nothing inside.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowStaticOnly: true }],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['private-constructors'] }],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowInGenericTypeArguments: true }],
      // With noUncheckedIndexedAccess, `!` is how a loop says that its index is inside the bound it just checked.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-inferrable-types': 'off',
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // The few rules that need types, each for a mistake that has cost somebody money.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/require-array-sort-compare': 'error',
    },
  },
  {
    // What runs in a browser is of a configuration of its own.
    files: [...BROWSER],
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: './tsconfig.console.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-restricted-syntax': [
        'error',
        ...FLOAT_SYNTAX,
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: 'what comes from a journal is text, never HTML',
        },
      ],
    },
  },
  {
    files: ['libs/platform/src/validation.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [LIBRARY_DOORS] }] },
  },
  {
    files: ['**/*.{ts,mts,js,mjs,cjs}'],
    ignores: [...BROWSER],
    rules: { 'no-restricted-syntax': ['error', ...INHERITED_ENVIRONMENT] },
  },
  {
    // What ships; specs and tools may start their own programs, but inherit nothing either.
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['libs/processes/**', '**/*.spec.ts', '**/*.contract.ts', '**/{test,test-support,scripts}/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [LIBRARY_DOORS], paths: CHILD_PROCESS }] },
  },
  {
    files: ['libs/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS.map(([name, message]) => ({ name, message }))],
      'no-restricted-syntax': ['error', ...IMPURE_SYNTAX, ...FLOAT_SYNTAX],
      'no-restricted-imports': [
        'error',
        { patterns: [LIBRARY_DOORS, { regex: '^[^.]', message: 'the domain imports nothing but its own files' }] },
      ],
    },
  },
  {
    // The pure files of the concepts; their commands and reports are what a framework may hold on to.
    files: ['libs/concepts/**/*.ts'],
    ignores: [
      '**/*.spec.ts',
      '**/*.steps.ts',
      '**/test-support/**',
      '**/*.{commands,report}.ts',
      'libs/concepts/{commands,reports}.ts',
    ],
    rules: {
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS.map(([name, message]) => ({ name, message }))],
      'no-restricted-syntax': ['error', ...IMPURE_SYNTAX, ...FLOAT_SYNTAX],
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!\\.|#domain$)', message: 'a pure file imports the kernel and pure files only' }] },
      ],
    },
  },
  {
    // An audit names the types of the walk that it is part of; the door for sequencers makes their kinds of shard.
    files: ['libs/concepts/**/*.audit.ts', 'libs/concepts/{audits,founding,registry-copy,shards}.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\.|#(domain|journal|signing)$)',
              message: 'this file imports the kernel, the journal, signing and concepts only',
            },
          ],
        },
      ],
    },
  },
  {
    // What talks to a person on a terminal.
    files: ['apps/cli/**', 'apps/standalone/**', 'test/bench/**', 'test/*.mjs', 'libs/engines/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/*.contract.ts', 'test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
  prettier,
);
