import { randomUUID } from 'node:crypto';
import { SPEC_SEALING, SPEC_WRITER } from '#journal/testing';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import {
  EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  type StreamMetadata,
} from '@eventstore/db-client';
import fc from 'fast-check';
import type { JournalEvent } from '#concepts';
import { createCodec, plain, UndoLog, type EntryPosition } from '#domain';
import {
  BODY_BYTES_MAX,
  exportPage,
  findChainFaults,
  findPageFaults,
  headOf,
  HeightTaken,
  readPages,
  sealPage,
  Sequencer,
  ShardLost,
  StoreUnavailable,
  type Page,
  type ShardKind,
} from '#journal';
import { findFreePort } from '#engines';
import { eventually, HANG_MS } from '#testing';
import { describeJournalStore, samplePage } from '#journal/contract';
import { ServerProgram } from '../test-support/server-process.js';
import { startEventStoreServer, type EventStoreServer } from '../test-support/server.js';
import { createEventStoreDbJournal, type EventStoreDbJournal, type EventStoreDbJournalOptions } from './index.js';
import { MisplacedPage, toPageEvent } from './page-event.js';

const escape = (text: string): string => text.replaceAll('$', '\\$');

const journals: EventStoreDbJournal[] = [];

function openJournal(url: string, options: EventStoreDbJournalOptions = {}): EventStoreDbJournal {
  const journal = createEventStoreDbJournal(url, options);
  journals.push(journal);
  return journal;
}

afterEach(async () => {
  await Promise.all(journals.splice(0).map((journal) => journal.close()));
});

