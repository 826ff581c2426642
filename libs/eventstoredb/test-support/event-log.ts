/**
 * The streams of the test server: expected revisions, idempotent repetition and durability as EventStoreDB documents
 * them. Appends that wait together are written and synced together.
 */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { keepRecordsInMemory, openRecordFile, type Place, type Records } from './record-file.js';
import {
  DELETED,
  describedBy,
  firstKept,
  isDeleted,
  KEEP_ALL,
  metadataStreamOf,
  readKept,
  type Kept,
} from './stream-metadata.js';

/** A number is the revision that the stream's last event must have. */
export type ExpectedRevision = 'any' | 'no_stream' | 'stream_exists' | number;

export interface ProposedEvent {
  readonly id: string;
  readonly metadata: readonly (readonly [string, string])[];
  readonly customMetadata: Uint8Array;
  readonly data: Uint8Array;
}

/** `revision` is that of the last event that the append wrote, or had written before; undefined: the stream is empty. */
export type AppendOutcome =
  | { readonly kind: 'success'; readonly revision: number | undefined; readonly position: number }
  | { readonly kind: 'wrong-expected-version'; readonly current: number | undefined };

type Recorded = InstanceType<typeof messages.ReadResp.ReadEvent.RecordedEvent>;

interface StreamState {
  /** Ids of all events by revision; the last ones may not be durable yet. */
  readonly ids: string[];
  /** Places of the durable events by revision. Readers see these only. */
  readonly places: Place[];
  /** What its metadata says. */
  kept: Kept;
  /** Where an append that expects no stream begins: 0, or behind what was deleted. */
  begin: number;
  /** Events of lower revisions were removed for good. */
  removed: number;
}

interface Waiting {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedEvent[];
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

export class EventLog {
  private readonly streams = new Map<string, StreamState>();
  private readonly appended = new EventEmitter();
  private readonly waiting: Waiting[] = [];
  private writing: Promise<void> | undefined;
  private records: Records = keepRecordsInMemory();
  private failure: Error | undefined;
  /** Number of events in all streams: the next event's position. */
  private position = 0;

  private constructor() {
    this.appended.setMaxListeners(0);
  }

  /** @param path of the file that keeps the events; without one they live in memory */
  static async open(path: string | undefined): Promise<EventLog> {
    const log = new EventLog();
    if (path !== undefined) log.records = await openRecordFile(path, (record, place) => log.recover(record, place));
    return log;
  }

