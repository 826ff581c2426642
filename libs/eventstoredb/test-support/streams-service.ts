/** The gRPC service `event_store.client.streams.Streams` on the test server's log: Append, Read and subscriptions. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  Metadata,
  status,
  type handleClientStreamingCall,
  type handleUnaryCall,
  type sendUnaryData,
  type ServerReadableStream,
  type ServerWritableStream,
  type StatusObject,
} from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendOutcome, EventLog, ExpectedRevision, ProposedEvent } from './event-log.js';

type AppendReq = InstanceType<typeof messages.AppendReq>;
type AppendResp = InstanceType<typeof messages.AppendResp>;
type DeleteReq = InstanceType<typeof messages.DeleteReq>;
type DeleteResp = InstanceType<typeof messages.DeleteResp>;
type TombstoneReq = InstanceType<typeof messages.TombstoneReq>;
type TombstoneResp = InstanceType<typeof messages.TombstoneResp>;
type ReadReq = InstanceType<typeof messages.ReadReq>;
type ReadResp = InstanceType<typeof messages.ReadResp>;
type ReadOptions = InstanceType<typeof messages.ReadReq.Options>;
type AppendOptions = InstanceType<typeof messages.AppendReq.Options>;
type DeleteOptions = InstanceType<typeof messages.DeleteReq.Options>;
type TombstoneOptions = InstanceType<typeof messages.TombstoneReq.Options>;
type Uuid = InstanceType<typeof shared.UUID>;

/** EventStoreDB's default for one append: data, metadata and type of all its events. */
export const APPEND_BYTES_MAX = 1_048_576;

const BACKWARDS = 1;

interface Reading {
  readonly log: EventLog;
  readonly onSent: () => void;
}

/** @param onSent is told of every event that goes to a client */
export function createStreamsService(log: EventLog, onSent: () => void) {
  const reading: Reading = { log, onSent };
  return {
    append: ((call, callback) => void handleAppend(log, call, callback)) as handleClientStreamingCall<
      AppendReq,
      AppendResp
    >,
    read: (call: ServerWritableStream<ReadReq, ReadResp>) => void handleRead(reading, call),
    delete: ((call, callback) => void handleDelete(log, call.request, callback)) as handleUnaryCall<
      DeleteReq,
      DeleteResp
    >,
    tombstone: ((call, callback) => void handleTombstone(log, call.request, callback)) as handleUnaryCall<
      TombstoneReq,
      TombstoneResp
    >,
  };
}

/** The same service for a user whom the server does not know. */
export function denyAll(service: object): Record<string, unknown> {
  const deny = (
    call: ServerReadableStream<unknown, unknown> | ServerWritableStream<unknown, unknown>,
    callback?: sendUnaryData<unknown>,
  ) => {
    const denied = toStatus(new Refusal(status.UNAUTHENTICATED, 'Unauthenticated', new Metadata()));
    if (callback !== undefined) callback(denied);
    else call.emit('error', denied);
  };
  return Object.fromEntries(Object.keys(service).map((method) => [method, deny]));
}

async function handleAppend(
  log: EventLog,
  call: ServerReadableStream<AppendReq, AppendResp>,
  callback: sendUnaryData<AppendResp>,
): Promise<void> {
  try {
    let options: AppendOptions | undefined;
    const events: ProposedEvent[] = [];
    let bytes = 0;
    for await (const request of call as AsyncIterable<AppendReq>) {
      if (request.hasOptions()) options = request.getOptions();
      const message = request.getProposedMessage();
      if (message === undefined) continue;
      const event: ProposedEvent = {
        id: readUuid(message.getId()),
        metadata: [...message.getMetadataMap().entries()],
        customMetadata: message.getCustomMetadata_asU8(),
        data: message.getData_asU8(),
      };
      bytes += sizeOf(event);
      // What follows is read to its end, so that the client hears the answer, and not kept.
      if (bytes <= APPEND_BYTES_MAX) events.push(event);
    }
    const stream = nameOf(options?.getStreamIdentifier());
    if (options === undefined || stream === '') throw refusal('an append begins with the options of its stream');
    if (bytes > APPEND_BYTES_MAX) throw appendSizeExceeded();
    assertNotTombstoned(log, stream);
    const expected = readExpectedRevision(options);
    callback(null, toAppendResponse(await log.append(stream, expected, events), expected));
  } catch (error) {
    callback(toStatus(error));
  }
}

async function handleDelete(log: EventLog, request: DeleteReq, callback: sendUnaryData<DeleteResp>): Promise<void> {
  try {
    const place = await endStream(log, request.getOptions(), (...of) => log.delete(...of));
    const position = new messages.DeleteResp.Position();
    callback(null, new messages.DeleteResp().setPosition(position.setCommitPosition(place).setPreparePosition(place)));
  } catch (error) {
    callback(toStatus(error));
  }
}

