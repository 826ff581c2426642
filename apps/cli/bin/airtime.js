#!/usr/bin/env node
// Starts the built command line. Plain JavaScript, so that it can say what is missing before anything is built.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../../../dist/apps/cli/src/main.js', import.meta.url);

if (existsSync(fileURLToPath(main))) {
  await import(main.href);
} else {
  process.stderr.write('airtime: the program is not built yet; run `npm run build` in its folder first\n');
  process.exitCode = 2;
}
