/**
 * One life of a kafkajs consumer: connect, join, consume, until it is closed or lost. A new one is made after a loss,
 * because kafkajs gives up for good on some errors and keeps stale coordinators on others.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type {
  Admin,
  Consumer,
  ConsumerCrashEvent,
  ConsumerEndBatchProcessEvent,
  ConsumerGroupJoinEvent,
  EachBatchPayload,
} from 'kafkajs';
import { BrokerOffsets } from './broker-offsets.js';
import { backOffMs, CLIENT_RETRY, createClient, describeError } from './connection.js';
import type { PartitionMark } from './fetch/record-batches.js';
import { LaneKeeper } from './lane-keeper.js';
import { markOf, PartitionLane, resolve, type LaneParts } from './partition-lane.js';
import { parseOffset, PartitionHalted } from './usage-message.js';

export type GroupState = 'joining' | 'stable' | 'rebalancing' | 'lost';

export interface SessionParts extends LaneParts {
  /** Batches under way by partition, over all sessions of this process: two of one partition never overlap. */
  readonly underWay: Map<number, Promise<unknown>>;
}

export class ConsumerSession {
  readonly lanes = new Map<number, PartitionLane>();
  groupState: GroupState = 'joining';
  /** When it got its partitions, as of `performance.now()`. */
  joinedAtMs: number | undefined;

  private readonly consumer: Consumer;
  private readonly admin: Admin;
  private readonly keeper: LaneKeeper;
  private generation = 0;
  private readonly closing = new AbortController();
  private lastSignMs = performance.now();
  private readonly timers: NodeJS.Timeout[] = [];
  private settle!: { resolve: () => void; reject: (error: unknown) => void };
  private readonly over: Promise<void>;

  constructor(private readonly parts: SessionParts) {
    const { settings } = parts;
    const client = createClient(settings);
    this.admin = client.admin();
    this.consumer = client.consumer({
      groupId: settings.groupId,
      allowAutoTopicCreation: false,
      maxBytes: settings.fetchBytesMax,
      maxBytesPerPartition: settings.partitionBytesMax,
      maxWaitTimeInMs: settings.fetchWaitMs,
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      heartbeatInterval: settings.heartbeatIntervalMs,
      metadataMaxAge: settings.partitionsEveryMs,
      retry: { ...CLIENT_RETRY, restartOnFailure: async () => false },
    });
    const offsets = new BrokerOffsets(this.admin, settings.topic, settings.groupId);
    this.keeper = new LaneKeeper(parts, this.consumer, offsets, (lane) => this.isCurrent(lane));
    this.over = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    this.over.catch(() => undefined);
    this.listen();
  }