/** Appends pages as the sequencer does: the very same one again while the store is away. */
async function appendPersistently(journal: EventStoreDbJournal, page: Page): Promise<void> {
  for (;;) {
    try {
      await journal.append(page);
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
}

async function appendChain(
  journal: EventStoreDbJournal,
  shard: number,
  count: number,
  { after, onAppended }: { after?: Page | undefined; onAppended?: (appended: number) => void } = {},
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let i = 0; i < count; i++) {
    pages.push(samplePage(shard, pages.at(-1) ?? after));
    await appendPersistently(journal, pages.at(-1)!);
    onAppended?.(pages.length);
  }
  return pages;
}

interface Noted {
  readonly undo: UndoLog;
  readonly notes: Map<string, EntryPosition>;
}

/** A shard that notes texts, each once. */
const noteShard: ShardKind<Noted, string, JournalEvent, 'noted' | 'known'> = {
  codec: createCodec({ Noted: { text: plain } }),
  createState: () => ({ undo: new UndoLog(), notes: new Map() }),
  evolve: ({ undo, notes }, event, position) => {
    undo.set(notes, (event as unknown as { text: string }).text, position);
  },
  decide: ({ notes }, text, record) => {
    if (notes.has(text)) return 'known';
    record({ type: 'Noted', text } as unknown as JournalEvent);
    return 'noted';
  },
};

function describeJournal(name: string, provide: () => Promise<{ url: string; stop(): Promise<void> }>): void {
  const streamPrefix = `airtime-test-${randomUUID()}`;
  let server: { url: string; stop(): Promise<void> };

  beforeAll(async () => {
    server = await provide();
  });

  afterAll(async () => {
    await server.stop();
  });

  const open = (options: EventStoreDbJournalOptions = {}) => openJournal(server.url, { streamPrefix, ...options });

  describeJournalStore(name, () => Promise.resolve(createEventStoreDbJournal(server.url, { streamPrefix })));

  it('stores any page under the hash and with the bytes that it was given', async () => {
    const journal = open();
    let last: Page | undefined;
    const line = fc.string({ unit: 'binary', maxLength: 200 }).map((text) => JSON.stringify({ type: 'Sample', text }));
    const offset = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    const range = fc.record({
      name: fc.stringMatching(/^[a-z0-9._-]{1,40}$/),
      partition: fc.nat(),
      from: offset,
      to: offset,
      fingerprint: fc.constant('f00d'.repeat(4)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 5 }), fc.array(range, { maxLength: 3 }), async (lines, offsets) => {
        const page = sealPage({ ...samplePage(40, last), offsets }, lines, SPEC_WRITER);
        await journal.append(page);
        last = page;
        const [read] = await journal.read(40, page.height, 1);
        expect(read).toEqual(page);
        expect(exportPage(read!)).toBe(exportPage(page));
        expect(await journal.head(40)).toEqual(headOf(page));
      }),
      { numRuns: 40 },
    );
  });

  it('takes the very same page again as one page', async () => {
    const journal = open();
    const [first, second] = await appendChain(journal, 41, 2);
    await journal.append(first!);
    await open().append(second!);
    expect(await journal.read(41, 1, 10)).toEqual([first, second]);
  });

  it('refuses a page whose page before stands under another hash', async () => {
    const [first] = await appendChain(open(), 42, 1);
    const forked = samplePage(42, samplePage(42, undefined, ['{"type":"Rival"}']));
    await expect(open().append(forked)).rejects.toBeInstanceOf(HeightTaken);
    expect(await open().read(42, 1, 10)).toEqual([first]);
  });

  it('takes the largest page with the offsets of three hundred partitions', async () => {
    const offsets = Array.from({ length: 300 }, (_, partition) => ({
      name: 'airtime.usage.v1',
      partition,
      from: 10_000_000_000,
      to: 10_000_005_000,
      fingerprint: 'f00d'.repeat(4),
    }));
    const line = `{"type":"Sample","text":"${'x'.repeat(BODY_BYTES_MAX - 28)}"}`;
    const page = sealPage({ ...samplePage(43, undefined), offsets }, [line], SPEC_WRITER);
    expect(page.body.byteLength).toBe(BODY_BYTES_MAX);
    await open().append(page);
    const [read] = await open().read(43, 1, 1);
    expect(read!.body.equals(page.body)).toBe(true); // Jest's own comparison takes seconds for a megabyte
    expect({ ...read, body: '' }).toEqual({ ...page, body: '' });
  });

  it('refuses a page above the append limit before it is sent, as the server would', async () => {
    const page = samplePage(44, undefined, [`{"type":"Sample","text":"${'x'.repeat(1_048_576)}"}`]);
    await expect(open().append(page)).rejects.toBeInstanceOf(RangeError);
    const client = EventStoreDBClient.connectionString(server.url);
    const event = toPageEvent(samplePage(44, undefined));
    const sent = client.appendToStream(`${streamPrefix}-shard-44`, { ...event, data: page.body });
    await expect(sent).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
    await client.dispose();
    expect(await open().head(44)).toBeUndefined();
  });

  it('gives out nothing that is not the page of its place', async () => {
    const client = EventStoreDBClient.connectionString(server.url);
    await client.appendToStream(`${streamPrefix}-shard-45`, jsonEvent({ type: 'Stranger', data: {} }));
    await client.appendToStream(`${streamPrefix}-shard-46`, toPageEvent(samplePage(47, undefined)));
    await client.appendToStream(`${streamPrefix}-shard-47`, toPageEvent(samplePage(47, samplePage(47, undefined))));
    await client.dispose();
    const journal = open();
    for (const shard of [45, 46, 47]) {
      await expect(journal.read(shard, 1, 10)).rejects.toBeInstanceOf(MisplacedPage);
      await expect(journal.head(shard)).rejects.toBeInstanceOf(MisplacedPage);
      const subscribed = journal.subscribe(shard, 1, new AbortController().signal)[Symbol.asyncIterator]();
      await expect(subscribed.next()).rejects.toBeInstanceOf(MisplacedPage);
    }
  });

  it('reads the server’s clock for any number of processes at once, and from a stream that somebody deleted', async () => {
    const client = EventStoreDBClient.connectionString(server.url);
    try {
      const journals = Array.from({ length: 5 }, () => open());
      for (let round = 0; round < 3; round++) {
        const [before, told, after] = [
          Date.now(),
          await Promise.all([...journals, ...journals].map((journal) => journal.now())),
          Date.now(),
        ];
        for (const now of told) {
          // A real server may have a clock of its own.
          expect(now).toBeGreaterThan(before - 60_000);
          expect(now).toBeLessThan(after + 60_000);
        }
        if (round > 0) continue;
        const kept = await client.getStreamMetadata(`${streamPrefix}-clock`);
        expect(kept.metadata?.maxCount).toBe(64);
        await client.deleteStream(`${streamPrefix}-clock`);
      }
    } finally {
      await client.dispose();
    }
  });

  describe('of a stream that does not show all its pages', () => {
    let client: EventStoreDBClient;
    beforeAll(() => {
      client = EventStoreDBClient.connectionString(server.url);
    });
    afterAll(() => client.dispose());

    const streamOf = (shard: number) => `${streamPrefix}-shard-${shard}`;
    const hide = (shard: number, metadata: Record<string, number> | 'deleted') =>
      metadata === 'deleted'
        ? client.deleteStream(streamOf(shard))
        : client.setStreamMetadata(streamOf(shard), metadata as StreamMetadata);

    it.each([
      ['deleted softly', 50, 'deleted', 'was deleted softly'],
      ['cut off before its end', 51, { truncateBefore: 2 }, '$tb 2'],
      ['cut off wholly, and not deleted', 52, { truncateBefore: 4 }, '$tb 4'],
      ['left with its newest pages only', 53, { maxCount: 2 }, '$maxCount 2'],
      ['to be cut off later', 54, { maxCount: 1_000, maxAge: 86_400 }, '$maxCount 1000 and $maxAge 86400'],
    ] as const)(
      'one that was %s is lost, for who is at it and who comes anew, until that is mended',
      async (...row) => {
        const [, shard, how, why] = row;
        const journal = open();
        const pages = await appendChain(journal, shard, 4);
        await hide(shard, how);
        const lost = expect.objectContaining({
          name: 'ShardLost',
          message: expect.stringMatching(new RegExp(`^shard ${shard} is halted: the .*${escape(why)}`)),
        });
        const other = open();
        const next = samplePage(shard, pages.at(-1)!);
        for (const call of [
          () => other.head(shard),
          () => other.read(shard, 1, 10),
          () => other.append(next),
          () => other.append(samplePage(shard, undefined, ['{"type":"Anew"}'])),
        ])
          await expect(call()).rejects.toEqual(lost);
        // Who has looked a moment ago sees it within a second.
        await eventually(async () => (await journal.head(shard).catch((error: Error) => error.name)) === 'ShardLost');
        await expect(journal.append(next)).rejects.toEqual(lost);

        await client.setStreamMetadata(streamOf(shard), {});
        await eventually(async () => (await journal.head(shard).catch(() => undefined))?.height === 4);
        expect(await other.read(shard, 1, 10)).toEqual(pages);
        await journal.append(next);
        expect((await other.head(shard))?.height).toBe(5);
      },
    );
  });

  it('a stream that was deleted for good is lost, for who is at it and who comes anew, and nothing brings it back', async () => {
    const client = EventStoreDBClient.connectionString(server.url);
    const shard = 55;
    const stream = `${streamPrefix}-shard-${shard}`;
    const journal = open();
    const pages = await appendChain(journal, shard, 4);
    await client.tombstoneStream(stream);
    const lost = expect.objectContaining({
      name: 'ShardLost',
      message: expect.stringContaining(`shard ${shard} is halted: the stream ${stream} was deleted for good`),
    });
    const other = open();
    const next = samplePage(shard, pages.at(-1)!);
    for (const call of [
      () => other.head(shard),
      () => other.read(shard, 1, 10),
      () => other.append(next),
      () => other.append(samplePage(shard, undefined, ['{"type":"Anew"}'])),
    ])
      await expect(call()).rejects.toEqual(lost);
    // Who has looked a moment ago sees it within a second.
    await eventually(async () => (await journal.head(shard).catch((error: Error) => error.name)) === 'ShardLost');
    await expect(journal.append(next)).rejects.toEqual(lost);
    await expect(client.setStreamMetadata(stream, {})).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(other.head(shard)).rejects.toEqual(lost);
    await client.dispose();
  });

  it('lets two sequencers race for one shard without losing or doubling a command', async () => {
    let races = 0;
    const sequencers = [1, 2].map(
      () => new Sequencer(noteShard, { shard: 48, store: open(), sealing: SPEC_SEALING, onTrouble: () => races++ }),
    );
    await Promise.all(sequencers.map((sequencer) => sequencer.start()));
    // Each text goes to both; one notes it, the other learns that it is known.
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        await new Promise(setImmediate);
        return Promise.all(sequencers.map((sequencer) => sequencer.execute(`text ${n}`)));
      }),
    );
    for (const pair of outcomes) expect(pair.map(({ outcome }) => outcome).sort()).toEqual(['known', 'noted']);
    await Promise.all(sequencers.map((sequencer) => sequencer.stop()));
    expect(races).toBeGreaterThan(0);
    const texts: string[] = [];
    let last: Page | undefined;
    for await (const page of readPages(open(), 48)) {
      expect([...findPageFaults(page), ...findChainFaults(last && headOf(last), page)]).toEqual([]);
      for (const line of page.body.toString('utf8').trim().split('\n'))
        texts.push((noteShard.codec.decode(JSON.parse(line)) as unknown as { text: string }).text);
      last = page;
    }
    expect(texts).toHaveLength(200);
    expect(new Set(texts).size).toBe(200);
  });

  it('ends subscriptions and refuses calls once it is closed', async () => {
    const journal = open();
    const subscribed = journal.subscribe(49, 1, new AbortController().signal)[Symbol.asyncIterator]();
    const next = subscribed.next();
    await appendChain(journal, 49, 1);
    expect((await next).done).toBe(false);
    const waiting = subscribed.next();
    await journal.close();
    expect((await waiting).done).toBe(true);
    await expect(journal.head(49)).rejects.toBeInstanceOf(StoreUnavailable);
  });
}

