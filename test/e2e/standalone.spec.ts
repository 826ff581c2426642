/** `npm start` as its users meet it: every service and engine from one command, in a directory of its own. */
import { spawnSync } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAmount } from '#domain';
import { findFreePort } from '#engines';
import { ADMIN_KEY, Api } from './support/api.js';
import { REPOSITORY } from './support/built-program.js';
import { descendantsOf, stillRunning } from './support/process-table.js';
import type { ServiceProcess } from './support/service-process.js';
import { Stage } from './support/stage.js';
import { readSummary } from './support/summary.js';

const RUN_MS = 180_000;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});

afterAll(() => stage?.close(), 60_000);

async function start(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
  user?: { readonly uid: number; readonly gid: number },
): Promise<ServiceProcess> {
  return stage.program({
    program: 'apps/standalone/src/main',
    args,
    env: {
      AIRTIME_DATA_DIR: join(stage.folder, folder),
      PORT: String(await findFreePort()),
      AIRTIME_ADMIN_KEY: ADMIN_KEY,
      LOG_LEVEL: 'warn',
      ...env,
    },
    ...(user === undefined ? {} : { user }),
  });
}

const AMOUNT = String.raw`\d+(?:\.\d+)?`;

/** The rules that hold for any sound demonstration, whatever its numbers. */
function expectSoundSummary(lines: readonly string[]): ReturnType<typeof readSummary> {
  const summary = readSummary(lines);
  expect(summary['events']).toEqual([expect.stringMatching(/^\d{4,} usage events charged$/)]);
  const [charged, owed] = match(
    summary['charged']![0]!,
    `^(${AMOUNT}) AIR, of which customers still owe (${AMOUNT}) AIR$`,
  );
  const [paid, providers, treasury] = match(
    summary['split']![0]!,
    `^(${AMOUNT}) AIR paid: (${AMOUNT}) to providers, (${AMOUNT}) to the treasury$`,
  );
  const [stakers] = match(summary['staked']![0]!, `^(${AMOUNT}) AIR`);
  const [burnedOfUsage] = match(summary['burned']![0]!, `^(${AMOUNT}) AIR`);
  // Every atto of what was charged went to somebody or is owed: the remainder too.
  expect(paid! + owed!).toBe(charged);
  expect(providers! + treasury! + stakers! + burnedOfUsage!).toBe(paid);
  for (const part of [owed, providers, treasury, stakers, burnedOfUsage]) expect(part).toBeGreaterThan(0n);
  const [supply, minted, burned] = match(
    summary['supply']![0]!,
    `^(${AMOUNT}) AIR = (${AMOUNT}) minted - (${AMOUNT}) burned$`,
  );
  expect(supply).toBe(minted! - burned!);
  expect(summary['emitted']).toEqual(['1000 AIR by the emission policy, at the end of its first week']);
  // What was given of prepaid credit was used, is left or has lapsed; the promotional part went first.
  const [given, used, left, lapsed] = match(
    summary['credit']![0]!,
    `^(${AMOUNT}) AIR = (${AMOUNT}) used \\+ (${AMOUNT}) left \\+ (${AMOUNT}) lapsed$`,
  );
  expect(given).toBe(used! + left! + lapsed!);
  expect(summary['promotional']).toEqual(['5 AIR of 5 used, before what was bought']);
  expect(summary['hold']).toEqual(['4 AIR = 2.5 captured + 1.5 given back']);
  expect(summary['budget']).toEqual(['3 AIR of 4 used by tessier/research; what went beyond was refused']);
  expect(summary['breakage']).toEqual(['2 AIR of a grant that ended']);
  expect(summary['vote']).toEqual([
    '"Lower the burn share" passed: 10000 yes, 5000 no, 5000 abstain',
    expect.stringMatching(/^20000 AIR of 45011 voted, by what 11 holders had at /),
  ]);
  expect(summary['access']).toEqual(['acme reaches the tier gold']);
  const [funded, shared, carried] = match(
    summary['yield']![0]!,
    `^(${AMOUNT}) AIR = (${AMOUNT}) paid to 2 stakers \\+ (${AMOUNT}) carried$`,
  );
  expect(funded).toBe(shared! + carried!);
  expect(shared).toBeGreaterThan(0n);
  // One of them compounds.
  expect(summary['stakes']).toEqual([expect.stringMatching(/^globex 300 AIR, initech [12]\d\d\.\d+ AIR$/)]);
  expect(summary['paid']![0]).toMatch(/^[1-9]\d* providers in [1-9]\d* payouts on chain$/);
  expect(summary['transaction']![0]).toMatch(/^0x[0-9a-f]{64}$/);
  // One provider is not verified, and the summary says who is kept waiting and why.
  expect(summary['withheld']![0]).toMatch(/^gpu-new .* AIR: kyc_unverified$/);
  expect(summary['breaks']).toEqual(['0']);
  expect(summary['books']).toEqual(['balance']);
  expect(summary['verify']![0]).toMatch(/^passed \(\d+ pages, \d+ events\)$/);
  expect(summary['tables']![0]).toMatch(/^all \d+ are what a replay of the journal gives$/);
  return summary;
}

