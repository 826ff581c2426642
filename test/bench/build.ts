/** A checkout whose services are measured: this one, or the one that `--against` names. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ArgumentError } from './arguments.js';

const run = promisify(execFile);
const BUILD_TIMEOUT_MS = 10 * 60_000;

export type ServiceName = 'ledger' | 'projector';

export class Build {
  private constructor(readonly dir: string) {}

  /** The checkout that the bench itself was built from. */
  static readonly own = new Build(resolve(import.meta.dirname, '../../..'));

  /**
   * Another checkout, built if it has no `dist`.
   *
   * @throws ArgumentError when it is none of ours or nothing is installed there
   */
  static async open(given: string, tell: (line: string) => void): Promise<Build> {
    const build = new Build(resolve(given));
    const missing = ['package.json', 'apps/ledger/src/main.ts', 'node_modules'].find(
      (path) => !existsSync(join(build.dir, path)),
    );
    if (missing !== undefined) {
      throw new ArgumentError(
        `--against ${given}: there is no ${missing}; give a checkout of Airtime in which \`npm ci\` was run`,
      );
    }
    if (!build.has('ledger')) {
      tell(`building ${build.dir}`);
      await run('npm', ['run', '--silent', 'build'], { cwd: build.dir, timeout: BUILD_TIMEOUT_MS });
    }
    if (build.isStale()) tell(`WARNING: sources in ${build.dir} are newer than its dist; what is measured is the dist`);
    return build;
  }

  mainOf(service: ServiceName): string {
    return join(this.dir, `dist/apps/${service}/src/main.js`);
  }

  has(service: ServiceName): boolean {
    return existsSync(this.mainOf(service));
  }

  /** The flags of `npm run start:<service>`: what is measured runs as it is started in production. */
  flagsOf(service: ServiceName): string[] {
    const { scripts } = JSON.parse(readFileSync(join(this.dir, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    return scripts[`start:${service}`]?.split(' ').filter((word) => word.startsWith('--')) ?? [];
  }

  /** The build's own replay: `node replay.js DATABASE_URL SHARDS`. */
  get replayScript(): string {
    return join(this.dir, 'dist/test/bench/replay.js');
  }

  /** Commit and folder, as people name it. */
  async describe(): Promise<string> {
    const git = async (...args: string[]) => (await run('git', ['-C', this.dir, ...args])).stdout.trim();
    try {
      const commit = await git('log', '-1', '--format=%h %s');
      const isChanged = (await git('status', '--porcelain', '--untracked-files=no')) !== '';
      return `${commit}${isChanged ? ' (changed)' : ''}, ${this.dir}`;
    } catch {
      return this.dir;
    }
  }

  private isStale(): boolean {
    const builtAtMs = statSync(this.mainOf('ledger')).mtimeMs;
    return ['apps', 'libs'].some((folder) =>
      readdirSync(join(this.dir, folder), { recursive: true, encoding: 'utf8' }).some(
        (path) =>
          path.endsWith('.ts') &&
          !path.endsWith('.spec.ts') &&
          statSync(join(this.dir, folder, path)).mtimeMs > builtAtMs + 60_000,
      ),
    );
  }
}