  append(stream: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ stream, expected, events, resolve, reject });
      this.writing ??= this.write().finally(() => {
        this.writing = undefined;
      });
    });
  }

  /** Number of durable events of a stream, cut off or not; undefined when there is no such stream or it was deleted. */
  lengthOf(stream: string): number | undefined {
    const state = this.streams.get(stream);
    const length = state?.places.length ?? 0;
    return state === undefined || length === 0 || isDeleted(state.kept) ? undefined : length;
  }

  /** Revision of the first event that is shown. */
  firstOf(stream: string): number {
    const state = this.streams.get(stream);
    return state === undefined ? 0 : Math.max(state.removed, firstKept(state.kept, state.places.length));
  }

  /** Removes what is cut off, for as long as this log is open: metadata does not bring it back. */
  scavenge(): void {
    for (const [stream, state] of this.streams) state.removed = this.firstOf(stream);
  }

  /** Deletes a stream softly: its next append goes on behind it. */
  delete(stream: string, expected: ExpectedRevision): Promise<AppendOutcome> {
    return this.end(stream, expected, `{"$tb":${DELETED}}`);
  }

  /** Deletes a stream for good: nothing is read from it or appended to it any more. */
  async tombstone(stream: string, expected: ExpectedRevision): Promise<AppendOutcome> {
    const outcome = await this.end(stream, expected, `{"$tb":${DELETED},"$tombstone":true}`);
    // Who waits for more is told.
    this.appended.emit(stream);
    return outcome;
  }

  /** Whether a stream, or the one that it describes, was deleted for good. */
  isTombstoned(stream: string): boolean {
    return this.streams.get(describedBy(stream) ?? stream)?.kept.isTombstoned === true;
  }

  private end(stream: string, expected: ExpectedRevision, metadata: string): Promise<AppendOutcome> {
    const length = this.lengthOf(stream);
    const fits =
      expected === 'any' ||
      (expected === 'no_stream' && length === undefined) ||
      (expected === 'stream_exists' && length !== undefined) ||
      (length !== undefined && expected === length - 1);
    if (!fits) {
      const current = length === undefined ? undefined : length - 1;
      return Promise.resolve({ kind: 'wrong-expected-version', current });
    }
    return this.append(metadataStreamOf(stream), 'any', [metadataEvent(metadata)]);
  }

  /** @param revision from {@link firstOf} on, below {@link lengthOf} */
  async read(stream: string, revision: number): Promise<Recorded> {
    const record = await this.records.read(this.streams.get(stream)!.places[revision]!);
    return messages.ReadResp.ReadEvent.RecordedEvent.deserializeBinary(record);
  }

  /** Calls back after every append to a stream that became durable; returns how to stop that. */
  onAppended(stream: string, listener: () => void): () => void {
    this.appended.on(stream, listener);
    return () => void this.appended.off(stream, listener);
  }

  async close(): Promise<void> {
    await this.writing;
    await this.records.close();
  }

  private recover(record: Buffer, place: Place): void {
    const event = messages.ReadResp.ReadEvent.RecordedEvent.deserializeBinary(record);
    const state = this.stateOf(Buffer.from(event.getStreamIdentifier()!.getStreamName_asU8()).toString('utf8'));
    state.ids.push(event.getId()!.getString());
    state.places.push(place);
    this.position++;
    this.noteMetadata(
      Buffer.from(event.getStreamIdentifier()!.getStreamName_asU8()).toString('utf8'),
      event.getData_asU8(),
    );
  }

  /** A metadata stream's newest event decides at once what is shown of the stream that it describes. */
  private noteMetadata(stream: string, data: Uint8Array): void {
    const described = describedBy(stream);
    if (described === undefined) return;
    const state = this.stateOf(described);
    state.kept = readKept(data);
    state.begin = isDeleted(state.kept) ? state.ids.length : state.kept.truncateBefore;
  }

  private async write(): Promise<void> {
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        if (this.failure !== undefined) throw this.failure;
        await this.writeBatch(batch);
      } catch (error) {
        // What is on the disk is unknown now: nothing more may be promised before the file is read again.
        this.failure = error instanceof Error ? error : new Error(String(error));
        for (const { reject } of batch) reject(error);
      }
    }
  }

  private async writeBatch(batch: readonly Waiting[]): Promise<void> {
    const records: Uint8Array[] = [];
    const states: StreamState[] = [];
    const outcomes = batch.map((append) => {
      const state = this.stateOf(append.stream);
      const repeated = this.judge(state, append);
      if (typeof repeated === 'object') return repeated;
      const add = (stream: string, to: StreamState, event: ProposedEvent) => {
        records.push(this.seal(stream, to.ids.length, event));
        states.push(to);
        to.ids.push(event.id);
        this.noteMetadata(stream, event.data);
      };
      if (isDeleted(state.kept) && append.events.length > 0) {
        // The stream is there again, and what it held before stays cut off.
        const metadata = metadataStreamOf(append.stream);
        add(metadata, this.stateOf(metadata), metadataEvent(`{"$tb":${state.ids.length}}`));
      }
      for (const event of append.events) add(append.stream, state, event);
      return succeed(state.ids.length, this.position);
    });
    if (records.length > 0) {
      const places = await this.records.append(records);
      places.forEach((place, index) => states[index]!.places.push(place));
    }
    batch.forEach(({ stream, resolve }, index) => {
      resolve(outcomes[index]!);
      this.appended.emit(stream);
    });
  }

  /** The outcome of an append that writes nothing, or that it must be written. */
  private judge(state: StreamState, { expected, events }: Waiting): AppendOutcome | 'write' {
    const length = state.ids.length;
    const isMissing = length === 0 || isDeleted(state.kept);
    const wrong = { kind: 'wrong-expected-version', current: isMissing ? undefined : length - 1 } as const;
    if (expected === 'any' || expected === 'stream_exists') {
      if (expected === 'stream_exists' && isMissing) return wrong;
      const first = events.length === 0 ? -1 : state.ids.lastIndexOf(events[0]!.id);
      if (first === -1) return 'write';
      return repeats(state, first, events) ? succeed(first + events.length, this.position) : wrong;
    }
    const from = expected === 'no_stream' ? state.begin : expected + 1;
    if (from === length) return 'write';
    if (from > length || events.length === 0 || !repeats(state, from, events)) return wrong;
    return succeed(from + events.length, this.position);
  }

  private seal(stream: string, revision: number, event: ProposedEvent): Uint8Array {
    const recorded = new messages.ReadResp.ReadEvent.RecordedEvent();
    const position = String(this.position++);
    recorded.setId(new shared.UUID().setString(event.id));
    recorded.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(new TextEncoder().encode(stream)));
    recorded.setStreamRevision(String(revision)).setCommitPosition(position).setPreparePosition(position);
    for (const [key, value] of event.metadata) recorded.getMetadataMap().set(key, value);
    // In ticks of 100 nanoseconds since 1970.
    recorded.getMetadataMap().set('created', `${Date.now()}0000`);
    recorded.setCustomMetadata(event.customMetadata).setData(event.data);
    return recorded.serializeBinary();
  }

  private stateOf(stream: string): StreamState {
    let state = this.streams.get(stream);
    if (state === undefined) {
      state = { ids: [], places: [], kept: KEEP_ALL, begin: 0, removed: 0 };
      this.streams.set(stream, state);
    }
    return state;
  }
}

function metadataEvent(json: string): ProposedEvent {
  return {
    id: randomUUID(),
    metadata: [
      ['type', '$metadata'],
      ['content-type', 'application/json'],
    ],
    customMetadata: new Uint8Array(),
    data: new TextEncoder().encode(json),
  };
}

/** Whether these very events stand in the stream from a revision on. */
function repeats(state: StreamState, from: number, events: readonly ProposedEvent[]): boolean {
  return events.every(({ id }, index) => state.ids[from + index] === id);
}

function succeed(length: number, position: number): AppendOutcome {
  return { kind: 'success', revision: length === 0 ? undefined : length - 1, position };
}
