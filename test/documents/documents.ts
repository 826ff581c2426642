/** The documents, and parts of them, that are written from the code. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { accountsDocument, accountsOfJournal } from './accounts.js';

interface GeneratedText {
  /** From the repository's root. */
  readonly path: string;
  /** The part between the comments `<!-- name -->` and `<!-- /name -->`; undefined: the whole file. */
  readonly part?: string;
  write(): string;
}

export const GENERATED: readonly GeneratedText[] = [
  { path: 'docs/accounts.md', write: accountsDocument },
  { path: 'docs/journal.md', part: 'accounts', write: accountsOfJournal },
];

/** Writes every document anew. @param root the repository */
export async function writeDocuments(root: string): Promise<void> {
  for (const text of GENERATED) await writeFile(resolve(root, text.path), await renewed(root, text));
}

/** The whole file as it should be. */
export async function renewed(root: string, { path, part, write }: GeneratedText): Promise<string> {
  if (part === undefined) return write();
  const present = await readFile(resolve(root, path), 'utf8');
  const [start, end] = [`<!-- ${part} -->`, `<!-- /${part} -->`];
  const [from, to] = [present.indexOf(start), present.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no part ${start} … ${end}`);
  return `${present.slice(0, from + start.length)}\n\n${write()}\n${present.slice(to)}`;
}
