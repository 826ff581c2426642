/** Builds the console into dist/console, unless what is there is newer than all of its sources. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const repository = resolve(here, '../..');
const outDir = join(repository, 'dist/console');
const SOURCES = ['apps/console', 'libs/console-kit', 'libs/concepts'];
const OTHERS = ['package.json', 'package-lock.json', 'tsconfig.console.json'];

const isSource = (name) => /\.(tsx?|css|html|mjs)$/.test(name) && !name.endsWith('.spec.ts');

function newestMs() {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
      // Of the concepts the pages alone are part of it.
      .filter((name) => isSource(name) && (folder !== 'libs/concepts' || /\.page\.(tsx|css)$/.test(name)))
      .map((name) => join(folder, name)),
  );
  return Math.max(...[...files, ...OTHERS].map((file) => statSync(join(repository, file)).mtimeMs));
}

const index = join(outDir, 'index.html');
if (!existsSync(index) || statSync(index).mtimeMs < newestMs()) {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: here,
    base: '/console/',
    logLevel: 'warn',
    resolve: { conditions: ['source', 'browser', 'module'] },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // The polyfill would be a script of its own making; browsers of the target know the link.
      modulePreload: { polyfill: false },
      // Nothing stands inside of a page or a style but what the policy lets through.
      assetsInlineLimit: 0,
      rolldownOptions: {
        // Mantine marks its files for servers that render; here is none.
        onLog: (level, log, next) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : next(level, log)),
      },
    },
  });
}
