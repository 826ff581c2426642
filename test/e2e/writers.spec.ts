/** Keys of writers come and go while the load runs, by the command line and a root's key. */
import { jest } from '@jest/globals';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openAudits } from '#concepts/audits';
import { CALL_PRICES, foundation, nameIn } from '#concepts/testing';
import { readPages, verifyJournal, type Page } from '#journal';
import { hasPython, verifyInPython } from '#journal/testing';
import { callEvent, layFoundation } from '#testing';
import { ADMIN_KEY, USAGE_BATCH } from './support/api.js';
import { withPostgresJournal } from './support/books.js';
import type { ServiceProcess } from './support/service-process.js';
import { apiOf, Stage } from './support/stage.js';

jest.setTimeout(240_000);

const SHARDS = 2;
const customers = Array.from({ length: SHARDS }, (_, shard) => nameIn(shard, SHARDS));

let stage: Stage;
let first: ServiceProcess;
let env: Record<string, string>;

beforeAll(async () => {
  stage = await Stage.open();
  env = { DATABASE_URL: (await stage.postgres()).url, AIRTIME_SHARDS: String(SHARDS) };
  first = await stage.service('ledger', env);
  await layFoundation(
    apiOf(first).client,
    foundation({ customers, providers: ['p7'], prices: CALL_PRICES, chain: 'none' }),
  );
});

afterAll(() => stage.close());

/** Runs the command line as the root's holder does. Returns what it printed. */
async function airtime(...args: string[]): Promise<string> {
  const command = stage.program({
    program: 'apps/cli/src/main',
    args: [...args, '--url', first.url],
    env: { AIRTIME_ADMIN_KEY: ADMIN_KEY, AIRTIME_DATA_DIR: join(stage.folder, 'data') },
  });
  const { code } = await command.ended;
  if (code !== 0) throw new Error(command.lines.join('\n'));
  return command.lines.join('\n');
}

const startSecond = (writerKeyFile: string) =>
  stage.service('ledger', {
    ...env,
    AIRTIME_WRITER_KEY_FILE: writerKeyFile,
    AIRTIME_DATA_DIR: join(stage.folder, 'second'),
  });

const use = (service: ServiceProcess, subject: string, id: string) =>
  apiOf(service).call<{ accepted: number }>('POST', '/usage', {
    body: [callEvent(id, subject)],
    headers: { 'content-type': USAGE_BATCH },
  });

it('keeps the keys that it makes from everybody else', () => {
  for (const name of ['root.key', 'writer.key']) {
    expect(statSync(join(stage.folder, 'data', name)).mode & 0o777).toBe(0o600);
  }
});

describe('a second ledger with a key of its own', () => {
  it('writes once it is admitted, and stops with one line once it is dismissed, while the first goes on', async () => {
    const file = join(stage.folder, 'second.key');
    const made = await airtime('writers', 'new-key', file);
    const [, publicKey] = /public key {2}([0-9a-f]{64})/.exec(made)!;
    await airtime('writers', 'admit', publicKey!, '--name', 'second', '--for', 'ledger');
    expect(await airtime('writers', 'list')).toContain('second: all shards');
    const second = await startSecond(file);
    let isLoading = true;
    let charged = 0;
    const load = (async () => {
      for (let n = 0; isLoading; n++) {
        const { status, body } = await use(first, customers[n % SHARDS]!, `load-${n}`);
        expect(status).toBe(200);
        charged += body.accepted;
      }
    })();
    for (const [shard, customer] of customers.entries()) {
      expect(await use(second, customer, `second-${shard}`)).toMatchObject({ status: 200, body: { accepted: 1 } });
    }
    await airtime('writers', 'dismiss', publicKey!, '--reason', 'rotated');
    expect((await use(second, customers[0]!, 'too-late')).status).toBe(503);
    expect(await second.ended).toMatchObject({ code: 1 });
    expect(second.lines.filter((line) => line.includes('"level":60'))).toHaveLength(1);
    isLoading = false;
    await load;
    expect(charged).toBeGreaterThan(SHARDS);
    expect(await airtime('writers', 'list')).toMatch(/second: .* to \d+/);
  });

  it('that nobody admitted decides nothing, and says how it is admitted', async () => {
    const file = join(stage.folder, 'stranger.key');
    await airtime('writers', 'new-key', file);
    const stranger = await startSecond(file);
    expect((await use(stranger, customers[0]!, 'strange')).status).toBe(503);
    expect(await stranger.seen(/is not admitted/)).toContain('airtime writers list');
    expect((await use(first, customers[0]!, 'strange')).body.accepted).toBe(1);
  });
});

describe('a root key', () => {
  const publicKeyIn = (printed: string) => /public key {2}([0-9a-f]{64})/.exec(printed)![1]!;
  const admit = (publicKey: string, ...more: string[]) =>
    airtime('writers', 'admit', publicKey, '--name', 'after', '--for', 'ledger', ...more);

  /** What both checkers find in the journal as it stands. */
  const findings = () =>
    withPostgresJournal(env['DATABASE_URL']!, async (store) => {
      const pages: Page[] = [];
      for (let shard = 0; shard <= SHARDS; shard++) for await (const page of readPages(store, shard)) pages.push(page);
      const { findings: found } = await verifyJournal(store, openAudits, { shards: SHARDS });
      return [...found, ...(hasPython ? (await verifyInPython(pages, SHARDS)).laws : [])];
    });

  it('that is changed admits nobody any more, and the one in its place does', async () => {
    const file = join(stage.folder, 'second-root.key');
    const root = publicKeyIn(await airtime('writers', 'new-key', file));
    const writer = publicKeyIn(await airtime('writers', 'new-key', join(stage.folder, 'after.key')));
    await airtime('writers', 'change-roots', root, '--reason', 'rotated');

    await expect(admit(writer)).rejects.toThrow(/STATEMENT_INVALID|no root/);
    expect(await airtime('writers', 'list')).not.toContain('after: ');
    await admit(writer, '--root-key', file);
    expect(await airtime('writers', 'list')).toContain('after: ');
    // What the old root admitted goes on: a root is for statements, and writers stay until they are dismissed.
    expect((await use(first, customers[0]!, 'after-rotation')).body.accepted).toBe(1);
    expect(await findings()).toEqual([]);
  });
});
