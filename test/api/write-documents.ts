/** `npm run docs:write`. Started in the repository's root, as npm does. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generateDocuments } from './documents.js';

for (const { path, text } of await generateDocuments()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
