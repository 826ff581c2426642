/**
 * The console in a real browser, over everything in one process: what a person reads is what the API says, to the last digit. Whatever
 * the browser refuses, a page's failure and a request to anywhere else fail the test that sees it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findFreePort } from '#engines';
import type { Api } from '../e2e/support/api.js';
import { sql, Stage } from '../e2e/support/stage.js';
import { populate, startEmpty, type Standalone } from '../e2e/support/standalone.js';
import { generateUsage } from '../e2e/support/world.js';
import { launchChromium } from './chromium.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN_AXE = `axe.run().then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`;
const FIRST_SCRIPT_MAX_BYTES = 200_000;
const OTHER_SCRIPT_MAX_BYTES = 30_000;
const STYLES_MAX_BYTES = 40_000;

let stage: Stage;
let standalone: Standalone;
let api: Api;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Of acme, and of shard and height. */
let entry: string;
/** What no page may do. */
let faults: string[];
const keys = new Map<string, { readonly keyId: string; readonly key: string }>();

beforeAll(async () => {
  [stage, browser] = await Promise.all([Stage.open(), launchChromium()]);
  standalone = await startEmpty(stage, { LOG_LEVEL: 'warn' });
  ({ api } = standalone);
  await populate(standalone);
  const { positions } = await api.sendUsage(generateUsage(1, 300, 0));
  const position = positions.map(({ shard, height }) => `${shard}:${height}`);
  const { items } = await api.client.get('/v1/accounts/{account}/entries', {
    path: { account: 'customer:acme:available' },
    query: { position, limit: 1 },
  });
  entry = items[0]!.id;
  for (const body of [{ role: 'customer', customer: 'acme' }, { role: 'finance' }] as const) {
    keys.set(body.role, await api.client.post('/v1/keys', { body }));
  }
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await stage?.close();
}, 60_000);

beforeEach(async () => {
  faults = [];
  context = await browser.newContext({
    ...{ locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce', viewport: { width: 1280, height: 900 } },
  });
  // Told as an error of the console, which is listened to.
  await context.addInitScript({
    content: `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error('policy: ' + violatedDirective + ' ' + blockedURI))`,
  });
  page = await context.newPage();
  page.on('pageerror', ({ message }) => faults.push(message));
  // An answer that is a refusal is told there as well, and is the subject of some tests.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(page.url()).origin && page.url() !== 'about:blank')
      faults.push(`a request to ${request.url()}`);
  });
});

afterEach(async () => {
  await context.close();
  expect(faults).toEqual([]);
});

const origin = () => api.url.replace('127.0.0.1', 'localhost');
const open = (path: string) => page.goto(`${origin()}/console${path}`);
const title = (text: string) => page.getByRole('heading', { level: 1, name: text }).waitFor();

async function signIn(path = ''): Promise<void> {
  const { link } = await api.client.post('/v1/console/links');
  await open(`${path}#link=${link}`);
}

async function signInWithKey(role: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Key' }).fill(keys.get(role)!.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The amounts that stand in a part of the page, as a copy gives them. */
const amountsIn = (selector: string) =>
  page.locator(`${selector} [data-plain]`).evaluateAll((found) => found.map((one) => one.getAttribute('data-plain')));

/** Goes on by Tab until a link or button has the focus, as somebody without a mouse does. */
async function tabTo(name: string): Promise<void> {
  for (let step = 0; step < 80; step++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement?.textContent')) === name) return;
  }
  throw new Error(`Tab does not come to "${name}"`);
}

/** What axe-core finds against WCAG, in both schemes. */
async function findBarriers(): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(AXE);
    found.push(...(await page.evaluate<string[]>(RUN_AXE)));
  }
  return found;
}

