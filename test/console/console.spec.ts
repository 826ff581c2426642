/**
 * The console in a real browser, over everything in one process: what a person reads is what the API says, to the last digit. Whatever
 * the browser refuses, a page's failure and a request to anywhere else fail the test that sees it. Journeys of a kind of people stand in
 * `*.journeys.ts` and use the same process and the same browser.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { findFreePort } from '#engines';
import { sql } from '../e2e/support/stage.js';
import { Desk } from './desk.js';
import { moneyJourneys } from './money.journeys.js';
import { operations } from './operations.journeys.js';
import { providerJourneys } from './provider.journeys.js';
import { rolesJourneys } from './roles.journeys.js';

const FIRST_SCRIPT_MAX_BYTES = 200_000;
const OTHER_SCRIPT_MAX_BYTES = 30_000;
const STYLES_MAX_BYTES = 40_000;

let desk: Desk;

beforeAll(async () => {
  desk = await Desk.open();
}, 120_000);

afterAll(async () => {
  await desk?.close();
}, 60_000);

beforeEach(() => desk.begin());

afterEach(async () => {
  await desk.context.close();
  expect(desk.faults).toEqual([]);
});

/** One line for each file of journeys, which is given the desk when a test runs. */
const JOURNEYS: readonly ((desk: () => Desk) => void)[] = [moneyJourneys, providerJourneys, rolesJourneys, operations];
for (const journeys of JOURNEYS) journeys(() => desk);

describe('somebody who has the link', () => {
  it('goes by keys alone from the sum of the books to an entry and to its proof, and reads what the API says', async () => {
    await desk.signIn();
    await desk.title('Do the books agree?');
    const supply = await desk.api.client.get('/v1/ledger/supply', {});
    await desk.page.getByText('the sum of all balances is zero').waitFor();
    expect(await desk.amountsIn('[data-testid=supply]')).toEqual([supply.minted, supply.burned, supply.supply]);
    expect(supply.lawful).toBe(true);
    expect(new URL(desk.page.url()).hash).toBe('');

    await desk.page.keyboard.press('/');
    await desk.page.keyboard.type(desk.entry);
    await desk.page.keyboard.press('Enter');
    await desk.page.waitForURL(`**/console/entries/${desk.entry}`);
    await desk.title(`Why this amount? Usage ${desk.entry}`);
    const explained = await desk.api.client.get('/v1/entries/{id}/explanation', { path: { id: desk.entry } });
    await desk.page.getByText('Does it add up?').waitFor();
    const read = desk.api.client.get('/v1/entries/{id}/balances', { path: { id: desk.entry } });
    const changes = (await read).postings.flatMap(({ debit, credit }) => [debit, credit]);
    await desk.page.getByTestId('balances').waitFor();
    const balances = await desk.amountsIn('[data-testid=balances]');
    expect(balances).toHaveLength(3 * new Set(changes).size);
    const shown = await desk.amountsIn('main');
    const { rating, split, paid } = explained;
    const shares = split!.shares.flatMap(({ amount, remainder, posted }) => [amount, remainder, posted]);
    expect(shown).toEqual([
      ...[explained.amount, ...explained.postings.map(({ amount }) => amount), ...balances],
      ...[...rating!.lines.map(({ amount }) => amount), rating!.amount],
      ...shares,
      ...paid!.grants.map(({ amount }) => amount),
    ]);

    await desk.tabTo('Check it in this browser');
    await desk.page.keyboard.press('Enter');
    await desk.page.getByText('Every step holds').waitFor();
    const hashes = await desk.page
      .locator('.steps code')
      .evaluateAll((codes) => codes.map((code) => code.getAttribute('title')));
    expect(hashes.slice(1, 3)).toEqual([explained.proof!.bodyDigest, explained.page.hash]);
    expect(hashes[3]).toBe(explained.proof!.previousHash);

    await desk.page.keyboard.press('g');
    await desk.page.keyboard.press('h');
    await desk.title('Do the books agree?');
    await desk.page.keyboard.press('?');
    await desk.page.getByRole('dialog').getByText('find anything by its id').waitFor();
    expect(await desk.findBarriers()).toEqual([]);
    await desk.page.keyboard.press('Escape');
    await desk.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('cannot be shown a page that somebody changed as a sound one', async () => {
    await desk.page.route('**/v1/journal/pages*', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replaceAll('gpu-', 'cpu-') });
    });
    await desk.signIn(`/proof/${desk.entry}`);
    await desk.page.getByText('Not every step holds').waitFor();
    expect(await desk.page.locator('.steps [aria-label=NO]').count()).toBeGreaterThan(1);
  });

  it('reads a wallet, and meets no barrier on any page in light or in dark', async () => {
    await desk.signIn('/holders/acme?account=customer:acme:available');
    const balance = await desk.api.client.get('/v1/holders/{id}/balance', { path: { id: 'acme' }, query: {} });
    await desk.page.getByTestId('balance').waitFor();
    const { available, held, pending, staked } = balance;
    expect(await desk.amountsIn('[data-testid=balance]')).toEqual([available, held, pending, staked]);
    const rows = desk.page.getByRole('grid').getByRole('row');
    await rows.nth(3).waitFor();
    const { items } = await desk.api.client.get('/v1/accounts/{account}/entries', {
      path: { account: 'customer:acme:available' },
      query: { limit: 3, postings: 'false' },
    });
    expect((await desk.amountsIn('.grid-body')).slice(0, 6)).toEqual(
      items.flatMap(({ amount, balanceAfter }) => [amount, balanceAfter]),
    );
    expect(await rows.count()).toBeLessThan(60);
    expect(await desk.findBarriers()).toEqual([]);
    for (const path of [`/entries/${desk.entry}`, `/proof/${desk.entry}`, '/find?q=nobody', '/', '/nowhere']) {
      await desk.goto(path);
      await desk.page.getByRole('heading', { level: 1 }).waitFor();
      await desk.page.waitForLoadState('networkidle');
      expect([path, await desk.findBarriers()]).toEqual([path, []]);
    }
  });

  it('whose network goes away in the middle of a grant sends it again and grants once', async () => {
    await desk.signIn('/holders/globex');
    const sent: string[] = [];
    await desk.page.route('**/v1/grants', async (route) => {
      sent.push(route.request().headers()['idempotency-key']!);
      if (sent.length > 1) return route.continue();
      // The service hears it, and its answer is lost.
      await route.fetch();
      await route.abort();
    });
    await desk.page.getByRole('button', { name: 'Grant tokens …' }).click();
    await desk.page.getByLabel('Amount, in AIR').fill('1.000000000000000001');
    await desk.page.getByLabel('Reason').fill('a test');
    expect(await desk.findBarriers()).toEqual([]);
    await desk.page.getByRole('button', { name: 'Grant', exact: true }).click();
    await desk.page.getByRole('button', { name: 'Send again' }).click();
    await desk.page.getByText('Granted as').waitFor();
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
    const { items } = await desk.api.client.get('/v1/holders/{id}/grants', { path: { id: 'globex' }, query: {} });
    expect(items.filter(({ kind }) => kind === 'promotional').map(({ amount }) => amount)).toEqual([
      '1.000000000000000001',
    ]);
  });

  it('cannot sign in by it twice', async () => {
    const { link } = await desk.api.client.post('/v1/console/links');
    await desk.goto(`#link=${link}`);
    await desk.title('Do the books agree?');
    await desk.context.clearCookies();
    await desk.goto(`#link=${link}`);
    await desk.page.reload();
    await desk.page.goto(`${desk.origin}/console?again#link=${link}`);
    await desk.page.getByText('The link was used already').waitFor();
    expect(await desk.findBarriers()).toEqual([]);
  });
});