async function handleTombstone(
  log: EventLog,
  request: TombstoneReq,
  callback: sendUnaryData<TombstoneResp>,
): Promise<void> {
  try {
    const place = await endStream(log, request.getOptions(), (...of) => log.tombstone(...of));
    const position = new messages.TombstoneResp.Position();
    callback(
      null,
      new messages.TombstoneResp().setPosition(position.setCommitPosition(place).setPreparePosition(place)),
    );
  } catch (error) {
    callback(toStatus(error));
  }
}

/** Returns the position of what ended it. */
async function endStream(
  log: EventLog,
  options: DeleteOptions | TombstoneOptions | undefined,
  end: (stream: string, expected: ExpectedRevision) => Promise<AppendOutcome>,
): Promise<string> {
  const stream = nameOf(options?.getStreamIdentifier());
  if (options === undefined || stream === '') throw refusal('a deletion names its stream');
  assertNotTombstoned(log, stream);
  const expected = readExpectedRevision(options);
  const outcome = await end(stream, expected);
  if (outcome.kind !== 'success') throw wrongExpectedVersion(stream, expected, outcome.current);
  return String(outcome.position);
}

async function handleRead(reading: Reading, call: ServerWritableStream<ReadReq, ReadResp>): Promise<void> {
  try {
    const options = call.request.getOptions();
    const stream = nameOf(options?.getStream()?.getStreamIdentifier());
    if (options === undefined || stream === '') throw refusal('this server reads single streams only');
    if (options.hasSubscription()) {
      await sendLive(reading, call, options, stream);
    } else {
      await sendSlice(reading, call, options, stream);
      call.end();
    }
  } catch (error) {
    if (!call.cancelled) call.emit('error', toStatus(error));
  }
}

async function sendSlice(
  reading: Reading,
  call: ServerWritableStream<ReadReq, ReadResp>,
  options: ReadOptions,
  stream: string,
): Promise<void> {
  assertNotTombstoned(reading.log, stream);
  const length = reading.log.lengthOf(stream);
  if (length === undefined) {
    const missing = new messages.ReadResp.StreamNotFound();
    missing.setStreamIdentifier(options.getStream()!.getStreamIdentifier());
    await send(call, new messages.ReadResp().setStreamNotFound(missing));
    return;
  }
  const backwards = Number(options.getReadDirection()) === BACKWARDS;
  const first = reading.log.firstOf(stream);
  const last = length - 1;
  const from = options.getStream()!;
  let revision = from.hasStart() ? first : from.hasEnd() ? last : Number(from.getRevision());
  if (backwards) revision = Math.min(revision, last);
  else if (from.hasEnd()) revision = length;
  else revision = Math.max(revision, first);
  for (let left = Number(options.getCount()); left > 0 && revision >= first && revision <= last; left--) {
    if (call.cancelled) return;
    await send(call, await toReadResponse(reading, stream, revision, options));
    revision += backwards ? -1 : 1;
  }
}

/** Everything behind the named revision, then each event as it becomes durable, until the client leaves. */
async function sendLive(
  reading: Reading,
  call: ServerWritableStream<ReadReq, ReadResp>,
  options: ReadOptions,
  stream: string,
): Promise<void> {
  let wake: () => void = () => undefined;
  const stopListening = reading.log.onAppended(stream, () => wake());
  call.once('cancelled', () => wake());
  try {
    const confirmation = new messages.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID());
    await send(call, new messages.ReadResp().setConfirmation(confirmation));
    const from = options.getStream()!;
    const length = reading.log.lengthOf(stream) ?? 0;
    let next = from.hasStart() ? 0 : from.hasEnd() ? length : Number(from.getRevision()) + 1;
    let live = false;
    while (!call.cancelled) {
      assertNotTombstoned(reading.log, stream);
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      next = Math.max(next, reading.log.firstOf(stream));
      for (const end = reading.log.lengthOf(stream) ?? 0; next < end && !call.cancelled; next++) {
        await send(call, await toReadResponse(reading, stream, next, options));
      }
      if (!live) await send(call, new messages.ReadResp().setCaughtUp(new messages.ReadResp.CaughtUp()));
      live = true;
      if (!call.cancelled) await woken;
    }
  } finally {
    stopListening();
  }
}

/** Writes one message and waits while the client is slower than the log. */
async function send(call: ServerWritableStream<ReadReq, ReadResp>, response: ReadResp): Promise<void> {
  if (call.cancelled || call.write(response)) return;
  const settled = new AbortController();
  try {
    await Promise.race(['drain', 'cancelled', 'close'].map((event) => once(call, event, { signal: settled.signal })));
  } finally {
    settled.abort();
  }
}

