/** Spreads hide two concepts that claim one event: what the compiler cannot see of the doors is held here. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DECIDE_LEDGER, DECIDE_REGISTRY, EVOLVE_CATALOGUE, EVOLVE_LEDGER, EVOLVE_REGISTRY } from '#concepts';

type Table = Readonly<Record<string, unknown>>;
interface Claim {
  readonly file: string;
  readonly name: string;
  readonly table: Table;
}

const DOORS: Readonly<Record<string, readonly Table[]>> = {
  evolve: [EVOLVE_LEDGER, EVOLVE_REGISTRY, EVOLVE_CATALOGUE],
  decide: [DECIDE_LEDGER, DECIDE_REGISTRY],
};

/** Every table that a pure file of a concept exports, found by the name. */
async function findTables(): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const folder of readdirSync(import.meta.dirname, { withFileTypes: true })) {
    if (!folder.isDirectory() || folder.name === 'test-support') continue;
    for (const file of readdirSync(join(import.meta.dirname, folder.name))) {
      if (!/^[a-z0-9-]+\.ts$/.test(file)) continue;
      const url = pathToFileURL(join(import.meta.dirname, folder.name, file)).href;
      const module = (await import(url)) as Record<string, unknown>;
      for (const [name, table] of Object.entries(module)) {
        if (!/^(evolve|decide)[A-Z]/.test(name) || typeof table !== 'object' || table === null) continue;
        claims.push({ file: `${folder.name}/${file}`, name, table: table as Table });
      }
    }
  }
  return claims;
}

/** The door that has exactly these rows, not another concept's under one of their names. */
const isHeldBy = (door: Table, table: Table) => Object.keys(table).every((type) => door[type] === table[type]);

describe('the doors of the concepts', () => {
  let claims: Claim[];

  beforeAll(async () => {
    claims = await findTables();
  });

  it('have every table that a concept exports, and no row of it is overwritten by another concept', () => {
    const lost = claims.filter(({ name, table }) => !DOORS[name.slice(0, 6)]!.some((door) => isHeldBy(door, table)));
    expect(lost.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
    expect(claims.length).toBeGreaterThanOrEqual(20);
  });

  it('have no row of their own', () => {
    for (const door of Object.values(DOORS).flat()) {
      const rows = new Set(claims.flatMap(({ table }) => Object.values(table)));
      expect(Object.entries(door).filter(([, row]) => !rows.has(row))).toEqual([]);
    }
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
    ]) {
      expect(Object.keys(ledger!).filter((type) => type in registry!)).toEqual([]);
    }
  });
});
