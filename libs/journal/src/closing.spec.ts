import { InstantNotOver, isClosedUpTo, type Page } from './index.js';
import { MemoryStore } from '../test-support/memory-store.js';
import { mint, NOW, openLedger, openWorld } from '../test-support/world.js';

const at = (ms: number) => new Date(NOW + ms).toISOString();

/** A shard with a clock that a spec sets. */
async function openShard(store = new MemoryStore()) {
  const time = { ms: 0 };
  const clock = () => NOW + time.ms;
  const { catalogue, ledgers } = await openWorld(1, store, { clock, retryDelayMaxMs: 1 });
  const pages = (): Page[] => store.pages.get(0) ?? [];
  return { store, time, catalogue, ledger: ledgers[0]!, pages };
}

describe('closing a shard up to an instant', () => {
  it('appends one page without events that is later, also to an empty shard', async () => {
    const { ledger, time, pages } = await openShard();
    time.ms = 10;
    await ledger.closeUpTo(at(9));
    expect(pages()).toMatchObject([{ height: 1, count: 0, recordedAt: at(10) }]);
    expect(isClosedUpTo(pages()[0], at(9))).toBe(true);
    expect(isClosedUpTo(pages()[0], at(10))).toBe(false);
  });

  it('writes nothing where it is closed already', async () => {
    const { ledger, time, pages } = await openShard();
    time.ms = 10;
    await ledger.execute(mint('acme', '1'));
    await ledger.closeUpTo(at(9));
    await ledger.closeUpTo(at(-5));
    expect(pages()).toHaveLength(1);
  });

  it('is not done by a page of the very instant: another could follow it', async () => {
    const { ledger, time, pages } = await openShard();
    await ledger.execute(mint('acme', '1'));
    await expect(ledger.closeUpTo(at(0))).rejects.toThrow(InstantNotOver);
    time.ms = 1;
    await ledger.closeUpTo(at(0));
    expect(pages().map(({ recordedAt }) => recordedAt)).toEqual([at(0), at(1)]);
  });

  it('is done for all who ask by one page, and by a page that commands fill anyway', async () => {
    const { ledger, time, pages } = await openShard();
    time.ms = 100;
    await Promise.all([5, 99, 40].map((ms) => ledger.closeUpTo(at(ms))));
    expect(pages()).toHaveLength(1);
    time.ms = 200;
    await Promise.all([ledger.closeUpTo(at(150)), ledger.execute(mint('acme', '1')), ledger.closeUpTo(at(199))]);
    expect(pages().map(({ count }) => count)).toEqual([0, 1]);
  });

  it('is done by another writer just as well, whose clock is behind', async () => {
    const { ledger, store, catalogue, time, pages } = await openShard();
    const behind = openLedger(0, 1, catalogue, new MemoryStore(store.pages), { clock: () => NOW - 3_000 });
    await behind.start();
    time.ms = 10;
    await ledger.closeUpTo(at(9));
    await behind.execute(mint('acme', '1'));
    // Not by its own clock, which would be three seconds before what is closed.
    expect(pages()[1]!.recordedAt >= at(10)).toBe(true);
    await expect(behind.closeUpTo(at(5))).resolves.toBeUndefined();
  });

  it('never lets a page in whose time is closed, however long an append takes and whatever becomes of its answer', async () => {
    const { ledger, store, catalogue, time, pages } = await openShard();
    const slow = new MemoryStore(store.pages);
    const late = openLedger(0, 1, catalogue, slow, { clock: () => NOW + time.ms, retryDelayMaxMs: 1 });
    await late.start();
    let letGo!: () => void;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const begun = new Promise<void>((resolve) => {
      slow.fate = async (call) => {
        if (call !== 'append') return 'well';
        resolve();
        await held;
        slow.fate = () => 'well';
        return 'answer-lost';
      };
    });
    const answer = late.execute(mint('acme', '1'));
    await begun;
    // Decided at 0, on its way for a minute; meanwhile the second before is closed.
    time.ms = 60_000;
    await ledger.closeUpTo(at(59_000));
    letGo();
    await answer;
    expect(pages().map(({ recordedAt, count }) => [recordedAt, count])).toEqual([
      [at(60_000), 0],
      [at(60_000), 1],
    ]);
  });
});
