/**
 * Reads brokers' answers to fetch requests in place of kafkajs, whose reader unpacks without a bound, checks nothing and
 * ends the consumer of all partitions when one batch of one partition cannot be read.
 *
 * kafkajs looks up request and response of an API in one function of the API's module; that function is replaced, and what
 * it returns is kafkajs's own but for `response.decode`. A spec holds this to the version of kafkajs that it was written for.
 * Source: Kafka's protocol guide, "Fetch Response" versions 4 to 11.
 */
import { createRequire } from 'node:module';
import {
  FETCH_RECORDS_MAX,
  FETCH_UNPACKED_BYTES_MAX,
  markRecord,
  readRecordBatches,
  type AbortedTransaction,
  type FetchedRecord,
  type FetchRoom,
} from './record-batches.js';

/** kafkajs's modules have no public door for this: any other version must be looked at first. */
export const KAFKAJS_VERSION = '2.2.4';

/** Versions before answer in formats that Kafka left with 0.11. */
const VERSION_MIN = 4;
const VERSION_MAX = 11;

interface FetchRequest {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

interface FetchResponse {
  readonly decode: (raw: Buffer) => Promise<unknown>;
  readonly parse: (data: unknown) => Promise<unknown>;
}

type FetchMaker = (request: FetchRequest) => { readonly request: unknown; readonly response: FetchResponse };

interface FetchApi {
  readonly versions: readonly string[];
  protocol: (wanted: { readonly version: number }) => FetchMaker;
}

const PATCHED = Symbol.for('airtime.fetch-answers');

/**
 * Makes every kafkajs client of this process read with {@link readRecordBatches}. Idempotent.
 *
 * @throws Error for another kafkajs than {@link KAFKAJS_VERSION}
 */
export function readFetchAnswersOurselves(): void {
  const require = createRequire(import.meta.url);
  const { version } = require('kafkajs/package.json') as { readonly version: string };
  if (version !== KAFKAJS_VERSION) {
    throw new Error(
      `fetch answers are read for kafkajs ${KAFKAJS_VERSION}, not for ${version}; look at its reader first`,
    );
  }
  const api = require('kafkajs/src/protocol/requests/fetch') as FetchApi & { [PATCHED]?: true };
  if (api[PATCHED] === true) return;
  const original = api.protocol;
  api.protocol = ({ version: apiVersion }) => {
    const make = original({ version: apiVersion });
    if (apiVersion < VERSION_MIN || apiVersion > VERSION_MAX) {
      throw new Error(`the broker speaks version ${apiVersion} of the fetch API only; Kafka 0.11 or later is needed`);
    }
    return (request) => {
      const made = make(request);
      const decode = (raw: Buffer): Promise<unknown> => readFetchAnswer(raw, apiVersion, request);
      return { ...made, response: { decode, parse: made.response.parse } };
    };
  };
  Object.defineProperty(api, PATCHED, { value: true });
}

interface PartitionData {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly preferredReadReplica?: number;
  /** Always empty: what belongs to one has been left out already. */
  readonly abortedTransactions: readonly [];
  readonly messages: FetchedRecord[];
}

const OFFSET_OUT_OF_RANGE = 1;
const UNKNOWN_TOPIC_OR_PARTITION = 3;
/** What a broker says of one partition's data; kafkajs would end the consumption of all for it. */
const PARTITION_ERRORS: readonly number[] = [-1 /* unknown */, 2 /* corrupt message */, 56 /* storage error */];
/** Passes kafkajs's check that a record is not older than what was asked for. */
const ANY_OFFSET = String(Number.MAX_SAFE_INTEGER);

const absences = new Map<string, number>();

/**
 * How often a broker has said to this process that it has no such partition. kafkajs asks again by itself, with the same
 * offset: the partition that answers then may have been made anew in between.
 */
export function absencesOf(topic: string, partition: number): number {
  return absences.get(`${topic}/${partition}`) ?? 0;
}

async function readFetchAnswer(raw: Buffer, version: number, request: FetchRequest): Promise<unknown> {
  const reader = new AnswerReader(raw);
  const throttleTime = reader.int32();
  const errorCode = version >= 7 ? reader.int16() : 0;
  const sessionId = version >= 7 ? reader.int32() : 0;
  const room: FetchRoom = { bytes: FETCH_UNPACKED_BYTES_MAX, records: FETCH_RECORDS_MAX };
  const responses: { topicName: string; partitions: PartitionData[] }[] = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topicName = reader.text();
    const asked = request.topics.filter(({ topic }) => topic === topicName).flatMap(({ partitions }) => partitions);
    const offsets = new Map(asked.map(({ partition, fetchOffset }) => [partition, Number(fetchOffset)]));
    const partitions: PartitionData[] = [];
    for (let left = reader.int32(); left > 0; left--) {
      const data = await readPartition(reader, version, offsets, room);
      if (data.errorCode === UNKNOWN_TOPIC_OR_PARTITION) {
        absences.set(`${topicName}/${data.partition}`, absencesOf(topicName, data.partition) + 1);
      }
      partitions.push(data);
    }
    responses.push({ topicName, partitions });
  }
  // Since version 8 a broker asks the client to wait by itself; kafkajs does so by this name.
  if (version >= 8) return { throttleTime: 0, clientSideThrottleTime: throttleTime, errorCode, sessionId, responses };
  return { throttleTime, errorCode, sessionId, responses };
}

