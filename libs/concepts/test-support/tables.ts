/** What the concepts' files export, by the suffix of the file and the name of the export. */
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const CONCEPTS = resolve(import.meta.dirname, '..');

/** Files by their layer, as sources or compiled. The pure ones include the doors, which hand some concepts what they ask of others. */
const FILES = {
  pure: /^([a-z0-9-]+\/)?[a-z0-9-]+\.[jt]s$/,
  audits: /^[a-z0-9-]+\/[a-z0-9-]+\.audit\.[jt]s$/,
  rows: /^[a-z0-9-]+\/[a-z0-9-]+\.rows\.[jt]s$/,
  steps: /^[a-z0-9-]+\/[a-z0-9-]+\.steps\.[jt]s$/,
} as const;

/** The doors of other layers, and what is for tests. */
const OTHERS = /^(test-support\/|(index|audits|commands|reports|rows|schemas|shards)\.[jt]s$)/;

/** One thing that a concept's file exports. */
interface Exported {
  /** The concept's folder; `.` for a door. */
  readonly concept: string;
  readonly file: string;
  readonly name: string;
  readonly value: unknown;
}

/** Every export of a layer, those of the concepts' folders first. A door that exports something once more adds nothing. */
export async function findExports(layer: keyof typeof FILES): Promise<Exported[]> {
  const files = readdirSync(CONCEPTS, { recursive: true, encoding: 'utf8' })
    .filter((file) => FILES[layer].test(file) && !OTHERS.test(file))
    .sort((a, b) => Number(b.includes('/')) - Number(a.includes('/')));
  const known = new Map<string, unknown>();
  const found: Exported[] = [];
  for (const file of files) {
    const module = (await import(pathToFileURL(join(CONCEPTS, file)).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (known.has(name) && known.get(name) === value) continue;
      known.set(name, value);
      found.push({ concept: dirname(file), file, name, value });
    }
  }
  return found;
}

export type Table = Readonly<Record<string, unknown>>;
export interface Claim extends Exported {
  readonly table: Table;
}

/** The closed tables among the exports, found by their name. */
export async function findTables(layer: keyof typeof FILES, names: RegExp): Promise<Claim[]> {
  const all = await findExports(layer);
  return all.flatMap(({ value, ...from }) =>
    names.test(from.name) && typeof value === 'object' && value !== null
      ? [{ ...from, value, table: value as Table }]
      : [],
  );
}
