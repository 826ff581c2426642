/** The compiled program in `dist/`, which is what these tests run. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = findRepository(dirname(fileURLToPath(import.meta.url)));

/** From a source as from what was compiled of it: `dist/` has no package.json. */
function findRepository(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRepository(dirname(folder));
}

let isChecked = false;

/**
 * The path of a compiled file.
 *
 * @param source e.g. `apps/ledger/src/main`
 * @throws Error when nothing was built
 */
export function builtFile(source: string): string {
  const file = join(REPOSITORY, 'dist', `${source}.js`);
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run build\` (npm test does it) and try again`);
  if (!isChecked) warnWhenStale(statSync(file).mtimeMs);
  isChecked = true;
  return file;
}

function warnWhenStale(builtAtMs: number): void {
  for (const folder of ['apps', 'libs']) {
    for (const entry of readdirSync(join(REPOSITORY, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name.endsWith('.spec.ts')) continue;
      const file = join(entry.parentPath, entry.name);
      if (file.includes('node_modules') || statSync(file).mtimeMs <= builtAtMs) continue;
      process.stderr.write(`! ${file} is newer than dist/: these tests run the program as it was built before\n`);
      return;
    }
  }
}