async function readPartition(
  reader: AnswerReader,
  version: number,
  offsets: ReadonlyMap<number, number>,
  room: FetchRoom,
): Promise<PartitionData> {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const high = reader.int64();
  reader.int64(); // last stable offset
  if (version >= 5) reader.int64(); // log start offset
  const aborted: AbortedTransaction[] = [];
  for (let left = reader.int32(); left > 0; left--) {
    aborted.push({ producerId: reader.int64(), firstOffset: Number(reader.int64()) });
  }
  const preferredReadReplica = version >= 11 ? reader.int32() : undefined;
  const records = reader.bytes();
  const common = {
    partition,
    highWatermark: String(high),
    abortedTransactions: [] as const,
    ...(preferredReadReplica === undefined ? {} : { preferredReadReplica }),
  };
  if (errorCode === OFFSET_OUT_OF_RANGE) {
    return { ...common, errorCode: 0, messages: [markRecord(ANY_OFFSET, { kind: 'out-of-range' })] };
  }
  if (PARTITION_ERRORS.includes(errorCode)) {
    return { ...common, errorCode: 0, messages: [markRecord(ANY_OFFSET, { kind: 'broker-error', errorCode })] };
  }
  const fetchOffset = offsets.get(partition) ?? 0;
  const messages = await readRecordBatches({ records, fetchOffset, high: Number(high), aborted }, room);
  return { ...common, errorCode, messages };
}

/** @throws RangeError beyond the end of the answer */
class AnswerReader {
  private at = 0;

  constructor(private readonly raw: Buffer) {}

  int16(): number {
    return this.raw.readInt16BE(this.advance(2));
  }

  int32(): number {
    return this.raw.readInt32BE(this.advance(4));
  }

  int64(): bigint {
    return this.raw.readBigInt64BE(this.advance(8));
  }

  text(): string {
    const size = this.int16();
    const from = this.advance(size);
    return this.raw.toString('utf8', from, from + size);
  }

  /** Null counts as nothing. */
  bytes(): Buffer {
    const size = Math.max(0, this.int32());
    const from = this.advance(size);
    if (this.at > this.raw.length) throw new RangeError('a fetch answer is cut off');
    return this.raw.subarray(from, this.at);
  }

  private advance(size: number): number {
    const from = this.at;
    this.at += size;
    return from;
  }
}
