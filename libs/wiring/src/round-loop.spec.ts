import { eventually } from '#testing';
import { StoreUnavailable } from '#journal';
import { raffleRound } from '../test-support/raffle.js';
import { RaffleBooks, RaffleProcess, type RafflePages } from '../test-support/raffle-process.js';
import { RoundLoop } from './round-loop.js';

const HOUR_MS = 3_600_000;

async function loopOn(pages: RafflePages, sweepMs = HOUR_MS) {
  const process = await RaffleProcess.start(pages);
  const troubles: unknown[] = [];
  const isAnyUnderWay = () => raffleRound.underWay(process.registry.state).length > 0;
  const loop = new RoundLoop([{ isAnyUnderWay, drive: () => process.drive() }], {
    onTrouble: (_, error) => troubles.push(error),
    sweepMs,
  });
  process.onRegistryPage = () => {
    loop.pageRead();
  };
  return { process, loop, troubles };
}

const closed = (pages: RafflePages, count: number) =>
  eventually(
    () => new RaffleBooks(pages).types['RaffleClosed'],
    (found) => found === count,
  );

describe('a loop over rounds', () => {
  it('takes up what was left when it starts', async () => {
    const pages: RafflePages = new Map();
    const before = await RaffleProcess.start(pages);
    await before.open('left');
    await before.dieAfter(2);
    const { loop } = await loopOn(pages);
    loop.start();
    await closed(pages, 1);
    await loop.stop();
  });

  it('looks at once when a page shows that a round was opened, also while another is under way', async () => {
    const pages: RafflePages = new Map();
    const { process, loop } = await loopOn(pages);
    loop.start();
    await process.open('first');
    await process.open('second');
    await closed(pages, 2);
    await loop.stop();
  });

  it('takes up at once what another process opened, when this one reads of it', async () => {
    const pages: RafflePages = new Map();
    const { process, loop } = await loopOn(pages);
    loop.start();
    const other = await RaffleProcess.start(pages);
    await other.open('elsewhere');
    await process.registry.readDurable(() => undefined);
    await closed(pages, 1);
    await loop.stop();
  });

  it('finds by its sweeps what another process opened and left', async () => {
    const pages: RafflePages = new Map();
    const { loop } = await loopOn(pages, 10);
    loop.start();
    const other = await RaffleProcess.start(pages);
    await other.open('elsewhere');
    await closed(pages, 1);
    await loop.stop();
  });

  it('tells a failure, and tries again', async () => {
    const pages: RafflePages = new Map();
    const { process, loop, troubles } = await loopOn(pages, 10);
    const away = new StoreUnavailable('for once');
    process.beforeStep = () => {
      process.beforeStep = () => undefined;
      throw away;
    };
    await process.open('unlucky');
    loop.start();
    await closed(pages, 1);
    expect(troubles).toEqual([away]);
    await loop.stop();
  });

  it('of no rounds does nothing', async () => {
    const loop = new RoundLoop([], { onTrouble: fail });
    loop.start();
    await loop.stop();
  });
});

function fail(message: string): void {
  throw new Error(message);
}
