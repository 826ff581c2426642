import fc from 'fast-check';
import {
  makeBatch,
  makeBomb,
  makeRecords,
  pack,
  packingIsReady,
  PACKINGS,
  varint,
  zstdFrame,
  type BatchToMake,
  type BombKind,
} from '../../test-support/record-batch.js';
import { crc32c } from './crc32c.js';
import { Codec, unpack, UNPACKED_BYTES_MAX } from './decompression.js';
import {
  FETCH_RECORDS_MAX,
  FETCH_UNPACKED_BYTES_MAX,
  readRecordBatches,
  type FetchedRecord,
  type FetchRoom,
  type PartitionAnswer,
} from './record-batches.js';

/** 8,000 times "usage event number N;" with N = 0..6 in turn. */
const TURNS = Buffer.from(Array.from({ length: 8_000 }, (_, i) => `usage event number ${i % 7};`).join(''));
/** By `lz4 -B4 -BD -BX --content-size`: three blocks that depend on those before, checksums of blocks and of the content. */
const LZ4_DEPENDENT =
  'BCJNGFxAQJACAAAAAADCQgEAAP8GdXNhZ2UgZXZlbnQgbnVtYmVyIDA7FQAAHzEVAAEfMhUAAR8zFQABHzQVAAEfNRUAAR82FQABD5MA/////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////0JQIG51bWKdX38+CgEAAA+H///////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////oUGV2ZW509aChidEAAAD0BiBudW1iZXIgNDt1c2FnZSBldmVudBUAHzUVAAEfNhUAAR8wFQABHzEVAAEfMhUAAR8zFQABD5MA////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////////HVBlciA1OyjMkTsAAAAA4juTbQ==';
/** By `zstd --ultra -22` from a pipe: a compressed block, a window of 128 MiB, no content size. */
const ZSTD_WIDE =
  'KLUv/QSIjAEA4HVzYWdlIGV2ZW50IG51bWJlciAwOzEyMzQ1NjsHAGr/FpMjoBmgBdAHaAZoEZPJBFUAAAABAD0Q0n9dAwGum7B7';

const MiB = 1024 * 1024;

function read(records: Buffer, answer: Partial<PartitionAnswer> = {}, room?: FetchRoom): Promise<FetchedRecord[]> {
  return readRecordBatches(
    { records, fetchOffset: 0, high: 1_000_000, aborted: [], ...answer },
    room ?? { bytes: FETCH_UNPACKED_BYTES_MAX, records: FETCH_RECORDS_MAX },
  );
}

function offsets(records: readonly FetchedRecord[]): string[] {
  return records.map(({ offset, isControlRecord, mark }) =>
    mark === undefined ? `${isControlRecord ? '-' : ''}${offset}` : `${mark.kind}@${offset}`,
  );
}

const SAMPLE = [
  { key: 'acme', value: '{"id":1}', timestamp: 1_764_000_000_000n },
  { key: null, value: null, timestamp: 1_764_000_000_007n, headers: [['traceparent', null] as const] },
  { key: 'b', value: 'x'.repeat(200_000), timestamp: 1_763_999_999_000n },
];

beforeAll(() => packingIsReady);

