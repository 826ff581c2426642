import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot, packageVersion } from './package-files.js';

describe('the package', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(packageRoot(), file), 'utf8')) as Record<string, unknown>;

  it('has a name that nobody else can take, is not published, and brings the command airtime', () => {
    expect(read('package.json')).toMatchObject({
      name: expect.stringMatching(/^@[a-z-]+\/airtime$/),
      private: true,
      bin: { airtime: 'apps/cli/bin/airtime.js' },
    });
    expect(read('package-lock.json')['name']).toBe(read('package.json')['name']);
  });

  it('runs through a link from another folder, as npm link and npm install --global make one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'airtime-link-'));
    try {
      symlinkSync(join(packageRoot(), 'apps/cli/bin/airtime.js'), join(folder, 'airtime'));
      const version = execFileSync(process.execPath, [join(folder, 'airtime'), '--version'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(version.trim()).toBe(packageVersion());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
