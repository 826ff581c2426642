/** The built console under `/console`: pages, scripts and styles of our own, and nothing else may run on them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { RequestError } from './problem.js';
import { OPEN } from './route-access.js';

/** No inline script or style, no other origin, and no text that becomes HTML: the browser refuses what a mistake would let through. */
export const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Where `npm run build` puts the console, from any file of a build. */
export const consoleFolder = (): string => resolve(import.meta.dirname, '../../../console');

export function isConsolePath(url: string): boolean {
  return /^\/console(\/|\?|$)/.test(url);
}

interface BuiltFile {
  readonly type: string;
  readonly content: Buffer;
}

/**
 * Serves a built console. It is a few files of some hundred kilobytes, which are kept in memory. Names of files carry their digest
 * and may be kept for ever; the page that names them may not. Any path below `/console` is a page of it.
 *
 * @param folder may be missing, when it was not built; the answer says so
 */
export function serveConsole(fastify: FastifyInstance, folder: string): void {
  const open = { config: { access: OPEN } };
  let built: ReadonlyMap<string, BuiltFile> | undefined;
  const files = () => (built ??= readBuilt(folder));
  const page = (_request: unknown, reply: FastifyReply) => {
    const index = files().get('index.html');
    if (index === undefined) {
      built = undefined;
      return reply
        .status(404)
        .type('text/plain; charset=utf-8')
        .send('The console was not built here; "npm run build" builds it.\n');
    }
    return reply.type(index.type).header('cache-control', 'no-cache').send(index.content);
  };
  fastify.get('/console', open, page);
  fastify.get('/console/*', open, page);
  fastify.get<{ Params: { file: string } }>('/console/assets/:file', open, (request, reply) => {
    const file = files().get(`assets/${request.params.file}`);
    if (file === undefined)
      throw new RequestError('ROUTE_NOT_FOUND', 'The console has no such file; load its page again.');
    return reply.type(file.type).header('cache-control', 'public, max-age=31536000, immutable').send(file.content);
  });
}

function readBuilt(folder: string): ReadonlyMap<string, BuiltFile> {
  if (!existsSync(join(folder, 'index.html'))) return new Map();
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      const type = TYPES[extname(entry.name)];
      if (!entry.isFile() || type === undefined) return [];
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1).replaceAll('\\', '/');
      return [[name, { type, content: readFileSync(path) }] as const];
    }),
  );
}