function match(text: string, pattern: string): bigint[] {
  const found = new RegExp(pattern).exec(text);
  if (found === null) throw new Error(`${JSON.stringify(text)} does not match ${pattern}`);
  return found.slice(1).map((amount) => parseAmount(amount));
}

describe('npm start -- --once', () => {
  it(
    'on an empty directory charges a day, pays the providers on chain, reconciles, verifies and exits 0; again on the same directory it finds the same money',
    async () => {
      const first = await start('once', ['--once']);
      expect(await first.ended).toEqual({ code: 0, signal: null });
      const summary = expectSoundSummary(first.lines);
      // All that moves the supply, and what must not: whatever the books say then is on the chain.
      const law = /^- after (.+): books ([\d.]+) AIR = chain \2 AIR at block \d+$/;
      const proven = first.lines.flatMap((line) => law.exec(line)?.[1] ?? []);
      expect(proven).toEqual([
        'usage and the emission of a week',
        'the yield',
        'a burn of 25 AIR of hooli',
        expect.stringMatching(/^a reversal of a burn of 10 AIR, entry \S+ by \S+$/),
        'the vote',
      ]);

      const second = await start('once', ['--once']);
      expect(await second.ended).toEqual({ code: 0, signal: null });
      const again = expectSoundSummary(second.lines);
      for (const row of [
        'events',
        'charged',
        'split',
        'staked',
        'burned',
        'supply',
        'stakes',
        'yield',
        'paid',
        'transaction',
        'withheld',
      ]) {
        expect([row, again[row]]).toEqual([row, summary[row]]);
      }
    },
    RUN_MS,
  );

  it(
    'that is stopped in the middle proves nothing and exits 1; the next run takes it up and exits 0',
    async () => {
      const first = await start('broken-off', ['--once']);
      await first.seen(/^- sending \d+ usage events/);
      expect(await first.end('SIGTERM')).toEqual({ code: 1, signal: null });
      const second = await start('broken-off', ['--once']);
      expect(await second.ended).toEqual({ code: 0, signal: null });
      expectSoundSummary(second.lines);
    },
    RUN_MS,
  );
});

