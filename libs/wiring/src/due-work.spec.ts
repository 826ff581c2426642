import { eventually } from '#testing';
import type { Page } from '#journal';
import { MemoryStore } from '#journal/testing';
import { LampProcess, SpecAlarm, tale } from '../test-support/lamps.js';

const TEN = Date.UTC(2026, 10, 22, 10);
const at = (ms: number) => new Date(TEN + ms).toISOString();
const out = (lamp: string, ms: number) => `LampOut ${lamp} ${at(ms)} system:due`;
/** What happened by itself. */
const acted = async (store: MemoryStore, shard = 0) =>
  (await tale(store, shard)).filter((line) => line.endsWith('system:due'));

describe('what is due', () => {
  let pages: Map<number, Page[]>;
  let store: MemoryStore;
  let alarm: SpecAlarm;
  const running: LampProcess[] = [];

  async function startProcess(its = new MemoryStore(pages), clock = alarm): Promise<LampProcess> {
    const process = await new LampProcess(its, clock).start();
    running.push(process);
    await process.work.sweep();
    return process;
  }

  beforeEach(() => {
    pages = new Map();
    store = new MemoryStore(pages);
    alarm = new SpecAlarm(TEN);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((process) => process.stop()));
  });

  it('acts at its instant: the process wakes for the earliest, also when a page brings an earlier one', async () => {
    const process = await startProcess();
    await process.light(0, 'later', TEN + 4_000);
    expect(alarm.nextMs).toBe(4_000);
    await process.light(1, 'sooner', TEN + 1_500);
    expect(alarm.nextMs).toBe(1_500);
    alarm.pass(1_499);
    expect(process.shards[1]!.waiting).toBe(0);
    alarm.pass(1);
    await eventually(async () => (await acted(store, 1)).length > 0);
    expect(await acted(store, 1)).toEqual([out('sooner', 1_500)]);
    expect(await acted(store, 0)).toEqual([]);
    alarm.pass(2_500);
    await eventually(async () => (await acted(store, 0)).length > 0);
    expect(await acted(store, 0)).toEqual([out('later', 4_000)]);
  });

  it('acts when it lies beyond the next sweeps', async () => {
    const process = await startProcess();
    await process.light(0, 'far', TEN + 60_000);
    for (let passed = 0; passed < 60_000; passed += 5_000) {
      alarm.pass(5_000);
      await process.work.sweep();
    }
    await eventually(async () => (await acted(store)).length > 0);
    expect(await acted(store)).toEqual([out('far', 60_000)]);
  });

  it('acts in the order of the instants, and at one instant in the order of the kinds and ids', async () => {
    const process = await startProcess();
    await process.light(0, 'c', TEN + 30);
    await process.light(0, 'b', TEN + 20, TEN + 20);
    await process.light(0, 'a', TEN + 20);
    await process.light(0, 'd', TEN + 10, TEN + 5);
    alarm.pass(1_000);
    await eventually(async () => (await acted(store)).length === 6);
    expect(await acted(store)).toEqual([
      `LampDimmed d ${at(5)} system:due`,
      out('d', 10),
      `LampDimmed b ${at(20)} system:due`,
      out('a', 20),
      out('b', 20),
      out('c', 30),
    ]);
  });

  it('acts at the next start when everything was down, each item with its own instant as its time', async () => {
    const process = await startProcess();
    for (let n = 0; n < 5; n++) await process.light(0, `lamp-${n}`, TEN + 1_000 * (5 - n));
    await process.stop();
    alarm.pass(90_000);
    expect(await acted(store)).toEqual([]);
    await startProcess();
    await eventually(async () => (await acted(store)).length === 5);
    expect(await acted(store)).toEqual([4, 3, 2, 1, 0].map((n) => out(`lamp-${n}`, 1_000 * (5 - n))));
  });

  it('that makes itself due again is caught up with one instant after the other, between what is due besides', async () => {
    const process = await startProcess();
    await process.light(0, 'blinking', TEN + 2_900, TEN + 500);
    await process.light(0, 'lamp', TEN + 2_000);
    await process.stop();
    alarm.pass(90_000);
    await startProcess();
    await eventually(async () => (await acted(store)).length >= 5);
    const blink = (ms: number) => `LampDimmed blinking ${at(ms)} system:due`;
    const rest = [out('lamp', 2_000), blink(2_500), out('blinking', 2_900)];
    expect(await acted(store)).toEqual([blink(500), blink(1_500), ...rest]);
  });

  it('acts once, in order, when the process is killed in the middle of it', async () => {
    const killed = new MemoryStore(pages);
    const process = await new LampProcess(killed, alarm).start();
    for (let n = 0; n < 20; n++) await process.light(0, `lamp-${n}`, TEN + 10 * n);
    const standing = killed.appends;
    // Nothing of it comes back any more after its seventh page.
    killed.fate = (call) =>
      call === 'append' && killed.appends >= standing + 7 ? new Promise<never>(() => undefined) : 'well';
    alarm.pass(4_000);
    await eventually(() => killed.appends >= standing + 7);
    const before = (await acted(store)).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(20);
    await startProcess(new MemoryStore(pages), new SpecAlarm(TEN + 9_000));
    await eventually(async () => (await acted(store)).length === 20);
    expect(await acted(store)).toEqual(Array.from({ length: 20 }, (_, n) => out(`lamp-${n}`, 10 * n)));
  });

  it('acts once when two processes let it act at the same time', async () => {
    const [first] = [await startProcess(), await startProcess()];
    for (let n = 0; n < 10; n++) await first.light(0, `lamp-${n}`, TEN + 5_000 + 10 * (n >> 1));
    alarm.pass(6_000);
    await Promise.all(running.map(({ work }) => work.sweep()));
    await eventually(async () => (await acted(store)).length >= 10);
    expect(await acted(store)).toEqual(Array.from({ length: 10 }, (_, n) => out(`lamp-${n}`, 5_000 + 10 * (n >> 1))));
  });

  it('is found by the sweep of a process that a page of another one has not reached', async () => {
    const [, other] = [await startProcess(), await startProcess()];
    await other.light(0, 'theirs', TEN + 100);
    await other.stop();
    alarm.pass(5_000);
    await eventually(async () => (await acted(store)).length > 0);
    expect(await acted(store)).toEqual([out('theirs', 100)]);
  });

  it('acts by the next sweep after the clock was set forward, and not before its time after it was set back', async () => {
    const process = await startProcess();
    await process.light(0, 'lamp', TEN + 3_600_000);
    alarm.set(-7_200_000);
    alarm.pass(5_000);
    await process.work.sweep();
    expect(await acted(store)).toEqual([]);
    alarm.set(2 * 7_200_000);
    alarm.pass(5_000);
    await eventually(async () => (await acted(store)).length > 0);
    expect(await acted(store)).toEqual([out('lamp', 3_600_000)]);
  });

  it('holds its shard up when its command fails, and no other shard; it is told once a sweep, and shown as overdue', async () => {
    const process = await startProcess();
    process.stuck.add('stuck');
    await process.light(0, 'stuck', TEN + 10);
    await process.light(0, 'well', TEN + 10);
    await process.light(1, 'elsewhere', TEN + 20);
    alarm.pass(4_000);
    await eventually(async () => (await acted(store, 1)).length === 1);
    await eventually(() => process.warnings.length > 0);
    expect(process.warnings).toEqual([expect.objectContaining({ shard: 0 })]);
    // Of the lamp elsewhere this shard would have to be told.
    expect(process.work.figures()).toEqual({
      left: new Map(Object.entries({ dim: 0, out: 2, telling: 1 })),
      oldestDueMs: 3_990,
    });
    expect(process.shards[0]!.hindered?.message).toBe(
      `shard 0 waits for what is due at ${at(10)}: a due out is due as before its command: stuck is stuck`,
    );
    await process.work.sweep();
    expect(process.warnings).toHaveLength(2);
    expect(await acted(store)).toEqual([]);
    // Nothing is decided behind it until it has acted.
    const later = process.light(0, 'later', TEN + 60_000);
    process.stuck.clear();
    await later;
    expect(await acted(store)).toEqual([out('stuck', 10), out('well', 10)]);
    expect(process.shards[0]!.hindered).toBeUndefined();
  });

  it('does not act in a process that only follows', async () => {
    const follower = new LampProcess(new MemoryStore(pages), alarm);
    for (const shard of follower.shards) await shard.start();
    await follower.light(0, 'lamp', TEN + 10);
    alarm.pass(60_000);
    await follower.work.finishAfter(0, { type: 'entry', replayed: true });
    expect(alarm.nextMs).toBeUndefined();
    expect(await acted(store)).toEqual([]);
  });
});

