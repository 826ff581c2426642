import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ANY,
  BACKWARDS,
  binaryEvent,
  END,
  EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { ServerProgram } from './server-process.js';
import { startEventStoreServer, type EventStoreServer } from './server.js';

/** Uses the official client alone: what holds here holds for whoever speaks the protos. */
describe('the test server', () => {
  let server: EventStoreServer;
  let client: EventStoreDBClient;

  beforeAll(async () => {
    server = await startEventStoreServer();
    client = EventStoreDBClient.connectionString(server.url);
  });

  afterAll(async () => {
    await client.dispose();
    await server.stop();
  });

  const sample = (n: number) => jsonEvent({ type: 'Sample', data: { n } });

  const revisionsOf = async (
    stream: string,
    options: Parameters<EventStoreDBClient['readStream']>[1] = {},
    from = client,
  ): Promise<number[]> => {
    const revisions: number[] = [];
    for await (const { event } of from.readStream(stream, options)) revisions.push(Number(event!.revision));
    return revisions;
  };

  it('appends at the expected revision only', async () => {
    await client.appendToStream('expected', [sample(0), sample(1)], { expectedRevision: NO_STREAM });
    await client.appendToStream('expected', sample(2), { expectedRevision: 1n });
    for (const expectedRevision of [NO_STREAM, 1n, 3n] as const) {
      await expect(client.appendToStream('expected', sample(9), { expectedRevision })).rejects.toMatchObject({
        constructor: WrongExpectedVersionError,
        actualVersion: 2n,
        expectedVersion: expectedRevision,
      });
    }
    await client.appendToStream('expected', sample(3), { expectedRevision: ANY });
    await client.appendToStream('expected', sample(4), { expectedRevision: STREAM_EXISTS });
    await expect(
      client.appendToStream('expected-none', sample(0), { expectedRevision: STREAM_EXISTS }),
    ).rejects.toMatchObject({ constructor: WrongExpectedVersionError, actualVersion: 'no_stream' });
    expect(await revisionsOf('expected')).toEqual([0, 1, 2, 3, 4]);
  });

  it('takes the same events at the same place as one append, other events as a rival', async () => {
    const events = [sample(0), sample(1)];
    await client.appendToStream('repeated', events, { expectedRevision: NO_STREAM });
    await client.appendToStream('repeated', sample(2), { expectedRevision: 1n });
    const repeated = await client.appendToStream('repeated', events, { expectedRevision: NO_STREAM });
    expect(repeated).toMatchObject({ success: true, nextExpectedRevision: 1n });
    await client.appendToStream('repeated', events, { expectedRevision: ANY });
    await expect(
      client.appendToStream('repeated', [events[0]!, sample(9)], { expectedRevision: NO_STREAM }),
    ).rejects.toBeInstanceOf(WrongExpectedVersionError);
    expect(await revisionsOf('repeated')).toEqual([0, 1, 2]);
  });

  it('reads forwards and backwards from a revision, no more than asked', async () => {
    await client.appendToStream(
      'read',
      Array.from({ length: 6 }, (_, n) => sample(n)),
    );
    expect(await revisionsOf('read', { fromRevision: 2n, maxCount: 3 })).toEqual([2, 3, 4]);
    expect(await revisionsOf('read', { direction: BACKWARDS, fromRevision: END, maxCount: 2 })).toEqual([5, 4]);
    expect(await revisionsOf('read', { direction: BACKWARDS, fromRevision: 1n })).toEqual([1, 0]);
    expect(await revisionsOf('read', { fromRevision: 6n })).toEqual([]);
    await expect(revisionsOf('read-none')).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('keeps id, type, data, metadata and time of an event', async () => {
    const before = Date.now();
    const event = binaryEvent({
      id: randomUUID(),
      type: 'Bytes',
      data: Uint8Array.from([0, 255, 10, 13]),
      metadata: { ü: '漢字' },
    });
    await client.appendToStream('kept', event);
    for await (const { event: read } of client.readStream('kept')) {
      expect(read).toMatchObject({ id: event.id, type: 'Bytes', isJson: false, streamId: 'kept', revision: 0n });
      expect(read!.data).toEqual(event.data);
      expect(read!.metadata).toEqual({ ü: '漢字' });
      expect(read!.created.getTime()).toBeGreaterThanOrEqual(before);
    }
  });

  it('confirms a subscription, tells what is there, says that it caught up, then tells what comes', async () => {
    await client.appendToStream('live', [sample(0), sample(1)]);
    const subscription = client.subscribeToStream('live', { fromRevision: 0n });
    const story: string[] = [];
    subscription.on('confirmation', () => story.push('confirmation'));
    subscription.on('caughtUp', () => {
      story.push('caughtUp');
      void client.appendToStream('live', sample(2));
    });
    for await (const { event } of subscription) {
      story.push(`event ${event!.revision}`);
      if (event!.revision === 2n) break;
    }
    await subscription.unsubscribe();
    expect(story).toEqual(['confirmation', 'event 1', 'caughtUp', 'event 2']);
  });

  it('refuses an append above one mebibyte and keeps nothing of it', async () => {
    const half = () => binaryEvent({ type: 'Half', data: new Uint8Array(600_000) });
    await expect(client.appendToStream('large', [half(), half()])).rejects.toMatchObject({
      constructor: MaxAppendSizeExceededError,
      maxAppendSize: 1_048_576,
    });
    await expect(revisionsOf('large')).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('says of a softly deleted stream that it is not found, and begins it anew at the next revision', async () => {
    await client.appendToStream('deleted', [sample(0), sample(1), sample(2)]);
    await expect(client.deleteStream('deleted', { expectedRevision: 1n })).rejects.toBeInstanceOf(
      WrongExpectedVersionError,
    );
    await client.deleteStream('deleted', { expectedRevision: 2n });
    await expect(revisionsOf('deleted')).rejects.toBeInstanceOf(StreamNotFoundError);
    await expect(revisionsOf('deleted', { direction: BACKWARDS, fromRevision: END })).rejects.toBeInstanceOf(
      StreamNotFoundError,
    );
    await expect(
      client.appendToStream('deleted', sample(3), { expectedRevision: STREAM_EXISTS }),
    ).rejects.toBeInstanceOf(WrongExpectedVersionError);
    const begun = sample(3);
    const appended = await client.appendToStream('deleted', begun, { expectedRevision: NO_STREAM });
    expect(appended.nextExpectedRevision).toBe(3n);
    await client.appendToStream('deleted', begun, { expectedRevision: NO_STREAM });
    await client.appendToStream('deleted', sample(4), { expectedRevision: 3n });
    expect(await revisionsOf('deleted')).toEqual([3, 4]);
    expect(await revisionsOf('deleted', { direction: BACKWARDS, fromRevision: END })).toEqual([4, 3]);
    await expect(client.appendToStream('deleted', sample(5), { expectedRevision: NO_STREAM })).rejects.toBeInstanceOf(
      WrongExpectedVersionError,
    );
  });

  it.each([
    ['$maxCount', { maxCount: 2 }, [3, 4], [4, 5]],
    ['$tb', { truncateBefore: 2 }, [2, 3, 4], [2, 3, 4, 5]],
    ['both', { truncateBefore: 4, maxCount: 3 }, [4], [4, 5]],
  ] as const)('shows no event that %s cuts off, and keeps every revision', async (name, metadata, kept, later) => {
    const stream = `cut-${name}`;
    await client.appendToStream(
      stream,
      Array.from({ length: 5 }, (_, n) => sample(n)),
    );
    await client.setStreamMetadata(stream, metadata);
    expect(await client.getStreamMetadata(stream)).toMatchObject({ metadata });
    expect(await revisionsOf(stream)).toEqual(kept);
    expect(await revisionsOf(stream, { fromRevision: 1n })).toEqual(kept);
    expect(await revisionsOf(stream, { direction: BACKWARDS, fromRevision: END })).toEqual(kept.toReversed());
    await client.appendToStream(stream, sample(5), { expectedRevision: 4n });
    expect(await revisionsOf(stream)).toEqual(later);
    const subscribed: number[] = [];
    for await (const { event } of client.subscribeToStream(stream)) {
      subscribed.push(Number(event!.revision));
      if (event!.revision === 5n) break;
    }
    expect(subscribed).toEqual(later);
  });

  it('is found by discovery', async () => {
    const discovering = EventStoreDBClient.connectionString(`esdb+discover://127.0.0.1:${server.port}?tls=false`);
    await discovering.appendToStream('discovered', sample(0));
    expect(await revisionsOf('discovered', {}, discovering)).toEqual([0]);
    await discovering.dispose();
  });

  describe('with a folder', () => {
    let program: ServerProgram;

    beforeAll(async () => {
      program = await ServerProgram.compile();
    });

    afterAll(async () => {
      await program.remove();
    });

    it('gives back every acknowledged event after kill -9, and ends cleanly when asked', async () => {
      let child = await program.start();
      let connection = EventStoreDBClient.connectionString(child.url);
      let acknowledged = -1;
      const failed = (async () => {
        for (let n = 0; ; n++) {
          await connection.appendToStream('killed', sample(n), {
            expectedRevision: n === 0 ? NO_STREAM : BigInt(n - 1),
          });
          acknowledged = n;
          if (n === 100) void child.end('SIGKILL');
        }
      })();
      await expect(failed).rejects.toBeInstanceOf(Error);
      child = await program.start(child.port);
      connection = EventStoreDBClient.connectionString(child.url);
      const revisions = await revisionsOf('killed', {}, connection);
      expect(revisions.length).toBeGreaterThan(acknowledged);
      expect(revisions).toEqual(revisions.map((_, index) => index));
      expect(await child.end('SIGTERM')).toBe(0);
    });

    it('remembers deletions and truncations', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'airtime-event-store-cut-'));
      try {
        const first = await startEventStoreServer({ dataDir: folder });
        const writer = EventStoreDBClient.connectionString(first.url);
        for (const stream of ['deleted', 'begun', 'cut']) await writer.appendToStream(stream, [sample(0), sample(1)]);
        await writer.deleteStream('deleted');
        await writer.deleteStream('begun');
        await writer.appendToStream('begun', sample(2), { expectedRevision: NO_STREAM });
        await writer.setStreamMetadata('cut', { maxCount: 1 });
        await first.stop();
        const second = await startEventStoreServer({ dataDir: folder });
        const reader = EventStoreDBClient.connectionString(second.url);
        await expect(revisionsOf('deleted', {}, reader)).rejects.toBeInstanceOf(StreamNotFoundError);
        expect(await revisionsOf('begun', {}, reader)).toEqual([2]);
        expect(await revisionsOf('cut', {}, reader)).toEqual([1]);
        await second.stop();
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });

    it('drops a record that a kill cut short', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'airtime-event-store-torn-'));
      try {
        const first = await startEventStoreServer({ dataDir: folder });
        await EventStoreDBClient.connectionString(first.url).appendToStream('torn', [sample(0), sample(1)]);
        await first.stop();
        await appendFile(join(folder, 'events.log'), Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 5]));
        const second = await startEventStoreServer({ dataDir: folder });
        const connection = EventStoreDBClient.connectionString(second.url);
        await connection.appendToStream('torn', sample(2), { expectedRevision: 1n });
        await second.stop();
        const third = await startEventStoreServer({ dataDir: folder });
        const reader = EventStoreDBClient.connectionString(third.url);
        expect(await revisionsOf('torn', {}, reader)).toEqual([0, 1, 2]);
        await third.stop();
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  });
});