describe('npm start -- --empty', () => {
  it(
    'serves without demonstration data, tells clients where it is, and stops on SIGTERM with exit 0 and no process left',
    async () => {
      const service = await start('empty', ['--empty'], { LOG_LEVEL: 'info' });
      await service.seen(/^Airtime is up at /);
      const api = new Api(service.url);
      expect((await api.call('GET', '/health/ready')).status).toBe(200);
      expect(await api.get('/price-books')).toEqual({ items: [], nextCursor: null });
      expect(await api.get('/payouts')).toEqual({ items: [], nextCursor: null });
      const runtime = JSON.parse(readFileSync(join(stage.folder, 'empty/runtime.json'), 'utf8')) as { url: string };
      expect(runtime.url).toBe(service.url);

      const engines = descendantsOf(service.processId);
      expect(engines.filter(({ command }) => /postgres/.test(command)).length).toBeGreaterThan(0);
      expect(engines.filter(({ command }) => /anvil/.test(command)).length).toBeGreaterThan(0);
      expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(stillRunning(engines)).toEqual([]);
      await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
    },
    RUN_MS,
  );

  it(
    'makes an admin key, shows it once and keeps it for its owner only',
    async () => {
      const env = { AIRTIME_ADMIN_KEY: '', LOG_LEVEL: 'info' };
      const first = await start('keyed', ['--empty'], env);
      await first.seen(/^Airtime is up at /);
      const file = join(stage.folder, 'keyed/admin.key');
      const key = readFileSync(file, 'utf8').trim();
      expect(first.lines.filter((line) => line.includes(key))).toEqual([
        expect.stringMatching(/^Admin key \(shown once/),
      ]);
      expect((await new Api(first.url, key).ask('GET', '/chains')).status).toBe(200);
      expect((await new Api(first.url, `${key}x`).ask('GET', '/chains')).status).toBe(401);
      await first.end('SIGTERM');
      const second = await start('keyed', ['--empty'], env);
      await second.seen(/^Airtime is up at /);
      expect(second.lines.some((line) => line.includes(key))).toBe(false);
      expect((await new Api(second.url, key).ask('GET', '/chains')).status).toBe(200);
      await second.end('SIGTERM');
    },
    RUN_MS,
  );
});

describe('a start that cannot be right stops with one clear line and exit 2', () => {
  it.each<[string, readonly string[], Record<string, string>, RegExp]>([
    ['an unknown argument', ['--twice'], {}, /^Unknown argument --twice; npm start takes/],
    ['a port that is none', [], { PORT: '80a' }, /^PORT: must be a whole number/],
    [
      'a variable that nobody knows',
      [],
      { AIRTIME_SHARD: '4' },
      /^AIRTIME_SHARD: is not a variable that Airtime knows/,
    ],
    ['a database that is none', [], { DATABASE_URL: 'mysql://x/y' }, /^DATABASE_URL: must be a PostgreSQL URL/],
    [
      'a store that nobody has',
      [],
      { JOURNAL_STORE: 'files' },
      /^JOURNAL_STORE: must be one of postgres, eventstoredb/,
    ],
    ['EventStoreDB without an address', [], { JOURNAL_STORE: 'eventstoredb' }, /^EVENTSTOREDB_URL: is needed/],
    ['a signer key that is none', [], { CHAIN_SIGNER_KEY: '0x12' }, /^CHAIN_SIGNER_KEY: must be a private key/],
  ])('%s', async (_, args, env, line) => {
    const refused = await start('refused', args, env);
    expect(await refused.ended).toEqual({ code: 2, signal: null });
    expect(refused.lines).toEqual([expect.stringMatching(line)]);
    expect(existsSync(join(stage.folder, 'refused/postgres'))).toBe(false);
  });
});

const NOBODY = { uid: 65_534, gid: 65_534 };
// Only root can become somebody else, and only where that user can read this checkout. An ordinary user's run of the
// specs above shows the same.
const canBecomeNobody =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, ['-e', 'require("pg")'], { ...NOBODY, cwd: REPOSITORY, env: {} }).status === 0;
if (canBecomeNobody) {
  it(
    'an ordinary user runs it as well as root, in a directory of its own',
    async () => {
      await chown(stage.folder, NOBODY.uid, NOBODY.gid);
      await mkdir(join(stage.folder, 'ordinary'));
      await chown(join(stage.folder, 'ordinary'), NOBODY.uid, NOBODY.gid);
      const service = await start('ordinary', ['--once'], { HOME: join(stage.folder, 'ordinary') }, NOBODY);
      expect(await service.ended).toEqual({ code: 0, signal: null });
      expectSoundSummary(service.lines);
    },
    RUN_MS,
  );
}
