import { MemoryStore } from '#journal/testing';
import { Random } from '#postgres/testing';
import { LampHistory } from '../test-support/lamp-history.js';
import { MemoryWishes } from '../test-support/memory-wishes.js';

it('10,000 answers for past instants are the same when they are asked for again at the end', async () => {
  const options = { store: new MemoryStore(), wishes: new MemoryWishes(), random: new Random(32) };
  const figures = await new LampHistory({ ...options, answers: 10_000 }).run();
  expect(figures).toMatchObject({ answered: 10_000, changed: [], late: [] });
  // It was no quiet history.
  expect(figures.kills).toBeGreaterThan(20);
  expect(figures.mistimed).toBeGreaterThan(20);
  expect(figures.out).toBeGreaterThan(200);
}, 120_000);
