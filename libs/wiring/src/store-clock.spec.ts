import { ClosingWork } from './closing-work.js';
import { answerInTime } from './deadline.js';
import { StoreClock } from './store-clock.js';
import { ClocksApart, PageMistimed, StoreUnavailable } from '#journal';
import { MemoryStore } from '#journal/testing';
import { describeProblem } from '#platform';
import { eventually } from '#testing';
import { MemoryWishes } from '../test-support/memory-wishes.js';
import { LampProcess, SpecAlarm, tellPage, type LampProcessOptions } from '../test-support/lamps.js';

const TEN = Date.UTC(2026, 10, 22, 10);
const at = (ms: number) => new Date(TEN + ms).toISOString();

/** A clock that a spec sets, and a store whose clock is right. */
function openClock() {
  const wall = { aheadMs: 0, passedMs: 0 };
  const store = { asked: 0, tookMs: 0, isAway: false };
  const told: string[] = [];
  const tell = (line: string) => void told.push(line);
  const clock = new StoreClock({
    ask: () => {
      store.asked++;
      if (store.isAway) return Promise.reject(new StoreUnavailable('away'));
      wall.passedMs += store.tookMs;
      return Promise.resolve(TEN + wall.passedMs);
    },
    logger: { error: tell, info: tell, warn: tell } as never,
    clocks: { monotonicMs: () => wall.passedMs, wallMs: () => TEN + wall.passedMs + wall.aheadMs },
  });
  return { clock, wall, store, told };
}

describe('a clock that is compared with the store’s', () => {
  it.each([2_000, -2_000, 0])('is sure %i ms from it, for a minute', async (aheadMs) => {
    const { clock, wall, store } = openClock();
    wall.aheadMs = aheadMs;
    expect(clock.isSure).toBe(false);
    await clock.assure();
    wall.passedMs += 60_000;
    await clock.assure();
    expect([clock.isSure, clock.aheadMs, store.asked]).toEqual([true, aheadMs, 1]);
    wall.passedMs += 31_000;
    await clock.assure();
    expect(store.asked).toBe(2);
  });

  it.each([
    [2_001, '2.0 s ahead of'],
    [-3_600_000, '3600.0 s behind'],
  ])(
    'is apart %i ms from it, says so once with the numbers, and goes on once it is set right',
    async (aheadMs, says) => {
      const { clock, wall, store, told } = openClock();
      wall.aheadMs = aheadMs;
      for (let n = 0; n < 5; n++) await expect(clock.assure()).rejects.toThrow(says);
      // Not with each question.
      expect(store.asked).toBe(1);
      expect(clock.describe()).toContain(says);
      expect(told).toEqual([expect.stringContaining(says)]);
      wall.aheadMs = 10;
      await clock.assure();
      expect(clock.isSure).toBe(true);
      expect(told).toEqual([expect.any(String), expect.stringContaining('it is decided again')]);
    },
  );

  it('is compared anew as soon as somebody sets it, or a machine slept', async () => {
    const { clock, wall, store } = openClock();
    await clock.assure();
    wall.aheadMs = 3_000;
    expect(clock.isSure).toBe(false);
    await expect(clock.assure()).rejects.toBeInstanceOf(ClocksApart);
    expect(store.asked).toBe(2);
  });

  it('takes no long way to the store for a difference', async () => {
    const { clock, store } = openClock();
    store.tookMs = 20_000;
    await clock.assure();
    expect(clock.isSure).toBe(true);
    expect(clock.describe()).toContain('give or take 10000 ms');
  });

  it('is not sure while the store is away', async () => {
    const { clock, store } = openClock();
    store.isAway = true;
    await expect(clock.assure()).rejects.toBeInstanceOf(StoreUnavailable);
    expect([clock.isSure, clock.apart]).toEqual([false, undefined]);
  });
});

