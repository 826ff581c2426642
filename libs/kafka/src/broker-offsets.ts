/** What the brokers say of a topic's partitions: where they begin and end, and what the group has committed. */
import type { Admin } from 'kafkajs';
import { isOf, readCommitNote, type CommitNote, type CommitOwner, type StoppedBatch } from './commit-note.js';
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
  /** What its maker says of itself; undefined where it is none of ours. */
  readonly note: CommitNote | undefined;
}

/** A commit as its journal may take it. */
export interface BelievedCommit {
  /** Undefined where nobody has committed, or another journal has. */
  readonly offset: number | undefined;
  readonly stopped: StoppedBatch | undefined;
  /** What another journal has committed, or nobody knows who. */
  readonly foreign: number | undefined;
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
  return committed < 0 ? { offset: undefined, note: undefined } : { offset: committed, note: readCommitNote(metadata) };
}

/** Another journal's offsets say nothing of what this one has applied. */
export function believe(commit: GroupCommit | undefined, owner: CommitOwner): BelievedCommit {
  const { offset, note } = commit ?? { offset: undefined, note: undefined };
  return isOf(note, owner)
    ? { offset, stopped: note.stopped, foreign: undefined }
    : { offset: undefined, stopped: undefined, foreign: offset };
}
