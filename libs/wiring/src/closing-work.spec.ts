import { eventually } from '#testing';
import { MemoryWishes } from '../test-support/memory-wishes.js';
import { ClosingWork } from './closing-work.js';

const NOW = Date.UTC(2026, 10, 22, 10);
const at = (ms: number) => new Date(NOW + ms).toISOString();

describe('closing what readers wish for', () => {
  let wishes: MemoryWishes;
  let nowMs: number;
  let closed: [shard: number, instant: string][];
  let fails: number;
  let warnings: string[];
  let work: ClosingWork;

  beforeEach(() => {
    wishes = new MemoryWishes();
    nowMs = NOW;
    closed = [];
    fails = 0;
    warnings = [];
    const shards = [0, 1, 2].map((shard) => ({
      shard,
      closeUpTo: async (instant: string) => {
        await new Promise(setImmediate);
        if (fails-- > 0) throw new Error('the store is away');
        closed.push([shard, instant]);
      },
    }));
    const logger = { warn: (_: unknown, text: string) => void warnings.push(text), debug: () => undefined } as never;
    work = new ClosingWork({ wishes, shards, logger, now: () => nowMs, pauseMs: 1 });
    work.start();
  });

  afterEach(() => work.stop());

  const done = () => eventually(() => wishes.standing.size === 0);

  it('closes the shards that somebody asks about, and no other', async () => {
    await wishes.wish(new Map([[1, at(-5)]]));
    await done();
    expect(closed).toEqual([[1, at(-5)]]);
  });

  it('joins what is wished while a page is under way', async () => {
    for (let ms = -100; ms < 0; ms++) await wishes.wish(new Map([[0, at(ms)]]));
    await done();
    expect(closed.at(-1)).toEqual([0, at(-1)]);
    expect(closed.length).toBeLessThan(50);
  });

  it('waits until an instant is over by its own clock', async () => {
    await wishes.wish(new Map([[0, at(30)]]));
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(closed).toEqual([]);
    nowMs = NOW + 31;
    await done();
    expect(closed).toEqual([[0, at(30)]]);
  });

  it('closes what is over when somebody wishes for the far future, and goes on', async () => {
    await wishes.wish(new Map([[0, '9999-01-01T00:00:00.000Z']]));
    await done();
    expect(closed).toEqual([[0, at(-1)]]);
    expect(warnings).toEqual(['a wish lies in the future: what is over is closed']);
    await wishes.wish(new Map([[0, at(-1)]]));
    await done();
  });

  it('tells of a shard that cannot be closed, which stays wished for', async () => {
    fails = 1;
    await wishes.wish(new Map([[2, at(-5)]]));
    await eventually(() => warnings.length === 1);
    expect(wishes.standing.get(2)).toBe(at(-5));
    await wishes.wish(new Map([[2, at(-5)]]));
    await done();
    expect(closed).toEqual([[2, at(-5)]]);
  });
});