async function toReadResponse(
  { log, onSent }: Reading,
  stream: string,
  revision: number,
  options: ReadOptions,
): Promise<ReadResp> {
  const recorded = await log.read(stream, revision);
  onSent();
  if (options.getUuidOption()?.hasStructured() === true) recorded.setId(toStructured(recorded.getId()!));
  const event = new messages.ReadResp.ReadEvent().setEvent(recorded);
  event.setCommitPosition(recorded.getCommitPosition());
  return new messages.ReadResp().setEvent(event);
}

function toAppendResponse(outcome: AppendOutcome, expected: ExpectedRevision): AppendResp {
  if (outcome.kind === 'success') {
    const success = new messages.AppendResp.Success();
    if (outcome.revision === undefined) success.setNoStream(new shared.Empty());
    else success.setCurrentRevision(String(outcome.revision));
    const position = new messages.AppendResp.Position();
    position.setCommitPosition(String(outcome.position)).setPreparePosition(String(outcome.position));
    return new messages.AppendResp().setSuccess(success.setPosition(position));
  }
  const wrong = new messages.AppendResp.WrongExpectedVersion();
  if (outcome.current === undefined) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(outcome.current));
  if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty());
  else wrong.setExpectedRevision(String(expected));
  return new messages.AppendResp().setWrongExpectedVersion(wrong);
}

function readExpectedRevision(options: AppendOptions | DeleteOptions | TombstoneOptions): ExpectedRevision {
  if (options.hasRevision()) return Number(options.getRevision());
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  if (options.hasAny()) return 'any';
  throw refusal('an append names the revision that it expects');
}

function sizeOf({ data, customMetadata, metadata }: ProposedEvent): number {
  const type = metadata.find(([key]) => key === 'type')?.[1] ?? '';
  return data.byteLength + customMetadata.byteLength + 2 * type.length;
}

function nameOf(identifier: InstanceType<typeof shared.StreamIdentifier> | undefined): string {
  return identifier === undefined ? '' : Buffer.from(identifier.getStreamName_asU8()).toString('utf8');
}

function readUuid(id: Uuid | undefined): string {
  const structured = id?.getStructured();
  if (structured === undefined) return id?.getString().toLowerCase() ?? '';
  const hex = [structured.getMostSignificantBits(), structured.getLeastSignificantBits()]
    .map((bits) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0'))
    .join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function toStructured(id: Uuid): Uuid {
  const hex = id.getString().replaceAll('-', '');
  const bits = (from: number) => BigInt.asIntN(64, BigInt(`0x${hex.slice(from, from + 16)}`)).toString();
  const structured = new shared.UUID.Structured();
  structured.setMostSignificantBits(bits(0)).setLeastSignificantBits(bits(16));
  return new shared.UUID().setStructured(structured);
}

class Refusal extends Error {
  constructor(
    readonly code: status,
    message: string,
    readonly metadata: Metadata,
  ) {
    super(message);
  }
}

function refusal(message: string): Refusal {
  return new Refusal(status.INVALID_ARGUMENT, message, new Metadata());
}

function wrongExpectedVersion(stream: string, expected: ExpectedRevision, current: number | undefined): Refusal {
  const metadata = new Metadata();
  metadata.set('exception', 'wrong-expected-version');
  metadata.set('stream-name', stream);
  if (typeof expected === 'number') metadata.set('expected-version', String(expected));
  if (current !== undefined) metadata.set('actual-version', String(current));
  return new Refusal(status.FAILED_PRECONDITION, 'the stream has another revision than expected', metadata);
}

function assertNotTombstoned(log: EventLog, stream: string): void {
  if (!log.isTombstoned(stream)) return;
  const metadata = new Metadata();
  metadata.set('exception', 'stream-deleted');
  metadata.set('stream-name', stream);
  throw new Refusal(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, metadata);
}

function appendSizeExceeded(): Refusal {
  const metadata = new Metadata();
  metadata.set('exception', 'maximum-append-size-exceeded');
  metadata.set('maximum-append-size', String(APPEND_BYTES_MAX));
  return new Refusal(status.INVALID_ARGUMENT, `Maximum Append Size of ${APPEND_BYTES_MAX} Exceeded.`, metadata);
}

function toStatus(error: unknown): StatusObject & Error {
  const { code, message, metadata } =
    error instanceof Refusal ? error : new Refusal(status.UNAVAILABLE, String(error), new Metadata());
  return Object.assign(new Error(message), { code, details: message, metadata });
}
