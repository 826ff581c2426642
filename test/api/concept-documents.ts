/** What the concepts' files say of themselves, as documents show it: each concept's row, rules, laws and sums. */
import { readFileSync } from 'node:fs';
import { DECIDE_LEDGER, EVOLVE_LEDGER } from '#concepts';
import { openAudits } from '#concepts/audits';
import { WRITER_CRYPTO } from '#concepts/shards';
import { findExports, findTables } from '#concepts/testing';
import { CompactUsageIndex, type AuditWalk } from '#journal';
import { keccak256 } from '#signing';
import { table } from './markdown.js';

interface Concept {
  /** Its folder in libs/concepts. */
  readonly folder: string;
  /** The first sentence of the comment that its pure file begins with. */
  readonly summary: string;
  /** The comment of its audit's class: what its events say and move. */
  readonly rules: string | undefined;
  readonly laws: Readonly<Record<string, string>>;
  readonly sums: readonly string[];
}

/** For audits that see no event: a verification would ask for the schemas, which may be the next thing to be written. */
const NO_WALK: AuditWalk = {
  crypto: { ...WRITER_CRYPTO, keccak256 },
  restsOn: 1,
  recordedAtMs: 0,
  shards: 1,
  find: () => undefined,
  expectSum: () => undefined,
  homeOf: () => 0,
  instantOf: () => undefined,
  textOfInstant: String,
  giveUpHeads: () => undefined,
  createIndex: () => new CompactUsageIndex(2),
};

/** The parts of docs/journal.md that are the concepts'. */
export async function conceptsOfJournal(): Promise<Record<string, string>> {
  const concepts = await readConcepts();
  const rules = concepts.filter((concept) => concept.rules !== undefined);
  const laws = concepts.flatMap((concept) => Object.entries(concept.laws));
  return {
    'rules of the events': rules.map(({ folder, rules }) => `#### ${titleOf(folder)}\n\n${rules}\n`).join('\n'),
    'laws of the concepts': list(laws.map(([code, law]) => `\`${code}\`: ${law}`)),
    'sums over all shards': list(concepts.flatMap(({ sums }) => sums.map((sum) => `${sum}.`))),
  };
}

/** The table of concepts in libs/concepts/README.md. */
export async function conceptsOfReadme(): Promise<string> {
  const [evolve, decide] = [await findTables('pure', /^evolve[A-Z]/), await findTables('pure', /^decide[A-Z]/)];
  const typesOf = (tables: typeof evolve, folder: string) =>
    tables.filter(({ concept }) => concept === folder).flatMap((claim) => Object.keys(claim.table));
  const shardsOf = (folder: string) => {
    // A concept may make the events of others alone.
    const types = typesOf(evolve, folder).length > 0 ? typesOf(evolve, folder) : typesOf(decide, folder);
    const isHolders = (type: string) => type in EVOLVE_LEDGER || type in DECIDE_LEDGER;
    return [...new Set(types.map((type) => (isHolders(type) ? 'holder' : 'registry')))].sort().join(', ');
  };
  const rows = (await readConcepts()).map(({ folder, summary }) => [`\`${folder}\``, summary, shardsOf(folder)]);
  return table(['Folder', 'Concept', 'Shard'], rows);
}

/** Every concept, in the order in which the audits' door has them. @throws Error for one whose pure file has no comment */
async function readConcepts(): Promise<Concept[]> {
  const classes = await findExports('audits');
  return openAudits(NO_WALK).concepts.map((audit) => {
    const { concept: folder, file, name } = classes.find(({ value }) => value === audit.constructor)!;
    const source = readFileSync(`libs/concepts/${file.replace(/\.js$/, '.ts')}`, 'utf8');
    const pure = `libs/concepts/${file.replace(/\.audit\.[jt]s$/, '.ts')}`;
    const comment = commentBefore(readFileSync(pure, 'utf8'), 'import ');
    if (comment === undefined) throw new Error(`${pure} does not begin with a comment that says what the concept is`);
    const [summary] = comment.replaceAll('\n', ' ').split(/(?<=\.)\s/);
    const { laws = {}, sums = [] } = audit;
    return { folder, summary: summary!, rules: commentBefore(source, `export class ${name} `), laws, sums };
  });
}

/** The text of the comment that stands right before the first line that begins so. */
function commentBefore(source: string, beginning: string): string | undefined {
  const before = source.startsWith(beginning) ? '' : source.split(`\n${beginning}`, 1)[0]!;
  const [, comment] = /\/\*\*((?:(?!\*\/)[^])*)\*\/$/.exec(before) ?? [];
  return comment?.replace(/^ ?\* ?/gm, '').trim();
}

const titleOf = (folder: string) => `${folder[0]!.toUpperCase()}${folder.slice(1)}`;

/** A list whose items may have several lines. */
const list = (items: readonly string[]) => items.map((item) => `- ${item.replaceAll('\n', '\n  ')}\n`).join('');