describe('a process with such a clock', () => {
  const open = async (options: LampProcessOptions = {}, pages = new Map()) => {
    const alarm = new SpecAlarm(TEN);
    const store = new MemoryStore(pages);
    store.clock = () => alarm.now();
    const process = await new LampProcess(store, alarm, { isCompared: true, ...options }).start();
    const told = () =>
      (store.pages.get(0) ?? []).map(
        (page) =>
          `${page.recordedAt.slice(17, 23)} ${tellPage(page)
            .events.map(({ lamp }) => lamp)
            .join()}`,
      );
    return { alarm, store, process, told };
  };

  it('decides nothing while its clock is apart, and goes on by itself', async () => {
    const { process, told } = await open({ aheadMs: 2_100 });
    await expect(process.light(0, 'a', TEN)).rejects.toBeInstanceOf(ClocksApart);
    await expect(process.shards[0]!.closeUpTo(at(-1))).rejects.toBeInstanceOf(ClocksApart);
    await expect(process.shards[0]!.actOnDue()).rejects.toBeInstanceOf(ClocksApart);
    // What is durable can be read, and others followed.
    await expect(process.shards[0]!.readDurable(({ burning }) => burning.size)).resolves.toBe(0);
    expect(told()).toEqual([]);
    process.aheadMs = 1_500;
    await process.light(0, 'b', TEN + 90_000);
    expect(told()).toEqual(['01.500 b']);
    expect(process.told).toHaveLength(2);
  });

  it('tells callers so, with a code of its own', async () => {
    const { process } = await open({ aheadMs: -5_000 });
    const refusal: unknown = await answerInTime(process.light(0, 'a', TEN)).catch((error: unknown) => error);
    expect(describeProblem(refusal)).toMatchObject({
      problem: { status: 503, code: 'CLOCKS_APART', detail: expect.stringContaining('5.0 s behind') },
      retryAfterSeconds: 5,
    });
  });

  it('closes nothing while its clock is apart, and what was wished once it agrees', async () => {
    const { process, told } = await open({ aheadMs: 60_000 });
    const wishes = new MemoryWishes();
    const levels: string[] = [];
    const logger = { warn: () => void levels.push('warn'), debug: () => void levels.push('debug') } as never;
    const closing = new ClosingWork({
      wishes,
      shards: process.shards,
      logger,
      now: () => process.clock.now(),
      pauseMs: 1,
    });
    await wishes.wish(new Map([[0, at(-1_000)]]));
    closing.start();
    await eventually(() => levels.length > 0);
    expect([told(), new Set(levels)]).toEqual([[], new Set(['debug'])]);
    process.aheadMs = 0;
    await wishes.wish(new Map([[0, at(-1_000)]]));
    await eventually(() => told().length > 0);
    await closing.stop();
    expect(told()).toEqual(['00.000 ']);
  });

  it('decides anew what came to the store too late, at the time of then', async () => {
    const { alarm, store, process, told } = await open();
    let stops = 2;
    store.fate = (call) => {
      // The process is stopped on the page's way to the store.
      if (call === 'append' && stops-- > 0) alarm.pass(5_000);
      return 'well';
    };
    await process.light(0, 'a', TEN + 90_000);
    expect(told()).toEqual(['10.000 a']);
  });

  it('does not do twice what landed although its answer was lost, however late it asks again', async () => {
    const { alarm, store, process, told } = await open();
    let attempts = 0;
    store.fate = (call) => {
      if (call !== 'append' || attempts++ === 0) return call === 'append' ? 'answer-lost' : 'well';
      alarm.pass(30_000);
      return 'well';
    };
    await process.light(0, 'a', TEN + 90_000);
    expect([told(), attempts]).toEqual([['00.000 a'], 2]);
  });

  it('gives up a page that never comes in time, and tells its callers', async () => {
    const { alarm, store, process, told } = await open();
    store.fate = (call) => {
      if (call === 'append') alarm.pass(2_500);
      return 'well';
    };
    await expect(process.light(0, 'a', TEN + 900_000)).rejects.toBeInstanceOf(PageMistimed);
    expect(told()).toEqual([]);
  });

  it('lets act what was due long ago, in pages of that time', async () => {
    const { alarm, process, told } = await open();
    await process.light(0, 'a', TEN + 1_000);
    await process.stop();
    alarm.pass(3_600_000);
    const next = await new LampProcess(process.store, alarm, { isCompared: true }).start();
    await next.shards[0]!.actOnDue();
    expect(told().slice(0, 2)).toEqual(['00.000 a', '01.000 a']);
  });

  it('goes on above a head that is ahead, a millisecond apart, and says until when', async () => {
    const pages = new Map();
    const alarm = new SpecAlarm(TEN);
    const store = new MemoryStore(pages);
    store.clock = () => alarm.now();
    // As with a store that compares nothing: somebody wrote by a clock that was half a minute ahead.
    const former = await new LampProcess(store, alarm, { aheadMs: 30_000 }).start();
    await former.light(0, 'a', TEN + 900_000);
    const process = await new LampProcess(store, alarm, { isCompared: true }).start();
    const [shard, other] = process.shards;
    expect([shard!.aheadUntil, other!.aheadUntil]).toEqual([at(30_000), undefined]);
    for (const lamp of ['b', 'c', 'd']) await process.light(0, lamp, TEN + 900_000);
    expect(shard!.aheadUntil).toBe(at(30_003));
    alarm.pass(28_003);
    expect(shard!.aheadUntil).toBeUndefined();
    await process.light(0, 'e', TEN + 900_000);
    alarm.pass(10_000);
    await process.light(0, 'f', TEN + 900_000);
    expect((pages.get(0) as { recordedAt: string }[]).map(({ recordedAt }) => recordedAt)).toEqual(
      [30_000, 30_001, 30_002, 30_003, 30_003, 38_003].map(at),
    );
  });

  it('does not let a page that had to follow another wait for long', async () => {
    const { alarm, store, process, told } = await open();
    const ahead = new LampProcess(process.store, alarm, { isCompared: true, aheadMs: 1_500 });
    await ahead.start();
    await ahead.light(0, 'a', TEN + 900_000);
    let stops = 1;
    store.fate = (call) => {
      if (call === 'append' && stops-- > 0) alarm.pass(60_000);
      return 'well';
    };
    await process.light(0, 'b', TEN + 900_000);
    expect(told()).toEqual(['01.500 a', '00.000 b']);
    expect((store.pages.get(0) ?? []).at(-1)!.recordedAt).toBe(at(60_000));
  });
});