describe('somebody who has the link', () => {
  it('goes by keys alone from the sum of the books to an entry and to its proof, and reads what the API says', async () => {
    await signIn();
    await title('Do the books agree?');
    const supply = await api.client.get('/v1/ledger/supply', {});
    await page.getByText('the sum of all balances is zero').waitFor();
    expect(await amountsIn('[data-testid=supply]')).toEqual([supply.minted, supply.burned, supply.supply]);
    expect(supply.lawful).toBe(true);
    expect(new URL(page.url()).hash).toBe('');

    await page.keyboard.press('/');
    await page.keyboard.type(entry);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/console/entries/${entry}`);
    await title(`Why this amount? Usage ${entry}`);
    const explained = await api.client.get('/v1/entries/{id}/explanation', { path: { id: entry } });
    await page.getByText('Does it add up?').waitFor();
    const shown = await amountsIn('main');
    const { rating, split, paid } = explained;
    const shares = split!.shares.flatMap(({ amount, remainder, posted }) => [amount, remainder, posted]);
    expect(shown).toEqual([
      ...[explained.amount, ...explained.postings.map(({ amount }) => amount)],
      ...[...rating!.lines.map(({ amount }) => amount), rating!.amount],
      ...shares,
      ...paid!.grants.map(({ amount }) => amount),
    ]);

    await tabTo('Check it in this browser');
    await page.keyboard.press('Enter');
    await page.getByText('Every step holds').waitFor();
    const hashes = await page
      .locator('.steps code')
      .evaluateAll((codes) => codes.map((code) => code.getAttribute('title')));
    expect(hashes.slice(1, 3)).toEqual([explained.proof!.bodyDigest, explained.page.hash]);
    expect(hashes[3]).toBe(explained.proof!.previousHash);

    await page.keyboard.press('g');
    await page.keyboard.press('h');
    await title('Do the books agree?');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('find anything by its id').waitFor();
    expect(await findBarriers()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('cannot be shown a page that somebody changed as a sound one', async () => {
    await page.route('**/v1/journal/pages*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replaceAll('gpu-', 'cpu-') });
    });
    await signIn(`/proof/${entry}`);
    await page.getByText('Not every step holds').waitFor();
    expect(await page.locator('.steps [aria-label=NO]').count()).toBeGreaterThan(1);
  });

  it('reads a wallet, and meets no barrier on any page in light or in dark', async () => {
    await signIn('/holders/acme');
    const balance = await api.client.get('/v1/holders/{id}/balance', { path: { id: 'acme' }, query: {} });
    await page.getByTestId('balance').waitFor();
    const { available, held, pending, staked } = balance;
    expect(await amountsIn('[data-testid=balance]')).toEqual([available, held, pending, staked]);
    const rows = page.getByRole('grid').getByRole('row');
    await rows.nth(3).waitFor();
    const { items } = await api.client.get('/v1/accounts/{account}/entries', {
      path: { account: 'customer:acme:available' },
      query: { limit: 3, postings: 'false' },
    });
    expect((await amountsIn('.grid-body')).slice(0, 6)).toEqual(
      items.flatMap(({ amount, balanceAfter }) => [amount, balanceAfter]),
    );
    expect(await rows.count()).toBeLessThan(60);
    expect(await findBarriers()).toEqual([]);
    for (const path of [`/entries/${entry}`, `/proof/${entry}`, '/find?q=nobody', '/', '/nowhere']) {
      await open(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      expect([path, await findBarriers()]).toEqual([path, []]);
    }
  });

  it('whose network goes away in the middle of a grant sends it again and grants once', async () => {
    await signIn('/holders/globex');
    const sent: string[] = [];
    await page.route('**/v1/grants', async (route) => {
      sent.push(route.request().headers()['idempotency-key']!);
      if (sent.length > 1) return route.continue();
      // The service hears it, and its answer is lost.
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Grant tokens …' }).click();
    await page.getByLabel('Amount, in AIR').fill('1.000000000000000001');
    await page.getByLabel('Reason').fill('a test');
    expect(await findBarriers()).toEqual([]);
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('Granted as').waitFor();
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
    const { items } = await api.client.get('/v1/holders/{id}/grants', { path: { id: 'globex' }, query: {} });
    expect(items.filter(({ kind }) => kind === 'promotional').map(({ amount }) => amount)).toEqual([
      '1.000000000000000001',
    ]);
  });

  it('cannot sign in by it twice', async () => {
    const { link } = await api.client.post('/v1/console/links');
    await open(`#link=${link}`);
    await title('Do the books agree?');
    await context.clearCookies();
    await open(`#link=${link}`);
    await page.reload();
    await page.goto(`${origin()}/console?again#link=${link}`);
    await page.getByText('The link was used already').waitFor();
    expect(await findBarriers()).toEqual([]);
  });
});