describe('somebody with a key', () => {
  it('is shown the page that was asked for after signing in, what its role may see, and which role it lacks', async () => {
    await desk.goto('/holders/acme');
    await desk.signInWithKey('customer');
    await desk.title('What does acme have?');
    expect(await desk.page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Find', 'Usage']);
    expect(await desk.page.getByRole('button', { name: 'Grant tokens …' }).count()).toBe(0);
    await desk.goto('/');
    await desk.page.getByText('A key of the role customer may not look at this page').waitFor();
    await desk.goto('/holders/globex');
    await desk.page.getByText('This key sees the data of its own customer only.').first().waitFor();
    expect(await desk.page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).toBe(
      '[{},{},""]',
    );
  });

  it('whose session is over keeps what was typed, and goes on after signing in', async () => {
    await desk.signIn('/holders/initech');
    await desk.page.getByRole('button', { name: 'Grant tokens …' }).click();
    await desk.page.getByLabel('Amount, in AIR').fill('7');
    await desk.page.getByLabel('Reason').fill('kept');
    const expire = `UPDATE console.sessions SET seen_at = now() - interval '31 minutes'`;
    await sql(desk.standalone.databaseUrl, expire);
    await desk.page.getByRole('button', { name: 'Grant', exact: true }).click();
    await desk.page.getByText('The session is over').waitFor();
    await desk.page.getByRole('textbox', { name: 'Key' }).fill(desk.api.key);
    await desk.page.getByRole('button', { name: 'Sign in' }).click();
    await desk.page.getByText('The session is over').waitFor({ state: 'detached' });
    expect(await desk.page.getByLabel('Reason').inputValue()).toBe('kept');
    await desk.page.getByRole('button', { name: 'Grant', exact: true }).click();
    await desk.page.getByText('Granted as').waitFor();
  });
});

describe('a session', () => {
  const HOST = { 'content-type': 'application/json' };
  const begin = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${desk.api.url}/v1/console/session`, {
      method: 'POST',
      headers: { ...HOST, ...headers },
      body: JSON.stringify(body),
    });
  const cookieOf = (answer: Response) => answer.headers.get('set-cookie')!;
  const me = (cookie: string, headers: Record<string, string> = {}) =>
    fetch(`${desk.api.url}/v1/me`, { headers: { cookie: cookie.split(';')[0]!, ...headers } });

  it('has a cookie that no script and no other site has, of the port on this machine and for https elsewhere', async () => {
    const key = desk.keys.get('finance')!.key;
    const here = cookieOf(await begin({ key }));
    expect(here).toMatch(
      new RegExp(`^airtime-console-${new URL(desk.api.url).port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    const secure = cookieOf(await begin({ key }, { origin: 'https://books.example' }));
    expect(secure).toMatch(/^__Host-airtime-console=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Secure$/);
    expect(await (await me(secure)).json()).toMatchObject({ role: 'finance', keyId: desk.keys.get('finance')!.keyId });
    const { routes } = (await (await me(here)).json()) as { routes: string[] };
    expect([routes.includes('get /v1/ledger/supply'), routes.includes('post /v1/mints')]).toEqual([true, false]);
  });

  it('speaks for no page of another site, and writes for none that does not say where it comes from', async () => {
    const cookie = cookieOf(await begin({ key: desk.api.key })).split(';')[0]!;
    const write = (headers: Record<string, string>) =>
      fetch(`${desk.api.url}/v1/console/links`, { method: 'POST', headers: { cookie, ...headers } });
    expect((await write({})).status).toBe(403);
    expect((await write({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await write({ 'sec-fetch-site': 'same-site', 'x-airtime-console': '1' })).status).toBe(403);
    expect((await write({ 'x-airtime-console': '1' })).status).toBe(201);
    expect((await write({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await me(cookie, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await begin({ key: desk.api.key }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('ends with its key at once, after twelve hours however it is used, and when it is signed out', async () => {
    const { key, keyId } = await desk.api.client.post('/v1/keys', { body: { role: 'operator' } });
    const cookie = cookieOf(await begin({ key }));
    expect((await me(cookie)).status).toBe(200);
    await desk.api.client.delete('/v1/keys/{keyId}', { path: { keyId } });
    expect((await me(cookie)).status).toBe(401);

    const aged = cookieOf(await begin({ key: desk.api.key }));
    const age = `UPDATE console.sessions SET begun_at = now() - interval '721 minutes'`;
    await sql(desk.standalone.databaseUrl, age);
    expect((await me(aged)).status).toBe(401);

    const left = cookieOf(await begin({ key: desk.api.key }));
    const headers = { cookie: left.split(';')[0]!, 'sec-fetch-site': 'same-origin' };
    const answer = await fetch(`${desk.api.url}/v1/console/session`, { method: 'DELETE', headers });
    expect([answer.status, cookieOf(answer)]).toEqual([200, expect.stringContaining('Max-Age=0')]);
    expect((await me(left)).status).toBe(401);
  });

  it('is begun by one of a key that is in force and a fresh link, and the refusal says which it was', async () => {
    expect(await (await begin({ key: 'no key of anybody' })).json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await (await begin({ link: 'no-link' })).json()).toMatchObject({
      detail: expect.stringContaining('The link'),
    });
    for (const body of [{}, { key: desk.api.key, link: 'x' }]) expect((await begin(body)).status).toBe(400);
    const { link } = await desk.api.client.post('/v1/console/links');
    await sql(desk.standalone.databaseUrl, `UPDATE console.links SET ends_at = now()`);
    expect((await begin({ link })).status).toBe(401);
  });
});

describe('the console’s own process, before the services', () => {
  it('hands a session, reads and writes on, and says who does not answer', async () => {
    const front = desk.stage.program({
      program: 'apps/console/server/main',
      env: {
        AIRTIME_DATA_DIR: join(desk.stage.folder, 'front'),
        PORT: String(await findFreePort()),
        AIRTIME_CONSOLE_SERVICES: `${desk.api.url},http://127.0.0.1:9`,
      },
    });
    await front.seen(/"msg":"listening"/);
    const url = front.url.replace('127.0.0.1', 'localhost');
    await desk.page.goto(`${url}/console/holders/hooli`);
    await desk.signInWithKey('finance');
    await desk.title('What does hooli have?');
    await desk.page.getByTestId('balance').waitFor();
    const { available } = await desk.api.client.get('/v1/holders/{id}/balance', { path: { id: 'hooli' }, query: {} });
    expect((await desk.amountsIn('[data-testid=balance]'))[0]).toBe(available);

    const headers = {
      authorization: `Bearer ${desk.api.key}`,
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
    const index = await (await fetch(`${desk.api.url}/console/any/page`)).text();
    expect(index).not.toMatch(/<script(?![^>]*src=)|<style|style=/);
    const [script] = /\/console\/assets\/[^"]+\.js/.exec(index)!;
    const file = await fetch(`${desk.api.url}${script}`);
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${desk.api.url}/console`)).headers.get('cache-control')).toBe('no-cache');
    expect((await fetch(`${desk.api.url}/console/assets/none.js`)).status).toBe(404);
  });
});
