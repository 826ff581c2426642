import { setImmediate as turn } from 'node:timers/promises';
import { DomainError, shardOf } from '#domain';
import { raffleRound } from '../test-support/raffle.js';
import { RaffleBooks, RaffleProcess, SHARDS, type RafflePages } from '../test-support/raffle-process.js';

/** Four tokens' worth of tickets in shard 0, five in shard 1, three in shard 2, where the winner lives in shard 1. */
const SALES = [400n, 500n, 300n];
const PRIZE = 1_080n;

const holderIn = (shard: number) => {
  for (let n = 0; ; n++) if (shardOf(`holder-${n}`, SHARDS) === shard) return `holder-${n}`;
};
const HOLDERS = SALES.map((_, shard) => holderIn(shard));
const WINNER = HOLDERS[1]!;

const STEPS = [...SALES.map(() => 'cut'), 'planned', ...SALES.map(() => 'applied'), 'closed'];
const ALL_STEPS = { RaffleOpened: 1, PotCut: SHARDS, RaffleDrawn: 1, PotShared: SHARDS, RaffleClosed: 1 };

/** A journal in which a raffle is open, and the process that opened it. */
async function openRaffle(): Promise<{ pages: RafflePages; first: RaffleProcess }> {
  const pages: RafflePages = new Map();
  const first = await RaffleProcess.start(pages);
  for (const [shard, amount] of SALES.entries()) await first.sell(shard, HOLDERS[shard]!, amount);
  await first.open('r1');
  return { pages, first };
}

/** What was paid in is in pots, on its way or won, whatever the steps so far; and nothing arrives that has not left. */
function expectConserved(pages: RafflePages): void {
  const { balances } = new RaffleBooks(pages);
  expect([...balances.values()].reduce((sum, balance) => sum + balance, 0n)).toBe(0n);
  expect([...balances].filter(([account, balance]) => account !== 'issuance' && balance < 0n)).toEqual([]);
}

function expectWonOnce(pages: RafflePages): void {
  expectConserved(pages);
  const books = new RaffleBooks(pages);
  expect(books.types).toMatchObject(ALL_STEPS);
  expect([books.balance(`customer:${WINNER}:available`), books.balance('raffle:pot')]).toEqual([PRIZE, 120n]);
  expect(books.balance('transit')).toBe(0n);
}

const isClosed = (pages: RafflePages) => 'RaffleClosed' in new RaffleBooks(pages).types;

describe('a round', () => {
  it('cuts every shard, plans from all cuts and their heads, brings the plan to the shards, and is closed', async () => {
    const { pages, first } = await openRaffle();
    await first.drive();
    expect(first.moments).toEqual(STEPS);
    expectWonOnce(pages);
    const drawn = new RaffleBooks(pages).events.find((event) => event.type === 'RaffleDrawn');
    const heads = [0, 1, 2, SHARDS].map((shard) => {
      const height = shard === SHARDS ? 1 : 2;
      return { shard, height, hash: pages.get(shard)![height - 1]!.hash };
    });
    expect(drawn).toMatchObject({ actor: 'system:raffle', heads, winner: WINNER, seeds: ['40', '50', '30'] });
  });

  it('leaves out shards that the plan does not concern', async () => {
    const process = await RaffleProcess.start(new Map());
    await process.sell(2, HOLDERS[2]!, 5n);
    await process.open('small');
    await process.drive();
    expect(process.moments).toEqual(['cut', 'cut', 'cut', 'planned', 'applied', 'closed']);
  });

  it('freezes what was there: a ticket that is sold after its shard was cut is in the next raffle', async () => {
    const { pages, first } = await openRaffle();
    await first.dieAfter(1);
    const next = await RaffleProcess.start(pages);
    await next.sell(0, HOLDERS[0]!, 7_000n);
    await next.drive();
    const books = new RaffleBooks(pages);
    expect(books.balance(`customer:${WINNER}:available`)).toBe(PRIZE);
    expect(books.balance('raffle:pot')).toBe(7_120n);
  });
});

