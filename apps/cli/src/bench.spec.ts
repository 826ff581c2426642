import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestFolder } from '../test-support/command-line.js';
import { runBench } from './bench.js';

describe('airtime bench', () => {
  let folder: TestFolder;

  beforeEach(() => {
    folder = new TestFolder();
  });

  afterEach(() => {
    folder.remove();
  });

  function install(script: string): void {
    mkdirSync(join(folder.path, 'test/bench'), { recursive: true });
    folder.write('test/bench/main.ts', '');
    folder.write('bench.mjs', script);
    folder.write('package.json', JSON.stringify({ scripts: { bench: 'node bench.mjs' } }));
  }

  it('hands every argument to the benchmark and takes its exit code', async () => {
    install(
      'import { writeFileSync } from "node:fs"; writeFileSync("seen", JSON.stringify(process.argv.slice(2))); process.exit(7)',
    );
    expect(await runBench(['--events', '1000', '--json', 'a b.json'], folder.path)).toBe(7);
    expect(JSON.parse(readFileSync(join(folder.path, 'seen'), 'utf8'))).toEqual([
      '--events',
      '1000',
      '--json',
      'a b.json',
    ]);
  });

  it('says in one line that this installation has no benchmark', async () => {
    await expect(runBench([], folder.path)).rejects.toThrow('this installation holds no benchmark');
    folder.write('package.json', '{}');
    await expect(runBench([], folder.path)).rejects.toThrow('this installation holds no benchmark');
  });
});
