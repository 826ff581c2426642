/** Whether the bench runs and prints what it promises. How fast anything is, is not judged here: machines differ. */
import { execFile } from 'node:child_process';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ServiceProcess } from '../e2e/support/service-process.js';
import { assertEmptyJournal } from './event-store.js';
import type { Report } from './report.js';

const run = promisify(execFile);
const MAIN = resolve(import.meta.dirname, '../../dist/test/bench/main.js');

describe('the bench', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'airtime-bench-spec-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Several batches for each partition: the Kafka rate is taken between the first page and the last. */
  const EVENTS = 12_000;

  it('measures every way that this machine allows and tells each as a part of a plain COPY', async () => {
    const file = join(folder, 'bench.json');
    const eventStore = new ServiceProcess({ program: 'libs/eventstoredb/test-support/main', args: ['--port', '0'] });
    const eventStoreUrl = await eventStore.seen(/^esdb:/);
    const options = ['--quick', '--events', String(EVENTS), '--json', file, '--eventstoredb', eventStoreUrl];
    const { stdout } = await run(process.execPath, [MAIN, ...options]);
    // What is there now is somebody's books to the next bench.
    await expect(assertEmptyJournal(eventStoreUrl)).rejects.toThrow('there is a journal at that address already');
    await eventStore.end('SIGTERM');
    const report = JSON.parse(await readFile(file, 'utf8')) as Report;

    expect(stdout).toContain('fsync=on synchronous_commit=on full_page_writes=on');
    expect(report.ways.map(({ way }) => way)).toEqual(
      expect.arrayContaining(['http-eventstoredb', 'http-pages', 'http-rows']),
    );
    const hasKafka = report.ways.some(({ way }) => way === 'kafka-pages');
    expect(hasKafka).toBe(!report.left.some((line) => line.startsWith('Kafka:')));
    for (const { eventsPerSecond, ofCopy, mintMs } of report.ways) {
      expect(eventsPerSecond.min).toBeGreaterThan(0);
      expect(ofCopy).toBeGreaterThan(0);
      expect(mintMs.count).toBeGreaterThan(0);
    }
    expect(report.ways.find(({ way }) => way === 'http-holds')?.holdMs?.count).toBeGreaterThan(0);
    expect(stdout).toMatch(/^HTTP, prepaid -> rows beside plain: ledger [+-]/m);
    expect(report.raw.flatMap(({ runs }) => runs).every(({ events }) => events === EVENTS)).toBe(true);
    expect(report.verifyFindings).toBe(0);
  });

  it('refuses an argument that it does not know, and says which there are', async () => {
    await expect(run(process.execPath, [MAIN, '--fast'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--quick'),
    });
  });
});
