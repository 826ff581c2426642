/** The closed tables that the concepts' pure files export. */
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const CONCEPTS = resolve(import.meta.dirname, '..');

export type Table = Readonly<Record<string, unknown>>;
export interface Claim {
  /** The concept's folder; `.` for a table that a door makes. */
  readonly concept: string;
  readonly file: string;
  readonly name: string;
  readonly table: Table;
}

/** Every pure file of a concept, and the doors, which hand some concepts what they ask of others. */
function pureFiles(): string[] {
  const inside = readdirSync(CONCEPTS, { recursive: true, encoding: 'utf8' });
  return inside.filter(
    (file) => /^([a-z0-9-]+\/)?[a-z0-9-]+\.ts$/.test(file) && !/^(test-support\/|index\.ts)/.test(file),
  );
}

/** Every table that a pure file exports, found by the name. */
export async function findTables(names = /^(evolve|decide|correct|due|work)[A-Z]/): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const file of pureFiles()) {
    const module = (await import(pathToFileURL(join(CONCEPTS, file)).href)) as Record<string, unknown>;
    for (const [name, table] of Object.entries(module)) {
      if (!names.test(name) || typeof table !== 'object' || table === null) continue;
      claims.push({ concept: dirname(file), file, name, table: table as Table });
    }
  }
  return claims;
}
