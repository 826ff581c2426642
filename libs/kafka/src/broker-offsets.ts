/** What the brokers say of a topic's partitions: where they begin and end, and what the group has committed. */
import type { Admin } from 'kafkajs';
import { readStopMetadata, type StoppedBatch } from './stopped-batch.js';
import { parseOffset } from './usage-message.js';

export interface PartitionEnds {
  /** The first offset that retention has left. */
  readonly low: number;
  /** The offset that the next message will get. */
  readonly high: number;
}

export interface GroupCommit {
  /** Undefined before the first commit. */
  readonly offset: number | undefined;
  /** The batch at which the group stopped, if it did. */
  readonly stopped: StoppedBatch | undefined;
}

export class BrokerOffsets {
  private connected: Promise<void> | undefined;

  constructor(
    private readonly admin: Admin,
    private readonly topic: string,
    private readonly groupId: string,
  ) {}

  /** @throws the broker's or the client's error */
  async ends(): Promise<ReadonlyMap<number, PartitionEnds>> {
    await this.connect();
    const partitions = await this.admin.fetchTopicOffsets(this.topic);
    return new Map(
      partitions.map(({ partition, low, high }) => [partition, { low: parseOffset(low), high: parseOffset(high) }]),
    );
  }

  /** @throws the broker's or the client's error */
  async commits(): Promise<ReadonlyMap<number, GroupCommit>> {
    await this.connect();
    const [topic] = await this.admin.fetchOffsets({ groupId: this.groupId, topics: [this.topic] });
    return new Map(
      topic?.partitions.map(({ partition, offset, metadata }) => [partition, readCommit(offset, metadata)]),
    );
  }

  /** The id that the brokers' cluster got when it was made. @throws the broker's or the client's error */
  async clusterId(): Promise<string> {
    await this.connect();
    return (await this.admin.describeCluster()).clusterId;
  }

  private async connect(): Promise<void> {
    this.connected ??= this.admin.connect();
    try {
      await this.connected;
    } catch (error) {
      this.connected = undefined;
      throw error;
    }
  }
}

/** -1 stands for no commit. */
export function readCommit(offset: string, metadata: string | null): GroupCommit {
  const committed = parseOffset(offset);
  return committed < 0
    ? { offset: undefined, stopped: undefined }
    : { offset: committed, stopped: readStopMetadata(metadata) };
}
