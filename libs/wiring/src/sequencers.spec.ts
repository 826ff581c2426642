import { eventually } from '#testing';
import { foundForSpec, MemoryStore, SPEC_WRITER } from '#journal/testing';
import { CatalogueFollower } from './catalogue-follower.js';
import { Sequencers } from './sequencers.js';

const SHARDS = 2;

describe('requests while the store of the journal is away', () => {
  it('wait for it, and the log says so once, however many they are', async () => {
    const store = new MemoryStore();
    const told: string[] = [];
    await foundForSpec(store, SHARDS);
    const follower = new CatalogueFollower(store, SHARDS, () => undefined);
    const sequencers = new Sequencers({
      ...{ store, shards: SHARDS, follower, key: SPEC_WRITER },
      onTrouble: (message) => told.push(message),
    });
    await sequencers.start();

    let refused = 0;
    store.fate = () => {
      refused++;
      return 'unavailable';
    };
    const looks = Promise.all([sequencers.lookAround(), sequencers.lookAround()]);
    await eventually(
      () => Promise.resolve(refused),
      (count) => count > sequencers.all.length,
      { what: 'a second look' },
    );
    expect(told).toEqual(['requests wait for the store of the journal']);

    store.fate = () => 'well';
    await looks;
    await sequencers.stop();
    expect(told).toHaveLength(1);
  });
});
