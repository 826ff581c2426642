import { TooManyRequests } from './rate-limit.js';
import { ReadLanes } from './read-lanes.js';

const here = () => new AbortController().signal;
/** Lets every promise that can settle settle. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the reads of a key', () => {
  const limits = { atOnce: 2, waiting: 2, waitMs: 60_000 };

  it('go on a few at a time, in the order in which they came, beside those of other keys', async () => {
    const lanes = new ReadLanes(limits);
    const [first, second] = [await lanes.enter('a', here()), await lanes.enter('a', here())];
    const order: string[] = [];
    const third = lanes.enter('a', here()).then((leave) => (order.push('third'), leave));
    const fourth = lanes.enter('a', here()).then((leave) => (order.push('fourth'), leave));
    const other = await lanes.enter('b', here());
    await settle();
    expect(order).toEqual([]);
    first();
    await settle();
    expect(order).toEqual(['third']);
    second();
    await settle();
    expect(order).toEqual(['third', 'fourth']);
    for (const leave of [other, await third, await fourth]) leave();
    expect(lanes.size).toBe(0);
  });

  it('are refused when too many wait', async () => {
    const lanes = new ReadLanes(limits);
    const under = [await lanes.enter('a', here()), await lanes.enter('a', here())];
    const waiting = [lanes.enter('a', here()), lanes.enter('a', here())];
    await expect(lanes.enter('a', here())).rejects.toThrow(TooManyRequests);
    for (const leave of under) leave();
    for (const entered of waiting) (await entered)();
    expect(lanes.size).toBe(0);
  });

  it('are refused when their turn does not come in time, and the place goes to nobody who left', async () => {
    const lanes = new ReadLanes({ ...limits, waitMs: 10 });
    const under = [await lanes.enter('a', here()), await lanes.enter('a', here())];
    await expect(lanes.enter('a', here())).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    const gone = new AbortController();
    const left = lanes.enter('a', gone.signal);
    gone.abort();
    await expect(left).rejects.toThrow(TooManyRequests);
    for (const leave of under) leave();
    expect(lanes.size).toBe(0);
  });
});
