/** The verifier in another language: what `test/journal-verifier/verify.py` says of exported pages. */
import { spawn, spawnSync } from 'node:child_process';
import { exportPage, type Page } from '#journal';

const VERIFIER = new URL('../../../test/journal-verifier/verify.py', import.meta.url);

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
        const answer = JSON.parse(output) as { findings?: { law: string }[] };
        const laws = [...new Set((answer.findings ?? []).map(({ law }) => law))].sort();
        resolve({ code, answer: answer as PythonVerdict['answer'], laws });
      } catch {
        reject(new Error(`the verifier said ${output} ${errors}`));
      }
    });
    python.stdin.end(exported.map((page) => `${exportPage(page)}\n`).join(''));
  });
}
