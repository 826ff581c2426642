import { CODEC } from '#concepts';
import { readEvents, StoreUnavailable, type SequencerOptions } from './index.js';
import { MemoryStore } from '../test-support/memory-store.js';
import { mint, NOW, openWorld, report, usage } from '../test-support/world.js';

async function openShard(options: Partial<SequencerOptions>) {
  const store = new MemoryStore();
  const { catalogue, ledgers } = await openWorld(1, store, { retryDelayMaxMs: 1, ...options });
  return { catalogue, ledger: ledgers[0]!, pages: () => store.pages.get(0) ?? [] };
}

describe('a sequencer with a picture of what else its decisions rest on', () => {
  /** A picture whose age a spec sets, and that a look makes young. */
  const openPicture = () => {
    const picture = {
      ageMs: 0,
      looks: 0,
      onLook: (): void => undefined,
      refresh: () => {
        picture.looks++;
        picture.ageMs = 0;
        picture.onLook();
        return Promise.resolve();
      },
    };
    return picture;
  };

  it('decides anew, after a look, what it decided before it was stopped', async () => {
    const picture = openPicture();
    // The process stops between decision and sending, when the clock is read for the page: a minute passes, once.
    let stops = 1;
    const clock = () => {
      if (stops-- > 0) picture.ageMs = 60_000;
      return NOW;
    };
    const { ledger, catalogue, pages } = await openShard({ picture, clock });
    // What the process did not see: the price book that its first decision rests on was followed by another.
    const book = catalogue.rating.priceBooks.get(1)!;
    picture.onLook = () => void catalogue.rating.priceBooks.set(7, { ...book, version: 7 } as typeof book);
    const { outcome } = await ledger.execute(usage([report()]));
    expect(outcome).toMatchObject({ answer: { accepted: 1 } });
    expect(picture.looks).toBe(1);
    const charged = pages().flatMap((page) => [...readEvents(page, CODEC)].map(({ event }) => event));
    expect(charged).toMatchObject([{ type: 'UsageCharged', priceBook: 7 }]);
  });

  it('refuses nothing on an old picture either', async () => {
    const picture = openPicture();
    const { ledger, catalogue } = await openShard({ picture });
    const book = catalogue.rating.priceBooks.get(1)!;
    catalogue.rating.priceBooks.delete(1);
    picture.ageMs = 1_001;
    picture.onLook = () => void catalogue.rating.priceBooks.set(1, book);
    await expect(ledger.execute(usage([report()]))).resolves.toMatchObject({ outcome: { answer: { accepted: 1 } } });
  });

  it('looks no more often than the picture gets old', async () => {
    const picture = openPicture();
    const { ledger } = await openShard({ picture });
    for (let n = 0; n < 20; n++) {
      picture.ageMs = n * 100;
      await ledger.execute(mint('acme', '1'));
    }
    expect(picture.looks).toBe(9);
    await ledger.readDurable(() => undefined);
    expect(picture.looks).toBe(9);
  });

  it('decides nothing while it cannot look, and goes on by itself', async () => {
    const picture = openPicture();
    const { ledger, pages } = await openShard({ picture });
    picture.ageMs = 5_000;
    let away = 3;
    const { refresh } = picture;
    picture.refresh = () => (away-- > 0 ? Promise.reject(new StoreUnavailable('away')) : refresh());
    await ledger.execute(mint('acme', '1'));
    expect(away).toBe(-1);
    expect(pages()).toHaveLength(1);
  });

  it('goes on with a store whose every answer takes longer than the bound', async () => {
    const picture = openPicture();
    const { ledger } = await openShard({ picture });
    picture.ageMs = 5_000;
    picture.refresh = () => {
      picture.looks++;
      picture.ageMs = 3_000;
      return Promise.resolve();
    };
    await ledger.execute(mint('acme', '1'));
    expect(picture.looks).toBeLessThan(8);
  });
});
