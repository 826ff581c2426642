/**
 * Records in order, each readable by its place. On disk a record is its length, the CRC-32 of its bytes, and the bytes;
 * an append is durable before it returns. One process per file.
 */
import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const FRAME_BYTES = 8;
/** EventStoreDB holds no event above 16 MiB: a longer record is none. */
const RECORD_BYTES_MAX = 17 * 1024 * 1024;

export interface Place {
  readonly position: number;
  readonly bytes: number;
}

export interface Records {
  append(records: readonly Uint8Array[]): Promise<Place[]>;
  read(place: Place): Promise<Buffer>;
  close(): Promise<void>;
}

/** For unit tests: gone with the process. */
export function keepRecordsInMemory(): Records {
  const kept: Buffer[] = [];
  return {
    append: (records) =>
      Promise.resolve(
        records.map((record) => ({ position: kept.push(Buffer.from(record)) - 1, bytes: record.byteLength })),
      ),
    read: ({ position }) => Promise.resolve(kept[position]!),
    close: () => Promise.resolve(),
  };
}

/** Opens or creates the file and tells every record in it, oldest first. */
export async function openRecordFile(
  path: string,
  onRecord: (record: Buffer, place: Place) => void,
): Promise<RecordFile> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const end = await scan(file, onRecord);
    // What a kill cut short was never acknowledged.
    await file.truncate(end);
    await file.sync();
    return new RecordFile(file, end);
  } catch (error) {
    await file.close();
    throw error;
  }
}

export class RecordFile implements Records {
  constructor(
    private readonly file: FileHandle,
    private end: number,
  ) {}

  async append(records: readonly Uint8Array[]): Promise<Place[]> {
    const parts: Uint8Array[] = [];
    const places: Place[] = [];
    let end = this.end;
    for (const record of records) {
      const frame = Buffer.alloc(FRAME_BYTES);
      frame.writeUInt32LE(record.byteLength, 0);
      frame.writeUInt32LE(crc32(record), 4);
      parts.push(frame, record);
      places.push({ position: end + FRAME_BYTES, bytes: record.byteLength });
      end += FRAME_BYTES + record.byteLength;
    }
    const bytes = Buffer.concat(parts);
    for (let written = 0; written < bytes.byteLength;) {
      const { bytesWritten } = await this.file.write(bytes, written, bytes.byteLength - written, this.end + written);
      written += bytesWritten;
    }
    await this.file.datasync();
    this.end = end;
    return places;
  }

  async read({ position, bytes }: Place): Promise<Buffer> {
    const record = await readExactly(this.file, position, bytes);
    if (record === undefined) throw new Error(`the file holds no record of ${bytes} bytes at ${position}`);
    return record;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Returns where the last whole record ends. */
async function scan(file: FileHandle, onRecord: (record: Buffer, place: Place) => void): Promise<number> {
  for (let end = 0; ;) {
    const frame = await readExactly(file, end, FRAME_BYTES);
    if (frame === undefined) return end;
    const bytes = frame.readUInt32LE(0);
    if (bytes > RECORD_BYTES_MAX) return end;
    const place = { position: end + FRAME_BYTES, bytes };
    const record = await readExactly(file, place.position, bytes);
    if (record === undefined || crc32(record) !== frame.readUInt32LE(4)) return end;
    onRecord(record, place);
    end = place.position + bytes;
  }
}

async function readExactly(file: FileHandle, position: number, bytes: number): Promise<Buffer | undefined> {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let read = 0; read < bytes;) {
    const { bytesRead } = await file.read(buffer, read, bytes - read, position + read);
    if (bytesRead === 0) return undefined;
    read += bytesRead;
  }
  return buffer;
}