describe('EventStoreDbJournal on the test server', () => {
  describeJournal('EventStoreDbJournal', () => startEventStoreServer());

  it('holds the server back while the consumer of a subscription is slow', async () => {
    const server: EventStoreServer = await startEventStoreServer();
    const journal = openJournal(server.url);
    const count = 120;
    let last: Page | undefined;
    for (let i = 0; i < count; i++) {
      last = samplePage(1, last, [`{"type":"Sample","text":"${'x'.repeat(300_000)}"}`]);
      await journal.append(last);
    }
    const sentBefore = server.eventsSent;
    let seen = 0;
    for await (const page of journal.subscribe(1, 1, AbortSignal.timeout(HANG_MS))) {
      expect(page.height).toBe(++seen);
      if (seen === 1) {
        // Round trips on the same connection: whatever the server may send by now has been sent.
        for (let i = 0; i < 50; i++) await journal.head(2);
        expect(server.eventsSent - sentBefore).toBeLessThan(count / 2);
      }
      if (seen === count) break;
    }
    expect(seen).toBe(count);
    await server.stop();
  });

  it('says that the first pages of a stream were removed for good, whatever its metadata says now', async () => {
    const server = await startEventStoreServer();
    const pages = await appendChain(openJournal(server.url), 5, 4);
    const client = EventStoreDBClient.connectionString(server.url);
    await client.setStreamMetadata('airtime-shard-5', { truncateBefore: 2 });
    server.scavenge();
    await client.setStreamMetadata('airtime-shard-5', {});
    await client.dispose();
    const journal = openJournal(server.url);
    await expect(journal.head(5)).rejects.toThrow('begins at revision 2: the pages before it were removed');
    await expect(journal.append(samplePage(5, pages.at(-1)!))).rejects.toBeInstanceOf(ShardLost);
    await journal.close();
    await server.stop();
  });
});