  /** Consumes until {@link close}. @throws the error by which Kafka was lost */
  async run(): Promise<void> {
    const { settings } = this.parts;
    const { signal } = this.closing;
    const consuming = async (): Promise<void> => {
      await this.consumer.connect();
      if (!signal.aborted) await this.consumer.subscribe({ topics: [settings.topic], fromBeginning: true });
      if (!signal.aborted) {
        await this.consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: settings.partitionsConsumedConcurrently,
          eachBatch: (payload) => this.eachBatch(payload),
        });
      }
      // Closed while it was still connecting or joining: what came up after the close goes down again.
      if (signal.aborted) await this.consumer.disconnect();
      else this.watch();
    };
    consuming().catch((error: unknown) => this.lose(error));
    await this.over;
  }

  /** Lets batches under way end, for `graceMs` at most, and leaves the group. Idempotent, never throws. */
  async close(graceMs: number): Promise<void> {
    this.closing.abort();
    for (const timer of this.timers) clearInterval(timer);
    for (const lane of this.lanes.values()) clearTimeout(lane.resumeTimer);
    const left = Promise.allSettled([this.consumer.disconnect(), this.admin.disconnect()]);
    const grace = new AbortController();
    await Promise.race([left, delay(graceMs, undefined, { signal: grace.signal }).catch(() => undefined)]);
    grace.abort();
    this.settle.resolve();
  }

  private listen(): void {
    const { events } = this.consumer;
    const alive = (): void => {
      this.lastSignMs = performance.now();
    };
    this.consumer.on(events.HEARTBEAT, alive);
    this.consumer.on(events.FETCH, alive);
    this.consumer.on(events.REBALANCING, () => {
      this.groupState = 'rebalancing';
    });
    this.consumer.on(events.GROUP_JOIN, (event) => {
      alive();
      this.takeAssignment(event);
    });
    this.consumer.on(events.END_BATCH_PROCESS, (event) => this.passEmptyBatch(event));
    this.consumer.on(events.CRASH, ({ payload }: ConsumerCrashEvent) => this.lose(payload.error));
  }

  private lose(error: unknown): void {
    this.groupState = 'lost';
    this.settle.reject(error);
  }

  /** A consumer that neither fetches nor sends heartbeats for longer than a rebalance may take is stuck. */
  private watch(): void {
    const { sessionTimeoutMs, rebalanceTimeoutMs, endsEveryMs, skipsEveryMs } = this.parts.settings;
    const silenceMaxMs = sessionTimeoutMs + rebalanceTimeoutMs;
    this.every(1_000, () => {
      const silenceMs = Math.round(performance.now() - this.lastSignMs);
      if (silenceMs > silenceMaxMs) this.lose(new Error(`no sign of life from Kafka for ${silenceMs} ms`));
    });
    // What such a look misses, the next one finds; without an answer the lag becomes unknown.
    const quietly = (look: Promise<void>): void => void look.catch(() => undefined);
    this.every(endsEveryMs, () => quietly(this.keeper.lookAtEnds(this.lanes)));
    this.every(skipsEveryMs, () => quietly(this.keeper.passSkipped([...this.lanes.values()])));
  }

  private every(intervalMs: number, task: () => void): void {
    const timer = setInterval(task, intervalMs);
    timer.unref();
    this.timers.push(timer);
  }

  private isCurrent(lane: PartitionLane): boolean {
    return this.lanes.get(lane.partition) === lane && !this.closing.signal.aborted && this.groupState !== 'lost';
  }

  /** Called inside the join, before the first fetch: nothing is fetched until the offsets have been compared. */
  private takeAssignment({ payload }: ConsumerGroupJoinEvent): void {
    const { topic } = this.parts.settings;
    const partitions = payload.memberAssignment[topic] ?? [];
    this.generation++;
    for (const lane of this.lanes.values()) clearTimeout(lane.resumeTimer);
    this.lanes.clear();
    for (const partition of partitions) this.lanes.set(partition, new PartitionLane(partition, this.parts));
    this.consumer.pause([{ topic, partitions }]);
    this.groupState = 'stable';
    this.checkAssignment(this.generation).catch((error: unknown) => this.lose(error));
  }

  private async checkAssignment(generation: number): Promise<void> {
    const { topic, hooks, retryFirstMs, retryMaxMs } = this.parts.settings;
    const isCurrent = (): boolean => generation === this.generation && !this.closing.signal.aborted;
    for (let attempt = 1; isCurrent() && this.lanes.size > 0; attempt++) {
      try {
        await this.keeper.placeAll([...this.lanes.values()]);
        break;
      } catch (error) {
        const waitMs = backOffMs(attempt, retryFirstMs, retryMaxMs);
        this.parts.onTrouble('warn', `cannot read the offsets of ${topic}, trying again in ${waitMs} ms`, error);
        await delay(waitMs, undefined, { signal: this.closing.signal }).catch(() => undefined);
      }
    }
    if (!isCurrent()) return;
    this.joinedAtMs ??= performance.now();
    hooks.onAssigned?.([...this.lanes.keys()].sort((a, b) => a - b));
  }

  /** Batches without messages (aborted transactions, markers) reach no handler: kafkajs steps over them and reports it. */
  private async passEmptyBatch({ payload }: ConsumerEndBatchProcessEvent): Promise<void> {
    const { topic, partition, batchSize, lastOffset, highWatermark } = payload;
    const lane = topic === this.parts.settings.topic ? this.lanes.get(partition) : undefined;
    if (batchSize > 0 || lane?.state !== 'consuming') return;
    lane.sawEnd(parseOffset(highWatermark));
    if (lane.absences !== lane.absencesNow) return;
    if (lane.pin !== undefined) return this.keeper.comparePinned(lane, [], parseOffset(lastOffset) + 1);
    lane.passTo(parseOffset(lastOffset) + 1);
    if (lane.doubt === undefined) await this.keeper.commit(lane);
  }

  /** The handler says that a repetition would fail again. */
  private halt(lane: PartitionLane, error: PartitionHalted): void {
    lane.state = 'refused';
    lane.refusal = error.message;
    this.consumer.pause([{ topic: this.parts.settings.topic, partitions: [lane.partition] }]);
    this.parts.onTrouble('error', error.message, error);
  }

  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const { partition } = payload.batch;
    const lane = this.lanes.get(partition);
    if (lane?.state !== 'consuming') return; // paused meanwhile; nothing is resolved, so it comes again
    const { generation } = this;
    const pulse = new Pulse(payload, this.parts.settings.heartbeatIntervalMs);
    const isStale = (): boolean =>
      pulse.error !== undefined ||
      this.closing.signal.aborted ||
      generation !== this.generation ||
      !payload.isRunning() ||
      payload.isStale();
    try {
      await this.inTurn(partition, () => this.consume(lane, payload, isStale));
    } catch (error) {
      // A handler may abandon a batch whose partition is not ours any more; anything else is tried again.
      if (!isStale()) {
        if (error instanceof PartitionHalted) this.halt(lane, error);
        else this.holdBack(lane, generation, error);
      }
    } finally {
      pulse.stop();
    }
    if (generation === this.generation) await this.commit(payload, lane, pulse.error !== undefined);
    // kafkajs joins the group anew when it sees this error.
    if (pulse.error !== undefined) throw pulse.error;
  }

  private async consume(lane: PartitionLane, payload: EachBatchPayload, isStale: () => boolean): Promise<void> {
    const { batch } = payload;
    if (lane.absences !== lane.absencesNow) return this.keeper.placeAgain(lane);
    if (lane.pin !== undefined) return this.compare(lane, payload);
    const high = parseOffset(batch.highWatermark);
    const knownEnd = lane.knownEnd();
    if (knownEnd !== undefined && high >= 0 && high < knownEnd) {
      lane.sawEnd(high);
      return this.keeper.refuse(lane, knownEnd);
    }
    if (lane.doubt !== undefined && parseOffset(batch.messages[0]!.offset) < lane.doubt.until) {
      return this.keeper.goBack(lane);
    }
    lane.isBusy = true;
    try {
      const mark = await lane.apply(payload, isStale);
      if (mark !== undefined) await this.meet(mark, lane, payload);
    } finally {
      lane.isBusy = false;
    }
  }

  /** Looks for the last message that the journal applied, before anything is applied. */
  private async compare(lane: PartitionLane, payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const mark = markOf(batch);
    const messages = mark === undefined ? batch.messages : batch.messages.slice(0, -1);
    const readTo = mark === undefined ? parseOffset(batch.lastOffset()) + 1 : Infinity;
    if (mark?.kind !== 'unreadable' && mark !== undefined) return this.meet(mark, lane, payload);
    await this.keeper.comparePinned(lane, messages, readTo);
    // What is not decided yet goes on with the next fetch.
    if (lane.pin !== undefined) resolve(payload, batch.lastOffset());
  }

  /** What reading ended at, after all before it has been applied. @throws where it is to be tried again */
  private async meet(mark: PartitionMark, lane: PartitionLane, payload: EachBatchPayload): Promise<void> {
    switch (mark.kind) {
      case 'unreadable':
        if (await this.keeper.meetUnreadable(lane, mark)) resolve(payload, String(mark.to));
        return;
      case 'out-of-range':
        return this.keeper.placeAgain(lane);
      case 'broker-error':
        throw new Error(`the broker cannot read offset ${lane.nextOffset}: Kafka's error ${mark.errorCode}`);
    }
  }

  /** Waits for the partition's batch under way, which a lost session may have left behind. */
  private async inTurn(partition: number, task: () => Promise<void>): Promise<void> {
    const { underWay } = this.parts;
    const turn = (underWay.get(partition) ?? Promise.resolve()).then(task);
    const settled = turn.catch(() => undefined);
    underWay.set(partition, settled);
    try {
      await turn;
    } finally {
      if (underWay.get(partition) === settled) underWay.delete(partition);
    }
  }

  /** Kafka's commit, for lag tools and for where to start. Whatever becomes of it, nothing is lost. */
  private async commit(payload: EachBatchPayload, lane: PartitionLane, isLeaving: boolean): Promise<void> {
    const { nextOffset } = lane;
    if (nextOffset === undefined || nextOffset === lane.committedOffset) return;
    if (lane.doubt !== undefined || lane.pin !== undefined) return;
    // Where a lane stopped or is placed anew, that is what commits.
    if (lane.state !== 'consuming' && lane.state !== 'retrying') return;
    const metadata = lane.commitMetadata();
    const partitions = [{ partition: lane.partition, offset: String(nextOffset), metadata }];
    try {
      await payload.commitOffsetsIfNecessary({ topics: [{ topic: payload.batch.topic, partitions }] });
      lane.committedOffset = nextOffset;
    } catch (error) {
      if (!isLeaving && !this.closing.signal.aborted) throw error;
    }
  }

  /** Pauses a partition after a failure and hands the same messages over again later; the others go on. */
  private holdBack(lane: PartitionLane, generation: number, error: unknown): void {
    const { topic, retryFirstMs, retryMaxMs, hooks } = this.parts.settings;
    const { partition } = lane;
    lane.failures++;
    lane.state = 'retrying';
    const waitMs = backOffMs(lane.failures, retryFirstMs, retryMaxMs);
    this.parts.onTrouble(
      'error',
      `${topic}/${partition}: a batch was not applied (attempt ${lane.failures}), trying again in ${waitMs} ms: ${describeError(error)}`,
      error,
    );
    hooks.onRetry?.(partition, lane.failures, waitMs);
    this.keeper.pause(lane);
    lane.resumeTimer = setTimeout(() => {
      if (generation !== this.generation || this.closing.signal.aborted || this.groupState === 'lost') return;
      this.keeper.resume(lane);
    }, waitMs);
  }
}

/** Heartbeats while a batch is under way. After an error it stays silent: the partition may be someone else's by then. */
class Pulse {
  error: Error | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(payload: EachBatchPayload, intervalMs: number) {
    // kafkajs itself sends no more than one beat per interval.
    this.timer = setInterval(() => {
      payload.heartbeat().catch((error: unknown) => {
        this.error ??= error instanceof Error ? error : new Error(describeError(error));
        this.stop();
      });
    }, intervalMs / 2);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
