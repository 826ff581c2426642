/** Ledger processes whose clocks differ: an answer for a past instant never changes, and a clock that is wrong decides nothing. */
import { jest } from '@jest/globals';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { CALL_PRICES, foundation, nameIn } from '#concepts/testing';
import { Random } from '#postgres/testing';
import { eventually, layFoundation } from '#testing';
import type { Answer } from './support/api.js';
import { REPOSITORY } from './support/built-program.js';
import type { ServiceProcess } from './support/service-process.js';
import { apiOf, createDatabase, Stage } from './support/stage.js';

jest.setTimeout(240_000);

const SHARDS = 2;
const AT_ONCE = 3;
/** Between two calls of whoever keeps calling: processes that start need the processor too. */
const PAUSE_MS = 20;
const customers = [nameIn(0, SHARDS), nameIn(1, SHARDS)] as const;
const SKEWED = pathToFileURL(join(REPOSITORY, 'test/support/skewed-clock.mjs')).href;

type Environment = Readonly<Record<string, string>>;

let stage: Stage;
let serverUrl: string;

beforeAll(async () => {
  stage = await Stage.open();
  serverUrl = (await stage.postgres()).url;
});

afterAll(() => stage.close());

async function onPostgres(): Promise<Environment> {
  return { DATABASE_URL: serverUrl };
}

async function onEventStore(): Promise<Environment> {
  const server = stage.program({
    program: 'libs/eventstoredb/test-support/main',
    args: ['--port', '0', '--data', join(stage.folder, 'eventstore')],
  });
  return {
    DATABASE_URL: await createDatabase(serverUrl, 'beside_eventstore'),
    AIRTIME_DATA_DIR: join(stage.folder, 'beside-eventstore'),
    JOURNAL_STORE: 'eventstoredb',
    EVENTSTOREDB_URL: await server.seen(/^esdb:/),
  };
}