describe('a record batch', () => {
  it.each(PACKINGS)('packed as %s is read', async (packing) => {
    const records = await read(makeBatch({ records: SAMPLE, packing, baseOffset: 40n }));
    expect(
      records.map(({ offset, timestamp, key, value }) => [offset, timestamp, key?.toString(), value?.length]),
    ).toEqual([
      ['40', '1764000000000', 'acme', 8],
      ['41', '1764000000007', undefined, undefined],
      ['42', '1763999999000', 'b', 200_000],
    ]);
  });

  it.each([
    ['LZ4 with dependent blocks, checksums and content size', Codec.lz4, LZ4_DEPENDENT],
    ['zstd without content size and with a window of 128 MiB', Codec.zstd, ZSTD_WIDE],
  ])('%s is unpacked', async (_, codec, packed) => {
    expect((await unpack(codec, Buffer.from(packed, 'base64'))).equals(TURNS)).toBe(true);
  });

  it('several frames in one batch are unpacked, whatever their kind', async () => {
    const whole = Buffer.concat([TURNS, TURNS]);
    const skippable = Buffer.concat([Buffer.from('502a4d1803000000', 'hex'), Buffer.alloc(3)]);
    for (const [codec, frame] of [
      [Codec.lz4, Buffer.from(LZ4_DEPENDENT, 'base64')],
      [Codec.zstd, Buffer.from(ZSTD_WIDE, 'base64')],
    ] as const) {
      expect((await unpack(codec, Buffer.concat([frame, skippable, frame]))).equals(whole)).toBe(true);
    }
    expect((await unpack(Codec.gzip, Buffer.concat([pack('gzip', TURNS), pack('gzip', TURNS)]))).equals(whole)).toBe(
      true,
    );
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', ''])(
    'keeps a header named %j, once and twice, null and empty',
    async (name) => {
      const headers = (...values: (string | null)[]) => values.map((value) => [name, value] as const);
      const records = await read(
        makeBatch({
          records: [{ headers: headers('a') }, { headers: headers('a', null, '') }, { headers: headers(null) }],
        }),
      );
      const kept = records.map((record) => record.headers[name]);
      expect(kept).toEqual([Buffer.from('a'), [Buffer.from('a'), null, Buffer.alloc(0)], null]);
      expect(records.map((record) => Object.keys(record.headers))).toEqual([[name], [name], [name]]);
    },
  );

  it('reads timestamps that are none', async () => {
    const timestamps = [-1n, 0n, 1_764_000_000_000_000_000n, -9_000_000_000_000_000_000n];
    const records = await read(makeBatch({ records: timestamps.map((timestamp) => ({ timestamp })) }));
    expect(records.map(({ timestamp }) => Number(timestamp))).toEqual(timestamps.map(Number));
  });

  it('is passed over up to the offset that was asked for', async () => {
    const batch = makeBatch({ records: SAMPLE, packing: 'zstd', baseOffset: 40n });
    expect(offsets(await read(batch, { fetchOffset: 42 }))).toEqual(['42']);
    expect(offsets(await read(batch, { fetchOffset: 43 }))).toEqual([]);
  });

  it('that is cut off at the end of an answer is left for the next one', async () => {
    const first = makeBatch({ records: SAMPLE });
    const second = makeBatch({ records: SAMPLE, baseOffset: 3n });
    expect(offsets(await read(Buffer.concat([first, second.subarray(0, -1)])))).toEqual(['0', '1', '2']);
  });

  it('whose last records were compacted away, or that is empty, ends in its last offset', async () => {
    const empty = makeBatch({ records: [], lastOffsetDelta: 4, baseOffset: 3n });
    const compacted = makeBatch({ records: SAMPLE, lastOffsetDelta: 9, baseOffset: 8n });
    expect(offsets(await read(Buffer.concat([makeBatch({ records: SAMPLE }), empty, compacted])))).toEqual([
      '0',
      '1',
      '2',
      '-7',
      '8',
      '9',
      '10',
      '-17',
    ]);
  });

  it('of an aborted transaction is hidden up to its marker, also when a key looks like one', async () => {
    const TRANSACTIONAL = 0x10;
    const marker = (type: number) => ({ key: Buffer.from([0, 0, 0, type]), value: Buffer.alloc(6) });
    const own = { producerId: 7n, flags: TRANSACTIONAL };
    const batches = [
      makeBatch({ ...own, records: [{ value: 'lost' }, { key: Buffer.alloc(4), value: 'lost' }], baseOffset: 0n }),
      makeBatch({ records: [{ value: 'kept' }], baseOffset: 2n }),
      makeBatch({ ...own, records: [{ value: 'lost' }], baseOffset: 3n }),
      makeBatch({ ...own, flags: TRANSACTIONAL | 0x20, records: [marker(0)], baseOffset: 4n }),
      makeBatch({ ...own, records: [{ value: 'kept' }], baseOffset: 5n }),
      makeBatch({ ...own, flags: TRANSACTIONAL | 0x20, records: [marker(1)], baseOffset: 6n }),
    ];
    const aborted = [{ producerId: 7n, firstOffset: 0 }];
    expect(offsets(await read(Buffer.concat(batches), { aborted }))).toEqual(['-1', '2', '-3', '-4', '5', '-6']);
  });
});

describe('a batch that cannot be read', () => {
  const good = makeBatch({ records: SAMPLE, baseOffset: 0n });

  async function markOf(batch: Buffer, answer: Partial<PartitionAnswer> = {}) {
    const records = await read(batch, answer);
    return records.at(-1)!.mark;
  }

  it.each<BombKind>(['gzip', 'lz4', 'zstd'])(
    'a bomb of %s is told by its offsets and takes no memory',
    async (kind) => {
      const before = process.memoryUsage().rss;
      const bomb = makeBomb(kind, 1024 * MiB);
      bomb.writeBigInt64BE(3n, 0);
      const next = makeBatch({ records: SAMPLE, baseOffset: 4n });
      const records = await read(Buffer.concat([good, bomb, next]));
      expect(offsets(records)).toEqual(['0', '1', '2', 'unreadable@3']);
      expect(records.at(-1)!.mark).toMatchObject({ from: 3, to: 3, code: 'BATCH_TOO_LARGE' });
      expect(process.memoryUsage().rss - before).toBeLessThan(400 * MiB);
    },
  );

  it('a batch just within the bound is read, one beyond it is not', async () => {
    for (const kind of ['gzip', 'lz4', 'zstd'] as const) {
      expect(await markOf(makeBomb(kind, UNPACKED_BYTES_MAX - 100))).toBeUndefined();
      expect(await markOf(makeBomb(kind, UNPACKED_BYTES_MAX))).toMatchObject({ code: 'BATCH_TOO_LARGE' });
    }
  });

  it('a header that promises more than there is takes no memory and is told', async () => {
    const huge = Buffer.concat([Buffer.from('28b52ffde0', 'hex'), Buffer.alloc(8, 0x7f), Buffer.from([1, 0, 0])]);
    for (const [codec, packed, code] of [
      [Codec.zstd, huge, 'BATCH_TOO_LARGE'],
      [Codec.snappy, Buffer.concat([varint(-1 - 0x7fffffff), Buffer.alloc(20)]), 'BATCH_TOO_LARGE'],
      [Codec.snappy, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), 'BATCH_CORRUPT'],
    ] as const) {
      expect(await markOf(makeBatch({ records: SAMPLE, codec, packed }))).toMatchObject({ from: 0, to: 2, code });
    }
  });

  const spoilt: readonly (readonly [string, Partial<BatchToMake>, string])[] = [
    ['an unknown codec', { codec: 6 }, 'CODEC_UNKNOWN'],
    ['a checksum of other bytes', { crc: 1 }, 'BATCH_CORRUPT'],
    ['more records than it holds', { count: 4, lastOffsetDelta: 3 }, 'BATCH_CORRUPT'],
    ['fewer records than it holds', { count: 2 }, 'BATCH_CORRUPT'],
    ['a negative number of records', { count: -1 }, 'BATCH_CORRUPT'],
    ['2^31 records', { count: 0x7fffffff }, 'BATCH_CORRUPT'],
    ['an offset beyond its last', { lastOffsetDelta: 1 }, 'BATCH_CORRUPT'],
    ['no gzip', { codec: Codec.gzip, packed: TURNS.subarray(0, 100) }, 'BATCH_CORRUPT'],
    ['gzip cut off', { codec: Codec.gzip, packed: pack('gzip', TURNS).subarray(0, -9) }, 'BATCH_CORRUPT'],
    ['no LZ4', { codec: Codec.lz4, packed: TURNS.subarray(0, 100) }, 'BATCH_CORRUPT'],
    ['LZ4 cut off', { codec: Codec.lz4, packed: pack('lz4', TURNS).subarray(0, -4) }, 'BATCH_CORRUPT'],
    ['no zstd', { codec: Codec.zstd, packed: TURNS.subarray(0, 100) }, 'BATCH_CORRUPT'],
    ['zstd cut off', { codec: Codec.zstd, packed: zstdFrame([Buffer.from([1])]) }, 'BATCH_CORRUPT'],
    ['no snappy', { codec: Codec.snappy, packed: TURNS.subarray(0, 100) }, 'BATCH_CORRUPT'],
    ['nothing', { codec: Codec.zstd, packed: Buffer.alloc(0) }, 'BATCH_CORRUPT'],
  ];

  it.each(spoilt)('a batch with %s ends what is read, and names its offsets', async (_, spoiling, code) => {
    const batch = makeBatch({ records: SAMPLE, baseOffset: 3n, ...spoiling });
    const after = makeBatch({ records: SAMPLE, baseOffset: 6n });
    const records = await read(Buffer.concat([good, batch, after]));
    expect(offsets(records).slice(0, 3)).toEqual(['0', '1', '2']);
    expect(records).toHaveLength(4);
    expect(records[3]!.mark).toMatchObject({ kind: 'unreadable', from: 3, code });
    expect(Number(records[3]!.offset)).toBeLessThan(6);
  });

  it('damage to its header leads neither beyond the next batch nor beyond the end of the partition', async () => {
    const damaged = makeBatch({ records: SAMPLE, lastOffsetDelta: 0x7fff0000, crc: 1 });
    const after = makeBatch({ records: SAMPLE, baseOffset: 3n });
    expect(await markOf(Buffer.concat([damaged, after]))).toMatchObject({ from: 0, to: 2 });
    expect(await markOf(damaged, { high: 10 })).toMatchObject({ from: 0, to: 9 });
    expect(await markOf(damaged, { high: 10, fetchOffset: 4 })).toMatchObject({ from: 4, to: 9 });
    const longer = makeBatch({ records: SAMPLE });
    longer.writeInt32BE(0x7fffffff, 8);
    expect(await markOf(longer)).toMatchObject({ from: 0, to: 2, code: 'BATCH_CORRUPT' });
  });

  it('of a format before Kafka 0.11 says so', async () => {
    const old = makeBatch({ records: SAMPLE });
    old[16] = 1;
    expect(await markOf(old)).toMatchObject({ from: 0, to: 0, code: 'FORMAT_TOO_OLD' });
  });

  it('whatever is damaged, nothing is thrown and nothing wrong is read', async () => {
    const wholes = await Promise.all(
      PACKINGS.map(async (packing) => {
        const batch = makeBatch({ records: SAMPLE, packing });
        return { batch, wanted: JSON.stringify(await read(batch)) };
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...wholes),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async ({ batch, wanted }, flips, repairsChecksum) => {
          const damaged = Buffer.from(batch);
          for (const [at, mask] of flips) damaged[17 + (at % (damaged.length - 17))]! ^= mask;
          if (repairsChecksum) damaged.writeUInt32BE(crc32c(damaged, 21), 17);
          const records = await read(damaged, { high: 1_000 });
          const isTold = records.at(-1)?.mark?.kind === 'unreadable';
          // With its checksum repaired the damage may be content of its own, as a producer could have sent it.
          expect(isTold || repairsChecksum || JSON.stringify(records) === wanted).toBe(true);
        },
      ),
      { numRuns: 1_500, seed: 11 },
    );
  });
});

