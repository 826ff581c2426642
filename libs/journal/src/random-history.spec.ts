import fc from 'fast-check';
import { openAudits } from '#concepts/audits';
import { anyHistory } from '#concepts/testing';
import { MemoryStore } from '../test-support/memory-store.js';
import { CUSTOMERS, openWorld, PROVIDERS, snapshot, take } from '../test-support/world.js';
import { verifyJournal } from './index.js';

const SHARDS = 3;

describe('given any history of the concepts’ steps', () => {
  it('the verifier finds nothing, and a process that starts anew holds the same state', async () => {
    const histories = anyHistory({ customers: CUSTOMERS, providers: PROVIDERS }, 60);
    await fc.assert(
      fc.asyncProperty(histories, async (moves) => {
        const store = new MemoryStore();
        const world = await openWorld(SHARDS, store);
        for (const move of moves) await take(world, move);
        expect((await verifyJournal(store, openAudits, { shards: SHARDS })).findings).toEqual([]);
        const anew = await openWorld(SHARDS, store);
        expect(anew.ledgers.map(snapshot)).toEqual(world.ledgers.map(snapshot));
      }),
      { numRuns: 15 },
    );
  });
});
