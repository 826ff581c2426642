import fc from 'fast-check';
import { shardOf } from '#domain';
import { homeShard } from './home-shard.js';

describe('the verifier’s own home of a holder', () => {
  it('is the one that decisions use, for any id and any number of shards', () => {
    const id = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 1_000 }), (holder, shards) => {
        expect(homeShard(holder, shards)).toBe(shardOf(holder, shards));
      }),
      { numRuns: 2_000 },
    );
  });
});
