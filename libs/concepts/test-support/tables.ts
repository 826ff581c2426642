/** The closed tables that the concepts' pure files export. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const CONCEPTS = resolve(import.meta.dirname, '..');

export type Table = Readonly<Record<string, unknown>>;
export interface Claim {
  /** The concept's folder. */
  readonly concept: string;
  readonly file: string;
  readonly name: string;
  readonly table: Table;
}

/** Every table that a pure file of a concept exports, found by the name. */
export async function findTables(): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const folder of readdirSync(CONCEPTS, { withFileTypes: true })) {
    if (!folder.isDirectory() || folder.name === 'test-support') continue;
    for (const file of readdirSync(join(CONCEPTS, folder.name))) {
      if (!/^[a-z0-9-]+\.ts$/.test(file)) continue;
      const url = pathToFileURL(join(CONCEPTS, folder.name, file)).href;
      const module = (await import(url)) as Record<string, unknown>;
      for (const [name, table] of Object.entries(module)) {
        if (!/^(evolve|decide)[A-Z]/.test(name) || typeof table !== 'object' || table === null) continue;
        claims.push({ concept: folder.name, file: `${folder.name}/${file}`, name, table: table as Table });
      }
    }
  }
  return claims;
}