describe.each([
  ['PostgreSQL', 2, onPostgres],
  ['EventStoreDB', 1, onEventStore],
] as const)('on %s, given two ledger processes whose clocks are two seconds apart', (name, kills, open) => {
  const random = new Random(34);
  let ledgers: [ServiceProcess, ServiceProcess];
  let reporting: ServiceProcess;

  const clockFile = (which: number) => join(stage.folder, `clock-${name}-${which}`);
  const setClock = (which: number, aheadMs: number): void => {
    // Whole: its reader looks at any moment.
    writeFileSync(`${clockFile(which)}.new`, String(aheadMs));
    renameSync(`${clockFile(which)}.new`, clockFile(which));
  };

  beforeAll(async () => {
    const env = { AIRTIME_SHARDS: String(SHARDS), ...(await open()) };
    const startLedger = (which: number, aheadMs: number) => {
      setClock(which, aheadMs);
      const skew = { NODE_OPTIONS: `--import=${SKEWED}`, SPEC_CLOCK_FILE: clockFile(which) };
      return stage.service('ledger', { ...env, ...skew });
    };
    const first = await startLedger(0, 1_000);
    const others = [startLedger(1, -1_000), stage.service('projector', env), stage.service('reporting', env)] as const;
    const [second, , reports] = await Promise.all([
      ...others,
      layFoundation(
        apiOf(first).client,
        foundation({ customers: [...customers], providers: ['p7'], prices: CALL_PRICES, chain: 'none' }),
      ),
    ]);
    ledgers = [first, second];
    reporting = reports;
  });

  const mint = (which: number, holder: string, key: string) =>
    apiOf(ledgers[which]!).ask('POST', '/mints', {
      body: { holder, amount: '1', reason: 'spec' },
      headers: { 'idempotency-key': key },
    });
  const askAsOf = (holder: string, instant: string) =>
    apiOf(reporting).ask('GET', `/holders/${holder}/balance?asOf=${instant}`);

  /** Mints until the signal, through kills and refusals; what was not answered is sent again. */
  async function keepMinting(which: number, signal: AbortSignal, minted: number[]): Promise<void> {
    while (!signal.aborted) {
      const holder = random.pick(customers);
      const key = `${name}-${which}-${minted[which]}`;
      const answer = await mint(which, holder, key).catch(() => undefined);
      if (answer?.status === 201) minted[which]!++;
      await delay(PAUSE_MS);
    }
  }

  async function keepAsking(signal: AbortSignal, answers: Map<string, Answer>): Promise<void> {
    while (!signal.aborted) {
      const holder = random.pick(customers);
      const instant = new Date(Date.now() - random.below(2_500)).toISOString();
      const answer = await askAsOf(holder, instant);
      if (answer.status === 200) {
        expect(answer.body['closed']).toBe(true);
        answers.set(`${holder} ${instant}`, answer);
      } else expect(['NOT_CLOSED_YET', 'UNAVAILABLE', 'NOT_FOUND']).toContain(answer.body['code']);
      await delay(PAUSE_MS);
    }
  }

  it('then what was answered for a past instant is answered again at the end, whatever was killed', async () => {
    const stop = new AbortController();
    const answers = new Map<string, Answer>();
    const minted = [0, 0];
    const minting = [0, 1].map((which) => keepMinting(which, stop.signal, minted));
    const asking = Array.from({ length: AT_ONCE }, () => keepAsking(stop.signal, answers));
    /** Until both have gone on and more was answered. */
    const goOn = async () => {
      const [wantedAnswers, ...wanted] = [answers.size + 15, ...minted.map((count) => count + 3)];
      await eventually(() => answers.size >= wantedAnswers! && wanted.every((count, which) => minted[which]! >= count));
    };
    for (let kill = 0; kill < kills; kill++) {
      await goOn();
      await delay(random.below(300));
      const which = kill % 2;
      await ledgers[which]!.end('SIGKILL');
      ledgers[which] = await stage.restart(ledgers[which]!);
    }
    await goOn();
    stop.abort();
    await Promise.all([...asking, ...minting]);
    for (const [question, answer] of answers) {
      const [holder = '', instant = ''] = question.split(' ');
      expect([question, (await askAsOf(holder, instant)).body]).toEqual([question, answer.body]);
    }
    const verified = await apiOf(reporting).post('/ledger/verify');
    expect(verified.findings).toEqual([]);
  });

  it('then a clock that is wrong decides nothing, says so once with the numbers, and goes on once it is right', async () => {
    for (const [aheadMs, says] of [
      [5_000, /[45]\.\d s ahead of/],
      [-3_600_000, /3(599|600)\.\d s behind/],
    ] as const) {
      const since = ledgers[1].mark;
      setClock(1, aheadMs);
      const refused = await eventually(
        () => mint(1, customers[0], `${name}-${aheadMs}`),
        ({ status }) => status === 503,
      );
      expect(refused.body).toMatchObject({ code: 'CLOCKS_APART', detail: expect.stringMatching(says) });
      const ready = await fetch(`${ledgers[1].url}/health/ready`);
      expect([ready.status, await ready.json()]).toEqual([503, { status: 'not-ready', failing: ['clock'] }]);
      const { body } = await apiOf(ledgers[1]).call<{ checks: { clock: { detail: string } } }>('GET', '/health');
      expect(body.checks.clock.detail).toMatch(says);
      for (let n = 0; n < 5; n++) expect((await mint(1, customers[0], `${name}-${aheadMs}`)).status).toBe(503);
      // The other one goes on.
      expect((await mint(0, customers[0], `${name}-beside-${aheadMs}`)).status).toBe(201);
      setClock(1, 0);
      await eventually(async () => (await mint(1, customers[0], `${name}-again-${aheadMs}`)).status === 201);
      await eventually(async () => (await fetch(`${ledgers[1].url}/health/ready`)).status === 200);
      const told = ledgers[1].lines.slice(since).filter((line) => /"level":50.*until they agree/.test(line));
      expect(told).toHaveLength(1);
    }
  });

  it('then one that starts with a wrong clock waits for the right one', async () => {
    await ledgers[1].end('SIGKILL');
    setClock(1, 60_000);
    ledgers[1] = await stage.restart(ledgers[1]);
    expect((await mint(1, customers[1], `${name}-started`)).body['code']).toBe('CLOCKS_APART');
    setClock(1, -100);
    await eventually(async () => (await mint(1, customers[1], `${name}-started`)).status === 201);
  });
});
