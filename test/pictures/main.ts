/**
 * `npm run console:pictures`: the pictures of README, of the console over everything in one process. With a folder, pictures of every page
 * as well, wide and narrow, light and dark, for people to look at; and what the browser loads and how soon it shows something.
 */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readConsolePages } from '../api/console-pages.js';
import { Desk } from '../console/desk.js';
import { settle } from '../e2e/support/standalone.js';

const README = 'docs/pictures';
const PICTURE_MAX_BYTES = 120_000;
const SLOWER = 4;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** What stands for the parameters of a page's path. */
async function findThings({ api, entry }: Desk): Promise<Readonly<Record<string, string>>> {
  const { items } = await api.client.get('/v1/payouts', { query: { limit: 1 } });
  const payout = items[0]!;
  const paid = await api.client.get('/v1/payouts/{id}/entries', { path: { id: payout.id }, query: { limit: 1 } });
  return {
    ...{ '/holders/:id': 'acme', '/payouts/:id': payout.id, '/entries/:id': entry, '/proof/:id': entry },
    ...{ '/calls/:payout/:entry': `${payout.id}/${paid.items[0]!.entry}`, provider: payout.provider },
  };
}

function pathOf(route: string, things: Readonly<Record<string, string>>): string | undefined {
  if (route === '/earnings') return `/earnings?provider=${things['provider']}`;
  if (route === '/find') return '/find?q=nobody';
  if (!route.includes(':')) return route;
  const id = things[route] ?? things[route.replace(/:\w+$/, ':id')] ?? 'acme';
  return route.replace(/:.*$/, id);
}

async function show(desk: Desk, path: string): Promise<void> {
  await desk.goto(path);
  await desk.page.getByRole('heading', { level: 1 }).waitFor();
  // A page that listens for what is new is never without a call.
  await desk.page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
  await desk.page.locator('.loading').first().waitFor({ state: 'detached' });
}

async function paintReadme(desk: Desk, things: Readonly<Record<string, string>>): Promise<void> {
  mkdirSync(README, { recursive: true });
  await desk.page.setViewportSize({ width: 1080, height: 700 });
  const pictures = {
    home: '/',
    entry: `/entries/${desk.entry}`,
    payout: `/payouts/${things['/payouts/:id']}`,
    wallet: '/holders/acme',
  };
  for (const [name, path] of Object.entries(pictures)) {
    const file = join(README, `${name}.png`);
    await show(desk, path);
    await desk.page.screenshot({ path: file });
    const { size } = statSync(file);
    say(`${file}: ${size} bytes`);
    if (size > PICTURE_MAX_BYTES) throw new Error(`${file} has more than ${PICTURE_MAX_BYTES} bytes`);
  }
}

async function paintAll(desk: Desk, things: Readonly<Record<string, string>>, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const routes = [...readConsolePages().map(({ route }) => route), '/nowhere'];
  for (const width of [1280, 400]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await desk.page.setViewportSize({ width, height: 900 });
      await desk.page.emulateMedia({ colorScheme });
      for (const route of routes) {
        const path = pathOf(route, things);
        if (path === undefined) continue;
        await show(desk, path);
        const name = route === '/' ? 'home' : route.replace(/\W+/g, '-').replace(/^-|-$/g, '');
        await desk.page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
        const beyond = await desk.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        if (beyond > 0) say(`${route} at ${width}: ${beyond} pixels wider than the window`);
      }
    }
  }
}

/** What the first page loads, gzipped, and when something is painted: as it is, and on a slower processor. */
async function measure(desk: Desk): Promise<void> {
  const folder = resolve('dist/console');
  const index = readFileSync(join(folder, 'index.html'), 'utf8');
  const assets = readdirSync(join(folder, 'assets'));
  const bytesOf = (files: readonly string[]) =>
    files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, 'assets', file))).length, 0);
  const scripts = assets.filter((file) => file.endsWith('.js'));
  const first = scripts.filter((file) => index.includes(file));
  const others = scripts.filter((file) => !index.includes(file)).map((file) => [file, bytesOf([file])] as const);
  const [largest] = others.sort(([, a], [, b]) => b - a);
  say(`scripts of the first route: ${bytesOf(first)} bytes; largest other: ${largest?.join(' ')}`);
  say(`styles: ${bytesOf(assets.filter((file) => file.endsWith('.css')))} bytes`);
  for (const rate of [1, SLOWER]) {
    const session = await desk.context.newCDPSession(desk.page);
    await session.send('Emulation.setCPUThrottlingRate', { rate });
    await show(desk, '/');
    const painted = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`;
    say(`first paint, processor ${rate} times slower: ${Math.round(await desk.page.evaluate<number>(painted))} ms`);
    await session.detach();
  }
}

const [folder] = process.argv.slice(2);
const desk = await Desk.open();
try {
  await settle(desk.api);
  await desk.begin();
  const things = await findThings(desk);
  await desk.signIn();
  await desk.page.getByRole('heading', { level: 1 }).waitFor();
  await paintReadme(desk, things);
  if (folder !== undefined) {
    await paintAll(desk, things, folder);
    await measure(desk);
  }
  if (desk.faults.length > 0) throw new Error(`the browser found faults: ${desk.faults.join('; ')}`);
} finally {
  await desk.close();
}
