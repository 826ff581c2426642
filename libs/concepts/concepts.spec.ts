/** Spreads hide two concepts that claim one event: what the compiler cannot see of the doors is held here. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  ACCOUNTS,
  CORRECT_LEDGER,
  CORRECT_REGISTRY,
  DECIDE_LEDGER,
  DECIDE_REGISTRY,
  DUE_LEDGER,
  DUE_REGISTRY,
  EVOLVE_CATALOGUE,
  EVOLVE_LEDGER,
  EVOLVE_REGISTRY,
  FLOWS,
  LEDGER_FLOWS,
  REFUSALS,
  REGISTRY_FLOWS,
  ROUNDS,
  WORK_LEDGER,
  WORK_REGISTRY,
  type LedgerCommand,
  type LedgerEvent,
  type RegistryCommand,
  type RegistryEvent,
} from '#concepts';
import { ROWS } from '#concepts/rows';
import { commonRefusals } from '#domain';
import { STEPS } from './test-support/steps.js';
import { findTables, type Claim, type Table } from './test-support/tables.js';

/** What is put together of tables whose names begin or end so. */
const DOORS: Readonly<Record<string, readonly Table[]>> = {
  evolve: [EVOLVE_LEDGER, EVOLVE_REGISTRY, EVOLVE_CATALOGUE],
  decide: [DECIDE_LEDGER, DECIDE_REGISTRY],
  correct: [CORRECT_LEDGER, CORRECT_REGISTRY],
  due: [DUE_LEDGER, DUE_REGISTRY],
  work: [WORK_LEDGER, WORK_REGISTRY],
  Flows: [FLOWS],
  Accounts: [ACCOUNTS],
  Refusals: [REFUSALS],
};
const NAMES = /^(evolve|decide|correct|due|work)[A-Z]|^[a-z][A-Za-z]*(Flows|Accounts|Refusals)$/;

const doorsOf = (name: string) => {
  const [, begin, end] = NAMES.exec(name)!;
  return DOORS[begin ?? end!]!;
};

/** The door that has exactly these rows, not another concept's under one of their names. */
const isHeldBy = (door: Table, table: Table) => Object.keys(table).every((type) => door[type] === table[type]);

const lostOf = (claims: readonly Claim[]) =>
  claims
    .filter(({ name, table }) => !doorsOf(name).some((door) => isHeldBy(door, table)))
    .map(({ file, name }) => `${file}: ${name}`);

/** Names that two of the tables have. */
function claimedTwice(tables: readonly Table[]): string[] {
  const names = tables.flatMap((table) => Object.keys(table));
  return names.filter((name, i) => names.indexOf(name) !== i);
}

/** A row that no union has does not compile here. */
function isEmpty<Rows extends never>(...rows: Rows[]): boolean {
  return rows.length === 0;
}