describe('work that was left', () => {
  let pages: Map<number, Page[]>;
  let store: MemoryStore;
  let alarm: SpecAlarm;
  const told = (shard: number) => tale(store, shard, /^Outage/);

  beforeEach(() => {
    pages = new Map();
    store = new MemoryStore(pages);
    alarm = new SpecAlarm(TEN);
  });

  it('is finished at once after what left it, a due command too, in every shard that it needs', async () => {
    const process = await new LampProcess(store, alarm).start();
    await process.light(0, 'lamp', TEN + 10);
    alarm.pass(10);
    await eventually(async () => (await told(0)).length > 0);
    expect(await told(1)).toEqual([`OutageNoted lamp ${at(10)} system:telling`]);
    expect(await told(0)).toEqual([`OutageTold lamp ${at(10)} system:telling`]);
    await process.stop();
  });

  it('is what the caller of its command waits for, and whoever repeats the command', async () => {
    const process = await new LampProcess(store, alarm).start();
    const time = at(0);
    const provenance = { actor: 'key:admin', origin: 'request:spec' };
    for (const lamp of ['first', 'second']) await process.light(0, lamp, TEN + 3_600_000);
    const putOut = (lamp: string) => process.shards[0]!.execute({ type: 'PutOut', lamp, time, provenance });
    const { outcome } = await putOut('first');
    await process.work.finishAfter(0, outcome);
    expect(await told(0)).toHaveLength(1);
    await putOut('second');
    await process.work.finishAfter(0, { type: 'entry', replayed: true });
    expect(await told(0)).toHaveLength(2);
    await process.stop();
  });

  it('is found after a crash between its steps, and each step is done once', async () => {
    const killed = new MemoryStore(pages);
    const process = await new LampProcess(killed, alarm).start();
    for (let n = 0; n < 5; n++) await process.light(0, `lamp-${n}`, TEN + 10);
    const standing = killed.appends;
    killed.fate = (call) =>
      call === 'append' && killed.appends >= standing + 2 ? new Promise<never>(() => undefined) : 'well';
    alarm.pass(10);
    await eventually(() => killed.appends === standing + 2);
    expect((await told(0)).length).toBeLessThan(5);
    const next = await new LampProcess(store, alarm).start();
    await next.work.sweep();
    for (const shard of [0, 1]) expect(new Set(await told(shard)).size).toBe(5);
    expect((await told(0)).length + (await told(1)).length).toBe(10);
    expect(next.work.figures().left.get('telling')).toBe(0);
    await next.stop();
  });

  it('stops with its process', async () => {
    const process = await new LampProcess(store, alarm).start();
    await process.light(0, 'lamp', TEN + 10);
    await process.stop();
    expect(alarm.nextMs).toBeUndefined();
    alarm.pass(60_000);
    expect(await acted(store)).toEqual([]);
  });
});
