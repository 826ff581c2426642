/**
 * The clock of the server: it has no call that tells the time, but the leader stamps each event when it writes it. So an event
 * is written beside the journal and read back.
 */
import {
  ANY,
  FORWARDS,
  jsonEvent,
  StreamDeletedError,
  type EventStoreDBClient,
  type JSONEventType,
} from '@eventstore/db-client';
import { StoreUnavailable } from '#journal';

const EVENT_TYPE = 'AirtimeClockLook';
type LookEvent = JSONEventType<typeof EVENT_TYPE, Record<string, never>>;

/** Looks that the stream keeps: more than all processes make while one of them reads its own. */
const KEPT = 64;

export class ServerClock {
  private isBounded = false;

  constructor(private readonly stream: string) {}

  /**
   * @param deadlineMs of each of its calls
   * @returns milliseconds since 1970: some instant between the call and its answer
   * @throws the client's errors; StoreUnavailable where the event cannot be read back
   */
  async read(client: EventStoreDBClient, deadlineMs: number): Promise<number> {
    const look = jsonEvent<LookEvent>({ type: EVENT_TYPE, data: {} });
    const options = { expectedRevision: ANY, requiresLeader: true, deadline: deadlineMs } as const;
    const { nextExpectedRevision } = await client.appendToStream(this.stream, look, options).catch((error: unknown) => {
      if (!(error instanceof StreamDeletedError)) throw error;
      const why = `the stream ${this.stream} was deleted for good, and without it nobody knows the server's time`;
      throw new StoreUnavailable(why, { cause: error });
    });
    const created = await this.readBack(client, nextExpectedRevision, look.id, deadlineMs);
    await this.bound(client, deadlineMs);
    return created.getTime();
  }

  private async readBack(client: EventStoreDBClient, revision: bigint, id: string, deadline: number): Promise<Date> {
    const place = { direction: FORWARDS, fromRevision: revision, maxCount: 1 } as const;
    const events = client.readStream<LookEvent>(this.stream, { ...place, requiresLeader: true, deadline });
    events.on('error', () => undefined); // it may be reported once more when nobody reads any longer
    try {
      let created: Date | undefined;
      for await (const { event } of events) if (event?.id === id) ({ created } = event);
      if (created !== undefined) return created;
    } finally {
      void events.cancel().catch(() => undefined);
    }
    throw new StoreUnavailable(`event ${revision} of stream ${this.stream} cannot be read back`);
  }

  /** A user who may not say so leaves the stream to grow, by an event a minute. */
  private async bound(client: EventStoreDBClient, deadline: number): Promise<void> {
    if (this.isBounded) return;
    await client.setStreamMetadata(this.stream, { maxCount: KEPT }, { deadline }).catch(() => undefined);
    this.isBounded = true;
  }
}