describe('an answer of many batches', () => {
  it('unpacks only so much of them at once, and the rest with the next answer', async () => {
    const large = makeBomb('zstd', 40 * MiB);
    const batches = Array.from({ length: 5 }, (_, index) => {
      const batch = Buffer.from(large);
      batch.writeBigInt64BE(BigInt(index), 0);
      return batch;
    });
    const room = { bytes: FETCH_UNPACKED_BYTES_MAX, records: FETCH_RECORDS_MAX };
    expect(offsets(await read(Buffer.concat(batches), {}, room))).toEqual(['0', '1']);
    expect(await read(batches[0]!, {}, room)).toEqual([]);
  });

  it('holds only so many records of a batch that is full of empty ones', async () => {
    const count = 250_000;
    const empty = makeRecords([{}], 0n);
    const packed = pack(
      'zstd',
      Buffer.concat(
        Array.from({ length: count }, (_, index) => {
          const delta = varint(index);
          return Buffer.concat([
            varint(empty.length - 2 + delta.length),
            Buffer.from([0, 0]),
            delta,
            empty.subarray(4),
          ]);
        }),
      ),
    );
    const batch = makeBatch({ records: [{}], codec: Codec.zstd, packed, count, lastOffsetDelta: count - 1 });
    const read1 = await read(batch);
    expect(read1).toHaveLength(FETCH_RECORDS_MAX);
    const read3 = await read(batch, { fetchOffset: 2 * FETCH_RECORDS_MAX });
    expect([read3.length, read3.at(-1)!.offset]).toEqual([count - 2 * FETCH_RECORDS_MAX, String(count - 1)]);
  });
});

it('the checksum is CRC-32C', () => {
  // RFC 3720, appendix B.4.
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});
