/**
 * A Chromium that comes with `npm ci`: the archives of `@sparticuz/chromium`, unpacked once for each version. Its own JavaScript is not
 * used: it takes any file of a shared folder for its browser, and starts it with the very guards switched off that are tested here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { brotliDecompressSync } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { extract } from 'tar-fs';

const PACKAGE = resolve('node_modules/@sparticuz/chromium');
const CACHE = resolve('node_modules/.cache/airtime-chromium');

/** Unpacks beside and renames: whoever else unpacks meanwhile finds either all of it or nothing. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  const folder = join(CACHE, version);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  const bytesOf = (name: string) => brotliDecompressSync(readFileSync(join(PACKAGE, 'bin', name)));
  await writeFile(join(draft, 'chromium'), bytesOf('chromium.br'));
  await chmod(join(draft, 'chromium'), 0o755);
  for (const archive of ['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br']) {
    await pipeline(Readable.from([bytesOf(archive)]), extract(draft));
  }
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

/** Starts the browser. `AIRTIME_CHROMIUM` names another one. Only root needs to go without the browser's own sandbox. */
export async function launchChromium(): Promise<Browser> {
  const named = process.env['AIRTIME_CHROMIUM'];
  const args = ['--font-render-hinting=none', '--disable-dev-shm-usage'];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  if (named !== undefined) return chromium.launch({ executablePath: named, args });
  const folder = await unpacked();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args,
    env: { LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_PATH: join(folder, 'fonts'), HOME: folder },
  });
}
