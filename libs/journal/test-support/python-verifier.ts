/** The verifier in another language: what `test/journal-verifier/verify.py` says of exported pages. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ShardHead } from '#domain';
import { exportPage, type Page } from '#journal';

/** The repository, from the sources as from what is built of them. */
const ROOT = new URL(import.meta.url.includes('/dist/libs/') ? '../../../../' : '../../../', import.meta.url);
const VERIFIER = new URL('test/journal-verifier/verify.py', ROOT);
/** The schemas that it reads. */
export const EVENT_SCHEMAS_FILE = new URL('docs/events/journal.schema.json', ROOT);

export interface PythonVerdict {
  readonly code: number | null;
  readonly answer: Readonly<Record<string, unknown>>;
  /** The laws that were broken, each once, in alphabetical order. */
  readonly laws: readonly string[];
}

/** False where there is no Python, which is said once. */
export const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython)
  process.stderr.write('SKIPPED the verifier in Python: there is no python3; install Python 3 to run it\n');

/** @param heads what somebody remembers, as `shard:height:hash` */
export function verifyInPython(
  exported: readonly Page[],
  shards: number,
  heads: readonly string[] = [],
): Promise<PythonVerdict> {
  return new Promise((resolve, reject) => {
    const remembered = heads.flatMap((head) => ['--head', head]);
    const python = spawn('python3', ['-B', VERIFIER.pathname, '--shards', `${shards}`, ...remembered]);
    let output = '';
    let errors = '';
    python.stdout.on('data', (chunk) => (output += String(chunk)));
    python.stderr.on('data', (chunk) => (errors += String(chunk)));
    python.on('error', reject);
    python.on('close', (code) => {
      try {
        const answer = JSON.parse(output) as PythonVerdict['answer'];
        resolve({ code, answer, laws: lawsOf(answer) });
      } catch {
        reject(new Error(`the verifier said ${output} ${errors}`));
      }
    });
    python.stdin.end(exported.map((page) => `${exportPage(page)}\n`).join(''));
  });
}

/** One export for {@link verifyManyInPython}. */
export interface PythonJob {
  readonly pages: readonly Page[];
  readonly shards: number;
  /** What somebody remembers. */
  readonly heads?: readonly ShardHead[];
  /** Whether signatures of pages are checked, which takes long; those of statements always are. */
  readonly signatures?: boolean;
}

const MANY = new URL('test/journal-verifier/many.py', ROOT);

/** What it says of many exports, in one process. */
export async function verifyManyInPython(jobs: readonly PythonJob[]): Promise<readonly PythonVerdict[]> {
  const python = spawn('python3', ['-B', MANY.pathname]);
  let errors = '';
  python.stderr.on('data', (chunk) => (errors += String(chunk)));
  // One by one: what it has not read yet would wait in memory.
  python.stdin.on('error', () => undefined);
  void (async () => {
    for (const { pages, shards, heads = [], signatures = false } of jobs) {
      const remembered = heads.map(({ shard, height, hash }) => [shard, height, hash]);
      const job = { shards, heads: remembered, signatures, pages: pages.map(exportPage) };
      if (!python.stdin.write(`${JSON.stringify(job)}\n`)) await once(python.stdin, 'drain');
    }
    python.stdin.end();
  })();
  const verdicts: PythonVerdict[] = [];
  for await (const line of createInterface({ input: python.stdout })) {
    const answer = JSON.parse(line) as PythonVerdict['answer'];
    verdicts.push({ code: answer['sound'] === true ? 0 : 1, answer, laws: lawsOf(answer) });
  }
  if (verdicts.length !== jobs.length) throw new Error(`the verifier answered ${verdicts.length} times; ${errors}`);
  return verdicts;
}

function lawsOf(answer: { readonly findings?: unknown }): string[] {
  return [...new Set(((answer.findings ?? []) as { law: string }[]).map(({ law }) => law))].sort();
}
