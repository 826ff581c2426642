import { jsonEvent } from '@eventstore/db-client';
import { describeClosingWishes } from '#journal/contract';
import { startEventStoreServer, type EventStoreServer } from '../test-support/server.js';
import { openClient } from './client.js';
import { EventStoreDbClosingWishes } from './closing-wishes.js';

let server: EventStoreServer;

beforeAll(async () => {
  server = await startEventStoreServer();
});

afterAll(() => server.stop());

describeClosingWishes('EventStoreDB', () => Promise.resolve(new EventStoreDbClosingWishes(server.url)));

it('keeps the newest wishes only, and passes over what is none', async () => {
  const streamPrefix = 'bounded';
  const wishes = new EventStoreDbClosingWishes(server.url, { streamPrefix });
  const client = openClient(server.url);
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n).toISOString();
  for (let n = 0; n < 80; n++) await wishes.wish(new Map([[1, at(n)]]));
  for (const data of [{ instants: { x: at(0), 2: 'soon', 3: 7 } }, { other: 1 }, []]) {
    await client.appendToStream('bounded-closing-wishes', jsonEvent({ type: 'AirtimeClosingWish', data }));
  }
  let kept = 0;
  for await (const { event } of client.readStream('bounded-closing-wishes')) if (event !== undefined) kept++;
  expect(kept).toBe(64);
  const stop = new AbortController();
  for await (const wished of wishes.follow(stop.signal)) {
    expect(wished).toEqual(new Map([[1, at(79)]]));
    stop.abort();
  }
  await client.dispose();
  await wishes.close();
});

it('goes on after a wish for the far future', async () => {
  const wishes = new EventStoreDbClosingWishes(server.url, { streamPrefix: 'future' });
  const [far, near] = ['9999-01-01T00:00:00.000Z', new Date().toISOString()];
  await wishes.wish(new Map([[1, far]]));
  const stop = new AbortController();
  const given: (string | undefined)[] = [];
  for await (const wished of wishes.follow(stop.signal)) {
    given.push(wished.get(1));
    if (given.length === 2) stop.abort();
    await wishes.takeBack(1, far);
    await wishes.wish(new Map([[1, near]]));
  }
  expect(given).toEqual([far, near]);
  await wishes.close();
});

it('waits for a server that is away, and gives what was wished then', async () => {
  const own = await startEventStoreServer();
  const troubles: string[] = [];
  const wishes = new EventStoreDbClosingWishes(own.url, { onTrouble: (message) => void troubles.push(message) });
  const at = new Date(Date.UTC(2026, 0, 1)).toISOString();
  await wishes.wish(new Map([[1, at]]));
  const stop = new AbortController();
  for await (const wished of wishes.follow(stop.signal)) {
    expect(wished.get(1)).toBe(at);
    break;
  }
  await own.stop();
  await expect(wishes.wish(new Map([[1, at]]))).rejects.toMatchObject({ retriable: true });
  stop.abort();
  await wishes.close();
}, 60_000);
