/** The migrations of this database: every file of the folder `migrations`, in the order of their names. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MigrationInterface } from 'typeorm';

type Migration = new () => MigrationInterface;

const FOLDER = join(import.meta.dirname, 'migrations');
/** The time of its making, what it does, and `.js` in a build. */
const FILE = /^\d{13}-[a-z0-9-]+\.(ts|js)$/;

/** @throws Error when a file of the folder does not export exactly one migration */
async function loadMigrations(): Promise<readonly Migration[]> {
  const files = readdirSync(FOLDER)
    .filter((file) => FILE.test(file))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const exported = Object.values((await import(pathToFileURL(join(FOLDER, file)).href)) as Record<string, unknown>);
      if (exported.length !== 1)
        throw new Error(`migrations/${file} exports ${exported.length} things, not one migration`);
      return exported[0] as Migration;
    }),
  );
}

export const MIGRATIONS = await loadMigrations();