describe('somebody with a key', () => {
  it('is shown the page that was asked for after signing in, what its role may see, and which role it lacks', async () => {
    await open('/holders/acme');
    await signInWithKey('customer');
    await title('What does acme have?');
    expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Find']);
    expect(await page.getByRole('button', { name: 'Grant tokens …' }).count()).toBe(0);
    await open('/');
    await page.getByText('A key of the role customer may not look at this page').waitFor();
    await open('/holders/globex');
    await page.getByText('This key sees the data of its own customer only.').first().waitFor();
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).toBe('[{},{},""]');
  });

  it('whose session is over keeps what was typed, and goes on after signing in', async () => {
    await signIn('/holders/initech');
    await page.getByRole('button', { name: 'Grant tokens …' }).click();
    await page.getByLabel('Amount, in AIR').fill('7');
    await page.getByLabel('Reason').fill('kept');
    const expire = `UPDATE console.sessions SET seen_at = now() - interval '31 minutes'`;
    await sql(standalone.databaseUrl, expire);
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByText('The session is over').waitFor();
    await page.getByRole('textbox', { name: 'Key' }).fill(api.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The session is over').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Reason').inputValue()).toBe('kept');
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByText('Granted as').waitFor();
  });
});

describe('a session', () => {
  const HOST = { 'content-type': 'application/json' };
  const begin = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${api.url}/v1/console/session`, {
      method: 'POST',
      headers: { ...HOST, ...headers },
      body: JSON.stringify(body),
    });
  const cookieOf = (answer: Response) => answer.headers.get('set-cookie')!;
  const me = (cookie: string, headers: Record<string, string> = {}) =>
    fetch(`${api.url}/v1/me`, { headers: { cookie: cookie.split(';')[0]!, ...headers } });

  it('has a cookie that no script and no other site has, of the port on this machine and for https elsewhere', async () => {
    const key = keys.get('finance')!.key;
    const here = cookieOf(await begin({ key }));
    expect(here).toMatch(
      new RegExp(`^airtime-console-${new URL(api.url).port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    const secure = cookieOf(await begin({ key }, { origin: 'https://books.example' }));
    expect(secure).toMatch(/^__Host-airtime-console=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Secure$/);
    expect(await (await me(secure)).json()).toMatchObject({ role: 'finance', keyId: keys.get('finance')!.keyId });
    const { routes } = (await (await me(here)).json()) as { routes: string[] };
    expect([routes.includes('get /v1/ledger/supply'), routes.includes('post /v1/mints')]).toEqual([true, false]);
  });

  it('speaks for no page of another site, and writes for none that does not say where it comes from', async () => {
    const cookie = cookieOf(await begin({ key: api.key })).split(';')[0]!;
    const write = (headers: Record<string, string>) =>
      fetch(`${api.url}/v1/console/links`, { method: 'POST', headers: { cookie, ...headers } });
    expect((await write({})).status).toBe(403);
    expect((await write({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await write({ 'sec-fetch-site': 'same-site', 'x-airtime-console': '1' })).status).toBe(403);
    expect((await write({ 'x-airtime-console': '1' })).status).toBe(201);
    expect((await write({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await me(cookie, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await begin({ key: api.key }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('ends with its key at once, after twelve hours however it is used, and when it is signed out', async () => {
    const { key, keyId } = await api.client.post('/v1/keys', { body: { role: 'operator' } });
    const cookie = cookieOf(await begin({ key }));
    expect((await me(cookie)).status).toBe(200);
    await api.client.delete('/v1/keys/{keyId}', { path: { keyId } });
    expect((await me(cookie)).status).toBe(401);

    const aged = cookieOf(await begin({ key: api.key }));
    const age = `UPDATE console.sessions SET begun_at = now() - interval '721 minutes'`;
    await sql(standalone.databaseUrl, age);
    expect((await me(aged)).status).toBe(401);

    const left = cookieOf(await begin({ key: api.key }));
    const headers = { cookie: left.split(';')[0]!, 'sec-fetch-site': 'same-origin' };
    const answer = await fetch(`${api.url}/v1/console/session`, { method: 'DELETE', headers });
    expect([answer.status, cookieOf(answer)]).toEqual([200, expect.stringContaining('Max-Age=0')]);
    expect((await me(left)).status).toBe(401);
  });

  it('is begun by one of a key that is in force and a fresh link, and the refusal says which it was', async () => {
    expect(await (await begin({ key: 'no key of anybody' })).json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await (await begin({ link: 'no-link' })).json()).toMatchObject({
      detail: expect.stringContaining('The link'),
    });
    for (const body of [{}, { key: api.key, link: 'x' }]) expect((await begin(body)).status).toBe(400);
    const { link } = await api.client.post('/v1/console/links');
    await sql(standalone.databaseUrl, `UPDATE console.links SET ends_at = now()`);
    expect((await begin({ link })).status).toBe(401);
  });
});

describe('the console’s own process, before the services', () => {
  it('hands a session, reads and writes on, and says who does not answer', async () => {
    const front = stage.program({
      program: 'apps/console/server/main',
      env: {
        AIRTIME_DATA_DIR: join(stage.folder, 'front'),
        PORT: String(await findFreePort()),
        AIRTIME_CONSOLE_SERVICES: `${api.url},http://127.0.0.1:9`,
      },
    });
    await front.seen(/"msg":"listening"/);
    const url = front.url.replace('127.0.0.1', 'localhost');
    await page.goto(`${url}/console/holders/hooli`);
    await signInWithKey('finance');
    await title('What does hooli have?');
    await page.getByTestId('balance').waitFor();
    const { available } = await api.client.get('/v1/holders/{id}/balance', { path: { id: 'hooli' }, query: {} });
    expect((await amountsIn('[data-testid=balance]'))[0]).toBe(available);

    const headers = {
      authorization: `Bearer ${api.key}`,
      'content-type': 'application/json',
      'idempotency-key': 'front',
    };
    const body = JSON.stringify({ holder: 'hooli', amount: '1', reason: 'by the front' });
    const mint = () => fetch(`${url}/v1/mints`, { method: 'POST', headers, body });
    const [first, again] = [await mint(), await mint()];
    expect([first.status, await first.json()]).toEqual([201, await again.json()]);
    expect((await fetch(`${url}/v1/mints`)).status).toBe(405);
    const nowhere = await fetch(`${url}/v1/nowhere`, { headers });
    expect([nowhere.status, ((await nowhere.json()) as { detail: string }).detail]).toEqual([
      503,
      expect.stringContaining('http://127.0.0.1:9'),
    ]);
  });
});

describe('what the browser loads', () => {
  const folder = resolve('dist/console/assets');
  const sizes = (extension: string) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(extension))
      .map((file) => [file, gzipSync(readFileSync(join(folder, file))).length] as const);

  it('stays within its budget', () => {
    const index = readFileSync(join(folder, '../index.html'), 'utf8');
    for (const [file, bytes] of sizes('.js')) {
      const max = index.includes(file) ? FIRST_SCRIPT_MAX_BYTES : OTHER_SCRIPT_MAX_BYTES;
      expect([file, bytes > max]).toEqual([file, false]);
    }
    expect(sizes('.css').reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(STYLES_MAX_BYTES);
  });

  it('has no script or style inside of the page, and files that may be kept for ever under names that change', async () => {
    const index = await (await fetch(`${api.url}/console/any/page`)).text();
    expect(index).not.toMatch(/<script(?![^>]*src=)|<style|style=/);
    const [script] = /\/console\/assets\/[^"]+\.js/.exec(index)!;
    const file = await fetch(`${api.url}${script}`);
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${api.url}/console`)).headers.get('cache-control')).toBe('no-cache');
    expect((await fetch(`${api.url}/console/assets/none.js`)).status).toBe(404);
  });
});
