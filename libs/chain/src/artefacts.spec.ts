import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../scripts/generate-artefacts.mjs', import.meta.url));
const committed = fileURLToPath(new URL('./artefacts.ts', import.meta.url));

it('the committed artefacts are, byte for byte, what the contracts compile to', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--print']);
  expect(stdout).toBe(await readFile(committed, 'utf8'));
}, 120_000);
