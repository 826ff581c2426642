import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from './index.js';

describe('the budget of a test', () => {
  let isPrepared = false;

  beforeAll(async () => {
    await delay(40);
    isPrepared = true;
  }, 1);

  it('ends hangs only: a machine that is slower than a spec thought changes nothing', async () => {
    await delay(40);
    expect(isPrepared).toBe(true);
  }, 1);
});

describe('eventually', () => {
  it('asks until the answer holds, and returns it', async () => {
    let asked = 0;
    expect(
      await eventually(
        () => ++asked,
        (answer) => answer === 3,
        { pauseMs: 1 },
      ),
    ).toBe(3);
    expect(asked).toBe(3);
  });

  it('takes a failure to answer for an answer that does not hold yet', async () => {
    let asked = 0;
    const ask = () => (++asked < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve('there'));
    expect(await eventually(ask, Boolean, { pauseMs: 1 })).toBe('there');
  });
});
