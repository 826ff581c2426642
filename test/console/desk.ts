/**
 * What all journeys of the console share: everything in one process with a day's usage, one browser, and for each test a context of its own
 * in which whatever the browser refuses, a page's failure and a request to anywhere else are faults.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Api } from '../e2e/support/api.js';
import { Stage } from '../e2e/support/stage.js';
import { populate, startEmpty, type Standalone } from '../e2e/support/standalone.js';
import { generateUsage } from '../e2e/support/world.js';
import { launchChromium } from './chromium.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN_AXE = `axe.run().then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`;

export class Desk {
  context!: BrowserContext;
  page!: Page;
  /** What no page may do. */
  faults: string[] = [];
  readonly keys = new Map<string, { readonly keyId: string; readonly key: string }>();

  private constructor(
    readonly stage: Stage,
    readonly browser: Browser,
    readonly standalone: Standalone,
    /** An entry of acme: usage, by shard and height. */
    readonly entry: string,
  ) {}

  static async open(): Promise<Desk> {
    const [stage, browser] = await Promise.all([Stage.open(), launchChromium()]);
    const standalone = await startEmpty(stage, { LOG_LEVEL: 'warn' });
    const { api } = standalone;
    await populate(standalone);
    const { positions } = await api.sendUsage(generateUsage(1, 300, 0));
    const position = positions.map(({ shard, height }) => `${shard}:${height}`);
    const { items } = await api.client.get('/v1/accounts/{account}/entries', {
      path: { account: 'customer:acme:available' },
      query: { position, limit: 1 },
    });
    const desk = new Desk(stage, browser, standalone, items[0]!.id);
    for (const body of [{ role: 'customer', customer: 'acme' }, { role: 'finance' }] as const) {
      desk.keys.set(body.role, await api.client.post('/v1/keys', { body }));
    }
    return desk;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.stage.close();
  }

  get api(): Api {
    return this.standalone.api;
  }

  /** A fresh page, of somebody who was never here. */
  async begin(): Promise<void> {
    const faults: string[] = [];
    this.faults = faults;
    this.context = await this.browser.newContext({
      ...{ locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce', viewport: { width: 1280, height: 900 } },
    });
    // Told as an error of the console, which is listened to.
    await this.context.addInitScript({
      content: `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.error('policy: ' + violatedDirective + ' ' + blockedURI))`,
    });
    const page = await this.context.newPage();
    this.page = page;
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
  }

  get origin(): string {
    return this.api.url.replace('127.0.0.1', 'localhost');
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(`${this.origin}/console${path}`);
  }

  /** Waits for the page of this title. */
  async title(text: string): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: text }).waitFor();
  }

  async signIn(path = ''): Promise<void> {
    const { link } = await this.api.client.post('/v1/console/links');
    await this.goto(`${path}#link=${link}`);
  }

  async signInWithKey(role: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Key' }).fill(this.keys.get(role)!.key);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** The amounts that stand in a part of the page, as a copy gives them. */
  amountsIn(selector: string): Promise<(string | null)[]> {
    return this.page
      .locator(`${selector} [data-plain]`)
      .evaluateAll((found) => found.map((one) => one.getAttribute('data-plain')));
  }

  /** Goes on by Tab until a link or button has the focus, as somebody without a mouse does. */
  async tabTo(name: string): Promise<void> {
    for (let step = 0; step < 80; step++) {
      await this.page.keyboard.press('Tab');
      if ((await this.page.evaluate('document.activeElement?.textContent')) === name) return;
    }
    throw new Error(`Tab does not come to "${name}"`);
  }

  /** What axe-core finds against WCAG, in both schemes. */
  async findBarriers(): Promise<string[]> {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme });
      await this.page.evaluate(AXE);
      found.push(...(await this.page.evaluate<string[]>(RUN_AXE)));
    }
    return found;
  }
}
