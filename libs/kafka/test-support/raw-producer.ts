/** Puts record batches on a topic as they are, past every client library. Source: Kafka's protocol guide, "Produce" version 7. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const PRODUCE = 0;
/** The first that may carry zstd. */
const VERSION = 7;
/** What a broker says while it does not lead a new partition yet: unknown, no leader, another leader. */
const NOT_YET: readonly number[] = [3, 5, 6];
const TIMEOUT_MS = 30_000;

/** One connection to the one broker of a spec. */
export class RawProducer {
  private socket: Socket | undefined;
  private nextId = 1;
  private received = Buffer.alloc(0);
  private readonly waiting = new Map<number, (answer: Buffer) => void>();

  constructor(private readonly broker: string) {}

  /**
   * @returns the offset of the batch's first record
   * @throws Error naming Kafka's error code when the broker refuses the batch
   */
  async send(topic: string, partition: number, batch: Buffer): Promise<number> {
    const request = Buffer.concat([
      int16(-1), // no transaction
      int16(-1), // all in-sync replicas
      int32(TIMEOUT_MS),
      int32(1),
      text(topic),
      int32(1),
      int32(partition),
      int32(batch.length),
      batch,
    ]);
    // topics: 1, name, partitions: 1, partition, then what is read here.
    const at = 4 + 2 + Buffer.byteLength(topic) + 4 + 4;
    for (;;) {
      const answer = await this.ask(request);
      const errorCode = answer.readInt16BE(at);
      if (errorCode === 0) return Number(answer.readBigInt64BE(at + 2));
      if (!NOT_YET.includes(errorCode)) throw new Error(`the broker refuses the batch with error ${errorCode}`);
      await delay(50);
    }
  }

  close(): void {
    this.socket?.destroy();
  }

  private async ask(body: Buffer): Promise<Buffer> {
    const socket = (this.socket ??= await this.open());
    const id = this.nextId++;
    const request = Buffer.concat([int16(PRODUCE), int16(VERSION), int32(id), text('raw-producer'), body]);
    const answer = new Promise<Buffer>((resolve) => this.waiting.set(id, resolve));
    socket.write(Buffer.concat([int32(request.length), request]));
    return answer;
  }

  private async open(): Promise<Socket> {
    const [host, port] = this.broker.split(':') as [string, string];
    const socket = connect(Number(port), host);
    socket.on('data', (data) => this.take(data));
    await once(socket, 'connect');
    return socket;
  }

  private take(data: Buffer): void {
    this.received = Buffer.concat([this.received, data]);
    while (this.received.length >= 4) {
      const size = this.received.readInt32BE(0);
      if (this.received.length < 4 + size) return;
      const answer = this.received.subarray(8, 4 + size);
      this.waiting.get(this.received.readInt32BE(4))?.(answer);
      this.received = this.received.subarray(4 + size);
    }
  }
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
}
