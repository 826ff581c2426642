import { NamedLocks, NameHeld } from './named-locks.js';
import { SpecDatabase } from '../test-support/database.js';

describe('names that one process at a time may hold', () => {
  let database: SpecDatabase;
  const opened: NamedLocks[] = [];

  /** What one process has. */
  const open = (onTrouble: (message: string) => void = () => undefined): NamedLocks => {
    const locks = new NamedLocks(database.openPool({ max: 2, applicationName: 'locks' }), { waitMaxMs: 50, onTrouble });
    opened.push(locks);
    return locks;
  };

  beforeAll(async () => {
    database = await SpecDatabase.start();
  }, 120_000);

  afterEach(() => Promise.all(opened.splice(0).map((locks) => locks.close())));
  afterAll(() => database.stop(), 60_000);

  it('are refused to another process until they are let go', async () => {
    const [one, other] = [open(), open()];
    const release = await one.hold('a');
    await expect(other.hold('a')).rejects.toThrow(NameHeld);
    await other.hold('b');
    release();
    await other.hold('a');
    await expect(one.hold('a')).rejects.toThrow(NameHeld);
  });

  it('are held as often as they are asked for within a process', async () => {
    const [one, other] = [open(), open()];
    const releases = await Promise.all(Array.from({ length: 40 }, (_, n) => one.hold(n < 20 ? 'same' : `own-${n}`)));
    for (const release of releases.slice(0, 19)) release();
    await expect(other.hold('same')).rejects.toThrow(NameHeld);
    releases[19]!();
    await other.hold('same');
    await expect(other.hold('own-21')).rejects.toThrow(NameHeld);
  });

  it('are free when the process that held them is gone or has ended', async () => {
    const [one, other, third] = [open(), open(), open()];
    await one.hold('left');
    await one.close();
    await other.hold('left');
    const pool = database.openPool({ max: 1 });
    await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`);
    await third.hold('left');
  });

  it('are taken in a new session after one was lost', async () => {
    const troubles: string[] = [];
    const one = open((message) => troubles.push(message));
    await one.hold('first');
    const pool = database.openPool({ max: 1 });
    await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`);
    await one.hold('second');
    expect(troubles).toHaveLength(1);
    await expect(open().hold('second')).rejects.toThrow(NameHeld);
  });
});
