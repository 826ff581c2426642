/** Spreads hide two concepts that claim one event: what the compiler cannot see of the doors is held here. */
import {
  CORRECT_LEDGER,
  CORRECT_REGISTRY,
  DECIDE_LEDGER,
  DECIDE_REGISTRY,
  DUE_LEDGER,
  DUE_REGISTRY,
  EVOLVE_CATALOGUE,
  EVOLVE_LEDGER,
  EVOLVE_REGISTRY,
  ROUNDS,
  WORK_LEDGER,
  WORK_REGISTRY,
} from '#concepts';
import { findTables, type Claim, type Table } from './test-support/tables.js';

const DOORS: Readonly<Record<string, readonly Table[]>> = {
  evolve: [EVOLVE_LEDGER, EVOLVE_REGISTRY, EVOLVE_CATALOGUE],
  decide: [DECIDE_LEDGER, DECIDE_REGISTRY],
  correct: [CORRECT_LEDGER, CORRECT_REGISTRY],
  due: [DUE_LEDGER, DUE_REGISTRY],
  work: [WORK_LEDGER, WORK_REGISTRY],
};

/** A table's name begins with the name of its list. */
const doorsOf = (name: string) => DOORS[/^[a-z]+/.exec(name)![0]]!;

/** The door that has exactly these rows, not another concept's under one of their names. */
const isHeldBy = (door: Table, table: Table) => Object.keys(table).every((type) => door[type] === table[type]);

describe('the doors of the concepts', () => {
  let claims: Claim[];

  beforeAll(async () => {
    claims = await findTables();
  });

  it('have every table that a concept exports, and no row of it is overwritten by another concept', () => {
    const lost = claims.filter(({ name, table }) => !doorsOf(name).some((door) => isHeldBy(door, table)));
    expect(lost.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
    expect(claims.length).toBeGreaterThanOrEqual(26);
  });

  it('have no row of their own', () => {
    for (const door of Object.values(DOORS).flat()) {
      const rows = new Set(claims.flatMap(({ table }) => Object.values(table)));
      expect(Object.entries(door).filter(([, row]) => !rows.has(row))).toEqual([]);
    }
  });

  it('have every round that a concept exports', async () => {
    const rounds = await findTables(/Round$/);
    const driven = new Set<unknown>(Object.values(ROUNDS));
    expect(rounds.filter(({ table }) => !driven.has(table)).map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
    expect(rounds).toHaveLength(driven.size);
  });

  it('know no type that objects inherit', () => {
    for (const door of Object.values(DOORS).flat()) {
      for (const type of ['toString', 'constructor', '__proto__']) expect(door[type]).toBeUndefined();
    }
  });

  it('give each event to one shard, and each command to one', () => {
    for (const [ledger, registry] of [
      [EVOLVE_LEDGER, { ...EVOLVE_REGISTRY, ...EVOLVE_CATALOGUE }],
      [DECIDE_LEDGER, DECIDE_REGISTRY],
      [CORRECT_LEDGER, CORRECT_REGISTRY],
    ]) {
      expect(Object.keys(ledger!).filter((type) => type in registry!)).toEqual([]);
    }
  });
});
