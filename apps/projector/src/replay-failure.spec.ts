import { describeProblem } from '#platform';
import { PageUnsound } from '#postgres';
import { replayFailure } from './replay-failure.js';

describe('a replay of the journal', () => {
  it('that meets an unsound page names it', () => {
    const { problem, isBug } = describeProblem(replayFailure(new PageUnsound({ shard: 2, height: 17 }, ['a fault'])));
    expect(problem).toMatchObject({ status: 409, code: 'PAGE_UNSOUND' });
    expect(problem.detail).toContain('page 17 of shard 2 is unsound: a fault');
    expect(isBug).toBe(false);
  });

  it('leaves every other error as it is', () => {
    const error = new Error('anything');
    expect(replayFailure(error)).toBe(error);
  });
});
