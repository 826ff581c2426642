import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GENERATED, renewed } from './documents.js';

const repository = resolve(import.meta.dirname, '../..');

describe('documents that are written from the code', () => {
  it.each(GENERATED)('$path is what `npm run documents` writes ($part)', async (text) => {
    expect(await readFile(resolve(repository, text.path), 'utf8')).toBe(await renewed(repository, text));
  });
});