describe('the doors of the concepts', () => {
  let claims: Claim[];

  beforeAll(async () => {
    claims = await findTables('pure', NAMES);
  });

  it('have every table that a concept exports, and no row of it is overwritten by another concept', () => {
    expect(lostOf(claims)).toEqual([]);
    expect(claims.length).toBeGreaterThanOrEqual(40);
  });

  it('would miss a table that a concept exports, and see one that another overwrites', () => {
    const claim = { concept: 'gifts', file: 'gifts/gift.ts', value: {} };
    const gift = { ...claim, name: 'evolveGifts', table: { TokensGifted: () => undefined } };
    const mint = { ...claim, name: 'decideGifts', table: { MintTokens: () => undefined } };
    expect(lostOf([gift, mint])).toEqual(['gifts/gift.ts: evolveGifts', 'gifts/gift.ts: decideGifts']);
    expect(claimedTwice([REFUSALS, { KEY_EXISTS: 'refused' }])).toEqual(['KEY_EXISTS']);
  });

  it('have no row of their own', () => {
    const rows = new Set<unknown>(claims.flatMap(({ table }) => Object.values(table)));
    for (const door of Object.values(DOORS).flat()) {
      const own = Object.entries(door).filter(([, row]) => !rows.has(row));
      expect(own).toEqual([]);
    }
  });

  it('have no row that no event and no command has', () => {
    expect(isEmpty<Exclude<keyof typeof EVOLVE_LEDGER, LedgerEvent['type']>>()).toBe(true);
    expect(
      isEmpty<Exclude<keyof typeof EVOLVE_CATALOGUE | keyof typeof EVOLVE_REGISTRY, RegistryEvent['type']>>(),
    ).toBe(true);
    expect(isEmpty<Exclude<keyof typeof DECIDE_LEDGER, LedgerCommand['type']>>()).toBe(true);
    expect(isEmpty<Exclude<keyof typeof DECIDE_REGISTRY, RegistryCommand['type']>>()).toBe(true);
    for (const [evolve, ...others] of [
      [EVOLVE_LEDGER, CORRECT_LEDGER, LEDGER_FLOWS],
      [{ ...EVOLVE_REGISTRY, ...EVOLVE_CATALOGUE }, CORRECT_REGISTRY, REGISTRY_FLOWS],
    ] as const) {
      expect(others.flatMap((table) => Object.keys(table)).filter((type) => !(type in evolve))).toEqual([]);
    }
  });

  it('have every round that a concept exports', async () => {
    const rounds = await findTables('pure', /Round$/);
    const driven = new Set<unknown>(Object.values(ROUNDS));
    expect(rounds.filter(({ table }) => !driven.has(table)).map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
    expect(rounds).toHaveLength(driven.size);
  });

  it('know no type that objects inherit', () => {
    const tables = Object.entries(DOORS).filter(([list]) => list !== 'Accounts');
    for (const door of tables.flatMap(([, doors]) => doors)) {
      for (const type of ['toString', 'constructor', '__proto__']) expect(door[type]).toBeUndefined();
    }
  });

  it('give each event to one shard, and each command to one', () => {
    for (const tables of [
      [EVOLVE_LEDGER, { ...EVOLVE_REGISTRY, ...EVOLVE_CATALOGUE }],
      [DECIDE_LEDGER, DECIDE_REGISTRY],
      [CORRECT_LEDGER, CORRECT_REGISTRY],
      [LEDGER_FLOWS, REGISTRY_FLOWS],
    ]) {
      expect(claimedTwice(tables)).toEqual([]);
    }
  });

  it('are explained: every concept’s folder has its row in the README', () => {
    const rows = readFileSync(resolve(import.meta.dirname, 'README.md'), 'utf8').split('\n');
    const first = rows.map((row) => /^\| ([^|]+) \|/.exec(row)?.[1] ?? '').join();
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((one) => one.isDirectory());
    const concepts = folders.map(({ name }) => name).filter((name) => name !== 'test-support');
    expect(concepts.filter((name) => !first.includes(`\`${name}\``))).toEqual([]);
    expect(concepts.length).toBeGreaterThan(8);
  });

  it('have the tables and the rows of every file of rows, and the steps of every file of steps', async () => {
    const rows = await findTables('rows', /(Rows|Tables)$/);
    const defined = new Set<unknown>(ROWS.tables);
    const lost = rows.filter(({ table }) =>
      Array.isArray(table) ? !table.every((one) => defined.has(one)) : !isHeldBy(ROWS.writers as Table, table),
    );
    expect(lost.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
    const steps = await findTables('steps', /Steps$/);
    expect(steps.filter(({ concept, table }) => STEPS[concept] !== table).map(({ file }) => file)).toEqual([]);
    for (const found of [rows, steps]) expect(found.length).toBeGreaterThan(3);
  });
});

describe('the read models', () => {
  it('name the control account of their amounts, or say that they have none', () => {
    const silent = ROWS.tables.filter(
      ({ columns, control }) => control === undefined && Object.values(columns).some(({ form }) => form === 'amount'),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

describe('the refusals', () => {
  const repository = resolve(import.meta.dirname, '../..');
  /** The programs' own sources, without the client's generated types. */
  const sources = ['apps', 'libs'].flatMap((root) =>
    readdirSync(resolve(repository, root), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.spec\.ts$|test-support\/|openapi\.ts$/.test(file))
      .map((file) => ({ file: `${root}/${file}`, text: readFileSync(resolve(repository, root, file), 'utf8') })),
  );

  it('belong to one concept each', async () => {
    const tables = (await findTables('pure', /^[a-z][A-Za-z]*Refusals$/)).map(({ table }) => table);
    expect(claimedTwice([commonRefusals, ...tables])).toEqual([]);
  });

  it('are made somewhere, every one of them, and from no other code', () => {
    const made = new Set(
      sources.flatMap(({ text }) => [...text.matchAll(/Refusal\(\s*'([A-Z_]+)'/g)].map(([, code]) => code!)),
    );
    expect([...made].sort()).toEqual(Object.keys(REFUSALS).sort());
  });

  it('are made from a table, never from a code alone', () => {
    const makers = sources.filter(({ text }) => text.includes('new DomainError(')).map(({ file }) => file);
    expect(makers.sort()).toEqual(['libs/concepts/refusals.ts', 'libs/domain/src/errors.ts']);
  });
});