describe('a round whose process is killed', () => {
  it.each(['opened', ...STEPS].map((moment, steps) => ({ moment, steps })))(
    'when step $steps ($moment) is durable is ended by another process, once',
    async ({ steps }) => {
      const { pages, first } = await openRaffle();
      await first.dieAfter(steps);
      expect(first.moments).toHaveLength(steps);
      expectConserved(pages);
      await (await RaffleProcess.start(pages)).drive();
      expectWonOnce(pages);
    },
  );

  it('after every single step is ended by as many processes', async () => {
    const { pages } = await openRaffle();
    let processes = 0;
    for (const count = () => new RaffleBooks(pages).events.length; !isClosed(pages); processes++) {
      const before = count();
      const process = await RaffleProcess.start(pages);
      await process.dieWhen(() => count() > before);
      expect(count()).toBe(before + 1);
      expectConserved(pages);
    }
    expect(processes).toBe(STEPS.length);
    expectWonOnce(pages);
  });
});

describe('two processes that drive the same round', () => {
  it.each([1, 2, 3, 5, 8, 13, 21, 34])(
    'take each step once, in whichever order their turns come (%i)',
    async (seed) => {
      const { pages, first } = await openRaffle();
      const second = await RaffleProcess.start(pages);
      let chance = seed;
      for (const process of [first, second]) {
        process.store.fate = async (call) => {
          chance = (chance * 48_271) % 2_147_483_647;
          for (let turns = chance % 7; turns > 0; turns--) await turn();
          return call === 'append' && chance % 5 === 0 ? 'answer-lost' : 'well';
        };
      }
      await Promise.all([first.drive(), second.drive()]);
      expectWonOnce(pages);
    },
  );

  it('are outlived by one that was stopped in the middle for the whole rest of the round', async () => {
    const { pages, first } = await openRaffle();
    let wake: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => (wake = resolve));
    first.beforeStep = () => (first.moments.length === 1 ? stopped : undefined);
    const slow = first.drive();
    const second = await RaffleProcess.start(pages);
    await second.drive();
    await second.sell(0, HOLDERS[0]!, 9_000n);
    wake();
    await slow;
    expect(new RaffleBooks(pages).types).toMatchObject(ALL_STEPS);
    expect(new RaffleBooks(pages).balance('raffle:pot')).toBe(9_120n);
  });
});

describe('a round that cannot go on', () => {
  it('says why, and keeps no other from its end', async () => {
    const { pages, first } = await openRaffle();
    await first.open('r2');
    const failing: typeof raffleRound = {
      ...raffleRound,
      plan: (about, cuts, heads, step, outside) =>
        raffleRound.plan(about.raffle === 'r1' ? { ...about, raffle: 'unknown' } : about, cuts, heads, step, outside),
    };
    await expect(first.drive(failing)).rejects.toThrow(DomainError);
    expect(new RaffleBooks(pages).types).toMatchObject({ RaffleOpened: 2, RaffleDrawn: 1, RaffleClosed: 1 });
    await first.drive();
    expectWonOnceOfTwo(pages);
  });

  it('is given up at a shard that claims to have cut and shows no cut', async () => {
    const { first } = await openRaffle();
    await expect(first.drive({ ...raffleRound, findCut: () => undefined })).rejects.toThrow(
      'shard 0 was asked to cut round r1 and has no cut of it',
    );
  });
});

function expectWonOnceOfTwo(pages: RafflePages): void {
  expectConserved(pages);
  const books = new RaffleBooks(pages);
  expect(books.types).toMatchObject({ RaffleOpened: 2, PotCut: 2 * SHARDS, RaffleDrawn: 2, RaffleClosed: 2 });
  expect(books.balance('transit')).toBe(0n);
}
