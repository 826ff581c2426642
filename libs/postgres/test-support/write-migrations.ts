/** `npm run migration:new`. Started in the repository's root, as npm does. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ROWS } from '#concepts/rows';
import { newMigrations } from './new-migrations.js';

const FOLDER = 'libs/postgres/src/migrations';
const sources = readdirSync(FOLDER).map((file) => [file, readFileSync(`${FOLDER}/${file}`, 'utf8')] as const);

for (const { file, text } of newMigrations(ROWS.tables, Object.fromEntries(sources))) {
  writeFileSync(`${FOLDER}/${file}`, text);
  process.stdout.write(`${FOLDER}/${file}\n`);
}