const realServer = process.env['EVENTSTOREDB_URL'];
if (realServer !== undefined) {
  describe('EventStoreDbJournal on the server that EVENTSTOREDB_URL names', () => {
    describeJournal('EventStoreDbJournal', () => Promise.resolve({ url: realServer, stop: () => Promise.resolve() }));
  });
}

describe('EventStoreDbJournal without its server', () => {
  let program: ServerProgram;

  beforeAll(async () => {
    program = await ServerProgram.compile();
  });

  afterAll(async () => {
    await program.remove();
  });

  it('says that the store is unavailable, and goes on by itself when it is back', async () => {
    let child = await program.start();
    const journal = openJournal(child.url);
    const [first] = await appendChain(journal, 1, 1);
    await child.end('SIGKILL');
    const second = samplePage(1, first);
    await expect(journal.append(second)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(journal.head(1)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(journal.read(1, 1, 1)).rejects.toBeInstanceOf(StoreUnavailable);
    child = await program.start(child.port);
    await appendPersistently(journal, second);
    expect(await journal.read(1, 1, 10)).toEqual([first, second]);
    await child.end('SIGTERM');
  });

  it('leaves a frozen leader long before a call would be given up, and goes on at the one that took over', async () => {
    const frozen = await program.start();
    const successorPort = await findFreePort();
    // The cluster's members know no one but themselves here: each calls itself the leader, and only one answers.
    const url = `esdb://127.0.0.1:${frozen.port},127.0.0.1:${successorPort}?tls=false`;
    const journal = openJournal(url, { timeoutMs: HANG_MS });
    const [first] = await appendChain(journal, 3, 1);
    const subscribed = journal.subscribe(3, 1, new AbortController().signal)[Symbol.asyncIterator]();
    expect((await subscribed.next()).value).toEqual(first);
    const following = subscribed.next();

    const successor = await program.start(successorPort);
    const second = samplePage(3, first);
    frozen.freeze();
    const appended = appendPersistently(journal, second).then(() => 'appended');
    // The client's own first ping goes out after ten seconds. A timer of the same process is late whenever ours are.
    expect(await Promise.race([appended, delay(10_000, 'still on the frozen server', { ref: false })])).toBe(
      'appended',
    );
    expect((await following).value).toEqual(second);
    expect(await journal.read(3, 1, 10)).toEqual([first, second]);
    await Promise.all([frozen.end('SIGKILL'), successor.end('SIGTERM')]);
  });

  it('leaves a server that accepts connections and says nothing, and asks for the leader again', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const troubles: string[] = [];
    const journal = openJournal(`esdb://127.0.0.1:${port}?tls=false`, {
      timeoutMs: 200,
      onTrouble: (message) => troubles.push(message),
    });
    await expect(journal.head(1)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(troubles).toEqual(['the server says nothing; connecting anew']);
    for (const socket of sockets) socket.destroy();
    silent.close();
    await once(silent, 'close');
    const server = await startEventStoreServer({ port });
    await appendChain(journal, 1, 1);
    await server.stop();
  });

  it('loses and doubles no page while the server is killed again and again, and subscriptions skip and repeat none', async () => {
    let child = await program.start();
    const writer = openJournal(child.url);
    const reader = openJournal(child.url);
    const stop = new AbortController();
    const count = 120;
    const seen: Page[] = [];
    const reading = (async () => {
      for await (const page of reader.subscribe(2, 1, stop.signal)) {
        seen.push(page);
        if (seen.length === count) break;
      }
    })();
    const pages: Page[] = [];
    for (let round = 0; round < 4; round++) {
      const killAt = 3 + round * 7;
      let kill: Promise<unknown> | undefined;
      const writing = appendChain(writer, 2, count / 4, {
        after: pages.at(-1),
        onAppended: (appended) => {
          if (appended === killAt)
            kill = child.end('SIGKILL').then(async () => (child = await program.start(child.port)));
        },
      });
      pages.push(...(await writing));
      await kill;
    }
    await reading;
    expect(seen).toEqual(pages);
    expect(await writer.read(2, 1, 64)).toEqual(pages.slice(0, 64));
    await child.end('SIGTERM');
  });

  it('gives up a call within its time when the server says nothing', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `esdb://127.0.0.1:${(silent.address() as AddressInfo).port}?tls=false`;
    const journal = openJournal(url, { timeoutMs: 200 });
    await expect(journal.append(samplePage(1, undefined))).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(journal.head(1)).rejects.toBeInstanceOf(StoreUnavailable);
    const waiting = new Promise<void>((resolve) => {
      const watched = openJournal(url, {
        timeoutMs: 200,
        onTrouble: (message) => {
          if (message.includes('waits for its store')) resolve();
        },
      });
      void watched.subscribe(1, 1, new AbortController().signal)[Symbol.asyncIterator]().next();
    });
    await waiting;
    await Promise.all(journals.splice(0).map((opened) => opened.close()));
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
